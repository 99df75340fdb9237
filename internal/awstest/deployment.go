package awstest

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest/lambda"
)

// deployment is a function as the API calls have made it.
type deployment struct {
	function lambda.Function
	role     string
	policy   map[string]awslambda.AddPermissionInput // by statement id
	traits   map[string]json.RawMessage              // see traits
}

// lambdaCall takes the path of a call apart: method, collection, name, the rest.
var lambdaCall = regexp.MustCompile(`^([A-Z]+) /\d{4}-\d\d-\d\d/(functions|event-source-mappings|tags)(?:/([^/]*))?(?:/(.*?))?/?$`)

// nameOf is the name of a function that is named in one of
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax
func nameOf(reference string) string {
	if _, after, ok := strings.Cut(reference, "function:"); ok {
		reference = after
	}
	name, _, _ := strings.Cut(reference, ":")
	return name
}

// noticeDeployed lets Lambda know what a call that worked has made of functions and
// rules.
func (t *tenant) noticeDeployed(q request, a *answer) {
	if a.status >= http.StatusMultipleChoices {
		return
	}
	switch q.service {
	case "lambda":
		t.lambda(q.region).learn(q, a)
	case "events":
		t.lambda(q.region).learnRule(q)
	}
}

// learn takes note of a call about functions.
func (l *Lambda) learn(q request, a *answer) {
	call := lambdaCall.FindStringSubmatch(q.action)
	if call == nil || call[2] != "functions" {
		return
	}
	name, act := nameOf(call[3]), call[1]+" "+call[4]
	switch act {
	case "POST ", "PUT code", "PUT configuration":
		l.deploy(q, a)
		return
	case "DELETE ":
		l.runner.Remove(name)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.functions[name]
	switch {
	case known == nil:
	case act == "DELETE ":
		delete(l.functions, name)
	case act == "PUT event-invoke-config", act == "POST event-invoke-config", act == "DELETE event-invoke-config":
		known.configureAsync(call[1], q.body)
		l.put(known)
	case act == "POST policy":
		var statement awslambda.AddPermissionInput
		if json.Unmarshal(q.body, &statement) == nil {
			known.policy[aws.ToString(statement.StatementId)] = statement
		}
	case strings.HasPrefix(act, "DELETE policy/"):
		delete(known.policy, strings.TrimPrefix(call[4], "policy/"))
	}
}

// codeCall is what CreateFunction (in Code) and UpdateFunctionCode say of the code.
type codeCall struct {
	types.FunctionCode
	Code          *types.FunctionCode
	Architectures []types.Architecture
}

func (c *codeCall) code() *types.FunctionCode {
	if c.Code != nil {
		return c.Code
	}
	return &c.FunctionCode
}

// deploy takes note of new code or configuration: code and architecture from the
// request, since the emulator ignores an architecture that comes with new code, the
// rest from the answer.
func (l *Lambda) deploy(q request, a *answer) {
	var in codeCall
	var out types.FunctionConfiguration
	if json.Unmarshal(q.body, &in) != nil || json.Unmarshal(a.body, &out) != nil || out.FunctionName == nil {
		return
	}
	text := q.archive
	if text == nil {
		text = l.fetch(in.code())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.functions[*out.FunctionName]
	if known == nil {
		known = &deployment{policy: map[string]awslambda.AddPermissionInput{}}
		l.functions[*out.FunctionName] = known
	}
	known.configure(&out)
	known.learnTraits(q.body)
	if text != nil {
		known.function.Zip = text
		maps.Copy(known.traits, codeTraits(text))
	}
	if len(in.Architectures) > 0 {
		known.function.Arch = string(in.Architectures[0])
	}
	if role := aws.ToString(out.Role); role != known.role {
		known.role, known.function.Keys = role, l.account.assume(role)
	}
	l.put(known)
}

// put hands a function to the runner; the caller holds mu.
func (l *Lambda) put(d *deployment) {
	f := d.function
	f.Region = l.account.region
	f.Extra = slices.DeleteFunc(l.account.Env(), func(entry string) bool {
		return strings.HasPrefix(entry, "AWS_ACCESS_KEY") || strings.HasPrefix(entry, "AWS_SECRET_") || strings.Contains(entry, "_REGION=")
	})
	if l.adjust != nil {
		l.adjust(&f)
	}
	// It fails for what standIn has refused.
	_ = l.runner.Put(&f)
}

func (d *deployment) configure(out *types.FunctionConfiguration) {
	f := &d.function
	f.Name, f.ARN, f.Handler = aws.ToString(out.FunctionName), aws.ToString(out.FunctionArn), aws.ToString(out.Handler)
	f.MemoryMB = int(aws.ToInt32(out.MemorySize))
	f.Timeout = time.Duration(aws.ToInt32(out.Timeout)) * time.Second
	f.Env = nil
	if out.Environment != nil {
		f.Env = out.Environment.Variables
	}
	if f.Arch == "" {
		f.Arch = "x86_64"
	}
}

// configureAsync takes what a PUT or POST says of asynchronous invocations; a DELETE
// brings the defaults back.
// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
func (d *deployment) configureAsync(method string, body []byte) {
	var in awslambda.PutFunctionEventInvokeConfigInput
	if method != http.MethodDelete && json.Unmarshal(body, &in) != nil {
		return
	}
	if method != http.MethodPost || in.MaximumRetryAttempts != nil {
		d.function.Retries = nil
		if in.MaximumRetryAttempts != nil {
			d.function.Retries = aws.Int(int(*in.MaximumRetryAttempts))
		}
	}
	if method != http.MethodPost || in.MaximumEventAgeInSeconds != nil {
		d.function.MaxAge = time.Duration(aws.ToInt32(in.MaximumEventAgeInSeconds)) * time.Second
	}
}
