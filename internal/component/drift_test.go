package component

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrettypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"
)

// drift is a setting changed behind our back.
type drift struct {
	name   string
	fields []string // the Fields that differ then, each once
	says   string   // a part of what is said of it
	change func(*testing.T, *world)
}

// repairs fails the test unless Read sees a drift and Ensure repairs it.
func (w *world) repairs(t *testing.T, key string, d drift) {
	t.Helper()
	d.change(t, w)
	differences := w.reads(t, w.fresh(t, key), Drifted)
	var fields []string
	for _, difference := range differences {
		fields = append(fields, difference.Field)
		if !strings.Contains(difference.Text, " ") {
			t.Errorf("%q is no text for people", difference.Text)
		}
	}
	slices.Sort(fields)
	if diff := cmp.Diff(slices.Compact(fields), d.fields); diff != "" {
		t.Errorf("differences (-got +want):\n%s", diff)
	}
	if text := Sentence(differences); !strings.Contains(text, d.says) {
		t.Errorf("the sentence is %q, without %q", text, d.says)
	}
	w.index = &TagIndex{}
	if diff := cmp.Diff(differences, w.reads(t, w.ahead(t, key), Drifted)); diff != "" {
		t.Errorf("differences, read by itself (-) and with others (+):\n%s", diff)
	}
	w.index = nil
	again := w.fresh(t, key)
	w.ensure(t, again)
	if again.Created() {
		t.Error("the object was made again")
	}
	w.reads(t, w.fresh(t, key), InSync)
}

// done fails the test when a change behind our back does.
func done[T any](t *testing.T, _ T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func makeUserRole(t *testing.T, w *world) {
	t.Helper()
	out, err := w.Direct().IAM.CreateRole(w.ctx, &iam.CreateRoleInput{RoleName: aws.String(userRole), AssumeRolePolicyDocument: aws.String(trust)})
	done(t, out, err)
}

var roleDrifts = []drift{
	{"trust policy", []string{"TrustPolicy"}, "trust policy was changed", func(t *testing.T, w *world) {
		out, err := w.Direct().IAM.UpdateAssumeRolePolicy(w.ctx, &iam.UpdateAssumeRolePolicyInput{
			RoleName: aws.String(roleName), PolicyDocument: aws.String(strings.Replace(trust, "ec2", "lambda", 1)),
		})
		done(t, out, err)
	}},
	{"boundary changed", []string{"PermissionsBoundary"}, `permissions boundary is "` + readOnly + `", not "` + boundary + `"`, func(t *testing.T, w *world) {
		out, err := w.Direct().IAM.PutRolePermissionsBoundary(w.ctx, &iam.PutRolePermissionsBoundaryInput{
			RoleName: aws.String(roleName), PermissionsBoundary: aws.String(readOnly),
		})
		done(t, out, err)
	}},
	{"boundary removed", []string{"PermissionsBoundary"}, `permissions boundary is "", not`, func(t *testing.T, w *world) {
		out, err := w.Direct().IAM.DeleteRolePermissionsBoundary(w.ctx, &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String(roleName)})
		done(t, out, err)
	}},
	{"managed policy detached", []string{"ManagedPolicies"}, "policy " + agent + " is not attached", func(t *testing.T, w *world) {
		out, err := w.Direct().IAM.DetachRolePolicy(w.ctx, &iam.DetachRolePolicyInput{RoleName: aws.String(roleName), PolicyArn: aws.String(agent)})
		done(t, out, err)
	}},
	{"foreign policy attached", []string{"ManagedPolicies"}, "policy " + readOnly + " was attached outside Terraform", func(t *testing.T, w *world) {
		out, err := w.Direct().IAM.AttachRolePolicy(w.ctx, &iam.AttachRolePolicyInput{RoleName: aws.String(roleName), PolicyArn: aws.String(readOnly)})
		done(t, out, err)
	}},
	{"inline policy changed", []string{"InlinePolicies"}, "inline policy worker was changed", func(t *testing.T, w *world) {
		putInline(t, w, "worker", strings.Replace(inline, "GetObject", "*", 1))
	}},
	{"inline policy added", []string{"InlinePolicies"}, "inline policy other was added outside Terraform", func(t *testing.T, w *world) {
		putInline(t, w, "other", inline)
	}},
	{"inline policy deleted", []string{"InlinePolicies"}, "inline policy worker is missing", func(t *testing.T, w *world) {
		out, err := w.Direct().IAM.DeleteRolePolicy(w.ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(roleName), PolicyName: aws.String("worker")})
		done(t, out, err)
	}},
	{"tag missing", []string{"Tags"}, "tag Team is missing", func(t *testing.T, w *world) {
		out, err := w.Direct().IAM.UntagRole(w.ctx, &iam.UntagRoleInput{RoleName: aws.String(roleName), TagKeys: []string{"Team"}})
		done(t, out, err)
	}},
	{"tag changed", []string{"Tags"}, `tag Team is "red", not "blue"`, tagRole("Team", "red")},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", tagRole("Stale", "x")},
	{"description", []string{"Description"}, "its description was changed", func(t *testing.T, w *world) {
		out, err := w.Direct().IAM.UpdateRoleDescription(w.ctx, &iam.UpdateRoleDescriptionInput{RoleName: aws.String(roleName), Description: aws.String("x")})
		done(t, out, err)
	}},
}

func putInline(t *testing.T, w *world, name, document string) {
	t.Helper()
	out, err := w.Direct().IAM.PutRolePolicy(w.ctx, &iam.PutRolePolicyInput{
		RoleName: aws.String(roleName), PolicyName: aws.String(name), PolicyDocument: aws.String(document),
	})
	done(t, out, err)
}

func tagRole(key, value string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().IAM.TagRole(w.ctx, &iam.TagRoleInput{RoleName: aws.String(roleName), Tags: []iamtypes.Tag{iamTag(key, value)}})
		done(t, out, err)
	}
}

var profileDrifts = []drift{
	{"role removed", []string{"Role"}, "it holds no role", removeProfileRole},
	{"role swapped", []string{"Role"}, "it holds role " + userRole + ", not " + roleName, func(t *testing.T, w *world) {
		makeUserRole(t, w)
		removeProfileRole(t, w)
		out, err := w.Direct().IAM.AddRoleToInstanceProfile(w.ctx, &iam.AddRoleToInstanceProfileInput{
			InstanceProfileName: aws.String("pool"), RoleName: aws.String(userRole),
		})
		done(t, out, err)
	}},
	{"tag missing", []string{"Tags"}, "tag Team is missing", func(t *testing.T, w *world) {
		out, err := w.Direct().IAM.UntagInstanceProfile(w.ctx, &iam.UntagInstanceProfileInput{InstanceProfileName: aws.String("pool"), TagKeys: []string{"Team"}})
		done(t, out, err)
	}},
	{"tag changed", []string{"Tags"}, `tag Team is "red", not "blue"`, tagProfile("Team", "red")},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", tagProfile("Stale", "x")},
}

func removeProfileRole(t *testing.T, w *world) {
	t.Helper()
	out, err := w.Direct().IAM.RemoveRoleFromInstanceProfile(w.ctx, &iam.RemoveRoleFromInstanceProfileInput{
		InstanceProfileName: aws.String("pool"), RoleName: aws.String(roleName),
	})
	done(t, out, err)
}

func tagProfile(key, value string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().IAM.TagInstanceProfile(w.ctx, &iam.TagInstanceProfileInput{InstanceProfileName: aws.String("pool"), Tags: []iamtypes.Tag{iamTag(key, value)}})
		done(t, out, err)
	}
}

var secretDrifts = []drift{
	{"KMS key", []string{"KMSKeyID"}, `its KMS key is "` + otherKey + `", not "` + secretKey + `"`, func(t *testing.T, w *world) {
		out, err := w.Direct().SecretsManager.UpdateSecret(w.ctx, &secretsmanager.UpdateSecretInput{SecretId: aws.String("pool-secret"), KmsKeyId: aws.String(otherKey)})
		done(t, out, err)
	}},
	{"tag missing", []string{"Tags"}, "tag Team is missing", func(t *testing.T, w *world) {
		out, err := w.Direct().SecretsManager.UntagResource(w.ctx, &secretsmanager.UntagResourceInput{SecretId: aws.String("pool-secret"), TagKeys: []string{"Team"}})
		done(t, out, err)
	}},
	{"tag changed", []string{"Tags"}, `tag Team is "red", not "blue"`, tagSecret("Team", "red")},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", tagSecret("Stale", "x")},
	{"description", []string{"Description"}, "its description was changed", func(t *testing.T, w *world) {
		out, err := w.Direct().SecretsManager.UpdateSecret(w.ctx, &secretsmanager.UpdateSecretInput{SecretId: aws.String("pool-secret"), Description: aws.String("x")})
		done(t, out, err)
	}},
}

func tagSecret(key, value string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().SecretsManager.TagResource(w.ctx, &secretsmanager.TagResourceInput{
			SecretId: aws.String("pool-secret"), Tags: []secrettypes.Tag{secretTag(key, value)},
		})
		done(t, out, err)
	}
}

var versionDrifts = []drift{
	{"value", []string{"Value"}, "its value was changed outside Terraform", func(t *testing.T, w *world) {
		out, err := w.Direct().SecretsManager.PutSecretValue(w.ctx, &secretsmanager.PutSecretValueInput{SecretId: aws.String("pool-secret"), SecretString: aws.String("{}")})
		done(t, out, err)
	}},
}

var logDrifts = []drift{
	{"retention", []string{"Retention"}, "retention is 14 days, not 7 days", func(t *testing.T, w *world) {
		out, err := w.Direct().Logs.PutRetentionPolicy(w.ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: aws.String(logName), RetentionInDays: aws.Int32(14)})
		done(t, out, err)
	}},
	{"retention removed", []string{"Retention"}, "retention is forever, not 7 days", func(t *testing.T, w *world) {
		out, err := w.Direct().Logs.DeleteRetentionPolicy(w.ctx, &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: aws.String(logName)})
		done(t, out, err)
	}},
	{"KMS key", []string{"KMSKeyID"}, `its KMS key is "` + otherKey + `", not "` + secretKey + `"`, func(t *testing.T, w *world) {
		out, err := w.Direct().Logs.AssociateKmsKey(w.ctx, &cloudwatchlogs.AssociateKmsKeyInput{LogGroupName: aws.String(logName), KmsKeyId: aws.String(otherKey)})
		done(t, out, err)
	}},
	{"KMS key removed", []string{"KMSKeyID"}, `its KMS key is "", not "` + secretKey + `"`, func(t *testing.T, w *world) {
		out, err := w.Direct().Logs.DisassociateKmsKey(w.ctx, &cloudwatchlogs.DisassociateKmsKeyInput{LogGroupName: aws.String(logName)})
		done(t, out, err)
	}},
	{"mark missing", []string{"Tags"}, "tag " + markPrefix + "pool is missing", untagLog(markPrefix + "pool")},
	{"tag missing", []string{"Tags"}, "tag Team is missing", untagLog("Team")},
	{"tag changed", []string{"Tags"}, `tag Team is "red", not "blue"`, tagLog("Team", "red")},
	{"tag left over", []string{"Tags"}, "tag Stale is left over", tagLog("Stale", "x")},
}

func untagLog(key string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().Logs.UntagResource(w.ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: aws.String(w.logARN()), TagKeys: []string{key}})
		done(t, out, err)
	}
}

func tagLog(key, value string) func(*testing.T, *world) {
	return func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().Logs.TagResource(w.ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: aws.String(w.logARN()), Tags: map[string]string{key: value}})
		done(t, out, err)
	}
}

func (w *world) logARN() string { return "arn:aws:logs:us-east-1:" + w.ID() + ":log-group:" + logName }
