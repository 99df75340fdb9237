package userdata

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// shellName is a name as POSIX has it, which every shell takes for a variable:
// https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap03.html#tag_03_216
var shellName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// IsShellName tells whether a shell can export a variable of this name.
func IsShellName(name string) bool { return shellName.MatchString(name) }

// validate catches what would make a script that cannot do what its Config says.
func (c Config) validate() error {
	for what, value := range c.texts() {
		if strings.ContainsRune(value, 0) {
			return fmt.Errorf("%s holds a NUL byte, which no shell script can", what)
		}
	}
	if c.PoweroffDelay < 0 {
		return fmt.Errorf("the power-off delay is negative: %d seconds", c.PoweroffDelay)
	}
	if c.Secret == nil {
		return nil
	}
	if c.Secret.region() == "" {
		return errors.New("the secret's ARN names no region: " + c.Secret.ARN)
	}
	for _, key := range c.Secret.Keys {
		if !IsShellName(key) {
			return fmt.Errorf("the secret's key %q is not a name that a shell can export", key)
		}
	}
	return nil
}

// texts returns every string of the Config that goes into the script, by what it is called in messages.
func (c Config) texts() map[string]string {
	texts := map[string]string{
		"the name of the Auto Scaling group": c.GroupName,
		"configuration":                      c.Configuration,
		"the domain name":                    c.DomainName,
		"boot_hooks.pre":                     c.PreHook,
		"boot_hooks.post":                    c.PostHook,
	}
	if c.Secret != nil {
		texts["the secret's ARN"] = c.Secret.ARN
	}
	if h := c.SelfHosted; h != nil {
		texts["s3_uri"] = h.S3URI
		texts["a proxy setting"] = h.HTTPProxy + h.HTTPSProxy + h.NoProxy
		texts["ca_certificates"] = strings.Join(h.CACertificates, "\n")
	}
	return texts
}

// region is the fourth part of arn:<partition>:secretsmanager:<region>:<account>:secret:<name>, empty if there is none.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
func (s Secret) region() string {
	parts := strings.SplitN(s.ARN, ":", 7)
	if len(parts) < 7 || parts[0] != "arn" {
		return ""
	}
	return parts[3]
}
