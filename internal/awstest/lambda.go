package awstest

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
)

// Lambda is Lambda in one region of an account, with the EventBridge rules that
// wake its functions. It learns what is deployed from the calls of the AWS API.
// Functions run when the API invokes them; by themselves, on schedules and for
// queues, only after Start. It is safe for concurrent use.
type Lambda struct {
	account *Account
	runner  *lambda.Runner

	mu        sync.Mutex
	started   bool
	minute    time.Duration
	adjust    func(*lambda.Function)
	functions map[string]*deployment // by name
	mappings  map[string]*mapping    // by UUID
	rules     map[string]*rule       // by name
	denied    []string
}

// Lambda is the account's Lambda in this region.
func (a *Account) Lambda() *Lambda {
	a.visit(a.region)
	return a.lambda(a.region)
}

// lambda is Lambda in one region.
func (t *tenant) lambda(region string) *Lambda {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.lambdas[region] == nil {
		t.lambdas[region] = &Lambda{
			account: &Account{tenant: t, region: region}, runner: lambda.New(lambda.Options{}),
			functions: map[string]*deployment{}, mappings: map[string]*mapping{}, rules: map[string]*rule{},
		}
	}
	return t.lambdas[region]
}

// endFunctions ends the processes of all functions.
func (t *tenant) endFunctions() {
	t.mu.Lock()
	var all []*Lambda
	for _, one := range t.lambdas {
		all = append(all, one)
	}
	t.mu.Unlock()
	for _, one := range all {
		one.runner.Close()
	}
}

// Start sets schedules and event source mappings going, those that are there and
// those to come. minute is how long a minute of AWS's own waiting takes (see
// lambda.Options); 0 is a minute. A short one makes schedules outrun a function:
// with three events in hand it gets none from them.
func (l *Lambda) Start(minute time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if minute == 0 {
		minute = time.Minute
	}
	l.started, l.minute = true, minute
	l.runner.SetMinute(minute)
	for _, m := range l.mappings {
		l.run(m)
	}
	for _, r := range l.rules {
		l.runRule(r)
	}
}

// Adjust lets change have a say in every function that is deployed from now on,
// such as a shorter timeout, or more environment.
func (l *Lambda) Adjust(change func(*lambda.Function)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.adjust = change
}

// Runner runs the functions: Invoke, Kill, Break, Results.
func (l *Lambda) Runner() *lambda.Runner { return l.runner }

// Denied are the events that a rule could not deliver since the function's policy
// does not let it, as "rule → function".
func (l *Lambda) Denied() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.denied...)
}

// arn is the ARN of something of a service in this region.
func (l *Lambda) arn(service, resource string) string {
	return arn.ARN{
		Partition: partitionOf(l.account.region), Service: service, Region: l.account.region, AccountID: l.account.id, Resource: resource,
	}.String()
}

// queues are the account's, behind the recorder's back.
func (l *Lambda) queues() *sqs.Client { return sqs.NewFromConfig(l.account.DirectConfig()) }

// background bounds what the harness does for a call of which it does not know
// whether the client waits.
func background(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), machineLimit)
}
