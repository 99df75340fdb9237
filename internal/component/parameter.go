package component

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
)

// defaultParameterKey encrypts a parameter for which no key is named. Whoever may
// read a parameter of the account may use it:
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
const defaultParameterKey = "alias/aws/ssm"

// errNoValue tells that a value is to be stored which is not known.
var errNoValue = errors.New("its value is not known: it was imported, and has to be set in the configuration to be stored again")

// Parameter is an SSM parameter of type SecureString, whose value ParameterVersion
// looks after.
type Parameter struct {
	Object
	API           awsapi.SSM
	ParameterName string // a path
	Description   string // is written with the value, and that only when it must be: it is no drift
	Value         string // is written, never read
	Tags          Tags
	Needs         []Component // that are made before it

	arn     string // "": not known
	written bool   // the value is the current version, by a call of ours
	deleted bool   // by a call of ours
	seen    parameterSeen
	asked   asked[*parameterSeen]
}

type parameterSeen struct {
	kind    types.ParameterType
	key     string // KMS key
	version int64
	tags    map[string]string
}

// Deps implements Component.
func (p *Parameter) Deps() []Component { return p.Needs }

// Ensure implements Component.
func (p *Parameter) Ensure(ctx context.Context) error { return ensure(ctx, p) }

// Read implements Component.
func (p *Parameter) Read(ctx context.Context) (Status, error) { return read(ctx, p) }

// Restore sets what is known of an existing parameter without asking.
func (p *Parameter) Restore(arn string) { p.arn = arn }

func (p *Parameter) name() *string { return aws.String(orElse(p.Known, p.ParameterName)) }

func (p *Parameter) create(ctx context.Context) error {
	if p.Value == "" {
		return fmt.Errorf("creating SSM parameter %s: %w", p.ParameterName, errNoValue)
	}
	in := p.request()
	in.Name, in.Tags = aws.String(p.ParameterName), tagList(p.Tags.Want, parameterTag)
	out, err := p.API.PutParameter(ctx, in, p.awaitName, func(o *ssm.Options) { o.APIOptions = append(o.APIOptions, p.noteLost) })
	if err != nil {
		return fmt.Errorf("creating SSM parameter %s: %w", p.ParameterName, err)
	}
	p.Known = p.ParameterName
	p.seen = parameterSeen{types.ParameterTypeSecureString, defaultParameterKey, out.Version, p.Tags.Want}
	p.written = true
	return nil
}

// awaitName waits for the name of a parameter that was deleted a moment ago:
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html
func (p *Parameter) awaitName(o *ssm.Options) {
	if p.deleted {
		o.Retryer = patiently(o.Retryer, "ParameterAlreadyExists")
	}
}

func (p *Parameter) request() *ssm.PutParameterInput {
	return &ssm.PutParameterInput{
		Name: p.name(), Description: aws.String(p.Description), Value: aws.String(p.Value),
		Type: types.ParameterTypeSecureString, KeyId: aws.String(defaultParameterKey),
	}
}

func (p *Parameter) load(ctx context.Context) (bool, error) {
	name := p.name()
	found, err := p.asked.take(ctx, p.question())
	if err != nil {
		return false, err
	}
	p.seen = parameterSeen{}
	if found == nil {
		return false, nil
	}
	p.Known, p.seen = *name, *found
	return true, nil
}

func (p *Parameter) foreign() *ForeignError {
	if p.Tags.ours(p.seen.tags) {
		return nil
	}
	return &ForeignError{Kind: "SSM parameter", Name: *p.name()}
}

func (p *Parameter) differences() []Difference {
	var d differences
	secure := p.seen.kind == types.ParameterTypeSecureString
	d.add(!secure, "Type", "its type is %s, not %s", p.seen.kind, types.ParameterTypeSecureString)
	d.add(secure && !isDefaultParameterKey(p.seen.key), "KMSKeyID", "its KMS key is %q, not %q", p.seen.key, defaultParameterKey)
	p.Tags.compare(p.seen.tags, &d)
	return d
}

func isDefaultParameterKey(key string) bool { return key == "" || lastPart(key) == defaultParameterKey }

// update writes the value again where that is the only way to change a setting.
func (p *Parameter) update(ctx context.Context, status Status) (err error) {
	switch {
	case status.Has("Type"):
		err = p.replace(ctx)
	case status.Has("KMSKeyID"):
		err = p.put(ctx)
	}
	if err != nil {
		return err
	}
	id := p.name()
	err = retagged(p.Tags, p.seen.tags, func(tags map[string]string) error {
		_, err := p.API.AddTagsToResource(ctx, &ssm.AddTagsToResourceInput{
			ResourceType: types.ResourceTypeForTaggingParameter, ResourceId: id, Tags: tagList(tags, parameterTag),
		})
		return err
	}, func(keys []string) error {
		_, err := p.API.RemoveTagsFromResource(ctx, &ssm.RemoveTagsFromResourceInput{
			ResourceType: types.ResourceTypeForTaggingParameter, ResourceId: id, TagKeys: keys,
		})
		return err
	})
	if err != nil {
		return fmt.Errorf("tagging SSM parameter %s: %w", *id, err)
	}
	return nil
}

// replace makes a parameter again, since its type cannot be changed:
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
func (p *Parameter) replace(ctx context.Context) error {
	if p.Value == "" {
		return fmt.Errorf("replacing SSM parameter %s: %w", *p.name(), errNoValue)
	}
	if err := p.Delete(ctx); err != nil {
		return err
	}
	if err := p.create(ctx); err != nil {
		return err
	}
	p.renewed = true
	return nil
}

// put writes the value as a new version.
func (p *Parameter) put(ctx context.Context) error {
	if p.Value == "" {
		return fmt.Errorf("storing the value of SSM parameter %s: %w", *p.name(), errNoValue)
	}
	in := p.request()
	in.Overwrite = aws.Bool(true)
	out, err := p.API.PutParameter(ctx, in, func(o *ssm.Options) { o.Retryer = patiently(o.Retryer, "TooManyUpdates") })
	if err != nil {
		return fmt.Errorf("storing the value of SSM parameter %s: %w", *p.name(), err)
	}
	p.seen.version, p.renewed, p.written = out.Version, true, true
	return nil
}

// Delete implements Component.
func (p *Parameter) Delete(ctx context.Context) error {
	if p.Known == "" {
		return nil
	}
	_, err := p.API.DeleteParameter(ctx, &ssm.DeleteParameterInput{Name: p.name()})
	if absentIsFine(err) != nil {
		return fmt.Errorf("deleting SSM parameter %s: %w", p.Known, err)
	}
	p.Known, p.seen, p.deleted = "", parameterSeen{}, true
	return nil
}

func parameterTag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

func parameterPair(t types.Tag) (key, value *string) { return t.Key, t.Value }
