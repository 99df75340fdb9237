package provider

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func assumeRoleSchema() schema.Attribute {
	attributes := sessionSchema()
	maps.Copy(attributes, map[string]schema.Attribute{
		"external_id": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "External id that the role's trust policy asks for, 2 to 1224 characters.",
			Validators:          []validator.String{externalID},
		},
		"source_identity": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Source identity of the session, 2 to 64 characters. It shows in CloudTrail and lasts through the chain.",
			Validators:          []validator.String{sessionIdentity},
		},
		"tags": schema.MapAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "Session tags, at most 50.",
			Validators:          tagValidators(),
		},
		"transitive_tag_keys": schema.SetAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "Keys of `tags` that are passed on to the next role of the chain.",
			Validators:          []validator.Set{setvalidator.ValueStringsAre(tagKey)},
		},
	})
	return schema.ListNestedAttribute{
		Optional:            true,
		MarkdownDescription: "IAM roles to assume, one after the other: each with the credentials of the one before it.",
		NestedObject:        schema.NestedAttributeObject{Attributes: attributes},
	}
}

func webIdentitySchema() schema.Attribute {
	attributes := sessionSchema()
	maps.Copy(attributes, map[string]schema.Attribute{
		"web_identity_token": schema.StringAttribute{
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "OAuth or OpenID Connect token. Exactly one of this and `web_identity_token_file` is needed.",
			Validators:          []validator.String{secret(notEmpty)},
		},
		"web_identity_token_file": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Path of a file with the token. `~` is the home directory.",
			Validators:          []validator.String{notEmpty},
		},
	})
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "IAM role to assume with a web identity token, before the roles of `assume_role`. Conflicts with `access_key`. " +
			"Default: environment variables `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE`.",
		Attributes: attributes,
	}
}

// sessionSchema has the arguments that both ways of assuming a role share.
func sessionSchema() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"role_arn": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "ARN of the role.",
			Validators:          []validator.String{roleARN},
		},
		"session_name": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Name of the session, 2 to 64 characters. Default: a generated one.",
			Validators:          []validator.String{sessionIdentity},
		},
		"duration": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "How long the credentials are valid before they are renewed, as hours, minutes and seconds such as `1h30m`; from 15 minutes to 12 hours, and at most what the role allows (1 hour when chained). Default: `15m`.",
			Validators:          []validator.String{sessionDuration},
		},
		"policy": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "IAM policy (JSON) that narrows the permissions of the session.",
			Validators:          []validator.String{policyJSON},
		},
		"policy_arns": schema.SetAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "ARNs of managed IAM policies that narrow the permissions of the session.",
			Validators:          []validator.Set{setvalidator.ValueStringsAre(policyARN)},
		},
	}
}

func defaultTagsSchema() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Tags for every AWS object that this provider makes.",
		Attributes: map[string]schema.Attribute{
			"tags": schema.MapAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				MarkdownDescription: "Tags by key. The tags of a resource win over these.",
				Validators:          tagValidators(),
			},
		},
	}
}

// tagValidators check AWS's limits for tags, which are the same for session
// tags: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
func tagValidators() []validator.Map {
	return []validator.Map{
		mapvalidator.SizeAtMost(50),
		mapvalidator.KeysAre(tagKey),
		mapvalidator.ValueStringsAre(tagValue),
	}
}
