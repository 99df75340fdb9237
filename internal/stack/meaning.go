package stack

import (
	"strings"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/component"
)

// What Observed.Drift says, among other things, of a launch template with another boot
// script, and of a function with other code, than this version of the provider has.
const (
	BootScriptDiffers = component.UserDataDiffers
	CodeDiffers       = component.CodeDiffers
)

// SameMarket tells whether two market options are the same to AWS.
func SameMarket(a, b *Market) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, y := component.MarketSettings(*a), component.MarketSettings(*b)
	return component.SameMarket(&x, &y)
}

// SameKey tells whether two identifiers surely name one KMS key: they are equal,
// or one is an id and the other the ARN with this id. What an alias stands for is
// not known.
func SameKey(a, b string) bool {
	isARN := func(key string) bool { return strings.HasPrefix(key, "arn:") }
	isAlias := func(key string) bool { return strings.Contains(key, "alias/") }
	return a == b || (isARN(a) != isARN(b) && !isAlias(a) && !isAlias(b) && component.SameKey(a, b))
}
