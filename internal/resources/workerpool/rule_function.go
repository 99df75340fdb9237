package workerpool

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	keyName    = matching(`^[!-~]+$`, "the id of an API key", "it is empty or more than one word", "Copy the id from the API key's page at Spacelift.")
	secretText = textRule{secret: true, what: "the secret of an API key", fix: "Give the secret that Spacelift showed when the key was made.", ok: secretTextProblem}
	accountURL = textRule{secret: true, what: "the https URL of a Spacelift account", fix: "Write a URL such as https://acme.app.spacelift.io.", ok: accountURLProblem}
	bucketName = matching(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`, "the name of an S3 bucket", "it is not 3 to 63 lower-case letters, digits, '.' and '-'",
		"Write the name alone, without s3:// and key.")
	parameterName = matching(`^/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*$`, "the name of an SSM parameter", "it is not letters, digits and _.- between slashes",
		"Write a name such as /spacelift/api-secret, not the ARN.")
	parameterARN = matching(`^arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9_./-]+$`, "the ARN of an SSM parameter", "it does not look like one",
		"Write arn:aws:ssm:<region>:<account>:parameter/<name>.")
	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html, but for what
	// acts on the instance or the group of an alarm's metric.
	alarmAction = matching(`^arn:aws[a-z-]*:(sns|lambda|ssm|ssm-incidents|aiops):[a-z0-9-]*:[a-z0-9]*:\S+$`, "the ARN of what an alarm of a pool may call",
		"it is none of an SNS topic, a Lambda function, an OpsItem or incident of Systems Manager, or an investigation",
		"Write one such as arn:aws:sns:<region>:<account>:<topic>.")
	scheduleExpression = textRule{what: "a schedule of EventBridge", fix: "Write one such as rate(1 minute) or cron(0/5 8-18 ? * MON-FRI *).", ok: scheduleProblem}
)

// maxParameter is how many bytes a standard parameter of SSM holds:
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
const maxParameter = 4096

func secretTextProblem(text string) string {
	switch {
	case text == "":
		return "it is empty"
	case len(text) > maxParameter:
		return fmt.Sprintf("it is longer than %d bytes, which is what an SSM parameter holds", maxParameter)
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }):
		return "it holds white space or other characters that no such secret has"
	}
	return ""
}

// accountURLProblem is as strict as the functions are: http is for servers on the
// same machine, which tests have.
func accountURLProblem(text string) string {
	parsed, err := url.Parse(text)
	switch {
	case err != nil || parsed.Hostname() == "":
		return "it does not parse as a URL with a host"
	case parsed.Scheme == "http" && (parsed.Hostname() == "localhost" || net.ParseIP(parsed.Hostname()).IsLoopback()):
	case parsed.Scheme != "https":
		return "it does not start with https://"
	}
	switch {
	case parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "":
		return "it has more than a host and a path"
	case strings.HasSuffix(strings.TrimRight(parsed.Path, "/"), "/graphql"):
		return "it ends in /graphql, which the functions add"
	}
	return ""
}

// reservedVariables are those that Lambda sets itself and takes from nobody:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
var reservedVariables = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API",
	"LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

// variableName is what Lambda takes for the name of a variable:
// https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html
var variableName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]+$`)

// functionVariables are the environment of a function. No message shows a value.
var functionVariables = mapRule{what: "variables that Lambda takes", problems: func(_ map[string]string, all types.Map) []string {
	var problems []string
	for _, key := range keysOf(all) {
		switch {
		case slices.Contains(reservedVariables, key):
			problems = append(problems, fmt.Sprintf("has the key %q, which Lambda sets itself. Remove it.", key))
		case !variableName.MatchString(key):
			problems = append(problems, fmt.Sprintf("has the key %q, but Lambda takes only letters, digits and '_' after a letter, at least two. Rename it.", key))
		}
		if all.Elements()[key].IsNull() {
			problems = append(problems, fmt.Sprintf("has no value for %q: it is null. Give it a value or leave the key out.", key))
		}
	}
	return problems
}}
