package component

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// Keys of the components that let functions work.
const (
	keyParameter    = "parameter"
	keyParamVersion = "parameter_version"
	keyFnRole       = "function_role"
	keyFnLog        = "function_log_group"
	keyFunction     = "function"
	keyRule         = "rule"
	keyPermission   = "permission"
	keyQueue        = "queue"
	keyMapping      = "mapping"
	keyHook         = "hook"
)

// Physical names of their objects.
const (
	parameterName = "/pool/api-secret"
	fnRoleName    = "pool-fn-role"
	fnName        = "pool-fn"
	fnLogName     = "/aws/lambda/pool-fn"
	hookName      = "DrainWorkers"
)

var (
	fnTrust  = strings.Replace(trust, `"ec2.amazonaws.com"`, `["autoscaling.amazonaws.com","lambda.amazonaws.com"]`, 1)
	fnPolicy = strings.Replace(inline, `"s3:GetObject"`, `["ec2:*","logs:*","sqs:*","xray:*"]`, 1)
)

func codeOf(text string) FunctionCode {
	content := awstest.Package(text)
	return FunctionCode{
		Archive: func() (*io.SectionReader, error) {
			return io.NewSectionReader(bytes.NewReader(content), 0, int64(len(content))), nil
		},
		SHA256: func() (string, error) { return awstest.CodeSHA256(content), nil },
	}
}

// functions are the components around a function, by key.
func (w *world) functions(key string, object func(string) Object, of func(string) *awsapi.Clients, tags Tags, group *AutoScalingGroup) map[string]Component {
	parameter := keep(w, key, &Parameter{
		Object: object(keyParameter), API: of(keyParameter).SSM, ParameterName: parameterName, Description: "Key", Value: "s3cr3t", Tags: tags,
	})
	role := keep(w, key, &Role{
		Object: object(keyFnRole), API: of(keyFnRole).IAM, RoleName: fnRoleName, Tags: tags,
		OwnOnly:  true,
		Settings: RoleSettings{Description: "Function", TrustPolicy: fnTrust, InlinePolicyName: "function"},
		Policy:   func() (string, error) { return fnPolicy, nil },
	})
	log := keep(w, key, &FunctionLogGroup{
		Object: object(keyFnLog), API: of(keyFnLog).Logs, GroupName: fnLogName, Tags: tags,
		Settings: LogGroupSettings{Retention: 7, KMSKeyID: secretKey},
	})
	function := keep(w, key, &Function{
		Object: object(keyFunction), API: of(keyFunction).Lambda, FunctionName: fnName, Role: role, LogGroup: log, Tags: tags, Needs: []Component{parameter},
		Settings:    FunctionSettings{Description: "Function", Architecture: "arm64", MemorySize: 128, Timeout: 60, Tracing: "Active"},
		Code:        codeOf("one"),
		Environment: func() (map[string]string, error) { return map[string]string{"A": "1", "B": "2"}, nil },
	})
	rule := keep(w, key, &InvocationRule{
		Object: object(keyRule), API: of(keyRule).Events, RuleName: fnName, Expression: "rate(1 minute)", Description: "Wakes", Function: function, Tags: tags,
	})
	queue := keep(w, key, &Queue{
		Object: object(keyQueue), API: of(keyQueue).SQS, QueueName: "pool-fn", Sender: role, Tags: tags,
		Settings: QueueSettings{Visibility: 360, Retention: 3600},
		QueueARN: func() string { return "arn:aws:sqs:us-east-1:" + w.ID() + ":pool-fn" },
		Policy: func(arn string) (string, error) {
			return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + role.ARN() + `"},"Action":"sqs:SendMessage","Resource":"` + arn + `"}]}`, nil
		},
	})
	return map[string]Component{
		keyParameter: parameter, keyFnRole: role, keyFnLog: log, keyFunction: function, keyRule: rule, keyQueue: queue,
		keyParamVersion: &ParameterVersion{Object: object(keyParamVersion), Parameter: parameter},
		keyPermission:   &InvocationPermission{Object: object(keyPermission), API: of(keyPermission).Lambda, Rule: rule},
		keyMapping: &EventSource{
			Object: object(keyMapping), API: of(keyMapping).Lambda, Queue: queue, Function: function, Tags: tags, Settings: EventSourceSettings{BatchSize: 10},
		},
		keyHook: &LifecycleHook{
			Object: object(keyHook), API: of(keyHook).AutoScaling, HookName: hookName, Heartbeat: 300, Group: group, Queue: queue, Role: role,
		},
	}
}

// fixture does something behind our back, or fails the test.
func fixture(change func(w *world) error) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		if err := change(w); err != nil {
			t.Fatal(err)
		}
	}
}
