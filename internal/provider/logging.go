package provider

import (
	"context"
	"maps"
	"slices"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/smithy-go/middleware"
	"github.com/hashicorp/aws-sdk-go-base/v2/logging"
)

// requestLogger writes the AWS library's messages to Terraform's log, without
// secrets.
//
// At DEBUG the library logs every request and response, body and headers
// included. It masks what looks like an AWS key, but neither SecretString of
// Secrets Manager, nor session tokens and web identity tokens of STS, nor the
// tokens of IAM Identity Center and of the metadata service. Its only switch,
// SuppressDebugLog, takes the bodies that help to find an error as well. So
// requestLogger shows bodies and headers of the services named here, which
// carry no secrets, and hides those of all others, known or not.
type requestLogger struct {
	to logging.TfLogger
}

var _ logging.Logger = requestLogger{}

var openServices = []string{autoscaling.ServiceID, cloudwatchlogs.ServiceID, ec2.ServiceID, iam.ServiceID, kms.ServiceID}

const hidden = "(hidden by the provider: may contain secrets)"

func (l requestLogger) Warn(ctx context.Context, msg string, fields ...map[string]any) {
	l.to.Warn(ctx, msg, hideSecrets(ctx, fields)...)
}

func (l requestLogger) Info(ctx context.Context, msg string, fields ...map[string]any) {
	l.to.Info(ctx, msg, hideSecrets(ctx, fields)...)
}

func (l requestLogger) Debug(ctx context.Context, msg string, fields ...map[string]any) {
	l.to.Debug(ctx, msg, hideSecrets(ctx, fields)...)
}

func (l requestLogger) Trace(ctx context.Context, msg string, fields ...map[string]any) {
	l.to.Trace(ctx, msg, hideSecrets(ctx, fields)...)
}

func (l requestLogger) SetField(ctx context.Context, key string, value any) context.Context {
	return l.to.SetField(ctx, key, value)
}

func (l requestLogger) SubLogger(ctx context.Context, name string) (context.Context, logging.Logger) {
	ctx, sub := l.to.SubLogger(ctx, name)
	to, _ := sub.(logging.TfLogger)
	return ctx, requestLogger{to: to}
}

// hideSecrets does not change fields.
func hideSecrets(ctx context.Context, fields []map[string]any) []map[string]any {
	if mayBeLogged(ctx) {
		return fields
	}
	shown := make([]map[string]any, len(fields))
	for i, group := range fields {
		shown[i] = maps.Clone(group)
		for name := range group {
			if strings.HasPrefix(name, "http.request.") || strings.HasPrefix(name, "http.response.") {
				shown[i][name] = hidden
			}
		}
	}
	return shown
}

// mayBeLogged says whether the AWS call that ctx belongs to has no secrets.
func mayBeLogged(ctx context.Context) bool {
	service, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
	if service == ec2.ServiceID && (strings.Contains(operation, "LaunchTemplate") || operation == "RunInstances") {
		return false // user data, in which users put environment variables of their workers
	}
	return slices.Contains(openServices, service)
}

// logRequests makes the calls of resources log: the library looks for its
// logger in the context, where it is only while the provider is configured.
func logRequests(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("SpaceliftRequestLogger",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(logging.RegisterLogger(ctx, requestLogger{}), in)
		}), middleware.Before)
}
