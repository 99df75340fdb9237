package component

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

func TestSecretScheduledForDeletion(t *testing.T) {
	t.Parallel()
	schedule := func(t *testing.T, w *world) {
		t.Helper()
		out, err := w.Direct().SecretsManager.DeleteSecret(w.ctx, &secretsmanager.DeleteSecretInput{SecretId: aws.String("pool-secret"), RecoveryWindowInDays: aws.Int64(7)})
		done(t, out, err)
	}
	for name, known := range map[string]bool{"ours, in the inventory": true, "ours, of an earlier run": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.ensure(t, w.behind(t, keySecret))
			tagSecret("Team", "red")(t, w)
			schedule(t, w)
			if known {
				w.reads(t, w.fresh(t, keySecret), Absent)
			} else {
				delete(w.known, keySecret)
			}
			restored := w.fresh(t, keySecret)
			w.ensure(t, restored)
			if restored.Created() || !restored.Renewed() {
				t.Errorf("created %t, renewed %t: a rollback must not delete what was restored", restored.Created(), restored.Renewed())
			}
			if !slices.Contains(w.mutations(), "secretsmanager/RestoreSecret") {
				t.Errorf("called %q", w.mutations())
			}
			w.reads(t, w.fresh(t, keySecret), InSync)
		})
	}
	foreign := func(t *testing.T) *world {
		t.Helper()
		w := newWorld(t)
		w.tags = map[string]string{"Name": "theirs"}
		w.ensure(t, w.behind(t, keySecret))
		schedule(t, w)
		return &world{Account: w.Account, ctx: w.ctx, known: map[string]string{}, ready: map[string]Component{}, net: w.net, tags: map[string]string{TagWorkerPoolID: poolID, TagManagedBy: ManagedBy}}
	}
	// As the destroy of the pool that this one replaces leaves it: soon it is gone.
	t.Run("foreign, deleted for good", func(t *testing.T) {
		t.Parallel()
		w := foreign(t)
		w.change = func(kit map[string]Component) {
			secret := kit[keySecret].(*Secret)
			secret.API = &dyingSecret{SecretsManager: secret.API, direct: w.Direct().SecretsManager}
		}
		made := w.fresh(t, keySecret)
		w.ensure(t, made)
		if !made.Created() {
			t.Error("a rollback would leave it")
		}
		w.reads(t, w.fresh(t, keySecret), InSync)
	})
	t.Run("foreign", func(t *testing.T) {
		t.Parallel()
		w := foreign(t)
		made := w.fresh(t, keySecret)
		var foreign *ForeignError
		if err := made.Ensure(w.ctx); !errors.As(err, &foreign) || made.ID() != "" || made.Created() {
			t.Errorf("got %v, id %q, created %t", err, made.ID(), made.Created())
		}
		if got := slices.Compact(w.mutations()); len(got) != 1 {
			t.Errorf("called %q", got)
		}
	})
}

// dyingSecret is gone when it is to be made for the second time.
type dyingSecret struct {
	awsapi.SecretsManager

	direct awsapi.SecretsManager
	tries  int
}

func (d *dyingSecret) CreateSecret(ctx context.Context, in *secretsmanager.CreateSecretInput, o ...func(*secretsmanager.Options)) (*secretsmanager.CreateSecretOutput, error) {
	if d.tries++; d.tries == 2 {
		if _, err := d.direct.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{SecretId: in.Name, ForceDeleteWithoutRecovery: aws.Bool(true)}); err != nil {
			return nil, err
		}
	}
	return d.SecretsManager.CreateSecret(ctx, in, o...)
}

func TestSecretWithTheDefaultKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.change = func(kit map[string]Component) { kit[keySecret].(*Secret).KMSKeyID = "" }
	w.ensure(t, w.behind(t, keySecret))
	w.reads(t, w.fresh(t, keySecret), InSync)
	w.repairs(t, keySecret, drift{fields: []string{"KMSKeyID"}, says: `its KMS key is "` + otherKey + `", not ""`, change: secretDrifts[0].change})
}

func TestStaleSecretValueIsWritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyVersion))
	w.change = func(kit map[string]Component) { kit[keyVersion].(*SecretVersion).Stale = true }
	w.ensure(t, w.fresh(t, keyVersion))
	if got := w.mutations(); !slices.Equal(got, []string{"secretsmanager/PutSecretValue"}) {
		t.Errorf("called %q", got)
	}
	for _, call := range w.Calls() {
		if strings.Contains(call.Request, "s3cr3t") && call.Action != "PutSecretValue" {
			t.Errorf("%s carries the value", call)
		}
	}
}

// Secrets Manager need not encrypt with another key what a secret holds already.
func TestSecretWithAnotherKeyIsStoredAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ensure(t, w.behind(t, keyVersion))
	before := w.known[keyVersion]
	w.change = func(kit map[string]Component) { kit[keySecret].(*Secret).KMSKeyID = otherKey }
	version := w.fresh(t, keyVersion).(*SecretVersion)
	w.ensure(t, version.Secret)
	w.ensure(t, version)
	if got := w.mutations(); len(got) > 0 { // by the version itself: the update of the secret did it all
		t.Errorf("called %q", got)
	}
	out, err := secretsmanager.NewFromConfig(w.DirectConfig()).GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("pool-secret")})
	if err != nil {
		t.Fatal(err)
	}
	if *out.VersionId != version.ID() || version.ID() == before || *out.SecretString != `{"KEY":"k","TOKEN":"s3cr3t"}` {
		t.Errorf("version %s holds %s, known is %s, and was %s", *out.VersionId, *out.SecretString, version.ID(), before)
	}
	w.reads(t, version, InSync)
}

func TestVersionGoesWithItsSecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	version := w.fresh(t, keyVersion).(*SecretVersion)
	w.ensure(t, version)
	w.remove(t, keySecret)
	version.Secret.Known = w.known[keySecret]
	w.reads(t, version.Secret, Absent)
	w.reads(t, version, Absent)
}
