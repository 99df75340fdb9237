package lambdaenv

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const groupARN = "arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:f8a1a45f-6e5b-4b61-a31c-5e1ba0f4a1b2:autoScalingGroupName/sp5ft-01HZXK3J5T9V2QWERTY0123456"

var certificate = newCertificate()

func newCertificate() string {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// required is the least that both functions take.
func required() map[string]string {
	return map[string]string{
		"AUTOSCALING_GROUP_ARN":         groupARN,
		"AUTOSCALING_REGION":            "eu-west-1",
		"SPACELIFT_API_KEY_ID":          "01K0K00000000000000000000A",
		"SPACELIFT_API_KEY_SECRET_NAME": "/sp5ft/api-secret",
		"SPACELIFT_API_KEY_ENDPOINT":    "https://acme.app.spacelift.io",
		"SPACELIFT_WORKER_POOL_ID":      "01HZXK3J5T9V2QWERTY0123456",
	}
}

// The autoscaler's defaults are part of the contract: the documentation states them.
func TestDefaults(t *testing.T) {
	t.Parallel()
	common := Common{
		GroupARN: groupARN, Region: "eu-west-1", APIKeyID: "01K0K00000000000000000000A", APIKeySecretName: "/sp5ft/api-secret",
		APIKeyEndpoint: "https://acme.app.spacelift.io", WorkerPoolID: "01HZXK3J5T9V2QWERTY0123456",
		BootTimeout: 10 * time.Minute, LogLevel: slog.LevelInfo,
	}
	autoscaler, err := ParseAutoscaler(required())
	if diff := cmp.Diff(Autoscaler{
		Common: common, MaxCreate: 50, MaxKill: 10, PollingInterval: 10 * time.Second, TargetUtilization: 100, Timeout: time.Minute,
	}, autoscaler); diff != "" || err != nil {
		t.Errorf("autoscaler: %v\n%s", err, diff)
	}
	lifecycle, err := ParseLifecycle(required())
	if diff := cmp.Diff(Lifecycle{
		Common: common, HookName: "DrainWorkerLifecycleHook", DrainTimeout: 4 * time.Hour, OnDrainTimeout: Terminate, PollingInterval: 10 * time.Second,
	}, lifecycle); diff != "" || err != nil {
		t.Errorf("lifecycle manager: %v\n%s", err, diff)
	}
	if got := lifecycle.GroupName(); got != "sp5ft-01HZXK3J5T9V2QWERTY0123456" {
		t.Errorf("group %q", got)
	}
}

// What the provider writes down as defaults is what the functions take for them.
func TestDefaultsAreThoseOfTheFunctions(t *testing.T) {
	t.Parallel()
	autoscaler, err := ParseAutoscaler(required())
	want := AutoscalerDefaults()
	want.Common = autoscaler.Common
	if diff := cmp.Diff(want, autoscaler); diff != "" || err != nil {
		t.Errorf("autoscaler: %v\n%s", err, diff)
	}
	lifecycle, err := ParseLifecycle(required())
	other := LifecycleDefaults()
	if diff := cmp.Diff(other.BootTimeout, lifecycle.BootTimeout); diff != "" {
		t.Error(diff)
	}
	other.Common = lifecycle.Common
	if diff := cmp.Diff(other, lifecycle); diff != "" || err != nil {
		t.Errorf("lifecycle manager: %v\n%s", err, diff)
	}
}

func TestValues(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		name, text string
		got        func(Autoscaler) any
		want       any
	}{
		"duration":            {"AUTOSCALING_POLLING_INTERVAL", "1m", func(a Autoscaler) any { return a.PollingInterval }, time.Minute},
		"below a second":      {"AUTOSCALING_POLLING_INTERVAL", "250ms", func(a Autoscaler) any { return a.PollingInterval }, 250 * time.Millisecond},
		"plain seconds":       {"AUTOSCALING_BOOT_TIMEOUT", "600", func(a Autoscaler) any { return a.BootTimeout }, 10 * time.Minute},
		"fraction of seconds": {"AUTOSCALING_SCALE_IN_COOLDOWN", "0.5", func(a Autoscaler) any { return a.ScaleInCooldown }, 500 * time.Millisecond},
		"minutes":             {"AUTOSCALING_SCALE_DOWN_DELAY", "5", func(a Autoscaler) any { return a.ScaleDownDelay }, 5 * time.Minute},
		"fraction of minutes": {"AUTOSCALING_SCALE_DOWN_DELAY", "0.05", func(a Autoscaler) any { return a.ScaleDownDelay }, 3 * time.Second},
		"true":                {"AUTOSCALING_DRY_RUN", "true", func(a Autoscaler) any { return a.DryRun }, true},
		"level":               {"LOG_LEVEL", "debug", func(a Autoscaler) any { return a.LogLevel }, slog.LevelDebug},
		"level in capitals":   {"LOG_LEVEL", "WARN", func(a Autoscaler) any { return a.LogLevel }, slog.LevelWarn},
		"no idle worker":      {"AUTOSCALING_MIN_IDLE_WORKERS", "0", func(a Autoscaler) any { return a.MinIdleWorkers }, 0},
		"empty":               {"AUTOSCALING_MAX_KILL", "", func(a Autoscaler) any { return a.MaxKill }, 10},
		"bundle":              {"CA_BUNDLE", certificate, func(a Autoscaler) any { return a.CABundle }, certificate},
		"loopback":            {"SPACELIFT_API_KEY_ENDPOINT", "http://127.0.0.1:8080", func(a Autoscaler) any { return a.APIKeyEndpoint }, "http://127.0.0.1:8080"},
		"government": {
			"AUTOSCALING_GROUP_ARN", strings.Replace(groupARN, "arn:aws:", "arn:aws-us-gov:", 1), func(a Autoscaler) any { return a.GroupName() },
			"sp5ft-01HZXK3J5T9V2QWERTY0123456",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := ParseAutoscaler(Overlay(required(), map[string]string{test.name: test.text}))
			if diff := cmp.Diff(test.want, test.got(a)); diff != "" || err != nil {
				t.Errorf("%v\n%s", err, diff)
			}
		})
	}
}

// wrong has values that no function takes, with a word of what the error says of it.
var wrong = map[string][]struct{ text, says string }{
	"AUTOSCALING_GROUP_ARN": {
		{"", "not set"},
		{"sp5ft-pool", "no ARN"},
		{"arn:aws:ec2:eu-west-1:123456789012:instance/i-0123456789abcdef0", "no ARN of an Auto Scaling group"},
		{"arn:aws:autoscaling:eu-west-1:123456789012:launchConfiguration:x:launchConfigurationName/y", "no ARN of an Auto Scaling group"},
		{"arn:aws:autoscaling:eu-west-1:123456789012:autoScalingGroup:x:autoScalingGroupName/", "no ARN of an Auto Scaling group"},
	},
	"AUTOSCALING_REGION":            {{"", "not set"}, {"Ireland", "no AWS region"}, {"eu-central-1", "different regions"}},
	"SPACELIFT_API_KEY_ID":          {{"", "not set"}, {"two words", "more than one word"}},
	"SPACELIFT_API_KEY_SECRET_NAME": {{"", "not set"}, {"hunter2 hunter2", "no name of a parameter"}},
	"SPACELIFT_API_KEY_ENDPOINT": {
		{"", "not set"},
		{"acme.app.spacelift.io", "no https URL"},
		{"https://", "no https URL"},
		{"ftp://acme.app.spacelift.io", "no https URL"},
		{"https://acme.app.spacelift.io:port", "no https URL"},
		{"http://acme.app.spacelift.io", "in the clear"},
		{"http://127.0.0.1.example.com", "in the clear"},
		{"https://somebody:password@acme.app.spacelift.io", "more than a host"},
		{"https://acme.app.spacelift.io?token=password", "more than a host"},
	},
	"SPACELIFT_WORKER_POOL_ID":       {{"", "not set"}, {"01HZXK3J5T9V2QWERTY012345", "no ULID"}, {"01hzxk3j5t9v2qwerty0123456", "no ULID"}},
	"AUTOSCALING_MAX_CREATE":         {{"one", "no whole number"}, {"1.5", "no whole number"}, {"0", "out of range"}, {"99999999999999999999", "out of range"}},
	"AUTOSCALING_MAX_KILL":           {{"all", "no whole number"}, {"0", "out of range"}},
	"AUTOSCALING_SCALE_DOWN_DELAY":   {{"5m", "no number of minutes"}, {"-1", "out of range"}, {"NaN", "no number of minutes"}, {"Inf", "out of range"}, {"1e300", "out of range"}, {"10081", "out of range"}},
	"AUTOSCALING_POLLING_INTERVAL":   {{"often", "no duration"}, {"0", "out of range"}, {"16m", "out of range"}, {"61s", "longer than AUTOSCALING_TIMEOUT"}},
	"AUTOSCALING_MIN_IDLE_WORKERS":   {{"few", "no whole number"}, {"-1", "out of range"}},
	"AUTOSCALING_TARGET_UTILIZATION": {{"80%", "no whole number"}, {"0", "out of range"}, {"101", "out of range"}},
	"AUTOSCALING_SCALE_OUT_COOLDOWN": {{"Inf", "no duration"}, {"-1s", "out of range"}, {"169h", "out of range"}},
	"AUTOSCALING_SCALE_IN_COOLDOWN":  {{"1 minute", "no duration"}, {"-1s", "out of range"}},
	"AUTOSCALING_BOOT_TIMEOUT":       {{"10 min", "no duration"}, {"0s", "out of range"}, {"169h", "out of range"}},
	"AUTOSCALING_DRY_RUN":            {{"maybe", "neither true nor false"}},
	"AUTOSCALING_TIMEOUT":            {{"long", "no duration"}, {"901", "out of range"}, {"5s", "longer than AUTOSCALING_TIMEOUT"}},
	"LIFECYCLE_HOOK_NAME":            {{"my hook", "no name of a hook"}, {strings.Repeat("x", 256), "no name of a hook"}},
	"LIFECYCLE_DRAIN_TIMEOUT":        {{"four hours", "no duration"}, {"-1s", "out of range"}, {"48h1s", "out of range"}},
	"LIFECYCLE_ON_DRAIN_TIMEOUT":     {{"wait", "neither terminate nor retain"}, {"TERMINATE", "neither terminate nor retain"}},
	"LIFECYCLE_POLLING_INTERVAL":     {{"often", "no duration"}, {"0s", "out of range"}, {"16m", "out of range"}},
	"LOG_LEVEL":                      {{"loud", "no log level"}, {"info+1", "no log level"}},
	"CA_BUNDLE":                      {{"MIIB", "no certificate in PEM"}},
	"CA_BUNDLE_SECRET_ARN":           {{"my-secret", "no ARN of a secret"}, {"arn:aws:ssm:eu-west-1:123456789012:parameter/x", "no ARN of a secret"}},
}

// parseBoth is the error of whichever function is concerned.
func parseBoth(environ map[string]string) string {
	_, autoscaler := ParseAutoscaler(environ)
	_, lifecycle := ParseLifecycle(environ)
	switch {
	case autoscaler != nil:
		return autoscaler.Error()
	case lifecycle != nil:
		return lifecycle.Error()
	}
	return ""
}

func TestWrongValues(t *testing.T) {
	t.Parallel()
	for name, cases := range wrong {
		for _, test := range cases {
			got := parseBoth(Overlay(required(), map[string]string{name: test.text}))
			if !strings.Contains(got, name) || !strings.Contains(got, test.says) || !strings.Contains(got, ". Set ") {
				t.Errorf("%s=%q: %q does not say %q", name, test.text, got, test.says)
			}
			if strings.Contains(got, "\n") {
				t.Errorf("%s=%q: more than one error:\n%s", name, test.text, got)
			}
		}
	}
}

func TestBothBundles(t *testing.T) {
	t.Parallel()
	got := parseBoth(Overlay(required(), map[string]string{"CA_BUNDLE": certificate, "CA_BUNDLE_SECRET_ARN": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ca-AbCdEf"}))
	if !strings.Contains(got, "CA_BUNDLE_SECRET_ARN are both set") {
		t.Error(got)
	}
}

// Every variable is in the table of wrong values, so that a new one is as well.
func TestEveryVariableCanBeWrong(t *testing.T) {
	t.Parallel()
	var names []string
	for _, v := range append((&Autoscaler{}).table(), (&Lifecycle{}).table()...) {
		names = append(names, v.name)
		if v.allowed == "" || v.required == (v.fallback != "") && !strings.HasPrefix(v.name, "CA_BUNDLE") {
			t.Errorf("%s: %+v", v.name, v)
		}
	}
	slices.Sort(names)
	if diff := cmp.Diff(slices.Compact(names), slices.Sorted(maps.Keys(wrong))); diff != "" {
		t.Error(diff)
	}
}

// All that is wrong is named at once, and nothing of it is quoted: somebody may
// have put a secret in the wrong place.
func TestAllWrongAtOnce(t *testing.T) {
	t.Parallel()
	const secret = "hunter2 hunter2"
	environ := map[string]string{}
	for name := range wrong {
		environ[name] = secret
	}
	for name, parse := range map[string]struct {
		table []variable
		parse func(map[string]string) error
	}{
		"autoscaler": {(&Autoscaler{}).table(), func(e map[string]string) error { _, err := ParseAutoscaler(e); return err }},
		"lifecycle":  {(&Lifecycle{}).table(), func(e map[string]string) error { _, err := ParseLifecycle(e); return err }},
	} {
		err := parse.parse(environ)
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Fatalf("%s: %v", name, err)
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != len(parse.table) {
			t.Errorf("%s: %d variables, %d errors:\n%v", name, len(parse.table), len(lines), err)
		}
		for i, v := range parse.table {
			if !strings.HasPrefix(lines[i], v.name+": ") {
				t.Errorf("%q is not about %s", lines[i], v.name)
			}
		}
	}
}

func TestOverlay(t *testing.T) {
	t.Parallel()
	ours, extra := map[string]string{"a": "1", "b": "2"}, map[string]string{"b": "3", "c": "4"}
	got := Overlay(ours, extra)
	if diff := cmp.Diff(map[string]string{"a": "1", "b": "3", "c": "4"}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]map[string]string{{"a": "1", "b": "2"}, {"b": "3", "c": "4"}}, []map[string]string{ours, extra}); diff != "" {
		t.Errorf("changed:\n%s", diff)
	}
	if got := Overlay(nil, nil); got == nil {
		t.Error("nil is no map to write into")
	}
}

// What is written is what is read, and the other way round.
func TestMapAndParseAreInverse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := drawAutoscaler(t)
		if got, err := ParseAutoscaler(a.Map()); err != nil || got != a {
			t.Fatalf("%v\n%s\n%v", err, cmp.Diff(a, got), a.Map())
		}
		l := Lifecycle{
			Common: a.Common, HookName: rapid.StringMatching(`[A-Za-z0-9_/-]{1,20}`).Draw(t, "hook"), DrainTimeout: drawSpan(t, 0, longestWait),
			OnDrainTimeout: rapid.SampledFrom([]OnDrainTimeout{Terminate, Retain}).Draw(t, "after"), PollingInterval: drawSpan(t, shortest, invocation),
		}
		got, err := ParseLifecycle(l.Map())
		if err != nil || got != l {
			t.Fatalf("%v\n%s\n%v", err, cmp.Diff(l, got), l.Map())
		}
		if diff := cmp.Diff(l.Map(), got.Map()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func drawAutoscaler(t *rapid.T) Autoscaler {
	region := rapid.StringMatching(`[a-z]{2}-(gov-)?(east|west|central)-[1-9]`).Draw(t, "region")
	a := Autoscaler{
		Common: Common{
			GroupARN: "arn:aws:autoscaling:" + region + ":123456789012:autoScalingGroup:x:autoScalingGroupName/" + rapid.StringMatching(`[!-9;-~]{1,40}`).Draw(t, "group"),
			Region:   region, APIKeyID: rapid.StringMatching(`[A-Z0-9]{26}`).Draw(t, "key"), APIKeySecretName: rapid.StringMatching(`(/[\w.-]{1,20}){1,3}`).Draw(t, "parameter"),
			APIKeyEndpoint: rapid.StringMatching(`https://[a-z]{1,10}\.[a-z]{2,3}(:[1-9]\d{0,3})?(/[a-z]{0,9})?`).Draw(t, "endpoint"),
			WorkerPoolID:   rapid.StringMatching(`[0-9A-HJKMNP-TV-Z]{26}`).Draw(t, "pool"), BootTimeout: drawSpan(t, shortest, longest),
			LogLevel: rapid.SampledFrom([]slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}).Draw(t, "level"),
		},
		MaxCreate: rapid.IntRange(1, manyInstances).Draw(t, "create"), MaxKill: rapid.IntRange(1, manyInstances).Draw(t, "kill"),
		MinIdleWorkers: rapid.IntRange(0, manyInstances).Draw(t, "idle"), TargetUtilization: rapid.IntRange(1, 100).Draw(t, "percent"),
		ScaleDownDelay: drawSpan(t, 0, longest), ScaleOutCooldown: drawSpan(t, 0, longest), ScaleInCooldown: drawSpan(t, 0, longest),
		DryRun: rapid.Bool().Draw(t, "dry"), Timeout: drawSpan(t, shortest, invocation),
	}
	a.PollingInterval = drawSpan(t, shortest, a.Timeout)
	switch rapid.IntRange(0, 2).Draw(t, "bundle") {
	case 0:
		a.CABundle = certificate
	case 1:
		a.CABundleSecretARN = "arn:aws:secretsmanager:" + region + ":123456789012:secret:ca-AbCdEf"
	}
	return a
}

func drawSpan(t *rapid.T, least, most time.Duration) time.Duration {
	return time.Duration(rapid.Int64Range(int64(least), int64(most)).Draw(t, "span"))
}

// The function gets the whole environment of its process and minds its own.
func FuzzParse(f *testing.F) {
	f.Add("AUTOSCALING_SCALE_DOWN_DELAY", "0x1p-2")
	f.Add("SPACELIFT_API_KEY_ENDPOINT", "https://[::1]")
	f.Add("LOG_LEVEL", "warn")
	f.Fuzz(func(t *testing.T, name, text string) {
		a, err := ParseAutoscaler(Overlay(required(), map[string]string{name: text}))
		if err != nil {
			return
		}
		if got, err := ParseAutoscaler(a.Map()); err != nil || got != a {
			t.Errorf("%s=%q: %v\n%s", name, text, err, cmp.Diff(a, got))
		}
	})
}
