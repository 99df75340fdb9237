package workerpool

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/stack"
	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/userdata"
)

// textRule checks one text, without regard to other arguments.
type textRule struct {
	what string                             // what the text has to be, such as "a subnet id"
	fix  string                             // what to do, as a sentence
	ok   func(text string) (problem string) // "" when fine; of a secret it shows nothing

	secret bool // the text may hold one: no message quotes it
}

var _ validator.String = textRule{}

// Description implements validator.String.
func (r textRule) Description(context.Context) string { return "must be " + r.what }

// MarkdownDescription implements validator.String.
func (r textRule) MarkdownDescription(ctx context.Context) string { return r.Description(ctx) }

// ValidateString implements validator.String.
func (r textRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	problem := r.ok(text)
	if problem == "" {
		return
	}
	quote := ""
	if !r.secret {
		quote = "is " + abridged(text) + ", but "
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid value of "+argument(req.Path),
		fmt.Sprintf("%s %smust be %s: %s. %s", req.Path, quote, r.what, problem, r.fix))
}

// hidden is r for texts that may hold a secret.
func hidden(r textRule) textRule {
	r.secret = true
	return r
}

// abridged quotes a text, shortened to what a person wants to see of it.
func abridged(text string) string {
	const limit = 80
	if len(text) > limit {
		text = text[:limit] + "…"
	}
	return strconv.Quote(text)
}

// minBaseName is the length of the shortest name of a launch template:
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html
const minBaseName = 3

// maxBaseName is the length of the longest base name in the regions with the
// shortest names; checkNames knows the region:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
var maxBaseName = stack.MaxBaseName("us-east-1")

// matching compiles its pattern when it is first needed: together they would take a
// megabyte and milliseconds of each start.
func matching(pattern, what, problem, fix string) textRule {
	expression := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
	return textRule{what: what, fix: fix, ok: func(text string) string {
		if expression().MatchString(text) {
			return ""
		}
		return problem
	}}
}

// sized is matching for texts of least to most bytes: a pattern that counts to hundreds
// has hundreds of steps.
func sized(least, most int, pattern, what, problem, fix string) textRule {
	rule := matching(pattern, what, problem, fix)
	alike := rule.ok
	rule.ok = func(text string) string {
		if len(text) < least || len(text) > most {
			return problem
		}
		return alike(text)
	}
	return rule
}

var (
	ulid = matching(`^[0-9A-HJKMNP-TV-Z]{26}$`, "a ULID", "it is not 26 digits and capital letters other than I, L, O and U",
		"Copy the id from the worker pool's page at Spacelift.")
	baseName = sized(minBaseName, maxBaseName, `^[A-Za-z0-9._-]+$`, "a name that AWS takes for a role, a launch template and a secret",
		fmt.Sprintf("it is not %d to %d letters, digits, '.', '_' and '-'", minBaseName, maxBaseName), "Choose another name.")
	regionName = matching(`^[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}$`, "an AWS region", "it does not look like one",
		"Write a region such as eu-west-1.")
	subnetID        = matching(`^subnet-[0-9a-f]{8,17}$`, "a subnet id", "it is not subnet- and hexadecimal digits", "Write an id such as subnet-0123456789abcdef0.")
	securityGroupID = matching(`^sg-[0-9a-f]{8,17}$`, "a security group id", "it is not sg- and hexadecimal digits",
		"Write an id such as sg-0123456789abcdef0, not the group's name.")
	imageID      = matching(`^ami-[0-9a-f]{8,17}$`, "an AMI id", "it is not ami- and hexadecimal digits", "Write an id such as ami-0123456789abcdef0, or leave it out.")
	instanceType = matching(`^[a-z][a-z0-9-]*\.[a-z0-9-]+$`, "an EC2 instance type", "it does not look like one", "Write a type such as t3.micro.")
	kmsKey       = matching(`^(`+keyID+`|alias/[A-Za-z0-9/_-]+|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key/`+keyID+`|alias/[A-Za-z0-9/_-]+))$`,
		"a KMS key", "it is neither key id nor alias nor ARN of one", "Write a key id, a key ARN, alias/<name> or an alias ARN.")
	kmsKeyARN = matching(`^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/`+keyID+`$`, "the ARN of a KMS key",
		"CloudWatch Logs takes neither ids nor aliases", "Write the key's ARN, arn:aws:kms:<region>:<account>:key/<id>.")
	templateVersion = matching(`^(\$Latest|\$Default|[1-9][0-9]{0,8})$`, "a version of the launch template", "it is no positive number, $Latest or $Default",
		"Write one of these, or leave it out.")
	scheduleName = sized(1, 255, `^[A-Za-z0-9._-]+$`, "the name of a schedule", "it is not 1 to 255 letters, digits, '.', '_' and '-'", "Choose another name.")
	recurrence   = textRule{what: "a cron expression", fix: "Write one such as \"0 8 * * 1-5\".", ok: stack.RecurrenceProblem}
	timeZone     = textRule{what: "the name of a time zone", fix: "Write one such as Europe/Berlin or Etc/UTC.", ok: stack.TimeZoneProblem}
	shellName    = textRule{what: "the name of a shell variable", fix: "Choose another name.", ok: func(text string) string {
		if userdata.IsShellName(text) {
			return ""
		}
		return "it is not letters, digits and '_' after a letter or '_'"
	}}
	secretName = sized(1, 512, `^[A-Za-z0-9/_+=.@!-]+$`, "the name of a secret", "it is not 1 to 512 letters, digits and /_+=.@!-",
		"Write the secret's name as Secrets Manager shows it.")
	roleName = sized(1, 64, `^[A-Za-z0-9_+=,.@-]+$`, "the name of an IAM role", "it is not 1 to 64 letters, digits and _+=,.@-",
		"Write the name alone, without path and without arn:.")
	policyARN = matching(`^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[A-Za-z0-9_+=,.@/-]+$`, "the ARN of an IAM policy", "it does not look like one",
		"Write arn:aws:iam::<account>:policy/<name>.")
	domainName = matching(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`, "a domain name", "it does not look like one",
		"Write the domain alone, such as spacelift.io, without https:// and path.")
	s3URI = matching(`^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/(.*[^/\s])$`, "the S3 URI of a file", "it is not s3://<bucket>/<key>",
		"Write the launcher's bucket and key, such as s3://my-bucket/spacelift-launcher.")
	oneLine       = hidden(matching(`^[^\s"'\\$`+"`"+`]*$`, "a list of hosts", "it holds white space, a quote, '$' or '\\'", "Separate hosts by commas alone."))
	shellText     = hidden(matching(`^[^\x00]*$`, "shell text", "it holds a NUL byte, which no script can", "Remove the byte."))
	oneTime       = matching(`^one-time$`, "one-time", "an Auto Scaling group takes no other kind of spot request", "Write one-time, or leave it out.")
	terminateOnly = matching(`^terminate$`, "terminate", "a group's spot requests are one-time, and to stop or hibernate takes a persistent one",
		"Write terminate, or leave it out.")

	// Of class DELIVERY a log group keeps its events for a time that AWS has fixed, and
	// PutRetentionPolicy is refused: https://github.com/hashicorp/terraform-provider-aws/issues/42657
	logClass = textRule{what: "STANDARD or INFREQUENT_ACCESS", fix: "Write one of the two, or leave it out.", ok: func(text string) string {
		switch text {
		case logClassStandard, "INFREQUENT_ACCESS":
			return ""
		case "DELIVERY":
			return "AWS fixes how long a log group of that class keeps its events and takes no cloudwatch_log_group_retention for it " +
				"(https://github.com/hashicorp/terraform-provider-aws/issues/42657)"
		}
		return "AWS has no such class"
	}}
	// The policy of the pool's role names the secret by this ARN, and IAM compares all of it:
	// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
	secretARN = textRule{
		what: "the full ARN of a secret", fix: "Write arn:aws:secretsmanager:<region>:<account>:secret:<name>-AbCdEf, as Secrets Manager shows it.",
		ok: func(text string) string {
			switch {
			case !anySecretARN.MatchString(text):
				return "it does not look like one"
			case !secretSuffix.MatchString(text):
				return "it does not end in '-' and the six random characters that Secrets Manager adds to the name, so the role's policy would grant nothing"
			}
			return ""
		},
	}
	spotPrice = textRule{what: "a price in US dollars an hour", fix: "Write a number such as 0.05, or leave it out.", ok: func(text string) string {
		price, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil || !regexp.MustCompile(`^[0-9.]+$`).MatchString(text):
			return "it is no decimal number"
		case price <= 0.001:
			return "AWS takes only prices above 0.001"
		}
		return ""
	}}
	proxyURL = textRule{secret: true, what: "the URL of a proxy", fix: "Write a URL such as http://proxy.example.com:3128.", ok: func(text string) string {
		parsed, err := url.Parse(text)
		switch {
		case err != nil || strings.ContainsAny(text, " \t\r\n\"'`\\$"):
			return "it does not parse as one"
		case parsed.Scheme != "http" && parsed.Scheme != "https":
			return "it does not start with http:// or https://"
		case parsed.Hostname() == "":
			return "it names no host"
		}
		return ""
	}}
	duration = textRule{what: "a duration", fix: "Write a number and a unit, such as 90s or 1h30m.", ok: func(text string) string {
		parsed, err := time.ParseDuration(text)
		switch {
		case err != nil:
			return "it does not parse as one"
		case parsed <= 0:
			return "it is over at once"
		}
		return ""
	}}
	certificate = textRule{secret: true, what: "certificates in PEM form", fix: "Give the text from BEGIN CERTIFICATE to END CERTIFICATE, such as file(\"ca.pem\").", ok: certificateProblem}
)

var (
	anySecretARN = regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@!-]+$`)
	secretSuffix = regexp.MustCompile(`-[A-Za-z0-9]{6}$`)
)

const keyID = `(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})`

func certificateProblem(text string) string {
	rest := []byte(text)
	for found := false; ; found = true {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		switch {
		case block == nil && found && strings.TrimSpace(string(rest)) == "":
			return ""
		case block == nil && found:
			return "other text follows the certificate"
		case block == nil:
			return "no PEM block is in it"
		case block.Type != "CERTIFICATE":
			return "it holds a " + block.Type
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return "it does not parse (" + err.Error() + ")"
		}
	}
}
