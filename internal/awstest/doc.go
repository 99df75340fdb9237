// Package awstest is the local cloud that tests run against: an AWS emulator
// (moto_server) behind a proxy that gives every test an account of its own,
// records its calls, and makes them slow or wrong on demand. Auto Scaling,
// whose emulation lacks too much, is answered by package autoscaling: its
// instances are the emulator's, and its hooks speak to the emulator's queues.
// Package spacelift is the account's Spacelift, whose workers are the instances.
// Package lambda runs the functions that are deployed.
//
// A test takes an account, hands its clients (or its environment) to what it
// tests, and asks afterwards what was called and what is left:
//
//	account := awstest.Start(t)
//	account.Inject(awstest.DropAnswer("iam", "CreateRole"))
//	err := apply(account.Clients(), account.Network())
//	calls := account.Calls()
//	left, err := account.Objects(ctx)
//
// Time passes in the groups by itself. Instances boot and end at once unless the
// test wants otherwise, and fail when it says so:
//
//	account.Scaling().Behave(func(b *autoscaling.Behavior) { b.BootTime, b.NeverBoot = time.Second, 1 })
//	account.Scaling().Reclaim("i-1") // a Spot Instance, in two minutes
//
// Whatever ends a machine over EC2 is noticed by its group.
//
// Functions that are deployed through the API run when the API invokes them. Their
// schedules and event source mappings wake them once the test says so; their calls
// are recorded with their role (Call.Role):
//
//	account.Lambda().Start(500 * time.Millisecond) // instead of a minute
//	account.Lambda().Runner().Kill("autoscaler")
//	results := account.Lambda().Runner().Results("autoscaler")
//
// Everything listens on 127.0.0.1 and ends with the process. Nothing in here
// is part of the provider.
package awstest
