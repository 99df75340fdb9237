// Command localcloud runs the tests' local cloud for people: an AWS emulator
// with an empty account, a VPC, two subnets and two security groups, and a
// Spacelift with an API key and an empty worker pool. Functions that are deployed
// run, woken by their schedules and queues. It prints the environment that points
// Terraform and the AWS CLI at it, and stays until it is interrupted, until -for has
// passed or, when its standard input is a pipe, until that is closed.
//
//	localcloud -env-file /tmp/aws.env &
//	. /tmp/aws.env
//	terraform apply
//	localcloud -queue 2 -run-time 20s
//	localcloud -pool
//	localcloud -watch
//	localcloud -watch -until busy=0 -- terraform destroy -auto-approve
//	localcloud -sweep
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// An instance takes a few seconds from its launch to its worker, and a moment to
// end: on AWS it is minutes.
const (
	bootTime      = 2 * time.Second
	registerTime  = time.Second
	terminateTime = time.Second
)

// exitInterrupted is the status of a command that an interrupt has ended, as a shell
// has it.
const exitInterrupted = 130

func main() {
	o := parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := o.run(ctx)
	interrupted := ctx.Err() != nil
	stop()
	switch {
	case err == nil:
	case interrupted:
		os.Exit(exitInterrupted)
	default:
		fmt.Fprintln(os.Stderr, "localcloud:", err)
		os.Exit(1)
	}
}

// run does what the options ask for; without any it is the cloud.
func (o *options) run(ctx context.Context) error {
	if o.publish || o.runs > 0 {
		if err := o.act(ctx); err != nil || !o.watch {
			return err
		}
	}
	switch {
	case o.watch:
		return watchPool(ctx, o.watching)
	case o.sweep:
		return list(ctx)
	case o.pool:
		return showPools(ctx)
	default:
		return o.serve(ctx)
	}
}

// act publishes images and queues runs, and prints what they are.
func (o *options) act(ctx context.Context) error {
	var done []string
	if o.publish {
		names, err := publish(ctx)
		if err != nil {
			return err
		}
		done = names
	}
	if o.runs > 0 {
		ids, err := queue(ctx, o.runs, o.runTime)
		if err != nil {
			return err
		}
		done = append(done, ids...)
	}
	for _, name := range done {
		if !o.watch { // which shows what becomes of them
			fmt.Println(name)
		}
	}
	return nil
}

// serve starts the cloud, says where it is, and stays until something ends it.
func (o *options) serve(ctx context.Context) error {
	cloud, err := awstest.StartCloud(ctx)
	if err != nil {
		return err
	}
	account := cloud.NewAccount().In(o.region)
	o.arrange(account) //nolint:contextcheck // the functions live with the account
	network, err := account.MakeNetwork(ctx)
	if err != nil {
		return errors.Join(err, cloud.Close())
	}
	environment := render(account, network, account.Spacelift().AddPool(""))
	fmt.Print(environment)
	if o.file != "" {
		if err := writeFile(o.file, environment); err != nil {
			return errors.Join(err, cloud.Close())
		}
	}
	stay(ctx, o.limit)
	return cloud.Close()
}

// arrange sets the pace of an account, and lets its functions run.
func (o *options) arrange(account *awstest.Account) {
	account.Scaling().Behave(func(b *autoscaling.Behavior) { b.BootTime, b.TerminateTime = bootTime, terminateTime })
	account.Spacelift().Behave(func(b *spacelift.Behavior) { b.RegisterTime, b.MissTime = registerTime, terminateTime })
	if o.withhold {
		account.HideImages(awstest.ImageNewerX86, awstest.ImageNewerARM)
	}
	if o.minute < time.Minute {
		account.Lambda().Adjust(lookOnce)
	}
	account.Lambda().Start(o.minute)
}

// lookOnce lets a lifecycle manager look once in an invocation, as each minute brings
// another. An autoscaler has arguments for that.
func lookOnce(f *lambda.Function) {
	f.Extra = append(f.Extra, "LIFECYCLE_POLLING_INTERVAL="+f.Timeout.String())
}

// stay waits for an interrupt, the end of span or the end of a pipe.
func stay(ctx context.Context, span time.Duration) {
	if span > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, span)
		defer cancel()
	}
	closed := make(chan struct{})
	if info, err := os.Stdin.Stat(); err == nil && info.Mode()&os.ModeNamedPipe != 0 {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			close(closed)
		}()
	}
	select {
	case <-ctx.Done():
	case <-closed:
	}
}

// render is the environment as a POSIX shell reads it.
func render(account *awstest.Account, network *awstest.Network, poolID string) string {
	subnets, groups := jsonList(network.SubnetIDs), jsonList(network.SecurityGroupIDs)
	var b strings.Builder
	for _, entry := range slices.Concat(account.Env(), account.SpaceliftEnv(), []string{
		"TF_VAR_vpc_subnets=" + subnets,
		"TF_VAR_security_groups=" + groups,
		"TF_VAR_worker_pool_id=" + poolID,
	}) {
		name, value, _ := strings.Cut(entry, "=")
		fmt.Fprintf(&b, "export %s='%s'\n", name, value)
	}
	return b.String()
}

// writeFile writes all or nothing, because somebody waits for the file.
func writeFile(path, content string) error {
	draft, err := os.CreateTemp(filepath.Dir(path), ".localcloud-")
	if err != nil {
		return fmt.Errorf("writing the environment: %w", err)
	}
	_, err = draft.WriteString(content)
	if err = errors.Join(err, draft.Close()); err == nil {
		err = os.Rename(draft.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing the environment: %w", errors.Join(err, os.Remove(draft.Name())))
	}
	return nil
}

// jsonList is a list of strings as Terraform reads it from TF_VAR_….
func jsonList(items []string) string {
	text, _ := json.Marshal(items)
	return string(text)
}
