package iam

import "strings"

// storeTable is after
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
// and https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
//
// Where the account's own key of a service encrypts (aws/ssm, aws/secretsmanager), the
// key's policy lets every identity of the account use it through the service, so that
// nothing is demanded of the caller:
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
var storeTable = map[string]entry{
	"ssm:AddTagsToResource":      {on: taggedParameter, tags: "Tags"},
	"ssm:DeleteParameter":        {on: parameter},
	"ssm:DescribeParameters":     {},
	"ssm:GetParameter":           {on: parameter, also: []extra{decrypted}},
	"ssm:ListTagsForResource":    {on: taggedParameter},
	"ssm:PutParameter":           {on: parameter, tags: "Tags", also: []extra{tagging("ssm:AddTagsToResource", parameter, "Tags")}},
	"ssm:RemoveTagsFromResource": {on: taggedParameter, tags: "TagKeys"},

	"secretsmanager:CreateSecret": {on: newSecret, tags: "Tags", also: []extra{
		tagging("secretsmanager:TagResource", newSecret, "Tags"), secretKey,
	}},
	"secretsmanager:DeleteSecret":   {on: secret},
	"secretsmanager:DescribeSecret": {on: secret},
	"secretsmanager:GetSecretValue": {on: secret},
	"secretsmanager:PutSecretValue": {on: secret},
	"secretsmanager:RestoreSecret":  {on: secret},
	"secretsmanager:TagResource":    {on: secret, tags: "Tags"},
	"secretsmanager:UntagResource":  {on: secret, tags: "TagKeys"},
	"secretsmanager:UpdateSecret":   {on: secret, also: []extra{secretKey}},
}

func parameter(c *Call) []string { return named("ssm", "parameter/%s", "Name")(c) }

func taggedParameter(c *Call) []string { return named("ssm", "parameter/%s", "ResourceId")(c) }

// decrypted demands the key of a secure parameter. Which key that is the emulator does
// not tell: the demand is the same for each of the account's.
// https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
func decrypted(c *Call) []Demand {
	if on, _ := c.Params["WithDecryption"].(bool); !on {
		return nil
	}
	return []Demand{{Action: "kms:Decrypt", Resources: []string{c.ARN("kms", "key/00000000-0000-4000-8000-000000000000")}, Keys: map[string][]string{
		"kms:EncryptionContext:PARAMETER_ARN": parameter(c), "kms:ViaService": {"ssm." + c.host()},
	}}}
}

// suffix of a new secret's ARN, which Secrets Manager chooses:
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
const secretSuffix = "-AbCdEf"

func newSecret(c *Call) []string {
	return []string{c.ARN("secretsmanager", "secret:"+c.text("Name")+secretSuffix)}
}

func secret(c *Call) []string {
	id := c.text("SecretId")
	if !strings.HasPrefix(id, "arn:") {
		id = c.ARN("secretsmanager", "secret:"+id+secretSuffix)
	}
	return []string{id}
}

// secretKey demands the key that a secret is to be encrypted with, unless that is the
// account's own: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
func secretKey(c *Call) (demands []Demand) {
	id := c.text("KmsKeyId")
	if id == "" || id == "alias/aws/secretsmanager" {
		return nil
	}
	on := named("kms", "key/%s", "KmsKeyId")(c)
	for _, action := range []string{"kms:Decrypt", "kms:GenerateDataKey"} {
		demands = append(demands, Demand{Action: action, Resources: on, Keys: map[string][]string{"kms:ViaService": {"secretsmanager." + c.host()}}})
	}
	return demands
}

// host is what the host names of services in the region end in:
// https://docs.aws.amazon.com/general/latest/gr/rande.html
func (c *Call) host() string {
	if c.Partition == "aws-cn" {
		return c.Region + ".amazonaws.com.cn"
	}
	return c.Region + ".amazonaws.com"
}
