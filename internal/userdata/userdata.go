// Package userdata writes the boot script of a worker instance: the user data of the launch template, which cloud-init
// runs once, as root, when the instance starts.
package userdata

// MaxSize is AWS's limit for user data, in bytes before base64.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
const MaxSize = 16384

// Config is everything the script depends on: the same Config renders to the same bytes.
type Config struct {
	GroupName              string      // name of the Auto Scaling group, SPACELIFT_METADATA_asg_id on the worker
	Secret                 *Secret     // nil when nothing comes from Secrets Manager
	Configuration          string      // the user's shell text, inserted verbatim
	DomainName             string      // the launcher is downloaded from downloads.<DomainName>; unused when self-hosted
	PoweroffDelay          int64       // seconds between the launcher's end (or a failed boot) and the power-off
	DisableCloudWatchAgent bool        // stops the agent before anything is logged
	PreHook                string      // shell text run first
	PostHook               string      // shell text run right before the launcher starts
	SelfHosted             *SelfHosted // nil for spacelift.io
}

// Secret is a Secrets Manager secret whose SecretString is a JSON object.
type Secret struct {
	ARN  string   // also names the region to ask, which need not be the worker's
	Keys []string // the keys to export, shell names; nil exports every key
}

// SelfHosted is what a self-hosted Spacelift installation changes.
type SelfHosted struct {
	S3URI              string   // s3://bucket/key of the launcher
	RunAsSpaceliftUser bool     // the user spacelift runs the launcher, otherwise root
	HTTPProxy          string   // exported as HTTP_PROXY unless empty
	HTTPSProxy         string   // exported as HTTPS_PROXY unless empty
	NoProxy            string   // exported as NO_PROXY unless empty
	CACertificates     []string // PEM, added to the instance's trust store
	PowerOffOnError    bool     // whether a failed boot powers the instance off
}

// Script returns the boot script as text, however large.
func Script(c Config) (string, error) { return "", nil }
