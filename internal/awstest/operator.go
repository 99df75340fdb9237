package awstest

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// OperatorPolicies are the policies that the documentation gives whoever runs Terraform:
// that of a pool, and that of its functions. adapted are texts of them, each followed by
// what an operator would write in its place.
func OperatorPolicies(t testing.TB, adapted ...string) (policies []string) {
	t.Helper()
	dir := filepath.Join("examples", "provider") // somewhere above the folder of the test
	for range 5 {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		dir = filepath.Join("..", dir)
	}
	for _, name := range []string{"permissions", "permissions_functions"} {
		text, err := os.ReadFile(filepath.Join(dir, name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		policies = append(policies, strings.NewReplacer(adapted...).Replace(string(text)))
	}
	return policies
}
