package scenario

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/smithy-go/middleware"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/marks"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/fleet"
	lambda "github.com/spacelift-io/terraform-provider-spacelift-ec2/lambdas/internal/function"
)

// process is an execution environment of a function: clients that live until it is
// killed. All its calls pass through its gate.
type process struct {
	world   *world
	pool    *spacelift.Client
	scaling *sdk.Client
	ec2     *ec2.Client
	skew    time.Duration // of its clock, as the marks that it writes show

	end    atomic.Int64 // when Lambda kills it, in nanoseconds
	cancel context.CancelFunc
	killed atomic.Bool
}

// fault is asked before a call: an error is the call's answer.
type fault func(p *process, operation string) error

var errKilled = errors.New("the process has been killed")

func newProcess(w *world) *process {
	p := &process{world: w, skew: w.nextSkew()}
	key := w.account.Key()
	p.pool = spacelift.New(spacelift.Options{
		Endpoint: "https://acme.app.spacelift.io", KeyID: key.ID, KeySecret: key.Secret, HTTP: &http.Client{Transport: p},
	})
	p.scaling = w.groups.Client(func(o *sdk.Options) {
		o.Retryer, o.APIOptions = lambda.NewRetryer(), append(o.APIOptions, p.play, p.guard)
	})
	p.ec2 = ec2.New(ec2.Options{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		Retryer: lambda.NewRetryer(), APIOptions: []func(*middleware.Stack) error{p.play, p.guard},
	})
	return p
}

func (p *process) fleet(group string) *fleet.Fleet {
	return &fleet.Fleet{Scaling: p.scaling, EC2: p.ec2, Group: group}
}

// kill ends the process: no call of it has an effect any more.
func (p *process) kill() {
	p.killed.Store(true)
	p.cancel()
}

func (p *process) gone() bool { return p.killed.Load() || time.Now().UnixNano() >= p.end.Load() }

// gate lets a call pass, or answers it with an error.
func (p *process) gate(operation string) error {
	if p.gone() {
		return errKilled
	}
	w := p.world
	w.mu.Lock()
	faults := w.faults
	w.mu.Unlock()
	for _, strikes := range faults {
		if err := strikes(p, operation); err != nil {
			return err
		}
	}
	return nil
}

// RoundTrip implements http.RoundTripper for Spacelift.
func (p *process) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := request.GetBody()
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, err
	}
	operation := "workerPool"
	for _, name := range []string{"workerDrainSet", "apiKeyUser"} {
		if strings.Contains(string(text), name+"(") {
			operation = name
		}
	}
	if err := p.gate(operation); err != nil {
		return nil, err
	}
	response, err := p.world.account.Transport().RoundTrip(request)
	if p.gone() {
		return nil, errKilled
	}
	return response, err
}

// guard puts the gate behind the SDK's retries, around each attempt.
func (p *process) guard(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("Gate", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		if err := p.gate(awsmiddleware.GetOperationName(ctx)); err != nil {
			return middleware.DeserializeOutput{}, middleware.Metadata{}, err
		}
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if p.gone() {
			err = errKilled
		}
		return out, metadata, err
	}), middleware.Before)
}

type inputKey struct{}

// play answers the calls of EC2 from the fleet, in place of a network, and the most
// frequent of Auto Scaling without the detour by XML, which takes most of the time.
func (p *process) play(stack *middleware.Stack) error {
	err := stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Keep", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		return next.HandleInitialize(middleware.WithStackValue(ctx, inputKey{}, in.Parameters), in)
	}), middleware.Before)
	if err != nil {
		return err
	}
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("Play", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (out middleware.DeserializeOutput, metadata middleware.Metadata, err error) {
		switch input := middleware.GetStackValue(ctx, inputKey{}).(type) {
		case *ec2.DescribeInstancesInput:
			out.Result, err = p.world.fleet.DescribeInstances(ctx, input)
		case *ec2.CreateTagsInput:
			out.Result, err = p.world.fleet.CreateTags(ctx, p.byItsClock(input))
		case *ec2.DeleteTagsInput:
			out.Result, err = p.world.fleet.DeleteTags(ctx, input)
		case *sdk.DescribeAutoScalingGroupsInput:
			out.Result, err = p.world.groups.DescribeAutoScalingGroups(input)
		default:
			return next.HandleDeserialize(ctx, in)
		}
		return out, metadata, err
	}), middleware.Before)
}

// byItsClock is what a process would write whose clock is off.
func (p *process) byItsClock(in *ec2.CreateTagsInput) *ec2.CreateTagsInput {
	changed := *in
	changed.Tags = nil
	for _, tag := range in.Tags {
		text := *tag.Value
		switch mark := marks.Parse(text); {
		case p.skew == 0:
		case *tag.Key == marks.Termination:
			text = marks.Format(marks.Time(text).Add(p.skew))
		default:
			mark.At = mark.At.Add(p.skew)
			text = mark.String()
		}
		tag.Value = &text
		changed.Tags = append(changed.Tags, tag)
	}
	return &changed
}
