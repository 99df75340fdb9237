package awstest

import (
	"encoding/json"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awslambda "github.com/aws/aws-sdk-go-v2/service/lambda"
)

// traits are what the emulator does not keep about a function, by the name in its
// configuration: the architecture that comes with new code, and any change of
// tracing and of where it logs to.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
var traits = []string{"Architectures", "TracingConfig", "LoggingConfig"}

// learnTraits takes note of what a call says of them. The caller holds mu.
func (d *deployment) learnTraits(body []byte) {
	var in map[string]json.RawMessage
	if json.Unmarshal(body, &in) != nil {
		return
	}
	if d.traits == nil {
		d.traits = map[string]json.RawMessage{}
	}
	for _, name := range traits {
		if text, given := in[name]; given && string(text) != "null" {
			d.traits[name] = text
		}
	}
}

// correct completes the answers that show a function.
func (l *Lambda) correct(q request, a *answer) {
	call := lambdaCall.FindStringSubmatch(q.action)
	if a.code != "" || call == nil || call[2] != "functions" {
		return
	}
	switch call[1] + " " + call[4] {
	case "GET event-invoke-config":
		l.correctAsync(nameOf(call[3]), a)
		return
	case "POST ", "GET ", "PUT code", "PUT configuration", "GET configuration":
	default:
		return
	}
	var document map[string]any
	if json.Unmarshal(a.body, &document) != nil {
		return
	}
	config, nested := document["Configuration"].(map[string]any)
	if !nested {
		config = document
	}
	name, _ := config["FunctionName"].(string)
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.functions[name]; known != nil {
		for trait, text := range known.traits {
			config[trait] = text
		}
	}
	a.body, _ = json.Marshal(document)
}

// correctAsync shows the newest settings of asynchronous invocations: the emulator
// shows the oldest.
func (l *Lambda) correctAsync(name string, a *answer) {
	var document map[string]any
	if json.Unmarshal(a.body, &document) != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.functions[name]
	if known == nil {
		return
	}
	delete(document, "MaximumRetryAttempts")
	delete(document, "MaximumEventAgeInSeconds")
	if retries := known.function.Retries; retries != nil {
		document["MaximumRetryAttempts"] = *retries
	}
	if age := known.function.MaxAge; age > 0 {
		document["MaximumEventAgeInSeconds"] = int(age.Seconds())
	}
	a.body, _ = json.Marshal(document)
}

// checkPermission refuses a statement whose id is in use, which the emulator lets
// pass: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
func (l *Lambda) checkPermission(q request, name string) *answer {
	var in awslambda.AddPermissionInput
	if json.Unmarshal(q.body, &in) != nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if known := l.functions[name]; known != nil {
		if _, taken := known.policy[aws.ToString(in.StatementId)]; taken {
			return refusal(q, http.StatusConflict, "ResourceConflictException",
				"The statement id ("+aws.ToString(in.StatementId)+") provided already exists. Please provide a new statement id, or remove the existing statement.")
		}
	}
	return nil
}
