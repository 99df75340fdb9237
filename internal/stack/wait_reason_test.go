package stack_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/autoscaling"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// inVain creates a pool whose workers do not come, and returns the error's text.
func inVain(t *testing.T, account *awstest.Account, spec stack.Spec) string {
	t.Helper()
	service := account.Spacelift()
	service.AddPool(poolID)
	key := service.Key()
	client := spacelift.New(spacelift.Options{Endpoint: account.SpaceliftURL(), KeyID: key.ID, KeySecret: key.Secret})
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	made, err := stack.New(account.Clients(), spec, stack.Observed{}).With(client, key.Secret).Quickly(0).Create(ctx)
	problems := stack.Explain(err, stack.Creating)
	if len(problems) != 1 || problems[0].Attribute != "wait_for_workers" {
		t.Fatalf("problems: %+v", problems)
	}
	destroy(t, account, made)
	return problems[0].Summary + "\n" + problems[0].Detail
}

func TestReasonIsAnInstanceThatNeverBoots(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	account.Scaling().Behave(func(b *autoscaling.Behavior) { b.StayPending = 1 })
	text := inVain(t, account, awaiting(account, 1))
	for _, word := range []string{"wants 1 instance and has 1 (1 Pending, healthy)", "The console of instance i-"} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is missing in: %s", word, text)
		}
	}
}

func TestReasonIsASmallGroup(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	spec := awaiting(account, 2)
	spec.MinSize = 1
	if text := inVain(t, account, spec); !strings.Contains(text, "wants 1 instance and has 1 (1 InService, healthy). That is the reason: 2 workers cannot come from fewer") {
		t.Error(text)
	}
}

func TestReasonIsALackOfCapacity(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	account.Scaling().Behave(func(b *autoscaling.Behavior) { b.Capacity = map[string]int{"t3.micro": 0} })
	text := inVain(t, account, awaiting(account, 1))
	for _, word := range []string{"wants 1 instance and has 0.", "A scaling activity failed at 20", "t3.micro capacity"} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is missing in: %s", word, text)
		}
	}
}

// What the console says of a failed boot is shown, and no secret that it repeats.
func TestReasonIsABootThatFailed(t *testing.T) {
	t.Parallel()
	account := awstest.Start(t)
	account.Scaling().Behave(func(b *autoscaling.Behavior) { b.NeverBoot = 1 })
	apiKey := account.Spacelift().Key().Secret
	web := "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ3b3JrZXIifQ.c2lnbmF0dXJl"
	account.SetConsole(func(instance string) string {
		return strings.Repeat("kernel noise\n", 100) + "\x1b[32m[  307.5] cloud-init[2101]: boot failed on " + instance + ": launcher ended with 3\x1b[0m\r\n" +
			"+ SPACELIFT_TOKEN=token-value\n" + "sent " + base64.StdEncoding.EncodeToString([]byte("user:key-value")) + " and " + apiKey + "\n" + "answer: " + web + "\n"
	})
	text := inVain(t, account, awaiting(account, 1))
	for _, leak := range []string{"token-value", "key-value", "a2V5LXZhbHVl", apiKey, "eyJ", "\x1b", "\r"} {
		if strings.Contains(text, leak) {
			t.Errorf("%q is in: %s", leak, text)
		}
	}
	for _, word := range []string{"1 InService, healthy", "boot failed on i-", "launcher ended with 3", "SPACELIFT_TOKEN=(secret)"} {
		if !strings.Contains(text, word) {
			t.Errorf("%q is missing in: %s", word, text)
		}
	}
	if lines := strings.Count(text, "kernel noise"); lines > 25 {
		t.Errorf("%d lines of the console are shown", lines)
	}
}
