package stack

import (
	"context"
	"reflect"
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// member is a component of a pool.
type member struct {
	component.Component
	wanted bool
	inputs any // the part of the Spec that it is made of
}

// pool is the graph of a worker pool, with its members by type.
type pool struct {
	role      *component.Role
	custom    *component.CustomRole
	profile   *component.InstanceProfile
	secret    *component.Secret
	version   *component.SecretVersion
	infoLog   *component.SharedLogGroup
	errorLog  *component.SharedLogGroup
	template  *component.LaunchTemplate
	group     *component.AutoScalingGroup
	schedules *component.Schedules
	dashboard *component.Dashboard
	alarms    []*component.Alarm
	functions // of the pool, and what lets them work
	images    *images
	index     *component.TagIndex
	baseName  string
	members   []*member
	at        place // as the clients tell

	beforeGroup func(context.Context) error // see remove; may be nil
}

// builder holds what the components are made of.
type builder struct {
	*pool
	clients *awsapi.Clients
	spec    Spec
	prior   Observed
	names   Names
	tags    component.Tags
	home    place // with the account of what is known to exist, where they do not
}

// build makes the graph of spec, with what is known of existing objects in it.
func build(clients *awsapi.Clients, spec Spec, prior Observed) *pool {
	b := &builder{
		pool: &pool{
			images: &images{clients: clients}, index: &component.TagIndex{}, baseName: spec.BaseName,
			at: place{clients.Partition, clients.Region, clients.AccountID},
		},
		clients: clients, spec: spec, prior: prior,
		names: NamesOf(spec.BaseName, clients.Region),
		tags:  component.Tags{Want: tagsOf(spec), Remove: staleTags(prior.Spec.Tags, spec.Tags)},
		home:  place{clients.Partition, clients.Region, accountOf(clients, prior)},
	}
	b.tags.Index = b.index
	b.addSecret()
	b.addRole()
	b.addProfile()
	b.infoLog = b.addLogGroup(ComponentInfoLog, infoLogGroup)
	b.errorLog = b.addLogGroup(ComponentErrorLog, errorLogGroup)
	b.addLaunchTemplate()
	b.addGroup()
	b.addSchedules()
	b.addDashboard()
	b.addFunctions()
	b.addAlarms()
	return b.pool
}

// wants lists the components that spec wants, in the order of the graph.
func (p *pool) wants() (names []string) {
	for _, m := range p.members {
		if m.wanted && !m.lookup() {
			names = append(names, m.Name())
		}
	}
	return names
}

// lookup tells whether the component is somebody else's, and only looked at.
func (m *member) lookup() bool {
	_, ok := m.Component.(*component.CustomRole)
	return ok
}

func (b *builder) add(c component.Component, wanted bool, inputs any) {
	b.members = append(b.members, &member{c, wanted, inputs})
}

// object is the identity of a component, with its name in AWS when it has one.
func (b *builder) object(name string) component.Object {
	return component.Object{Key: name, Known: b.prior.Components[name]}
}

// known is the ARN of a component whose resource begins with prefix and ends in its
// name or id, "" where it does not exist or cannot be told.
func (b *builder) known(name, service, prefix string) string {
	id := b.prior.Components[name]
	if id == "" || b.home.account == "" {
		return ""
	}
	return b.home.arn(service, prefix+id)
}

func (b *builder) addSecret() {
	want := b.spec.Secret.Stored()
	b.secret = &component.Secret{
		Object: b.object(ComponentSecret), API: b.clients.SecretsManager,
		SecretName: b.names.Secret, KMSKeyID: b.spec.Secret.KMSKeyID, Tags: b.tags,
	}
	b.add(b.secret, want, []any{b.spec.Secret.KMSKeyID, b.tags.Want})
	b.version = &component.SecretVersion{
		Object: b.object(ComponentSecretVersion), API: b.clients.SecretsManager, Secret: b.secret,
		Values: b.spec.Secret.Values, Stale: !reflect.DeepEqual(b.spec.Secret.content(), b.prior.Spec.Secret.content()),
	}
	b.secret.Value = b.version.Value
	b.add(b.version, want, b.spec.Secret.content())
}

// secretARN is that of the secret that workers read, "" for none.
func (b *builder) secretARN() string {
	switch {
	case b.spec.Secret.Existing != nil:
		return b.spec.Secret.Existing.ARN
	case !b.spec.Secret.Stored():
		return ""
	case b.secret.ARN() != "":
		return b.secret.ARN()
	}
	return b.prior.SecretARN // it was deleted outside: what was made of it is still as it should be
}

func (b *builder) addRole() {
	custom := b.spec.Role.CustomName
	hosted := ""
	if b.spec.Boot.SelfHosted != nil {
		hosted = b.spec.Boot.SelfHosted.S3URI
	}
	b.role = &component.Role{
		Object: b.object(ComponentRole), API: b.clients.IAM, RoleName: b.names.Role, Tags: b.tags,
		Settings: component.RoleSettings{
			Description:         "Spacelift workers of pool " + b.spec.WorkerPoolID,
			TrustPolicy:         trustPolicy(b.at.partition),
			ManagedPolicies:     managedPolicies(b.at.partition, !b.spec.Boot.DisableCloudWatchAgent),
			InlinePolicyName:    inlinePolicyName,
			PermissionsBoundary: b.spec.Role.PermissionsBoundary,
		},
		Policy: func() (string, error) { return instancePolicy(b.spec, b.secretARN(), b.at) },
		Hooked: func(ctx context.Context, arn string) (bool, error) { return b.group.HookedBy(ctx, arn) },
		Needs:  []component.Component{b.secret},
	}
	if custom != "" && custom == b.role.Known {
		b.role.Known = "" // the user says that it is not the pool's: let go of it, never delete it
	}
	b.role.Restore(b.prior.InstancesRoleARN)
	b.add(b.role, custom == "", []any{
		b.spec.Role, b.spec.Secret.KMSKeyID, b.spec.Secret.Existing, b.spec.Secret.Stored(),
		b.spec.Boot.DisableCloudWatchAgent, hosted, b.tags.Want,
	})
	b.custom = &component.CustomRole{Object: component.Object{Key: "custom_iam_role"}, API: b.clients.IAM, RoleName: custom}
	if custom != "" && custom == b.prior.InstancesRoleName {
		b.custom.Known = custom
		b.custom.Restore(b.prior.InstancesRoleARN)
	}
	b.add(b.custom, custom != "", custom)
}

func (b *builder) addProfile() {
	var role component.RoleRef = b.role
	if b.spec.Role.CustomName != "" {
		role = b.custom
	}
	b.profile = &component.InstanceProfile{
		Object: b.object(ComponentProfile), API: b.clients.IAM, ProfileName: b.names.Profile, Role: role, Tags: b.tags,
	}
	b.profile.Restore(b.prior.InstanceProfileARN)
	b.add(b.profile, true, []any{b.spec.Role.CustomName, b.tags.Want})
}

func (b *builder) addLogGroup(name, groupName string) *component.SharedLogGroup {
	s := b.spec.LogGroups
	before := b.prior.Spec.LogGroups
	group := &component.SharedLogGroup{
		Assert: before.Managed && (before.Retention != s.Retention || before.KMSKeyID != s.KMSKeyID),
		Object: b.object(name), API: b.clients.Logs, GroupName: groupName, Pool: b.spec.BaseName, Tags: b.tags,
		Settings: component.LogGroupSettings{Retention: s.Retention, KMSKeyID: s.KMSKeyID, Class: s.Class, SkipDestroy: s.SkipDestroy},
	}
	arn := b.prior.LogGroupARNs[groupName]
	if arn == "" && b.clients.AccountID != "" { // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
		arn = strings.Join([]string{"arn", b.clients.Partition, "logs", b.clients.Region, b.clients.AccountID, "log-group", groupName}, ":")
	}
	group.Restore(arn)
	b.add(group, s.Managed, []any{s.Retention, s.KMSKeyID, b.tags.Want})
	return group
}

func (b *builder) addLaunchTemplate() {
	spec := b.spec
	boot := userdata.Config{
		GroupName:     b.groupName(),
		Configuration: spec.Boot.Configuration, DomainName: spec.Boot.DomainName, PoweroffDelay: spec.Boot.PoweroffDelay,
		DisableCloudWatchAgent: spec.Boot.DisableCloudWatchAgent,
		PreHook:                spec.Boot.PreHook, PostHook: spec.Boot.PostHook, SelfHosted: spec.Boot.SelfHosted,
	}
	b.template = &component.LaunchTemplate{
		Object: b.object(ComponentLaunchTemplate), API: b.clients.EC2, TemplateName: b.names.LaunchTemplate, Tags: b.tags,
		Settings: templateSettings(spec),
		Default:  component.DefaultVersion{Number: spec.LaunchTemplate.DefaultVersion, Newest: spec.LaunchTemplate.UpdateDefaultVersion},
		Profile:  b.profile,
		UserData: func() ([]byte, error) {
			boot.Secret = bootSecret(spec, b.secretARN())
			return userdata.Render(boot)
		},
		Image: func(ctx context.Context) (component.Image, error) { return b.images.byID(ctx, spec.Instance.AMIID) },
		Needs: []component.Component{b.profile, b.secret},
	}
	b.template.Restore(b.prior.LaunchTemplateLatestVersion, b.known(ComponentLaunchTemplate, "ec2", "launch-template/"))
	b.add(b.template, true, []any{
		templateSettings(spec), boot, spec.LaunchTemplate.DefaultVersion, spec.LaunchTemplate.UpdateDefaultVersion,
		spec.Secret.Stored(), spec.Secret.Existing, b.tags.Want,
	})
}

func (b *builder) addGroup() {
	settings := groupSettings(b.spec)
	if b.spec.MinSize == b.prior.Spec.MinSize { // a new one is to be in force, whatever a schedule has set
		settings.MinScheduled = scheduledSizes(b.spec, b.prior.Spec, minSize)
	}
	if b.spec.MaxSize == b.prior.Spec.MaxSize {
		settings.MaxScheduled = scheduledSizes(b.spec, b.prior.Spec, maxSize)
	}
	if !b.wantsAutoscaler() && b.hadAutoscaler() {
		settings.Resume = balancing
	}
	b.group = &component.AutoScalingGroup{
		Object: b.object(ComponentGroup), API: b.clients.AutoScaling, EC2: b.clients.EC2, GroupName: b.names.Group,
		Complete: len(b.prior.Components) > 0,
		Settings: settings, Template: b.template, Logs: b.logs(), Tags: b.tags,
	}
	if refresh := b.spec.InstanceRefresh; refresh != nil {
		b.group.Refresh = &component.InstanceRefresh{Group: b.group, Settings: refresh.RefreshSettings}
	}
	b.add(b.group, true, []any{settings, b.tags.Want, b.spec.InstanceRefresh != nil})
}

// hadAutoscaler tells whether the pool had an autoscaler, or an update that failed has
// begun to make one.
func (b *builder) hadAutoscaler() bool {
	return b.prior.Spec.Autoscaling != nil || b.prior.Components[ComponentAutoscalerRole] != ""
}

func (b *builder) addSchedules() {
	b.schedules = &component.Schedules{
		Object: b.object(ComponentSchedules), API: b.clients.AutoScaling, Group: b.group, Want: schedulesOf(b.spec),
	}
	b.add(b.schedules, len(b.spec.Schedules) > 0, b.schedules.Want)
}

// groupName is the group's physical name, which the boot script carries.
func (b *builder) groupName() string {
	if name := b.prior.Components[ComponentGroup]; name != "" {
		return name
	}
	return b.names.Group
}
