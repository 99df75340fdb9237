package awstest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// pager is what every paginator of the SDK is.
type pager[O, P any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*P)) (O, error)
}

// collect reads all pages of a listing.
func collect[O, P any](ctx context.Context, pages pager[O, P], names func(O) []string) ([]string, error) {
	var all []string
	for pages.HasMorePages() {
		out, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		all = append(all, names(out)...)
	}
	return all, nil
}

// each is the name of each item.
func each[T any](items []T, name func(*T) *string) []string {
	var all []string
	for i := range items {
		all = append(all, aws.ToString(name(&items[i])))
	}
	return all
}

func roles(ctx context.Context, a *Account) ([]string, error) {
	pages := iam.NewListRolesPaginator(iam.NewFromConfig(a.DirectConfig()), &iam.ListRolesInput{})
	return collect(ctx, pages, func(o *iam.ListRolesOutput) []string {
		return each(o.Roles, func(r *iamtypes.Role) *string { return r.RoleName })
	})
}

func instanceProfiles(ctx context.Context, a *Account) ([]string, error) {
	pages := iam.NewListInstanceProfilesPaginator(iam.NewFromConfig(a.DirectConfig()), &iam.ListInstanceProfilesInput{})
	return collect(ctx, pages, func(o *iam.ListInstanceProfilesOutput) []string {
		return each(o.InstanceProfiles, func(p *iamtypes.InstanceProfile) *string { return p.InstanceProfileName })
	})
}

func policies(ctx context.Context, a *Account) ([]string, error) {
	pages := iam.NewListPoliciesPaginator(iam.NewFromConfig(a.DirectConfig()), &iam.ListPoliciesInput{Scope: iamtypes.PolicyScopeTypeLocal})
	return collect(ctx, pages, func(o *iam.ListPoliciesOutput) []string {
		return each(o.Policies, func(p *iamtypes.Policy) *string { return p.PolicyName })
	})
}

func secrets(ctx context.Context, a *Account) ([]string, error) {
	pages := secretsmanager.NewListSecretsPaginator(secretsmanager.NewFromConfig(a.DirectConfig()), &secretsmanager.ListSecretsInput{})
	return collect(ctx, pages, func(o *secretsmanager.ListSecretsOutput) (names []string) {
		for i := range o.SecretList {
			names = append(names, aws.ToString(o.SecretList[i].Name))
		}
		return names
	})
}

func logGroups(ctx context.Context, a *Account) ([]string, error) {
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(cloudwatchlogs.NewFromConfig(a.DirectConfig()), &cloudwatchlogs.DescribeLogGroupsInput{})
	return collect(ctx, pages, func(o *cloudwatchlogs.DescribeLogGroupsOutput) (names []string) {
		for i := range o.LogGroups {
			names = append(names, aws.ToString(o.LogGroups[i].LogGroupName))
		}
		return names
	})
}

func launchTemplates(ctx context.Context, a *Account) ([]string, error) {
	pages := ec2.NewDescribeLaunchTemplatesPaginator(ec2.NewFromConfig(a.DirectConfig()), &ec2.DescribeLaunchTemplatesInput{})
	return collect(ctx, pages, func(o *ec2.DescribeLaunchTemplatesOutput) []string {
		return each(o.LaunchTemplates, func(t *types.LaunchTemplate) *string { return t.LaunchTemplateName })
	})
}

func instances(ctx context.Context, a *Account) ([]string, error) {
	pages := ec2.NewDescribeInstancesPaginator(ec2.NewFromConfig(a.DirectConfig()), &ec2.DescribeInstancesInput{})
	return collect(ctx, pages, func(o *ec2.DescribeInstancesOutput) (ids []string) {
		for _, reservation := range o.Reservations {
			for i := range reservation.Instances {
				if one := &reservation.Instances[i]; one.State == nil || one.State.Name != types.InstanceStateNameTerminated {
					ids = append(ids, aws.ToString(one.InstanceId))
				}
			}
		}
		return ids
	})
}

func volumes(ctx context.Context, a *Account) ([]string, error) {
	pages := ec2.NewDescribeVolumesPaginator(ec2.NewFromConfig(a.DirectConfig()), &ec2.DescribeVolumesInput{})
	return collect(ctx, pages, func(o *ec2.DescribeVolumesOutput) []string {
		return each(o.Volumes, func(v *types.Volume) *string { return v.VolumeId })
	})
}

func scalingGroups(ctx context.Context, a *Account) ([]string, error) {
	pages := autoscaling.NewDescribeAutoScalingGroupsPaginator(autoscaling.NewFromConfig(a.DirectConfig()), &autoscaling.DescribeAutoScalingGroupsInput{})
	return collect(ctx, pages, func(o *autoscaling.DescribeAutoScalingGroupsOutput) (names []string) {
		for i := range o.AutoScalingGroups {
			names = append(names, aws.ToString(o.AutoScalingGroups[i].AutoScalingGroupName))
		}
		return names
	})
}

// rawList lists the objects of a service whose SDK client is not needed
// otherwise: a JSON operation (target) or a path, the list's name in the answer
// and the name of an item ("" when the items are names themselves).
func rawList(service, target, path, list, name string) func(context.Context, *Account) ([]string, error) {
	return func(ctx context.Context, a *Account) ([]string, error) {
		method := http.MethodGet
		if target != "" {
			method = http.MethodPost
		}
		request, err := http.NewRequestWithContext(ctx, method, a.Endpoint()+path, bytes.NewBufferString("{}"))
		if err != nil {
			return nil, err
		}
		if target != "" {
			request.Header.Set("X-Amz-Target", target)
			request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		}
		request.Header.Set("Authorization", a.directScope(service))
		return rawNames(request, list, name)
	}
}

func rawNames(request *http.Request, list, name string) ([]string, error) {
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	var document map[string]any
	if err := json.NewDecoder(response.Body).Decode(&document); err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %s: %v", response.Status, document)
	}
	var names []string
	items, _ := document[list].([]any)
	for _, item := range items {
		object, _ := item.(map[string]any)
		if name == "" {
			names = append(names, lastOf(fmt.Sprint(item), "/"))
		} else {
			names = append(names, fmt.Sprint(object[name]))
		}
	}
	return names, nil
}
