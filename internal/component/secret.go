package component

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awserr"
)

// defaultSecretKey encrypts a secret for which no key is named:
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
const defaultSecretKey = "alias/aws/secretsmanager"

// Secret is a Secrets Manager secret, without its value.
type Secret struct {
	Object
	API        awsapi.SecretsManager
	SecretName string
	KMSKeyID   string // id, ARN or alias; "" for the account's default key
	Tags       Tags

	Description string      // "": that of the workers' environment
	Needs       []Component // that are made before it

	// Value is what the secret holds. It is stored anew together with another key:
	// Secrets Manager encrypts what is there with that only for who may use both keys in
	// full, and says nothing where it does not.
	// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecret.html
	Value func() (string, error)

	description string // as last seen
	kmsKeyID    string
	tags        map[string]string
	current     string // id of the version that is AWSCURRENT
	rewritten   string // id of the version that this process has stored with another key
	asked       asked[*secretsmanager.DescribeSecretOutput]
}

// Deps implements Component.
func (s *Secret) Deps() []Component { return s.Needs }

// Ensure implements Component.
func (s *Secret) Ensure(ctx context.Context) error { return ensure(ctx, s) }

// Read implements Component.
func (s *Secret) Read(ctx context.Context) (Status, error) { return read(ctx, s) }

// ARN of the secret; "" while it does not exist. It is also the secret's ID.
func (s *Secret) ARN() string { return s.Known }

// SeenKMSKeyID is the key as AWS has it, "" for the default one.
func (s *Secret) SeenKMSKeyID() string { return s.kmsKeyID }

// Rewritten tells whether the value was stored anew, with another key.
func (s *Secret) Rewritten() bool { return s.rewritten != "" }

func (s *Secret) create(ctx context.Context) error {
	out, err := s.send(ctx)
	if awserr.ScheduledForDeletion(err) {
		restored, blocked := s.restore(ctx)
		var foreign *ForeignError
		if restored || blocked != nil && !errors.As(blocked, &foreign) {
			return blocked
		}
		// Deleted for good a moment ago, by us or by the destroy of the pool that this one
		// replaces: the name is free within a minute or so.
		out, err = s.send(ctx, func(o *secretsmanager.Options) { o.Retryer = patiently(o.Retryer, "InvalidRequestException") })
		if foreign != nil && awserr.ScheduledForDeletion(err) {
			return foreign
		}
	}
	if err != nil {
		return fmt.Errorf("creating secret %s: %w", s.SecretName, err)
	}
	s.Known, s.description, s.kmsKeyID, s.tags, s.current = aws.ToString(out.ARN), s.wanted(), s.KMSKeyID, s.Tags.Want, ""
	return nil
}

func (s *Secret) send(ctx context.Context, options ...func(*secretsmanager.Options)) (*secretsmanager.CreateSecretOutput, error) {
	note := func(o *secretsmanager.Options) { o.APIOptions = append(o.APIOptions, s.noteLost) }
	return s.API.CreateSecret(ctx, &secretsmanager.CreateSecretInput{
		Name:        aws.String(s.SecretName),
		Description: aws.String(s.wanted()),
		KmsKeyId:    optional(s.KMSKeyID),
		Tags:        tagList(s.Tags.Want, secretTag),
	}, append(options, note)...)
}

// wanted is the description that the secret is to have.
func (s *Secret) wanted() string {
	return orElse(s.Description, "Environment variables of Spacelift workers")
}

// restore brings back our own secret that is waiting for its deletion and blocks
// the name meanwhile. There is none to bring back when it was deleted without a
// recovery window, although its name stays blocked for a while as well.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_restore-secret.html
func (s *Secret) restore(ctx context.Context) (restored bool, err error) {
	if found, _, err := s.describe(ctx); err != nil || !found {
		return false, err
	}
	id := s.Known
	s.Known = ""
	if foreign := s.foreign(); foreign != nil {
		return false, foreign
	}
	_, err = s.API.RestoreSecret(ctx, &secretsmanager.RestoreSecretInput{SecretId: aws.String(id)})
	if awserr.NotFound(err) || awserr.ScheduledForDeletion(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("restoring secret %s, which is scheduled for deletion: %w", s.SecretName, err)
	}
	s.Known, s.revived = id, true
	return true, nil
}

// load takes a secret that is scheduled for deletion for absent: workers cannot
// read it any more. Making it again restores it.
func (s *Secret) load(ctx context.Context) (bool, error) {
	found, scheduled, err := s.describe(ctx)
	if scheduled {
		s.current = ""
	}
	return found && !scheduled, err
}

func (s *Secret) describe(ctx context.Context) (found, scheduled bool, err error) {
	name := orElse(s.Known, s.SecretName)
	s.current = ""
	out, err := s.asked.take(ctx, s.question(name))
	if awserr.NotFound(err) {
		return false, false, nil
	}
	if err != nil {
		return false, false, fmt.Errorf("reading secret %s: %w", name, err)
	}
	s.Known, s.tags = aws.ToString(out.ARN), tagMap(out.Tags, secretPair)
	s.description, s.kmsKeyID = aws.ToString(out.Description), aws.ToString(out.KmsKeyId)
	if s.KMSKeyID == "" && strings.HasSuffix(s.kmsKeyID, defaultSecretKey) {
		s.kmsKeyID = ""
	}
	for id, stages := range out.VersionIdsToStages {
		for _, stage := range stages {
			if stage == "AWSCURRENT" {
				s.current = id
			}
		}
	}
	return true, out.DeletedDate != nil, nil
}

func (s *Secret) foreign() *ForeignError {
	if s.Tags.ours(s.tags) {
		return nil
	}
	return &ForeignError{Kind: "Secrets Manager secret", Name: s.SecretName}
}

func (s *Secret) differences() []Difference {
	var d differences
	d.add(s.description != s.wanted(), "Description", "its description was changed")
	d.add(!SameKey(s.KMSKeyID, s.kmsKeyID), "KMSKeyID", "its KMS key is %q, not %q", s.kmsKeyID, s.KMSKeyID)
	s.Tags.compare(s.tags, &d)
	return d
}

func (s *Secret) update(ctx context.Context, status Status) error {
	id := aws.String(s.Known)
	if status.Has("Description", "KMSKeyID") {
		in := &secretsmanager.UpdateSecretInput{SecretId: id, Description: aws.String(s.wanted())}
		if status.Has("KMSKeyID") {
			text, err := s.Value()
			if err != nil {
				return err
			}
			in.KmsKeyId, in.SecretString = aws.String(orElse(s.KMSKeyID, defaultSecretKey)), &text
		}
		out, err := s.API.UpdateSecret(ctx, in)
		if err != nil {
			return fmt.Errorf("changing the settings of secret %s: %w", s.Known, err)
		}
		if in.SecretString != nil {
			s.rewritten = aws.ToString(out.VersionId)
		}
	}
	set, remove := s.Tags.changes(s.tags)
	if len(remove) > 0 {
		if _, err := s.API.UntagResource(ctx, &secretsmanager.UntagResourceInput{SecretId: id, TagKeys: remove}); err != nil {
			return fmt.Errorf("removing tags of secret %s: %w", s.Known, err)
		}
	}
	if len(set) > 0 {
		if _, err := s.API.TagResource(ctx, &secretsmanager.TagResourceInput{SecretId: id, Tags: tagList(set, secretTag)}); err != nil {
			return fmt.Errorf("tagging secret %s: %w", s.Known, err)
		}
	}
	return nil
}

// Delete implements Component. The secret goes at once: a recovery window would
// block its name for a pool made again.
func (s *Secret) Delete(ctx context.Context) error {
	if s.Known == "" {
		return nil
	}
	_, err := s.API.DeleteSecret(ctx, &secretsmanager.DeleteSecretInput{
		SecretId: aws.String(s.Known), ForceDeleteWithoutRecovery: aws.Bool(true),
	})
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting secret %s: %w", s.Known, err)
	}
	s.Known = ""
	return nil
}

// SecretVersion is the current value of a secret. The value is written, never
// read: a change from outside shows in the version's id.
type SecretVersion struct {
	Object
	API    awsapi.SecretsManager
	Secret *Secret
	Values map[string]string // stored as one JSON object
	Text   string            // stored as it is, in place of Values; "": Values
	Stale  bool              // Values are not those of the version in Known
}

// Deps implements Component.
func (v *SecretVersion) Deps() []Component { return []Component{v.Secret} }

// Ensure implements Component.
func (v *SecretVersion) Ensure(ctx context.Context) error {
	if id := v.Secret.rewritten; id != "" {
		v.Known, v.Stale, v.Secret.current = id, false, id
		return nil
	}
	if v.Known != "" && !v.Stale {
		status, err := v.Read(ctx)
		if err != nil || status.State == InSync {
			return err
		}
	}
	text, err := v.Value()
	if err != nil {
		return err
	}
	// A secret that was created a moment ago may not be found for a while.
	out, err := v.API.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{
		SecretId: aws.String(v.Secret.ARN()), SecretString: aws.String(text),
	}, func(o *secretsmanager.Options) { o.Retryer = patiently(o.Retryer, "ResourceNotFoundException") })
	if err != nil {
		return fmt.Errorf("storing the value of secret %s: %w", v.Secret.ARN(), err)
	}
	v.Known, v.Stale = aws.ToString(out.VersionId), false
	v.Secret.current = v.Known
	return nil
}

// Value is what is stored.
func (v *SecretVersion) Value() (string, error) {
	if v.Text != "" {
		return v.Text, nil
	}
	text, err := json.Marshal(v.Values)
	if err != nil {
		return "", fmt.Errorf("encoding the secret environment variables: %w", err)
	}
	return string(text), nil
}

// Read implements Component. It asks nothing of AWS when Secret was read.
func (v *SecretVersion) Read(ctx context.Context) (Status, error) {
	if v.Secret.current == "" && v.Secret.Known != "" {
		if _, err := v.Secret.load(ctx); err != nil {
			return Status{}, err
		}
	}
	switch v.Secret.current {
	case "":
		v.Known = ""
		return Status{State: Absent}, nil
	case v.Known:
		return Status{State: InSync}, nil
	}
	return Status{State: Drifted, Differences: []Difference{{"Value", "its value was changed outside Terraform (version " + v.Secret.current + ")"}}}, nil
}

// Delete implements Component: a version goes with its secret.
func (v *SecretVersion) Delete(context.Context) error {
	v.Known = ""
	return nil
}

func secretTag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

func secretPair(t types.Tag) (key, value *string) { return t.Key, t.Value }
