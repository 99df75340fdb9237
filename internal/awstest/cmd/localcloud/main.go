// Command localcloud runs the tests' local cloud for people: an AWS emulator
// with an empty account, a VPC, two subnets and two security groups, and a
// Spacelift with an API key and an empty worker pool. It prints the environment
// that points Terraform and the AWS CLI at it, and stays until it is interrupted,
// until -for has passed or, when its standard input is a pipe, until that is
// closed.
//
//	localcloud -env-file /tmp/aws.env &
//	. /tmp/aws.env
//	terraform apply
//	localcloud -queue 2 -run-time 20s
//	localcloud -pool
//	terraform destroy
//	localcloud -sweep
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
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
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

// An instance takes a few seconds from its launch to its worker, and a moment to
// end: on AWS it is minutes.
const (
	bootTime      = 2 * time.Second
	registerTime  = time.Second
	terminateTime = time.Second
)

func main() {
	file := flag.String("env-file", "", "also write the environment to this `path`, once all is ready")
	span := flag.Duration("for", 0, "stop after this `time` (default: when interrupted)")
	region := flag.String("region", "us-east-1", "AWS `region` of the network")
	sweep := flag.Bool("sweep", false, "ask the local cloud of this environment what exists in its account; exit with status 1 if anything does")
	pool := flag.Bool("pool", false, "ask the local cloud of this environment for the workers and runs of its worker pool")
	runs := flag.Int("queue", 0, "queue so `many` runs in the worker pool of this environment")
	runTime := flag.Duration("run-time", 20*time.Second, "how long each of them takes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	var err error
	switch {
	case *sweep:
		err = list(ctx)
	case *pool:
		err = showPools(ctx)
	case *runs > 0:
		err = queue(ctx, *runs, *runTime)
	default:
		err = run(ctx, *region, *file, *span)
	}
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "localcloud:", err)
		os.Exit(1)
	}
}

// run starts the cloud, says where it is, and stays until something ends it.
func run(ctx context.Context, region, file string, span time.Duration) error {
	cloud, err := awstest.StartCloud(ctx)
	if err != nil {
		return err
	}
	account := cloud.NewAccount().In(region)
	account.Scaling().Behave(func(b *autoscaling.Behavior) { b.BootTime, b.TerminateTime = bootTime, terminateTime })
	account.Spacelift().Behave(func(b *spacelift.Behavior) { b.RegisterTime = registerTime })
	network, err := account.MakeNetwork(ctx)
	if err != nil {
		return errors.Join(err, cloud.Close())
	}
	environment := render(account, network, account.Spacelift().AddPool(""))
	fmt.Print(environment)
	if file != "" {
		if err := writeFile(file, environment); err != nil {
			return errors.Join(err, cloud.Close())
		}
	}
	stay(ctx, span)
	return cloud.Close()
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
