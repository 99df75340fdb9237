package function

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
)

const awsSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

// The environment as Lambda makes it, which the SDK reads.
func TestMain(m *testing.M) {
	for name, text := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": awsSecret, "AWS_SESSION_TOKEN": "session-token",
		"AWS_LAMBDA_FUNCTION_NAME": "autoscaler", "_X_AMZN_TRACE_ID": traceID,
		"HTTPS_PROXY": "http://somebody:swordfish@127.0.0.1:1", "NO_PROXY": "127.0.0.1",
	} {
		_ = os.Setenv(name, text)
	}
	os.Exit(m.Run())
}

const traceID = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"

// environ is that of a function with a key and, by its ARN, perhaps a bundle.
func environ(bundle string) lambdaenv.Common {
	return lambdaenv.Common{
		Region: "eu-west-1", APIKeyID: "key-id", APIKeySecretName: "/sp5ft/api-secret", APIKeyEndpoint: "https://acme.app.spacelift.io",
		WorkerPoolID: "01HZXK3J5T9V2QWERTY0123456", CABundleSecretARN: bundle,
	}
}

// lines are the log's lines, each of which has to be JSON.
func lines(t *testing.T, log *bytes.Buffer) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(log.String()) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		all = append(all, fields)
	}
	return all
}

// utc is lines with their times in UTC, wherever the test runs.
func utc(all []map[string]any) []map[string]any {
	for _, line := range all {
		if at, err := time.Parse(time.RFC3339Nano, line["timestamp"].(string)); err == nil {
			line["timestamp"] = at.UTC().Format(time.RFC3339Nano)
		}
	}
	return all
}
