package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// source tells the ARN of something of the account.
type source func(context.Context, aws.Config, *awsbase.Config) (string, error)

// identify returns id and partition of the account that cfg's credentials
// belong to, in one call of sts:GetCallerIdentity that also proves the
// credentials. With skip_credentials_validation IAM is asked before and after
// it; with skip_requesting_account_id too there is no call and the id is empty.
func identify(ctx context.Context, cfg aws.Config, c *awsbase.Config) (account, partition string, diags diag.Diagnostics) {
	title, next := "Invalid AWS credentials",
		"AWS was asked whose credentials these are. Check where they come from: the provider's arguments, AWS_* environment variables, or the profile. "+
			"Where the Security Token Service cannot be reached, set skip_credentials_validation = true."
	ask := []source{fromSTS}
	if c.SkipCredsValidation {
		if c.SkipRequestingAccountId && len(c.AllowedAccountIds)+len(c.ForbiddenAccountIds) == 0 {
			return "", "", nil
		}
		title, next = "Unknown AWS account",
			"AWS was asked for the id of the account. Where it cannot be asked, set skip_requesting_account_id = true, and neither allowed_account_ids nor forbidden_account_ids."
		// The Security Token Service is last but one: it may be out of reach.
		ask = []source{fromUser, fromSTS, fromAnyRole}
	}
	var failures []error
	for _, one := range ask {
		text, err := one(ctx, cfg, c)
		if err == nil {
			var of arn.ARN
			if of, err = arn.Parse(text); err == nil {
				return of.AccountID, of.Partition, nil
			}
		}
		failures = append(failures, err)
	}
	diags.AddError(title, next+"\n\nError: "+errors.Join(failures...).Error())
	return "", "", diags
}

// The library's own way (awsbase.GetAwsAccountIDAndPartition) puts the client of IAM
// into an interface, which keeps all of its operations in the binary: see newEC2 in
// package awsapi. So the sources are here.

func fromSTS(ctx context.Context, cfg aws.Config, c *awsbase.Config) (string, error) {
	out, err := sts.NewFromConfig(cfg, func(o *sts.Options) {
		if c.StsRegion != "" {
			o.Region = c.StsRegion
		}
		if c.StsEndpoint != "" {
			o.BaseEndpoint = &c.StsEndpoint
		}
	}).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", fmt.Errorf("asking whose credentials these are: %w", err)
	}
	return aws.ToString(out.Arn), nil
}

func fromUser(ctx context.Context, cfg aws.Config, c *awsbase.Config) (string, error) {
	out, err := iamOf(cfg, c).GetUser(ctx, &iam.GetUserInput{})
	if err != nil {
		return "", fmt.Errorf("asking for the user of these credentials: %w", err)
	}
	if out.User == nil {
		return "", errors.New("asking for the user of these credentials: there is none in the answer")
	}
	return aws.ToString(out.User.Arn), nil
}

func fromAnyRole(ctx context.Context, cfg aws.Config, c *awsbase.Config) (string, error) {
	out, err := iamOf(cfg, c).ListRoles(ctx, &iam.ListRolesInput{MaxItems: aws.Int32(1)})
	if err != nil {
		return "", fmt.Errorf("asking for a role of the account: %w", err)
	}
	if len(out.Roles) == 0 {
		return "", errors.New("the account has no role that would tell its id")
	}
	return aws.ToString(out.Roles[0].Arn), nil
}

func iamOf(cfg aws.Config, c *awsbase.Config) *iam.Client {
	return iam.NewFromConfig(cfg, func(o *iam.Options) {
		if c.IamEndpoint != "" {
			o.BaseEndpoint = &c.IamEndpoint
		}
	})
}

func checkAccount(c *awsbase.Config, account string) (diags diag.Diagnostics) {
	if slices.Contains(c.ForbiddenAccountIds, account) {
		diags.AddAttributeError(path.Root("forbidden_account_ids"), "Forbidden AWS account",
			fmt.Sprintf("The credentials belong to AWS account %s, which forbidden_account_ids names. Use credentials of another account, or remove the id from forbidden_account_ids.", account))
	}
	if len(c.AllowedAccountIds) > 0 && !slices.Contains(c.AllowedAccountIds, account) {
		diags.AddAttributeError(path.Root("allowed_account_ids"), "AWS account not allowed",
			fmt.Sprintf("The credentials belong to AWS account %s, while allowed_account_ids has %s. Use credentials of an allowed account, or add the id to allowed_account_ids.",
				account, strings.Join(c.AllowedAccountIds, ", ")))
	}
	return diags
}
