package stack

import (
	"encoding/json"
	"log/slog"
	"time"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/lambdaenv"
)

// maxEnvironment is how many bytes of environment Lambda takes, measured as JSON:
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxEnvironment = 4096

// surroundings are what the environment of a function names besides settings.
type surroundings struct {
	groupARN     string
	region       string
	parameter    string // name of the SSM parameter with the secret of the API key
	bundleSecret string // ARN of the secret with the CA bundle; empty: it is in the environment
	hook         string // name of the termination hook
}

// bundleIsLong tells whether the CA bundle leaves too little of an environment to
// all else, and has to be in a secret.
func bundleIsLong(spec Spec) bool { return len(spec.Functions.CABundle) > maxEnvironment/2 }

// autoscalerEnv is the environment of the autoscaler. The spec has one, and API
// credentials.
func autoscalerEnv(spec Spec, at surroundings) map[string]string {
	a := spec.Autoscaling
	return lambdaenv.Overlay(lambdaenv.Autoscaler{
		Common:    commonEnv(spec, at),
		MaxCreate: int(a.MaxCreate), MaxKill: int(a.MaxTerminate), ScaleDownDelay: time.Duration(a.ScaleDownDelay) * time.Minute,
		PollingInterval: inSeconds(a.PollingInterval), MinIdleWorkers: int(a.MinIdleWorkers), TargetUtilization: int(a.TargetUtilization),
		ScaleOutCooldown: inSeconds(a.ScaleOutCooldown), ScaleInCooldown: inSeconds(a.ScaleInCooldown), DryRun: a.DryRun, Timeout: inSeconds(a.Timeout),
	}.Map(), a.ExtraEnv)
}

// lifecycleEnv is the environment of the lifecycle manager. The spec has API
// credentials.
func lifecycleEnv(spec Spec, at surroundings) map[string]string {
	return lambdaenv.Lifecycle{
		Common: commonEnv(spec, at), HookName: at.hook, DrainTimeout: inSeconds(spec.Lifecycle.DrainTimeout),
		OnDrainTimeout: lambdaenv.OnDrainTimeout(spec.Lifecycle.OnDrainTimeout), PollingInterval: lambdaenv.LifecycleDefaults().PollingInterval,
	}.Map()
}

func commonEnv(spec Spec, at surroundings) lambdaenv.Common {
	a := DefaultAutoscaling()
	if spec.Autoscaling != nil {
		a = *spec.Autoscaling
	}
	common := lambdaenv.Common{
		GroupARN: at.groupARN, Region: at.region, WorkerPoolID: spec.WorkerPoolID,
		APIKeyID: spec.APICredentials.KeyID, APIKeySecretName: at.parameter, APIKeyEndpoint: spec.APICredentials.Endpoint,
		BootTimeout: inSeconds(a.BootTimeout), LogLevel: levelOf(a.LogLevel), CABundleSecretARN: at.bundleSecret,
	}
	if at.bundleSecret == "" {
		common.CABundle = spec.Functions.CABundle
	}
	return common
}

// levelOf reads a log level; one that is none is info.
func levelOf(text string) slog.Level {
	level := slog.LevelInfo
	if err := level.UnmarshalText([]byte(text)); err != nil {
		return slog.LevelInfo
	}
	return level
}

// sizeOf is the size of an environment, as Lambda measures it.
func sizeOf(environment map[string]string) int {
	text, err := json.Marshal(environment)
	if err != nil {
		return 0 // texts always encode
	}
	return len(text)
}

func inSeconds(n int32) time.Duration { return time.Duration(n) * time.Second }
