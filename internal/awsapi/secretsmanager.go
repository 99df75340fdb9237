package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
)

// secretsCalls holds the operations in use, and not the client: see newEC2.
type secretsCalls struct {
	createSecret   func(context.Context, *secretsmanager.CreateSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.CreateSecretOutput, error)
	deleteSecret   func(context.Context, *secretsmanager.DeleteSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DeleteSecretOutput, error)
	describeSecret func(context.Context, *secretsmanager.DescribeSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error)
	putSecretValue func(context.Context, *secretsmanager.PutSecretValueInput, ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error)
	restoreSecret  func(context.Context, *secretsmanager.RestoreSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.RestoreSecretOutput, error)
	tagResource    func(context.Context, *secretsmanager.TagResourceInput, ...func(*secretsmanager.Options)) (*secretsmanager.TagResourceOutput, error)
	untagResource  func(context.Context, *secretsmanager.UntagResourceInput, ...func(*secretsmanager.Options)) (*secretsmanager.UntagResourceOutput, error)
	updateSecret   func(context.Context, *secretsmanager.UpdateSecretInput, ...func(*secretsmanager.Options)) (*secretsmanager.UpdateSecretOutput, error)
}

func newSecretsManager(client *secretsmanager.Client) SecretsManager {
	return secretsCalls{
		createSecret:   client.CreateSecret,
		deleteSecret:   client.DeleteSecret,
		describeSecret: client.DescribeSecret,
		putSecretValue: client.PutSecretValue,
		restoreSecret:  client.RestoreSecret,
		tagResource:    client.TagResource,
		untagResource:  client.UntagResource,
		updateSecret:   client.UpdateSecret,
	}
}

func (c secretsCalls) CreateSecret(ctx context.Context, in *secretsmanager.CreateSecretInput, options ...func(*secretsmanager.Options)) (*secretsmanager.CreateSecretOutput, error) {
	return c.createSecret(ctx, in, options...)
}

func (c secretsCalls) DeleteSecret(ctx context.Context, in *secretsmanager.DeleteSecretInput, options ...func(*secretsmanager.Options)) (*secretsmanager.DeleteSecretOutput, error) {
	return c.deleteSecret(ctx, in, options...)
}

func (c secretsCalls) DescribeSecret(ctx context.Context, in *secretsmanager.DescribeSecretInput, options ...func(*secretsmanager.Options)) (*secretsmanager.DescribeSecretOutput, error) {
	return c.describeSecret(ctx, in, options...)
}

func (c secretsCalls) PutSecretValue(ctx context.Context, in *secretsmanager.PutSecretValueInput, options ...func(*secretsmanager.Options)) (*secretsmanager.PutSecretValueOutput, error) {
	return c.putSecretValue(ctx, in, options...)
}

func (c secretsCalls) RestoreSecret(ctx context.Context, in *secretsmanager.RestoreSecretInput, options ...func(*secretsmanager.Options)) (*secretsmanager.RestoreSecretOutput, error) {
	return c.restoreSecret(ctx, in, options...)
}

func (c secretsCalls) TagResource(ctx context.Context, in *secretsmanager.TagResourceInput, options ...func(*secretsmanager.Options)) (*secretsmanager.TagResourceOutput, error) {
	return c.tagResource(ctx, in, options...)
}

func (c secretsCalls) UntagResource(ctx context.Context, in *secretsmanager.UntagResourceInput, options ...func(*secretsmanager.Options)) (*secretsmanager.UntagResourceOutput, error) {
	return c.untagResource(ctx, in, options...)
}

func (c secretsCalls) UpdateSecret(ctx context.Context, in *secretsmanager.UpdateSecretInput, options ...func(*secretsmanager.Options)) (*secretsmanager.UpdateSecretOutput, error) {
	return c.updateSecret(ctx, in, options...)
}
