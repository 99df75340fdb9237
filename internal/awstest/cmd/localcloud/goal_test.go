package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/spacelift"
)

func TestGoals(t *testing.T) {
	t.Parallel()
	figures := map[string]int{"waiting": 0, "busy": 3, "InService": 2, "Terminating:Wait": 1}
	for text, want := range map[string]bool{
		"waiting=0":                    true,
		"busy=3,InService=2":           true,
		"busy=3,InService=3":           false,
		"busy=2":                       false,
		"busy>=3":                      true,
		"busy>=4":                      false,
		"busy<=3":                      true,
		"busy<=2":                      false,
		"Terminating:Wait=1":           true,
		"Pending=0":                    true,
		"cut=0,workers<=0,instances=0": true,
	} {
		wanted, err := parseGoal(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if wanted.met(figures) != want {
			t.Errorf("%s is met: %t", text, !want)
		}
	}
	if goal(nil).met(figures) != true || never.met(figures) {
		t.Error("no goal is always met, never is not")
	}
}

func TestGoalsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                          "want comparisons such as",
		"busy":                      "want comparisons such as",
		"busy=":                     "want comparisons such as",
		"busy=x":                    "want comparisons such as",
		"busy>3":                    "want comparisons such as",
		"busy=1, waiting=0":         "want comparisons such as",
		"lazy=1":                    "lazy is neither one of waiting, busy",
		"busy=1,InServise=1":        "InServise is neither",
		"busy=99999999999999999999": "out of range",
	} {
		if _, err := parseGoal(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestFigures(t *testing.T) {
	t.Parallel()
	want := map[string]int{
		"waiting": 4, "busy": 3, "finished": 2, "cut": 1, "workers": 3, "drained": 2, "instances": 3, "InService": 2, "Terminating:Wait": 1,
	}
	got := figuresOf(awstest.Situation{
		WorkerPools: awstest.WorkerPools{Queued: 4, Running: 3, Finished: 2, CutShort: 1, Workers: []spacelift.Worker{{Drained: true}, {}, {Drained: true}}},
		Instances:   []awstest.Instance{{State: "InService"}, {State: "Terminating:Wait"}, {State: "InService"}},
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
