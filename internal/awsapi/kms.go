package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/kms"
)

// kmsCalls holds the operation in use, and not the client: see newEC2.
type kmsCalls struct {
	describeKey func(context.Context, *kms.DescribeKeyInput, ...func(*kms.Options)) (*kms.DescribeKeyOutput, error)
}

func newKMS(client *kms.Client) KMS {
	return kmsCalls{
		describeKey: client.DescribeKey,
	}
}

func (c kmsCalls) DescribeKey(ctx context.Context, in *kms.DescribeKeyInput, options ...func(*kms.Options)) (*kms.DescribeKeyOutput, error) {
	return c.describeKey(ctx, in, options...)
}
