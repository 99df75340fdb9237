// Package awstest is the local cloud that tests run against: an AWS emulator
// (moto_server) behind a proxy that gives every test an account of its own,
// records its calls, and makes them slow or wrong on demand. Auto Scaling,
// whose emulation lacks too much, is answered by package autoscaling. Package
// spacelift is the account's Spacelift, whose workers are the instances.
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
// Everything listens on 127.0.0.1 and ends with the process. Nothing in here
// is part of the provider.
package awstest
