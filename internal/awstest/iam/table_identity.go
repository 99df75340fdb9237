package iam

// identityTable is after
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
// and https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
var identityTable = map[string]entry{
	"iam:AddRoleToInstanceProfile": {on: profile, also: []extra{passing("ec2.amazonaws.com", role)}},
	"iam:AttachRolePolicy":         {on: role, keys: attached},
	"iam:CreateInstanceProfile":    {on: profile, tags: "Tags", also: []extra{tagging("iam:TagInstanceProfile", profile, "Tags")}},
	"iam:CreateRole":               {on: role, tags: "Tags", also: []extra{tagging("iam:TagRole", role, "Tags")}},
	"iam:DeleteInstanceProfile":    {on: profile},
	"iam:DeleteRole":               {on: role},

	"iam:DeleteRolePermissionsBoundary": {on: role},
	"iam:DeleteRolePolicy":              {on: role},
	"iam:DetachRolePolicy":              {on: role, keys: attached},
	"iam:GetInstanceProfile":            {on: profile},
	"iam:GetRole":                       {on: role},
	"iam:GetRolePolicy":                 {on: role},
	"iam:ListAttachedRolePolicies":      {on: role},
	"iam:ListRolePolicies":              {on: role},
	"iam:PutRolePermissionsBoundary":    {on: role},
	"iam:PutRolePolicy":                 {on: role},
	"iam:RemoveRoleFromInstanceProfile": {on: profile},
	"iam:TagInstanceProfile":            {on: profile, tags: "Tags"},
	"iam:TagRole":                       {on: role, tags: "Tags"},
	"iam:UntagInstanceProfile":          {on: profile, tags: "TagKeys"},
	"iam:UntagRole":                     {on: role, tags: "TagKeys"},
	"iam:UpdateAssumeRolePolicy":        {on: role},
	"iam:UpdateRoleDescription":         {on: role},

	"kms:DescribeKey": {on: key},

	// "No permissions are required to perform this operation":
	// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
	"sts:GetCallerIdentity": {action: free},
}

func role(c *Call) []string { return named("iam", "role/%s", "RoleName")(c) }

func profile(c *Call) []string { return named("iam", "instance-profile/%s", "InstanceProfileName")(c) }

// attached is the condition key of a managed policy.
func attached(c *Call) map[string][]string {
	return map[string][]string{"iam:PolicyARN": {c.text("PolicyArn")}}
}

// key is the ARN of a key that is named by its id or ARN. An alias is of no account's
// policies: what it stands for is, which the emulator is not asked for.
func key(c *Call) []string { return named("kms", "key/%s", "KeyId")(c) }
