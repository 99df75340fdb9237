package lambdaenv

import (
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws/arn"
)

var (
	isULID   = matching(`^[0-9A-HJKMNP-TV-Z]{26}$`, "no ULID")
	isRegion = matching(`^[a-z]{2,4}(-[a-z]+)+-\d+$`, "no AWS region")
	isWord   = matching(`^[!-~]+$`, "more than one word")
	// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html:
	// also an ARN, and a version or label after a colon.
	isParameter = matching(`^[A-Za-z0-9_.:/-]+$`, "no name of a parameter")
	// https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html
	isHook           = upTo(255, matching(`^[A-Za-z0-9_/-]+$`, "no name of a hook"))
	isOnDrainTimeout = matching(`^(terminate|retain)$`, "neither terminate nor retain")
)

// upTo refuses a text of more than most bytes as one that is not alike. A pattern that
// counts them would have hundreds of steps.
func upTo(most int, alike func(string) error) func(string) error {
	return func(text string) error {
		if len(text) > most {
			text = ""
		}
		return alike(text)
	}
}

// matching compiles its pattern when it is first needed: not at the start of a provider
// that only knows the names.
func matching(pattern, otherwise string) func(string) error {
	expression := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
	return func(text string) error {
		if !expression().MatchString(text) {
			return errors.New(otherwise)
		}
		return nil
	}
}

func isGroupARN(text string) error {
	if groupName(text) == "" {
		return errors.New("no ARN of an Auto Scaling group")
	}
	return nil
}

// groupName is empty if text is not the ARN of a group. Its form:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html#amazonec2autoscaling-resources-for-iam-policies
func groupName(text string) string {
	group, err := arn.Parse(text)
	if err != nil || group.Service != "autoscaling" || group.Region == "" {
		return ""
	}
	id, name, _ := strings.Cut(group.Resource, ":autoScalingGroupName/")
	if !strings.HasPrefix(id, "autoScalingGroup:") {
		return ""
	}
	return name
}

func isSecretARN(text string) error {
	secret, err := arn.Parse(text)
	if err != nil || secret.Service != "secretsmanager" || !strings.HasPrefix(secret.Resource, "secret:") {
		return errors.New("no ARN of a secret")
	}
	return nil
}

// isEndpoint lets http pass for servers of tests, which have no certificate.
func isEndpoint(text string) error {
	address, err := url.Parse(text)
	switch {
	case err != nil || address.Hostname() == "" || address.Scheme != "https" && address.Scheme != "http":
		return errors.New("no https URL")
	case address.Scheme == "http" && address.Hostname() != "localhost" && !net.ParseIP(address.Hostname()).IsLoopback():
		return errors.New("an http URL, which would send the API key in the clear")
	case address.User != nil || address.RawQuery != "" || address.Fragment != "":
		return errors.New("a URL with more than a host and a path")
	}
	return nil
}

func isBundle(text string) error {
	if !x509.NewCertPool().AppendCertsFromPEM([]byte(text)) {
		return errors.New("no certificate in PEM")
	}
	return nil
}
