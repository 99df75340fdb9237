package component

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awsapi"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// Keys of the components in the tests.
const (
	keyRole      = "role"
	keyCustom    = "custom_role"
	keyProfile   = "profile"
	keySecret    = "secret"
	keyVersion   = "secret_version"
	keyLog       = "log_group"
	keyTemplate  = "launch_template"
	keyGroup     = "group"
	keySchedules = "schedules"
)

// Physical names of the objects.
const (
	poolID    = "01POOL"
	roleName  = "pool-role"
	userRole  = "made-role"
	logName   = "/var/log/spacelift/info.log"
	trust     = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	inline    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	agent     = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
	ssmCore   = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
	readOnly  = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	boundary  = "arn:aws:iam::aws:policy/PowerUserAccess"
	secretKey = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	otherKey  = "arn:aws:kms:us-east-1:111122223333:key/aaaaaaaa-12ab-34cd-56ef-1234567890ab"
)

// world is an account and what is known of it: the inventory of a pool.
type world struct {
	*awstest.Account
	ctx    context.Context
	known  map[string]string
	ready  map[string]Component // what others need, made once
	tags   map[string]string
	index  *TagIndex                  // of the tags; nil for none
	change func(map[string]Component) // of the wanted settings, nil for none
	net    *awstest.Network           // made for those only who need it: that takes a while
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{
		Account: awstest.Start(t), ctx: t.Context(), known: map[string]string{}, ready: map[string]Component{}, net: &awstest.Network{},
		tags: map[string]string{TagWorkerPoolID: poolID, TagManagedBy: ManagedBy, "Team": "blue"},
	}
}

// kit makes components that know what the inventory knows. The one called key
// uses clients, the others work behind the recorder's back.
func (w *world) kit(key string, clients *awsapi.Clients) map[string]Component {
	direct := w.Direct()
	of := func(k string) *awsapi.Clients {
		if k == key {
			return clients
		}
		return direct
	}
	object := func(k string) Object { return Object{Key: k, Known: w.known[k]} }
	tags := Tags{Want: w.tags, Remove: []string{"Stale"}, Index: w.index}
	role := &Role{
		Object: object(keyRole), API: of(keyRole).IAM, RoleName: roleName, Tags: tags,
		Settings: RoleSettings{
			Description: "Workers", TrustPolicy: trust, ManagedPolicies: []string{agent, ssmCore},
			InlinePolicyName: "worker", PermissionsBoundary: boundary,
		},
		Policy: func() (string, error) { return inline, nil },
	}
	role = keep(w, key, role)
	profile := keep(w, key, &InstanceProfile{Object: object(keyProfile), API: of(keyProfile).IAM, ProfileName: "pool", Role: role, Tags: tags})
	secret := keep(w, key, &Secret{Object: object(keySecret), API: of(keySecret).SecretsManager, SecretName: "pool-secret", KMSKeyID: secretKey, Tags: tags})
	log := keep(w, key, &SharedLogGroup{
		Object: object(keyLog), API: of(keyLog).Logs, GroupName: logName, Pool: "pool", Tags: tags,
		Settings: LogGroupSettings{Retention: 7, KMSKeyID: secretKey},
	})
	template := keep(w, key, w.template(object(keyTemplate), of(keyTemplate).EC2, profile, tags))
	group := keep(w, key, &AutoScalingGroup{
		Object: object(keyGroup), API: of(keyGroup).AutoScaling, EC2: of(keyGroup).EC2, GroupName: "pool", Template: template,
		Logs: []*SharedLogGroup{log}, Tags: tags,
		Settings: GroupSettings{
			MaxSize: 2, Subnets: w.net.SubnetIDs, TerminationPolicies: []string{"OldestLaunchTemplate", "OldestInstance"},
			HealthCheckType: "EC2", HealthCheckGrace: 30, DefaultCooldown: 10, EnabledMetrics: []string{"GroupMaxSize", "GroupMinSize"},
		},
	})
	version := &SecretVersion{
		Object: object(keyVersion), API: of(keyVersion).SecretsManager, Secret: secret,
		Values: map[string]string{"TOKEN": "s3cr3t", "KEY": "k"},
	}
	secret.Value = version.Value
	all := map[string]Component{
		keyRole: role, keyProfile: profile, keySecret: secret, keyLog: log, keyTemplate: template,
		keyCustom:  &CustomRole{Object: object(keyCustom), API: of(keyCustom).IAM, RoleName: userRole},
		keyVersion: version,
		keyGroup:   group,
		keySchedules: &Schedules{
			Object: object(keySchedules), API: of(keySchedules).AutoScaling, Group: group,
			Want: []Schedule{
				{Name: "evening", Recurrence: "0 18 * * *", TimeZone: "Etc/UTC", MinSize: aws.Int32(0)},
				{Name: "morning", Recurrence: "0 8 * * 1-5", TimeZone: "Europe/Berlin", MinSize: aws.Int32(1), MaxSize: aws.Int32(4)},
			},
		},
	}
	maps.Copy(all, monitoring(object, of, tags))
	maps.Copy(all, w.functions(key, object, of, tags, group))
	if w.change != nil {
		w.change(all)
	}
	return all
}

// keep returns the component that others use already, if there is one.
func keep[T Component](w *world, key string, made T) T {
	if old, ok := w.ready[made.Name()].(T); ok && made.Name() != key {
		return old
	}
	return made
}

func (w *world) template(object Object, api awsapi.EC2, profile *InstanceProfile, tags Tags) *LaunchTemplate {
	return &LaunchTemplate{
		Object: object, API: api, TemplateName: "pool", Profile: profile, Tags: tags, Needs: []Component{profile},
		Default: DefaultVersion{Newest: true},
		Settings: LaunchTemplateSettings{
			ImageID: awstest.ImageNewerX86, InstanceType: "c5.xlarge", SecurityGroups: w.net.SecurityGroupIDs, Monitoring: true, HopLimit: 1,
			Volume: VolumeSettings{
				Type: "gp3", Size: 40, IOPS: aws.Int32(4000), Throughput: aws.Int32(200), Encrypted: true, KMSKeyID: secretKey,
			},
			Market:            &MarketSettings{Type: "spot", MaxPrice: "0.5", SpotInstanceType: "one-time", InterruptionBehavior: "terminate"},
			TagSpecifications: map[string]map[string]string{"volume": {"Team": "blue"}, "instance": {"Team": "blue"}},
		},
		UserData: func() ([]byte, error) { return []byte("#!/bin/bash\necho worker\n"), nil },
		Image: func(context.Context) (Image, error) {
			return Image{ID: awstest.ImageNewerX86, RootDevice: "/dev/xvda"}, nil
		},
	}
}

// fresh is the component called key as a new run of the provider makes it, with
// everything it needs in place.
func (w *world) fresh(t *testing.T, key string) Component {
	t.Helper()
	w.connect(key)
	return w.made(t, w.kit(key, w.Clients())[key])
}

// behind is fresh for a component that is used behind the recorder's back.
func (w *world) behind(t *testing.T, key string) Component {
	t.Helper()
	w.connect(key)
	return w.made(t, w.kit("", nil)[key])
}

func (w *world) connect(key string) {
	if key == keyTemplate || key == keyGroup || key == keySchedules || key == keyHook {
		w.net = w.Network()
	}
}

func (w *world) made(t *testing.T, c Component) Component {
	t.Helper()
	for _, dep := range c.Deps() {
		if w.ready[dep.Name()] == nil {
			w.ensure(t, w.made(t, dep))
			w.ready[dep.Name()] = dep
		}
	}
	return c
}

// ensure makes a component and notes it in the inventory.
func (w *world) ensure(t *testing.T, c Component) {
	t.Helper()
	if err := c.Ensure(w.ctx); err != nil {
		t.Fatalf("ensuring %s: %v", c.Name(), err)
	}
	w.known[c.Name()] = c.ID()
}

// reads fails the test unless c is in the state wanted, and returns what differs.
func (w *world) reads(t *testing.T, c Component, want State) []Difference {
	t.Helper()
	status, err := c.Read(w.ctx)
	if err != nil {
		t.Fatalf("reading %s: %v", c.Name(), err)
	}
	if status.State != want {
		t.Fatalf("%s is in state %d, want %d: %s", c.Name(), status.State, want, Sentence(status.Differences))
	}
	return status.Differences
}

// mutations are the recorded calls that may have changed something.
func (w *world) mutations() (names []string) {
	for _, call := range w.Calls() {
		if !strings.HasPrefix(call.Action, "GET ") && !strings.HasPrefix(call.Action, "Get") && !strings.HasPrefix(call.Action, "List") && !strings.HasPrefix(call.Action, "Describe") {
			names = append(names, call.String())
		}
	}
	return names
}

// exists tells whether there is an object under the component's name.
func (w *world) exists(t *testing.T, key string) bool {
	t.Helper()
	known := w.known[key]
	delete(w.known, key)
	defer func() { w.known[key] = known }()
	status, err := w.kit("", nil)[key].Read(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	return status.State != Absent
}

// holds tells whether the account holds an object, such as "iam:role/name".
func (w *world) holds(t *testing.T, object string) bool {
	t.Helper()
	all, err := w.Objects(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Contains(all, object)
}
