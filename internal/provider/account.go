package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsbase "github.com/hashicorp/aws-sdk-go-base/v2"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// identify returns id and partition of the account that cfg's credentials
// belong to, in one call of sts:GetCallerIdentity that also proves the
// credentials. With skip_credentials_validation the library tries other calls
// before and after it; with skip_requesting_account_id too there is no call and
// the id is empty.
func identify(ctx context.Context, cfg aws.Config, c *awsbase.Config) (account, partition string, diags diag.Diagnostics) {
	own := *c
	if len(c.AllowedAccountIds)+len(c.ForbiddenAccountIds) > 0 {
		own.SkipRequestingAccountId = false
	}
	account, partition, found := awsbase.GetAwsAccountIDAndPartition(ctx, cfg, &own)
	if !found.HasError() {
		return account, partition, diags
	}
	title, next := "Invalid AWS credentials",
		"AWS was asked whose credentials these are. Check where they come from: the provider's arguments, AWS_* environment variables, or the profile. "+
			"Where the Security Token Service cannot be reached, set skip_credentials_validation = true."
	if own.SkipCredsValidation {
		title, next = "Unknown AWS account",
			"AWS was asked for the id of the account. Where it cannot be asked, set skip_requesting_account_id = true, and neither allowed_account_ids nor forbidden_account_ids."
	}
	diags.Append(fromBase(found, title, next)...)
	return "", "", diags
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
