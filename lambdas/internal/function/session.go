package function

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/spacelift"
)

// Session is what one invocation works with.
type Session struct {
	Pool    *spacelift.Client
	Scaling *autoscaling.Client
	EC2     *ec2.Client
	Log     *slog.Logger // its lines have the id of the invocation
}

// access are clients that are made once, and anew when what they were made from
// has changed.
type access struct {
	bundle string // certificates that http trusts besides the system's
	http   *http.Client
	key    string // secret of the API key that pool has
	pool   *spacelift.Client
}

// session makes ready for an invocation. It reads secrets that are not cached.
func (f *function) session(ctx context.Context, log *slog.Logger) (Session, error) {
	cfg, err := f.connect(ctx)
	if err != nil {
		return Session{}, err
	}
	secret, err := f.secret.get(ctx, func(ctx context.Context) (string, error) { return f.readKey(ctx, cfg) })
	if err != nil {
		return Session{}, err
	}
	if a := &f.access; a.pool == nil || a.key != secret {
		a.key = secret
		a.pool = spacelift.New(spacelift.Options{Endpoint: f.env.APIKeyEndpoint, KeyID: f.env.APIKeyID, KeySecret: secret, HTTP: a.http})
	}
	return Session{Pool: f.access.pool, Scaling: autoscaling.NewFromConfig(cfg), EC2: ec2.NewFromConfig(cfg), Log: log}, nil
}

// connect is the way to AWS, which trusts the CA bundle, wherever that comes from.
func (f *function) connect(ctx context.Context) (aws.Config, error) {
	a := &f.access
	if a.http == nil {
		if err := f.trust(f.env.CABundle); err != nil {
			return aws.Config{}, err
		}
	}
	// Connections may have died while the process was frozen, and nobody has told.
	a.http.CloseIdleConnections()
	if f.env.CABundleSecretARN != "" {
		bundle, err := f.bundle.get(ctx, f.readBundle)
		if err == nil {
			err = f.trust(bundle)
		}
		if err != nil {
			return aws.Config{}, fmt.Errorf("reading CA bundle of secret %s: %w", f.env.CABundleSecretARN, err)
		}
	}
	return newAWS(f.env.Region, a.http)
}

// trust makes the HTTP client, if bundle is another one.
func (f *function) trust(bundle string) error {
	a := &f.access
	if a.http != nil && a.bundle == bundle {
		return nil
	}
	client, err := newHTTP(bundle)
	if err != nil {
		return err
	}
	*a = access{bundle: bundle, http: client}
	return nil
}

// readBundle asks Secrets Manager, which the system's certificates must do for.
func (f *function) readBundle(ctx context.Context) (string, error) {
	cfg, err := newAWS(f.env.Region, f.access.http)
	if err != nil {
		return "", err
	}
	out, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &f.env.CABundleSecretARN})
	if err != nil {
		return "", err
	}
	if aws.ToString(out.SecretString) == "" {
		return "", errors.New("the secret holds no text")
	}
	return *out.SecretString, nil
}

// readKey asks Parameter Store for the secret of the API key.
func (f *function) readKey(ctx context.Context, cfg aws.Config) (string, error) {
	out, err := ssm.NewFromConfig(cfg).GetParameter(ctx, &ssm.GetParameterInput{Name: &f.env.APIKeySecretName, WithDecryption: aws.Bool(true)})
	if err != nil {
		return "", fmt.Errorf("reading secret of Spacelift API key from SSM parameter %s: %w", f.env.APIKeySecretName, err)
	}
	// Whoever made the parameter by hand may have added a line break.
	secret := strings.TrimSpace(aws.ToString(out.Parameter.Value))
	f.mask.hide(secret)
	return secret, nil
}
