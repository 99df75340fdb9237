package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
)

// examine fails the test for each secret in content.
func (h *hunt) examine(t *testing.T, where string, content []byte) {
	t.Helper()
	for _, found := range h.search.in(t, content) {
		t.Errorf("%s holds %s", where, found)
	}
}

// examineFiles looks into every file of the workspace: states, plans (which have to
// be there), logs.
func (h *hunt) examineFiles(t *testing.T, plans ...string) {
	t.Helper()
	seen := map[string]bool{}
	err := filepath.WalkDir(h.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen[entry.Name()] = true
		switch {
		case strings.HasSuffix(path, ".tfplan"):
			h.examinePlan(t, entry.Name(), content)
		case strings.Contains(entry.Name(), ".tfstate"):
			h.examine(t, entry.Name(), h.allowed(t, content))
		default:
			h.examine(t, entry.Name(), content)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(plans, "terraform.tfstate", "terraform.tfstate.backup", "trace.log") {
		if !seen[name] {
			t.Errorf("there is no %s among %v", name, slices.Collect(maps.Keys(seen)))
		}
	}
	h.expectInState(t)
}

// examinePlan looks into the files of a saved plan. Its binary part cannot be
// told apart further.
func (h *hunt) examinePlan(t *testing.T, name string, plan []byte) {
	t.Helper()
	for file, content := range unzipped(t, plan) {
		switch {
		case file == "tfplan" && h.way.inState != "":
			continue
		case strings.HasPrefix(file, "tfstate"):
			content = h.allowed(t, content)
		}
		h.examine(t, file+" of "+name, content)
	}
}

// allowed is a state or plan as JSON without the argument that may hold secrets,
// and without the variables that it comes from.
func (h *hunt) allowed(t *testing.T, content []byte) []byte {
	t.Helper()
	if h.way.inState == "" {
		return content
	}
	var document any
	if err := json.Unmarshal(content, &document); err != nil {
		t.Fatal(err)
	}
	rest, err := json.Marshal(without(document, h.way.inState, "variables"))
	if err != nil {
		t.Fatal(err)
	}
	return rest
}

func without(document any, names ...string) any {
	switch node := document.(type) {
	case map[string]any:
		for name, child := range node {
			if slices.Contains(names, name) {
				delete(node, name)
			} else {
				node[name] = without(child, names...)
			}
		}
	case []any:
		for i, child := range node {
			node[i] = without(child, names...)
		}
	}
	return document
}

// expectInState makes sure that the search finds what is known to be there.
func (h *hunt) expectInState(t *testing.T) {
	t.Helper()
	state, err := os.ReadFile(filepath.Join(h.dir, "terraform.tfstate.backup"))
	if err != nil {
		t.Fatal(err)
	}
	if found := h.search.in(t, state); (len(found) > 0) != (h.way.inState != "") {
		t.Errorf("the state holds %v", found)
	}
	log, err := os.ReadFile(filepath.Join(h.dir, "trace.log"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wanted := range []string{"[TRACE]", "HTTP Request Sent", "PutSecretValue", "CreateLaunchTemplate"} {
		if !bytes.Contains(log, []byte(wanted)) {
			t.Errorf("the log lacks %q", wanted)
		}
	}
}

// examineTemplate looks into every version of the launch template, so many.
func (h *hunt) examineTemplate(t *testing.T, versions int) {
	t.Helper()
	out, err := h.account.Direct().EC2.DescribeLaunchTemplateVersions(t.Context(), &ec2.DescribeLaunchTemplateVersionsInput{
		LaunchTemplateName: aws.String("sp5ft-01HZXK3J5T9V2QWERTY0123456"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(out.LaunchTemplateVersions); n != versions {
		t.Errorf("%d versions of the launch template, want %d", n, versions)
	}
	for _, version := range out.LaunchTemplateVersions {
		data, err := json.Marshal(version)
		if err != nil {
			t.Fatal(err)
		}
		h.examine(t, "the launch template", data)
		script, err := base64.StdEncoding.DecodeString(aws.ToString(version.LaunchTemplateData.UserData))
		if err != nil || len(script) == 0 {
			t.Fatalf("user data of %d bytes: %v", len(script), err)
		}
		h.examine(t, "user data", script)
	}
}

// examineCalls looks into every request to AWS, but for the bodies of those that
// store a secret: actions, with how often they do at least.
func (h *hunt) examineCalls(t *testing.T, stores map[string]int) {
	t.Helper()
	stored := map[string]int{}
	for _, call := range h.account.Calls() {
		var head bytes.Buffer
		if err := call.Header.Write(&head); err != nil {
			t.Fatal(err)
		}
		h.examine(t, "the head of "+call.String(), append(head.Bytes(), call.URI...))
		if stores[call.Action] == 0 {
			h.examine(t, "the body of "+call.String(), []byte(call.Request))
			continue
		}
		stored[call.Action]++
		if found := h.search.in(t, []byte(call.Request)); len(found) == 0 {
			t.Errorf("%s stores no secret", call)
		}
	}
	for action, times := range stores {
		if stored[action] < times {
			t.Errorf("%s stored values %d times", action, stored[action])
		}
	}
	if len(h.account.Spacelift().Requests()) == 0 {
		t.Error("Spacelift was asked nothing")
	}
}
