package provider

import (
	"bytes"
	"context"
	"encoding/base64"
	"log"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/resources/workerpool"
)

const (
	roleSecret = "role-secret-value"
	roleToken  = "role-session-token"
)

// userData has no character that a form escapes.
var userData = base64.StdEncoding.EncodeToString([]byte("export TOKEN=user-data-secrets"))

// sink is Terraform's log at TRACE.
type sink struct {
	mu sync.Mutex
	bytes.Buffer
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.Buffer.Write(p)
}

// TestSecretsStayOutOfLogs is not parallel: it redirects the log package too,
// where the library writes without a context.
func TestSecretsStayOutOfLogs(t *testing.T) {
	var out sink
	before := log.Writer()
	log.SetOutput(&out)
	t.Cleanup(func() { log.SetOutput(before) })
	fake := startAWS(t)

	loginContext := tflogtest.RootLogger(t.Context(), &out)
	configured := func(more config) *workerpool.ProviderData {
		resp := configureWith(loginContext, t, login(fake).with(more), provider.ConfigureProviderClientCapabilities{})
		if resp.Diagnostics.HasError() {
			t.Fatal(resp.Diagnostics)
		}
		data, _ := resp.ResourceData.(*workerpool.ProviderData)
		return data
	}
	configured(config{"access_key": nil, "secret_key": nil, "assume_role_with_web_identity": config{
		"role_arn": "arn:aws:iam::123456789012:role/web", "web_identity_token": "web-identity-token",
	}})
	data := configured(config{
		"secret_key": "static-secret", "token": "static-token",
		"http_proxy":  strings.Replace(fake.URL, "http://", "http://user:proxy-password@", 1),
		"assume_role": []any{config{"role_arn": "arn:aws:iam::123456789012:role/first"}},
		"spacelift":   config{"api_key_endpoint": "https://acme.app.spacelift.io", "api_key_id": "id", "api_key_secret": "spacelift-secret"},
	})

	callWithSecrets(tflogtest.RootLogger(t.Context(), &out), t, data) // a resource's context is another one

	logged := out.String()
	for _, secret := range []string{
		"created-secret", "put-secret", userData, "user-data-secret", roleSecret, roleToken, "web-identity-token",
		"static-secret", "static-token", "spacelift-secret", "proxy-password",
	} {
		if strings.Contains(logged, secret) {
			t.Errorf("the log has %q", secret)
		}
	}
	for _, wanted := range []string{"HTTP Request Sent", "HTTP Response Received", "visible-group", "PutSecretValue", hidden} {
		if !strings.Contains(logged, wanted) {
			t.Errorf("the log lacks %q", wanted)
		}
	}
	if t.Failed() {
		t.Log(logged)
	}
}

func callWithSecrets(ctx context.Context, t *testing.T, data *workerpool.ProviderData) {
	t.Helper()
	clients := data.Factory.In("us-east-1")
	for name, err := range map[string]error{
		"CreateSecret":   second(clients.SecretsManager.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: new("pool"), SecretString: new("created-secret")})),
		"PutSecretValue": second(clients.SecretsManager.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: new("pool"), SecretString: new("put-secret")})),
		"CreateLaunchTemplate": second(clients.EC2.CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
			LaunchTemplateName: new("pool"), LaunchTemplateData: &types.RequestLaunchTemplateData{UserData: &userData},
		})),
		"DescribeAutoScalingGroups": second(clients.AutoScaling.DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{AutoScalingGroupNames: []string{"visible-group"}})),
	} {
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}
