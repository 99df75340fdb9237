package stack

import (
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// readTemplate finds the launch template, and what it tells of other objects.
func (f *finder) readTemplate(ctx context.Context) error {
	g := f.pool().group
	if _, err := g.Read(ctx); err != nil {
		return err
	}
	specification := g.SeenTemplate()
	if specification == nil {
		return nil // the first apply makes one
	}
	f.have[ComponentLaunchTemplate] = aws.ToString(specification.LaunchTemplateId)
	t := f.pool().template
	if _, err := t.Read(ctx); err != nil || t.ID() == "" {
		delete(f.have, ComponentLaunchTemplate)
		return err
	}
	if name := aws.ToString(f.group.AutoScalingGroupName); t.SeenName() == name {
		f.spec.BaseName = name // made by us, whatever it ends in: other tools make each name unique by itself
	}
	settings, standard, _ := t.Seen()
	f.tags, f.launch = append(f.tags, t.SeenTags()), settings.TagSpecifications
	if profile := t.SeenProfile(); profile != "" {
		f.have[ComponentProfile] = profile
	}
	f.readVersions(aws.ToString(specification.Version), standard, t.Latest())
	f.readScript(t.SeenUserData())
	return nil
}

// readVersions tells how the group uses the versions of its template. That the
// newest is the default one says nothing while there is only one.
func (f *finder) readVersions(used string, standard, latest int64) {
	if used != strconv.FormatInt(latest, 10) {
		f.spec.LaunchTemplate.Version = used
	}
	switch {
	case standard <= 1:
	case standard == latest:
		f.spec.LaunchTemplate.UpdateDefaultVersion = true
	default:
		f.spec.LaunchTemplate.DefaultVersion = &standard
	}
}

// readScript takes the settings that only the boot script has. One that somebody
// else wrote tells nothing; the first apply replaces it.
func (f *finder) readScript(script []byte) {
	boot, ok := userdata.Parse(script)
	f.script = ok
	if !ok {
		f.have[ComponentSecret] = NamesOf(f.spec.BaseName, f.clients.Region).Secret
		return
	}
	domain := boot.DomainName
	if boot.SelfHosted != nil {
		domain = f.spec.Boot.DomainName // has no effect, and is not in the script
	}
	f.spec.Boot = Boot{
		Configuration: boot.Configuration, DomainName: domain, PoweroffDelay: boot.PoweroffDelay,
		DisableCloudWatchAgent: boot.DisableCloudWatchAgent, PreHook: boot.PreHook, PostHook: boot.PostHook, SelfHosted: boot.SelfHosted,
	}
	switch {
	case boot.Secret == nil:
	case boot.Secret.Keys == nil:
		f.have[ComponentSecret] = boot.Secret.ARN
	default:
		f.spec.Secret.Existing = &ExistingSecret{Name: secretNameOf(boot.Secret.ARN), ARN: boot.Secret.ARN, Keys: boot.Secret.Keys}
	}
}

// secretNameOf is the name in a secret's ARN, before a dash and six characters:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
func secretNameOf(arn string) string {
	name := arn[strings.LastIndex(arn, ":")+1:]
	return name[:max(len(name)-len("-AbCdEf"), 0)]
}
