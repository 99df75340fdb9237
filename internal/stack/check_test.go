package stack_test

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	scaling "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
)

// checked returns the problems of spec and the calls that finding them took.
func checked(t *testing.T, a *awstest.Account, spec stack.Spec, prior *stack.Spec) ([]stack.Problem, []string) {
	t.Helper()
	a.ResetCalls()
	problems := stack.Check(t.Context(), a.Clients(), spec, prior)
	var calls []string
	for _, call := range a.Calls() {
		calls = append(calls, call.Action)
	}
	slices.Sort(calls)
	return problems, calls
}

// key makes a KMS key.
func key(t *testing.T, a *awstest.Account, input kms.CreateKeyInput) string {
	t.Helper()
	out, err := kms.NewFromConfig(a.DirectConfig()).CreateKey(t.Context(), &input)
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.KeyMetadata.KeyId)
}

func disabledKey(t *testing.T, a *awstest.Account) string {
	t.Helper()
	id := key(t, a, kms.CreateKeyInput{})
	if _, err := kms.NewFromConfig(a.DirectConfig()).DisableKey(t.Context(), &kms.DisableKeyInput{KeyId: &id}); err != nil {
		t.Fatal(err)
	}
	return id
}

// parameter makes an SSM parameter.
func parameter(t *testing.T, a *awstest.Account, name string, kind ssmtypes.ParameterType) string {
	t.Helper()
	if _, err := ssm.NewFromConfig(a.DirectConfig()).PutParameter(t.Context(), &ssm.PutParameterInput{Name: &name, Type: kind, Value: aws.String("x")}); err != nil {
		t.Fatal(err)
	}
	return name
}

// elsewhere makes a subnet and a security group in another VPC.
func elsewhere(t *testing.T, a *awstest.Account) (subnet, group string) {
	t.Helper()
	client := ec2.NewFromConfig(a.DirectConfig())
	vpc, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: aws.String("10.9.0.0/16")})
	if err != nil {
		t.Fatal(err)
	}
	s, err := client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: aws.String("10.9.0.0/24")})
	if err != nil {
		t.Fatal(err)
	}
	g, err := client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{VpcId: vpc.Vpc.VpcId, GroupName: aws.String("else"), Description: aws.String("else")})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(s.Subnet.SubnetId), aws.ToString(g.GroupId)
}

func TestCheckFindsWhatAWSWouldRefuse(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	network := a.Network()
	subnet, group := elsewhere(t, a)
	disabled, signing := disabledKey(t, a), key(t, a, kms.CreateKeyInput{KeySpec: kmstypes.KeySpecRsa2048, KeyUsage: kmstypes.KeyUsageTypeSignVerify})
	const absentKey = "12345678-1234-1234-1234-123456789012"
	cases := map[string]struct {
		change     func(*stack.Spec)
		attributes []string // of the problems
		words      []string
	}{
		"right":                     {func(*stack.Spec) {}, nil, nil},
		"absent subnet":             {func(s *stack.Spec) { s.Subnets = []string{"subnet-01234567"} }, []string{"vpc_subnets"}, []string{"subnet-01234567", "does not exist"}},
		"two absent subnets":        {func(s *stack.Spec) { s.Subnets = []string{"subnet-01234567", "subnet-01234568"} }, []string{"vpc_subnets", "vpc_subnets"}, []string{"subnet-01234568"}},
		"absent security group":     {func(s *stack.Spec) { s.SecurityGroups = []string{"sg-01234567"} }, []string{"security_groups"}, []string{"sg-01234567"}},
		"subnets of two VPCs":       {func(s *stack.Spec) { s.Subnets = []string{network.SubnetIDs[0], subnet} }, []string{"vpc_subnets"}, []string{network.VPCID, "same VPC"}},
		"security group elsewhere":  {func(s *stack.Spec) { s.SecurityGroups = append(s.SecurityGroups, group) }, []string{"security_groups"}, []string{group, network.VPCID}},
		"no such type":              {func(s *stack.Spec) { s.Instance.Type = "t3.gigantic" }, []string{"ec2_instance_type"}, []string{"t3.gigantic", "Choose another"}},
		"type of another processor": {func(s *stack.Spec) { s.Instance.Type = "t4g.micro" }, []string{"ec2_instance_type"}, []string{"t4g.micro", "arm64", "x86_64"}},
		"types of a mixed group": {
			func(s *stack.Spec) {
				s.Mixed = &stack.MixedInstances{InstanceTypes: []string{"t3.micro", "t9.micro", "t4g.micro"}}
			}, []string{"mixed_instances.instance_types.1", "mixed_instances.instance_types.2"}, []string{"t9.micro", "does not exist", "t4g.micro", "arm64"},
		},
		"no such image": {func(s *stack.Spec) { s.Instance.AMIID = "ami-0123456789abcdef0" }, []string{"ami_id"}, []string{"does not exist", a.Region()}},
		"image of another processor": {
			func(s *stack.Spec) { s.Instance.AMIID = awstest.ImageNewerARM }, []string{"ami_id"}, []string{"arm64", `"x86_64"`},
		},
		"image too large": {func(s *stack.Spec) { s.Instance.AMIID, s.Instance.Volume.Size = awstest.ImageNewerX86, 1 }, []string{"volume_size"}, []string{"1 GiB", "at least"}},
		"no such role":    {func(s *stack.Spec) { s.Role.CustomName = "absent" }, []string{"custom_iam_role_name"}, []string{"absent", "create the role first"}},
		"no such keys": {
			func(s *stack.Spec) {
				s.Secret.KMSKeyID, s.Instance.Volume.KMSKeyID, s.LogGroups.KMSKeyID = absentKey, "alias/absent", "arn:aws:kms:"+a.Region()+":"+a.ID()+":key/"+absentKey
			}, []string{"secure_env_vars_kms_key_id", "volume_encryption_kms_key_id", "cloudwatch_kms_key_id"}, []string{absentKey, "alias/absent"},
		},
		"disabled key of two arguments": {
			func(s *stack.Spec) { s.Secret.KMSKeyID, s.LogGroups.KMSKeyID = disabled, disabled },
			[]string{"secure_env_vars_kms_key_id", "cloudwatch_kms_key_id"},
			[]string{"Disabled"},
		},
		"disabled key": {func(s *stack.Spec) { s.Secret.KMSKeyID = disabled }, []string{"secure_env_vars_kms_key_id"}, []string{"Disabled", "Enable it"}},
		"functions in no such network": {
			func(s *stack.Spec) {
				s.APICredentials = &stack.APICredentials{}
				s.Functions.VPC = &stack.FunctionVPC{Subnets: []string{"subnet-01234567"}, SecurityGroups: []string{"sg-01234567"}}
			}, []string{"autoscaling_vpc_subnets", "autoscaling_vpc_sg_ids"}, []string{"subnet-01234567", "sg-01234567", "does not exist"},
		},
		"functions in two VPCs": {
			func(s *stack.Spec) {
				s.APICredentials = &stack.APICredentials{}
				s.Functions.VPC = &stack.FunctionVPC{Subnets: []string{subnet}, SecurityGroups: network.SecurityGroupIDs[:1]}
			}, []string{"autoscaling_vpc_sg_ids"}, []string{"the functions are in one VPC", network.VPCID},
		},
		"functions elsewhere than workers": {
			func(s *stack.Spec) {
				s.APICredentials = &stack.APICredentials{}
				s.Functions.VPC = &stack.FunctionVPC{Subnets: []string{subnet}, SecurityGroups: []string{group}}
			}, nil, nil,
		},
		"no such parameter": {
			func(s *stack.Spec) {
				s.APICredentials = &stack.APICredentials{Existing: &stack.ExistingParameter{Name: "/absent"}}
			}, []string{"byo_ssm.name"}, []string{"/absent", "create the parameter first"},
		},
		"parameter in plain text": {
			func(s *stack.Spec) {
				s.APICredentials = &stack.APICredentials{Existing: &stack.ExistingParameter{Name: parameter(t, a, "/plain", ssmtypes.ParameterTypeString)}}
			}, []string{"byo_ssm.name"}, []string{"/plain", "Make it a SecureString"},
		},
		"parameter that is a secret": {
			func(s *stack.Spec) {
				s.APICredentials = &stack.APICredentials{Existing: &stack.ExistingParameter{Name: parameter(t, a, "/secret", ssmtypes.ParameterTypeSecureString)}}
			}, nil, nil,
		},
		"signing key": {func(s *stack.Spec) { s.Instance.Volume.KMSKeyID = signing }, []string{"volume_encryption_kms_key_id"}, []string{"RSA_2048", "symmetric"}},
	}
	ours := strings.NewReplacer(disabled, "DISABLED-KEY", signing, "SIGNING-KEY", a.ID(), "ACCOUNT")
	networkID := regexp.MustCompile(`\b(vpc|subnet|sg)-[0-9a-f]{17}\b`)
	found := struct {
		sync.Mutex
		texts map[string][]string // by case: every word that a user reads
	}{texts: map[string][]string{}}
	t.Cleanup(func() {
		text, err := json.Marshal(found.texts)
		if err != nil {
			t.Fatal(err)
		}
		if len(found.texts) == len(cases) { // else it is not all that runs
			stack.Golden(t, filepath.Join("diagnostics", "check"), networkID.ReplaceAllString(ours.Replace(string(text)), "$1-x"))
		}
	})
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := workerPool(a)
			test.change(&spec)
			var attributes, texts []string
			for _, problem := range stack.Check(t.Context(), a.Clients(), spec, nil) {
				attributes, texts = append(attributes, problem.Attribute), append(texts, problem.Summary+": "+problem.Detail)
			}
			found.Lock()
			found.texts[name] = texts
			found.Unlock()
			text := strings.Join(texts, "\n")
			if !slices.Equal(attributes, test.attributes) {
				t.Fatalf("problems of %v, want %v:\n%s", attributes, test.attributes, text)
			}
			for _, word := range append(test.words, test.attributes...) {
				if !strings.Contains(text, word) {
					t.Errorf("%q is missing in %s", word, text)
				}
			}
		})
	}
}

// A plan asks about what is new in it, and about nothing else.
func TestCheckAsksOnlyAboutChanges(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*stack.Spec)
		calls  []string
	}{
		"nothing": {func(*stack.Spec) {}, nil},
		"sizes":   {func(s *stack.Spec) { s.MinSize, s.MaxSize, s.Boot.Configuration = 2, 3, "x" }, nil},
		"order":   {func(s *stack.Spec) { slices.Reverse(s.Subnets) }, nil},
		"subnets": {func(s *stack.Spec) { s.Subnets = s.Subnets[:1] }, []string{"DescribeSecurityGroups", "DescribeSubnets"}},
		"type":    {func(s *stack.Spec) { s.Instance.Type = "t3.large" }, []string{"DescribeInstanceTypes"}},
		"more types": {func(s *stack.Spec) {
			s.Mixed = &stack.MixedInstances{InstanceTypes: []string{"t3.large", "t3.micro"}}
		}, []string{"DescribeInstanceTypes"}},
		"image":           {func(s *stack.Spec) { s.Instance.AMIID = awstest.ImageOlderX86 }, []string{"DescribeImages"}},
		"image unknown":   {func(s *stack.Spec) { s.Instance.AMIID = "" }, nil},
		"volume grows":    {func(s *stack.Spec) { s.Instance.Volume.Size = 100 }, nil},
		"volume shrinks":  {func(s *stack.Spec) { s.Instance.Volume.Size = 30 }, []string{"DescribeImages"}},
		"key":             {func(s *stack.Spec) { s.LogGroups.KMSKeyID = "alias/x" }, []string{"DescribeKey"}},
		"role":            {func(s *stack.Spec) { s.Role.CustomName = "x" }, []string{"GetRole"}},
		"role of our own": {func(s *stack.Spec) { s.Role.CustomName = "" }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.Start(t)
			prior := workerPool(a)
			prior.Instance.AMIID = awstest.ImageNewerX86
			spec := prior
			spec.Subnets = slices.Clone(prior.Subnets)
			test.change(&spec)
			if _, calls := checked(t, a, spec, &prior); !slices.Equal(calls, test.calls) {
				t.Errorf("calls %v, want %v", calls, test.calls)
			}
		})
	}
}

func TestCheckOfACreateTakesFourCalls(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	_, calls := checked(t, a, workerPool(a), nil)
	if want := []string{"DescribeAutoScalingGroups", "DescribeInstanceTypes", "DescribeSecurityGroups", "DescribeSubnets"}; !slices.Equal(calls, want) {
		t.Errorf("calls of a create %v, want %v", calls, want)
	}
}

// Whatever AWS does not tell is left to the apply.
func TestCheckPassesWhatAWSDoesNotTell(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(action string) awstest.Fault{
		"denied":  func(action string) awstest.Fault { return awstest.FailAction("", action, "AccessDenied", 0) },
		"refused": func(action string) awstest.Fault { return awstest.FailAction("", action, "UnauthorizedOperation", 0) },
		"broken":  func(action string) awstest.Fault { return awstest.FailAction("", action, "InternalFailure", 0) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := awstest.Start(t)
			spec := workerPool(a)
			spec.Subnets, spec.Instance.Type, spec.Instance.AMIID = []string{"subnet-01234567"}, "t3.gigantic", "ami-01234567"
			spec.Role.CustomName, spec.Secret.KMSKeyID = "absent", "alias/absent"
			for _, action := range []string{"DescribeSubnets", "DescribeSecurityGroups", "DescribeInstanceTypes", "DescribeImages", "GetRole", "DescribeKey", "DescribeAutoScalingGroups"} {
				a.Inject(fault(action))
			}
			if problems, _ := checked(t, a, spec, nil); len(problems) > 0 {
				t.Errorf("%+v", problems)
			}
		})
	}
}

func TestCheckRefusesPoolsThatExist(t *testing.T) {
	t.Parallel()
	a := awstest.Start(t)
	spec := workerPool(a)
	made := create(t, a, spec)
	problems, _ := checked(t, a, spec, nil)
	if len(problems) != 1 || problems[0].Attribute != "base_name" || !strings.Contains(problems[0].Detail, "exists in this account and region already") {
		t.Errorf("of a complete pool: %+v", problems)
	}
	if problems, calls := checked(t, a, spec, &made.Spec); len(problems)+len(calls) > 0 {
		t.Errorf("of the pool itself: %+v, asking %v", problems, calls)
	}
	tagPool(t, a, spec.BaseName, "WorkerPoolID", "somebody-else")
	problems, _ = checked(t, a, spec, nil)
	if len(problems) != 1 || problems[0].Attribute != "base_name" || !strings.Contains(problems[0].Detail, "does not carry this worker pool's tags") {
		t.Errorf("of a foreign group: %+v", problems)
	}
	tagPool(t, a, spec.BaseName, "WorkerPoolID", poolID)
	destroy(t, a, made)
}

func tagPool(t *testing.T, a *awstest.Account, group, key, value string) {
	t.Helper()
	_, err := a.Direct().AutoScaling.CreateOrUpdateTags(t.Context(), &autoscaling.CreateOrUpdateTagsInput{Tags: []scaling.Tag{{
		ResourceType: aws.String("auto-scaling-group"), ResourceId: &group, Key: &key, Value: &value, PropagateAtLaunch: aws.Bool(true),
	}}})
	if err != nil {
		t.Fatal(err)
	}
}
