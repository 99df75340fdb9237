package provider

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

var (
	notEmpty = rule{
		wants: "a value that is not empty; leave the argument out, or set it to null, for its default",
		ok:    func(value string) bool { return value != "" },
	}
	accountID = rule{
		wants: `an AWS account id: twelve digits in quotes, such as "123456789012"`,
		ok:    regexp.MustCompile(`^\d{12}$`).MatchString,
	}
	roleARN = rule{
		wants: `the ARN of an IAM role, such as "arn:aws:iam::123456789012:role/deploy"`,
		ok:    func(value string) bool { return isIAMARN(value, "role/", `^\d{12}$`) },
	}
	policyARN = rule{
		wants: `the ARN of an IAM policy, such as "arn:aws:iam::aws:policy/ReadOnlyAccess"`,
		ok:    func(value string) bool { return isIAMARN(value, "policy/", `^(\d{12}|aws)$`) },
	}
	policyJSON = rule{
		wants: "an IAM policy: a JSON object, such as jsonencode({ Version = \"2012-10-17\", Statement = [...] })",
		ok: func(value string) bool {
			var object map[string]any
			return json.Unmarshal([]byte(value), &object) == nil && object != nil
		},
	}
	// The limits of sts:AssumeRole: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
	sessionDuration = rule{
		wants: `a duration from 15 minutes to 12 hours with units, such as "1h" or "1h30m"`,
		ok: func(value string) bool {
			duration, err := time.ParseDuration(value)
			return err == nil && duration >= 15*time.Minute && duration <= 12*time.Hour
		},
	}
	sessionIdentity = rule{
		wants: "2 to 64 letters, digits and characters of _+=,.@-",
		ok:    regexp.MustCompile(`^[\w+=,.@-]{2,64}$`).MatchString,
	}
	externalID = rule{
		wants: "2 to 1224 letters, digits and characters of _+=,.@:/-",
		ok: func(value string) bool { // a repetition count of regexp ends at 1000
			return len(value) >= 2 && len(value) <= 1224 && regexp.MustCompile(`^[\w+=,.@:/-]*$`).MatchString(value)
		},
	}
	tagKey = rule{
		wants: `a tag key: 1 to 128 characters that do not begin with "aws:"`,
		ok: func(value string) bool {
			count := utf8.RuneCountInString(value)
			return count >= 1 && count <= 128 && !strings.HasPrefix(strings.ToLower(value), "aws:")
		},
	}
	tagValue = rule{
		wants: "a tag value of at most 256 characters",
		ok:    func(value string) bool { return utf8.RuneCountInString(value) <= 256 },
	}
	httpURL = rule{
		wants: `a URL with scheme and host, such as "https://vpce-0123.ec2.eu-west-1.vpce.amazonaws.com"`,
		ok:    func(value string) bool { return isURL(value, "http", "https") },
		show:  redactURL,
	}
	proxyURL = rule{
		wants: `the URL of a proxy with scheme and host, such as "http://proxy.example.com:3128", or "" for none`,
		ok:    func(value string) bool { return value == "" || isURL(value, "http", "https", "socks5") },
		show:  redactURL,
	}
	spaceliftURL = rule{
		wants: `the https URL of a Spacelift account, such as "https://acme.app.spacelift.io"`,
		ok: func(value string) bool {
			return isURL(value, "https") || isURL(value, "http") && isLoopback(value)
		},
		show: redactURL,
	}
)

func oneOf(values ...string) rule {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = strconv.Quote(value)
	}
	return rule{
		wants: strings.Join(quoted, " or "),
		ok:    func(value string) bool { return slices.Contains(values, value) },
	}
}

// secret is r for values that must not show in the error.
func secret(r rule) rule {
	r.show = func(string) string { return "(sensitive value)" }
	return r
}

func isIAMARN(value, resource, account string) bool {
	parsed, err := arn.Parse(value)
	return err == nil && strings.HasPrefix(parsed.Partition, "aws") && parsed.Service == "iam" && parsed.Region == "" &&
		regexp.MustCompile(account).MatchString(parsed.AccountID) &&
		strings.HasPrefix(parsed.Resource, resource) && len(parsed.Resource) > len(resource)
}

func isURL(value string, schemes ...string) bool {
	parsed, err := url.Parse(value)
	return err == nil && slices.Contains(schemes, parsed.Scheme) && parsed.Hostname() != ""
}

// isLoopback is for tests, which talk to a server without a certificate.
func isLoopback(value string) bool {
	parsed, err := url.Parse(value)
	return err == nil && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, parsed.Hostname())
}

// redactURL hides credentials in a URL, which need not be a correct one.
func redactURL(value string) string {
	if at := strings.LastIndex(value, "@"); at >= 0 {
		value = "xxxxx" + value[at:]
	}
	return strconv.Quote(value)
}
