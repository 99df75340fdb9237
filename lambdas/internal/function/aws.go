package function

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

const (
	// maxAttempts lets one call in 15,000 fail where AWS throttles three in ten.
	maxAttempts = 8
	// maxBackoff keeps the pauses of all attempts, which grow from a second on, below
	// half a minute.
	maxBackoff = 4 * time.Second
)

// newAWS takes credentials and endpoints (AWS_ENDPOINT_URL and its kin) from the
// environment, which is the one place where Lambda puts them. LoadDefaultConfig
// would look in all others too, and with them adds 1.9 MB to each function.
func newAWS(region string, client *http.Client) (aws.Config, error) {
	env, err := config.NewEnvConfig()
	if err != nil {
		return aws.Config{}, err
	}
	cfg := aws.Config{
		Region:        region,
		Credentials:   credentials.StaticCredentialsProvider{Value: env.Credentials},
		HTTPClient:    client,
		ConfigSources: []any{env},
		Retryer:       NewRetryer,
	}
	if env.BaseEndpoint != "" {
		cfg.BaseEndpoint = &env.BaseEndpoint
	}
	return cfg, nil
}

// NewRetryer says when a function repeats a call of AWS. Each client has its own.
func NewRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts, o.MaxBackoff = maxAttempts, maxBackoff
	})
}
