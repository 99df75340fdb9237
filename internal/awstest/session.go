package awstest

import (
	"crypto/rand"
	"encoding/hex"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// caller is who makes a call: an account, by itself or in a role.
type caller struct {
	tenant *tenant
	role   string // ARN; "" for the account's own keys
	// service tells that a service of AWS acts in the role: the role's policies count.
	service bool
}

var (
	sessionKey  = regexp.MustCompile(`<AccessKeyId>([^<]+)</AccessKeyId>`)
	sessionRole = regexp.MustCompile(`^arn:[^:]+:iam::(\d{12}):role/`)
)

// learnSession remembers whose account the keys of an assumed role open.
func (c *Cloud) learnSession(q request, a *answer) {
	key, role := sessionKey.FindSubmatch(a.body), sessionRole.FindStringSubmatch(q.value("RoleArn"))
	if key == nil || role == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.accounts[role[1]]; t != nil {
		c.keys[string(key[1])] = caller{tenant: t, role: q.value("RoleArn")}
	}
}

// assume makes keys for a service that acts in a role, as Lambda does for a
// function: their calls are recorded with the role.
func (t *tenant) assume(role string) aws.Credentials {
	random := make([]byte, 8)
	_, _ = rand.Read(random)
	key := "ASIA" + strings.ToUpper(hex.EncodeToString(random))
	t.cloud.mu.Lock()
	defer t.cloud.mu.Unlock()
	t.cloud.keys[key] = caller{tenant: t, role: role, service: true}
	return aws.Credentials{AccessKeyID: key, SecretAccessKey: secretKey, SessionToken: "session-" + role}
}
