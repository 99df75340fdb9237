package lambdaenv

import "testing"

func TestRegions(t *testing.T) {
	t.Parallel()
	for name, right := range map[string]bool{
		"eu-west-1": true, "us-gov-west-1": true, "cn-northwest-1": true, "eusc-de-east-1": true, "us-iso-east-1": true,
		"": false, "Ireland": false, "eu-west": false, "europe-west-1": false,
	} {
		if err := isRegion(name); (err == nil) != right {
			t.Errorf("%q: %v", name, err)
		}
	}
}
