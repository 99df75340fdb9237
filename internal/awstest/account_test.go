package awstest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const anyoneMayAssume = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// makeRole makes a role and fails the test when that fails.
func makeRole(t *testing.T, a *Account, name string) string {
	t.Helper()
	out, err := tryRole(t, a, name)
	if err != nil {
		t.Fatalf("creating role %s: %v", name, err)
	}
	return aws.ToString(out.Role.Arn)
}

// allow lets a role do everything with some actions, such as "sqs:*".
func allow(t *testing.T, a *Account, role string, actions ...string) {
	t.Helper()
	text, err := json.Marshal(actions)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Clients().IAM.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{
		RoleName: &role, PolicyName: aws.String("p"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":` + string(text) + `,"Resource":"*"}]}`),
	}); err != nil {
		t.Fatal(err)
	}
}

func tryRole(t *testing.T, a *Account, name string) (*iam.CreateRoleOutput, error) {
	t.Helper()
	return a.Clients().IAM.CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: aws.String(anyoneMayAssume),
	})
}

// hasRole asks behind the proxy's back.
func hasRole(t *testing.T, a *Account, name string) bool {
	t.Helper()
	_, err := a.Direct().IAM.GetRole(t.Context(), &iam.GetRoleInput{RoleName: &name})
	if err != nil && codeOf(err) != "NoSuchEntity" {
		t.Fatalf("getting role %s: %v", name, err)
	}
	return err == nil
}

func TestAccountsAreIsolated(t *testing.T) {
	t.Parallel()
	one, two := Start(t), Start(t)
	if one.ID() == two.ID() || len(one.ID()) != 12 {
		t.Fatalf("account ids %q and %q", one.ID(), two.ID())
	}
	arn := makeRole(t, one, "mine")
	if want := "arn:aws:iam::" + one.ID() + ":role/mine"; arn != want {
		t.Errorf("role is %s, want %s", arn, want)
	}
	if !hasRole(t, one, "mine") || hasRole(t, two, "mine") {
		t.Error("a role is seen from the wrong account")
	}
	if len(two.Calls()) != 0 {
		t.Errorf("calls of another account were recorded: %v", two.Calls())
	}
	who, err := sts.NewFromConfig(two.Config()).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || aws.ToString(who.Account) != two.ID() {
		t.Errorf("the caller is %v, %v; want account %s", who, err, two.ID())
	}
}

func TestUnknownKeyIsRefused(t *testing.T) {
	t.Parallel()
	cfg := Start(t).Config()
	for _, key := range []string{"AKIAREALKEY000000000", "TEST999999999999"} {
		cfg.Credentials = credentials.NewStaticCredentialsProvider(key, "x", "")
		_, err := iam.NewFromConfig(cfg).ListRoles(t.Context(), &iam.ListRolesInput{})
		if codeOf(err) != "InvalidClientTokenId" {
			t.Errorf("key %s: %v", key, err)
		}
	}
}

func TestAssumedRoleOpensItsAccount(t *testing.T) {
	t.Parallel()
	a, target := Start(t), Start(t)
	role := makeRole(t, target, "deployer")
	session, err := sts.NewFromConfig(a.Config()).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("test")})
	if err != nil {
		t.Fatal(err)
	}
	cfg := a.Config()
	keys := session.Credentials
	cfg.Credentials = credentials.NewStaticCredentialsProvider(*keys.AccessKeyId, *keys.SecretAccessKey, *keys.SessionToken)
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil || aws.ToString(who.Account) != target.ID() {
		t.Errorf("the caller is %v, %v; want account %s", who, err, target.ID())
	}
}

func TestCallsAreRecorded(t *testing.T) {
	t.Parallel()
	a := Start(t)
	west := a.In("eu-west-1")
	makeRole(t, a, "recorded")
	if _, err := west.Clients().Logs.CreateLogGroup(t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/recorded")}); err != nil {
		t.Fatal(err)
	}
	_, err := ec2.NewFromConfig(west.Config()).DescribeLaunchTemplates(t.Context(), &ec2.DescribeLaunchTemplatesInput{LaunchTemplateNames: []string{"none"}})
	if codeOf(err) == "" {
		t.Fatalf("describing an absent launch template: %v", err)
	}
	a.Network() // behind the recorder's back
	calls := a.Calls()
	var names []string
	for _, call := range calls {
		names = append(names, call.String()+" "+call.Region)
		if call.Start.IsZero() || call.Duration <= 0 {
			t.Errorf("%s has no time: %+v", call, call)
		}
	}
	want := []string{"iam/CreateRole us-east-1", "logs/CreateLogGroup eu-west-1", "ec2/DescribeLaunchTemplates eu-west-1"}
	if !slices.Equal(names, want) {
		t.Fatalf("recorded %q, want %q", names, want)
	}
	if calls[0].Status != 200 || calls[0].ErrorCode != "" || calls[2].Status != 400 || calls[2].ErrorCode != codeOf(err) {
		t.Errorf("recorded answers %+v and %+v", calls[0], calls[2])
	}
	if !strings.Contains(calls[1].Request, "/recorded") {
		t.Errorf("recorded request %q", calls[1].Request)
	}
	a.ResetCalls()
	if len(west.Calls()) != 0 {
		t.Error("ResetCalls left calls")
	}
}

func TestLatencyIsOfOneAccount(t *testing.T) {
	t.Parallel()
	const pause = 150 * time.Millisecond
	slow := Start(t)
	slow.SetLatency(time.Hour)
	if hasRole(t, slow, "none") { // a direct call, which does not wait
		t.Error("a role is there that nobody made")
	}
	slow.SetLatency(pause)
	began := time.Now()
	makeRole(t, slow, "slow")
	if took := time.Since(began); took < pause {
		t.Errorf("the call took %s, want at least %s", took, pause)
	}
	if took := slow.Calls()[0].Duration; took < pause {
		t.Errorf("recorded %s, want at least %s", took, pause)
	}
}

func TestEnvironmentOfChildProcess(t *testing.T) {
	t.Parallel()
	a := Start(t).In("eu-west-2")
	env := strings.Join(a.Env(), "\n")
	for _, want := range []string{
		"AWS_ACCESS_KEY_ID=" + a.AccessKey(), "AWS_SECRET_ACCESS_KEY=" + a.SecretKey(), "AWS_REGION=" + a.Region(),
		"AWS_ENDPOINT_URL=" + a.Endpoint(), "AWS_EC2_METADATA_DISABLED=true",
	} {
		if !strings.Contains(env, want) {
			t.Errorf("the environment lacks %s:\n%s", want, env)
		}
	}
	if a.Region() != "eu-west-2" || a.Partition() != "aws" {
		t.Errorf("region %s of %s", a.Region(), a.Partition())
	}
}
