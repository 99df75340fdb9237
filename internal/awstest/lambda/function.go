package lambda

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Function is what is deployed: code and configuration. Zero values are those of
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
type Function struct {
	Name    string
	ARN     string            // "": made up from Name and Region
	Region  string            // "": us-east-1
	Handler string            // "": bootstrap
	Zip     []byte            // with an executable file bootstrap at its top
	Arch    string            // "x86_64" or "arm64"; "": whatever the code was built for
	Env     map[string]string // configured
	Extra   []string          // KEY=value that AWS would not need, such as local endpoints; wins over Env
	Keys    aws.Credentials   // of the function's role

	MemoryMB int           // in MiB; 0: 128
	Timeout  time.Duration // may be a part of a second; 0: 3 s

	Retries *int          // of an asynchronous invocation that fails, 0–2; nil: 2
	MaxAge  time.Duration // of an asynchronous invocation that waits; 0: 6 h
}

// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
const (
	defaultMemoryMB = 128
	defaultTimeout  = 3 * time.Second
)

// https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
const (
	defaultRetries = 2
	defaultMaxAge  = 6 * time.Hour
)

// completed is a copy of f with the defaults filled in.
func (f *Function) completed() *Function {
	c := *f
	fill(&c.Region, "us-east-1")
	fill(&c.ARN, "arn:aws:lambda:"+c.Region+":000000000000:function:"+c.Name)
	fill(&c.Handler, "bootstrap")
	fill(&c.MemoryMB, defaultMemoryMB)
	fill(&c.Timeout, defaultTimeout)
	fill(&c.MaxAge, defaultMaxAge)
	if c.Retries == nil {
		c.Retries = aws.Int(defaultRetries)
	}
	c.Env, c.Extra = maps.Clone(f.Env), slices.Clone(f.Extra)
	return &c
}

func fill[T comparable](field *T, fallback T) {
	var zero T
	if *field == zero {
		*field = fallback
	}
}

// environ is all that a process of the function sees. Of a runtime that is only
// an operating system, AWS_EXECUTION_ENV is not set:
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func (f *Function) environ(api, root, stream string) []string {
	env := []string{
		"AWS_ACCESS_KEY=" + f.Keys.AccessKeyID,
		"AWS_ACCESS_KEY_ID=" + f.Keys.AccessKeyID,
		"AWS_DEFAULT_REGION=" + f.Region,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=" + strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_FUNCTION_NAME=" + f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME=" + stream,
		"AWS_LAMBDA_RUNTIME_API=" + api,
		"AWS_REGION=" + f.Region,
		"AWS_SECRET_ACCESS_KEY=" + f.Keys.SecretAccessKey,
		"AWS_SESSION_TOKEN=" + f.Keys.SessionToken,
		"AWS_XRAY_CONTEXT_MISSING=LOG_ERROR",
		"LAMBDA_RUNTIME_DIR=/var/runtime",
		"LAMBDA_TASK_ROOT=" + root,
		"LANG=en_US.UTF-8",
		"PATH=/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TZ=:UTC",
		"_HANDLER=" + f.Handler,
	}
	for _, name := range slices.Sorted(maps.Keys(f.Env)) {
		env = append(env, name+"="+f.Env[name])
	}
	return append(env, f.Extra...) // of two entries with one name, exec takes the last
}
