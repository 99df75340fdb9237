// Package lambda plays AWS Lambda on this machine: it runs the bootstrap of a
// zip for the runtime provided.al2023, with the environment, the memory and the
// time that its function was given. What wakes functions on AWS is here as well:
// EventBridge schedules (Schedule) and event source mappings for SQS queues
// (Mapping).
//
//	runner := lambda.Start(t, lambda.Options{Minute: time.Second})
//	runner.Put(&lambda.Function{Name: "f", Zip: zip, Timeout: 10 * time.Second, Extra: account.Env()})
//	result, err := runner.Invoke(ctx, "f", []byte(`{}`))
//
// Processes end with the runner, and with the process that started it. The
// package knows no emulator.
package lambda
