package awstest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
)

// mapping is an event source mapping. The emulator does not know it: it would take
// the queue's messages and fail with them.
type mapping struct {
	config types.EventSourceMappingConfiguration
	tags   map[string]string
	url    string // of the queue
	stop   func() // ends the polling; nil while there is none
}

// mappingCall answers the calls about event source mappings.
func (l *Lambda) mappingCall(ctx context.Context, q request, method, id string) *answer {
	if method == http.MethodPost {
		return l.createMapping(ctx, q)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if id == "" {
		return l.listMappings(q)
	}
	m := l.mappings[id]
	if m == nil {
		return refusal(q, http.StatusNotFound, "ResourceNotFoundException", "The resource you requested does not exist.")
	}
	switch method {
	case http.MethodPut:
		return l.updateMapping(q, m) //nolint:contextcheck // polling lives with the account
	case http.MethodDelete:
		m.halt()
		delete(l.mappings, id)
		return m.answer("Deleting")
	default:
		return m.answer("")
	}
}

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html
func (l *Lambda) createMapping(ctx context.Context, q request) *answer {
	var in awslambda.CreateEventSourceMappingInput
	if err := json.Unmarshal(q.body, &in); err != nil {
		return refusal(q, http.StatusBadRequest, "SerializationException", err.Error())
	}
	name := nameOf(aws.ToString(in.FunctionName))
	id := lambda.NewID()
	m := &mapping{tags: in.Tags, config: types.EventSourceMappingConfiguration{
		UUID: &id, EventSourceArn: in.EventSourceArn, FunctionArn: aws.String(l.arn("lambda", "function:"+name)),
		EventSourceMappingArn: aws.String(l.arn("lambda", "event-source-mapping:"+id)),
		StateTransitionReason: aws.String("USER_INITIATED"), BatchSize: aws.Int32(10), MaximumBatchingWindowInSeconds: aws.Int32(0),
	}}
	update := awslambda.UpdateEventSourceMappingInput{
		BatchSize: in.BatchSize, MaximumBatchingWindowInSeconds: in.MaximumBatchingWindowInSeconds, FunctionResponseTypes: in.FunctionResponseTypes,
		ScalingConfig: in.ScalingConfig, Enabled: aws.Bool(in.Enabled == nil || *in.Enabled),
	}
	if role := l.roleOf(name); role != "" {
		if refused := refusedRole(q, l.account.inRole(ctx, q.region, role, pollActions, aws.ToString(in.EventSourceArn))); refused != nil {
			return refused
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.functions[name] == nil {
		return refusal(q, http.StatusNotFound, "ResourceNotFoundException", "Function not found: "+*m.config.FunctionArn)
	}
	for _, other := range l.mappings {
		if *other.config.FunctionArn == *m.config.FunctionArn && *other.config.EventSourceArn == aws.ToString(in.EventSourceArn) {
			return refusal(q, http.StatusConflict, "ResourceConflictException", fmt.Sprintf(`An event source mapping with event source arn (" %s ") and function (" %s ") already exists. Please update or delete the existing mapping with UUID %s`,
				*other.config.EventSourceArn, name, *other.config.UUID))
		}
	}
	if refused := l.checkQueue(ctx, q, m, l.functions[name].function.Timeout); refused != nil {
		return refused
	}
	if refused := m.change(q, &update); refused != nil {
		return refused
	}
	l.mappings[id] = m
	l.run(m) //nolint:contextcheck // polling lives with the account
	return m.answer("Creating")
}

// updateMapping changes what a call names. The caller holds mu.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html
func (l *Lambda) updateMapping(q request, m *mapping) *answer {
	var in awslambda.UpdateEventSourceMappingInput
	if err := json.Unmarshal(q.body, &in); err != nil {
		return refusal(q, http.StatusBadRequest, "SerializationException", err.Error())
	}
	if refused := m.change(q, &in); refused != nil {
		return refused
	}
	m.halt()
	l.run(m)
	return m.answer("Updating")
}

// change takes over the settings of a mapping, or refuses them.
func (m *mapping) change(q request, in *awslambda.UpdateEventSourceMappingInput) *answer {
	changed := m.config
	set(&changed.BatchSize, in.BatchSize)
	set(&changed.MaximumBatchingWindowInSeconds, in.MaximumBatchingWindowInSeconds)
	set(&changed.ScalingConfig, in.ScalingConfig)
	if in.FunctionResponseTypes != nil {
		changed.FunctionResponseTypes = in.FunctionResponseTypes
	}
	if in.Enabled != nil {
		changed.State = aws.String(map[bool]string{true: "Enabled", false: "Disabled"}[*in.Enabled])
	}
	switch size, window := *changed.BatchSize, *changed.MaximumBatchingWindowInSeconds; {
	case size < 1 || size > 10000 || window < 0 || window > 300:
		return refusal(q, http.StatusBadRequest, "InvalidParameterValueException", "batch sizes are 1 to 10000, windows 0 to 300 seconds")
	case size > 10 && window == 0:
		return refusal(q, http.StatusBadRequest, "InvalidParameterValueException",
			"Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
	}
	m.config = changed
	return nil
}

func set[T any](field **T, wanted *T) {
	if wanted != nil {
		*field = wanted
	}
}

// run polls the queue of a mapping if that is enabled. The caller holds mu.
func (l *Lambda) run(m *mapping) {
	if !l.started || m.stop != nil || *m.config.State != "Enabled" {
		return
	}
	ctx, stop := context.WithCancel(l.account.life)
	m.stop = stop
	name := nameOf(*m.config.FunctionArn)
	poller := lambda.Mapping{
		QueueARN: *m.config.EventSourceArn, QueueURL: m.url, Queues: polled{l.queues(), l, name, *m.config.EventSourceArn},
		BatchSize:        int(*m.config.BatchSize),
		Window:           time.Duration(*m.config.MaximumBatchingWindowInSeconds) * time.Second,
		ReportItemErrors: len(m.config.FunctionResponseTypes) > 0, // there is but one type
		Invoke: func(ctx context.Context, event []byte) (lambda.Result, error) {
			l.mayLog(ctx, name)
			return l.runner.Invoke(ctx, name, event)
		},
	}
	if m.config.ScalingConfig != nil {
		poller.Concurrency = int(aws.ToInt32(m.config.ScalingConfig.MaximumConcurrency))
	}
	go poller.Run(ctx)
}

func (m *mapping) halt() {
	if m.stop != nil {
		m.stop()
		m.stop = nil
	}
}

// listMappings lists the mappings of a function, a queue, or all. The caller holds
// mu.
func (l *Lambda) listMappings(q request) *answer {
	function, source := q.query.Get("FunctionName"), q.query.Get("EventSourceArn")
	all := []json.RawMessage{}
	for _, m := range l.mappings {
		if (function == "" || strings.HasSuffix(*m.config.FunctionArn, ":"+nameOf(function))) && (source == "" || source == *m.config.EventSourceArn) {
			all = append(all, m.answer("").body)
		}
	}
	return jsonAnswer(http.StatusOK, map[string]any{"EventSourceMappings": all})
}
