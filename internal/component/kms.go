package component

import "strings"

// SameKey tells whether two identifiers may name the same KMS key: services
// answer with an ARN where an id or an alias was given. What an alias stands
// for is not told, so an alias and a key are taken for the same.
// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
func SameKey(want, got string) bool {
	if want == "" || got == "" || want == got {
		return want == got
	}
	wantAlias, gotAlias := isAlias(want), isAlias(got)
	if wantAlias != gotAlias {
		return true
	}
	return lastPart(want) == lastPart(got)
}

func isAlias(key string) bool {
	return strings.HasPrefix(key, "alias/") || strings.Contains(key, ":alias/")
}

// lastPart is what is left of an ARN, an id or an alias without its kind.
func lastPart(key string) string {
	if i := strings.Index(key, "alias/"); i >= 0 {
		return key[i:]
	}
	return key[strings.LastIndex(key, "/")+1:]
}

// arnName is what is left of an ARN after its last colon.
func arnName(arn string) string { return arn[strings.LastIndex(arn, ":")+1:] }
