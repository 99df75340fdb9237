package autoscaling

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// overHTTP is an SDK client that speaks to w.
func overHTTP(t *testing.T, w *world) *autoscaling.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		form, _ := url.ParseQuery(string(body))
		reply, err := w.Call(form)
		if err != nil {
			reply = Reply{Status: http.StatusNotImplemented}
		}
		response.WriteHeader(reply.Status)
		_, _ = response.Write(reply.Body)
	}))
	t.Cleanup(server.Close)
	return autoscaling.New(autoscaling.Options{
		Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	})
}

// What goes in over HTTP must come out of Describe over HTTP as it does in
// memory: lists, structs in structs, times, numbers, booleans, odd characters.
func TestHTTPFaceLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld()
	client, ctx := overHTTP(t, w), t.Context()
	in := input(func(in *autoscaling.CreateAutoScalingGroupInput) {
		in.LaunchTemplate, in.MixedInstancesPolicy = nil, mixed(&types.InstancesDistribution{
			OnDemandBaseCapacity: ptr(int32(0)), OnDemandPercentageAboveBaseCapacity: ptr(int32(25)), SpotAllocationStrategy: ptr("price-capacity-optimized"),
		})
		in.Tags = []types.Tag{tagOf("group", "empty", ""), tagOf("group", `<&"é`, `a b+c%`)}
		in.TerminationPolicies = []string{"OldestInstance", "Default"}
		in.InstanceMaintenancePolicy = &types.InstanceMaintenancePolicy{MinHealthyPercentage: ptr(int32(90)), MaxHealthyPercentage: ptr(int32(120))}
		in.CapacityRebalance = ptr(false)
	})
	if _, err := client.CreateAutoScalingGroup(ctx, in); err != nil {
		t.Fatal(err)
	}
	if _, err := client.EnableMetricsCollection(ctx, &autoscaling.EnableMetricsCollectionInput{AutoScalingGroupName: ptr("group"), Granularity: ptr("1Minute")}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.SuspendProcesses(ctx, &autoscaling.SuspendProcessesInput{AutoScalingGroupName: ptr("group"), ScalingProcesses: []string{"AZRebalance"}}); err != nil {
		t.Fatal(err)
	}
	out, err := client.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"group"}})
	if err != nil || len(out.AutoScalingGroups) != 1 {
		t.Fatalf("%v, %v", out, err)
	}
	everything := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".noSmithyDocumentSerde" }, cmp.Ignore())
	if diff := cmp.Diff(w.read(t), out.AutoScalingGroups[0], everything, cmpopts.EquateEmpty(), cmpopts.EquateApproxTime(time.Second)); diff != "" {
		t.Error(diff)
	}
	var taken *types.AlreadyExistsFault
	if _, err := client.CreateAutoScalingGroup(ctx, in); !errors.As(err, &taken) {
		t.Errorf("a typed error came as %v", err)
	}
}

func TestEmptyListIsNotAnAbsentOne(t *testing.T) {
	t.Parallel()
	var in autoscaling.UpdateAutoScalingGroupInput
	if err := decode(url.Values{"TerminationPolicies": {""}}, &in); err != nil || in.TerminationPolicies == nil || in.AvailabilityZones != nil {
		t.Errorf("decoded %+v, %v", in, err)
	}
}

func TestUnknownActionIsNoOperation(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for _, action := range []string{"PutWarmPool", "Call", "", "lookup"} {
		if _, err := w.Call(url.Values{"Action": {action}}); !errors.Is(err, ErrNoOperation) {
			t.Errorf("%q: %v", action, err)
		}
	}
}

func TestMalformedNumberIsRefused(t *testing.T) {
	t.Parallel()
	reply, err := newWorld().Call(url.Values{"Action": {"DescribeAutoScalingGroups"}, "MaxRecords": {"many"}})
	if err != nil || reply.Status != http.StatusBadRequest || reply.Code != "ValidationError" {
		t.Errorf("%+v, %v", reply, err)
	}
}
