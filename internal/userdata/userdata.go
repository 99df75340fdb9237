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
	Configuration          string      // the user's shell text, run verbatim with the secret's keys exported
	DomainName             string      // the launcher is downloaded from downloads.<DomainName>; unused when self-hosted
	PoweroffDelay          int64       // seconds between the launcher's end, or a failed boot, and the power-off
	DisableCloudWatchAgent bool        // stops the agent that ships the worker's logs
	PreHook                string      // shell text run first
	PostHook               string      // shell text run right before the launcher starts
	SelfHosted             *SelfHosted // nil for an account on spacelift.io
}

// Secret is a Secrets Manager secret whose SecretString is a JSON object.
type Secret struct {
	ARN  string   // full ARN; it also names the region to ask, which need not be the worker's
	Keys []string // the keys to export, names that a shell takes; nil exports every key
}

// SelfHosted is what a self-hosted Spacelift installation changes.
type SelfHosted struct {
	S3URI              string   // s3://bucket/key of the launcher
	RunAsSpaceliftUser bool     // the user spacelift runs the launcher, otherwise root
	HTTPProxy          string   // exported as HTTP_PROXY unless empty, and given to docker
	HTTPSProxy         string   // likewise, HTTPS_PROXY
	NoProxy            string   // likewise, NO_PROXY
	CACertificates     []string // PEM, added to the instance's trust store

	// PowerOffOnError also powers the instance off when the boot or the launcher fails. Without it such an instance stays
	// up to be looked at; one whose launcher ended well is powered off all the same.
	PowerOffOnError bool
}

// Script returns the boot script as text, however large. It refuses values that no shell can hold, without quoting them,
// since they may be secret.
func Script(c Config) (string, error) {
	if err := c.validate(); err != nil {
		return "", err
	}
	var s script
	s.header()
	s.settings(c)
	s.functions(c)
	s.files(c)
	s.boot(steps(c))
	return s.String(), nil
}
