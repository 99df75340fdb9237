// Package guides holds the guides of the documentation to the code: what they quote
// is what the code says, and what they link to is there.
package guides

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

// guides are their texts by name.
func guides(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "templates", "guides", "*.md.tmpl"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("there are no guides: %v", err)
	}
	texts := map[string]string{}
	for _, path := range paths {
		texts[strings.TrimSuffix(filepath.Base(path), ".md.tmpl")] = read(t, path)
	}
	return texts
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sources is the code below some directories in one text.
func sources(t *testing.T, dirs ...string) string {
	t.Helper()
	var all strings.Builder
	for _, dir := range dirs {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
			if err == nil && strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
				all.WriteString(read(t, path))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// section is what is below a heading, up to the next one.
func section(t *testing.T, text, heading string) string {
	t.Helper()
	_, below, found := strings.Cut(text, "\n## "+heading+"\n")
	if !found {
		t.Fatalf("there is no section %q", heading)
	}
	below, _, _ = strings.Cut(below, "\n## ")
	return below
}

// firstCells are the first cells of the rows of a section's tables.
func firstCells(section string) (cells []string) {
	for line := range strings.Lines(section) {
		if cell, _, found := strings.Cut(strings.TrimPrefix(line, "| "), " | "); found && strings.HasPrefix(line, "| ") {
			cells = append(cells, cell)
		}
	}
	return cells
}

var (
	quoted = regexp.MustCompile("`([^`]+)`")
	titled = regexp.MustCompile(`\*([A-Z][^*]+)\*`)
)

func TestTroubleshootingQuotesTheCode(t *testing.T) {
	t.Parallel()
	guide := guides(t)["troubleshooting"]
	// What AWS, the network and Go's own libraries say is in no code of ours.
	theirs := []string{"AccessDenied", "not authorized to perform", "i/o timeout", "context deadline exceeded", "certificate signed by unknown authority", "message", "error"}
	functions := sources(t, "lambdas", "internal/spacelift", "internal/lambdaenv")
	for _, heading := range []string{"Runs Wait, and Nothing Happens", "A Function Fails"} {
		for _, cell := range firstCells(section(t, guide, heading)) {
			for _, quote := range quoted.FindAllStringSubmatch(cell, -1) {
				if quote[1] == "boot_timeout" || slices.Contains(theirs, quote[1]) {
					continue
				}
				if !strings.Contains(functions, quote[1]) {
					t.Errorf("%s: no function says %q", heading, quote[1])
				}
			}
		}
	}
	boots := sources(t, "internal/userdata")
	for _, cell := range firstCells(section(t, guide, "An Instance Has No Worker")) {
		for _, quote := range quoted.FindAllStringSubmatch(cell, -1) {
			if !strings.Contains(boots, `"`+quote[1]+`"`) {
				t.Errorf("no step of the boot is %q", quote[1])
			}
		}
	}
	provider := sources(t, "internal")
	titles := titled.FindAllStringSubmatch(strings.Join(firstCells(section(t, guide, "Errors of Terraform")), "\n"), -1)
	if len(titles) < 20 {
		t.Errorf("the guide names %d diagnostics", len(titles))
	}
	for _, title := range titles {
		if !strings.Contains(provider, `"`+title[1]+`"`) {
			t.Errorf("the provider has no diagnostic %q", title[1])
		}
	}
}

// Links between pages lead to pages and headings that are there, and the front page
// leads to every guide.
func TestLinks(t *testing.T) {
	t.Parallel()
	texts := guides(t)
	link := regexp.MustCompile(`\]\(([^):# ]*)(#[^) ]+)?\)`)
	for name, text := range texts {
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			page, heading := found[1], found[2]
			var target string
			switch base := strings.TrimSuffix(page, ".md"); {
			case page == "":
				target = text
			case base == "../index":
				target = read(t, filepath.Join(root, "templates", "index.md.tmpl"))
			case strings.HasPrefix(base, "../resources/"):
				target = read(t, filepath.Join(root, "templates", strings.TrimPrefix(base, "../")+".md.tmpl"))
			default:
				target = texts[base]
			}
			if target == "" || heading != "" && !slices.Contains(anchors(target), heading) {
				t.Errorf("%s links to %s%s, which is not there", name, page, heading)
			}
		}
	}
	for _, name := range []string{"autoscaling", "draining", "instance-refresh", "spot", "permissions", "kms", "troubleshooting", "monitoring", "move-from-the-terraform-module"} {
		if texts[name] == "" {
			t.Errorf("the guide %s is missing", name)
		}
	}
	front := read(t, filepath.Join(root, "templates", "index.md.tmpl"))
	for name := range texts {
		if !strings.Contains(front, "](guides/"+name+".md)") {
			t.Errorf("the front page does not link to the guide %s", name)
		}
	}
}

// anchors are the headings as links name them.
func anchors(text string) (all []string) {
	drop := regexp.MustCompile(`[^a-z0-9 -]`)
	for line := range strings.Lines(text) {
		if level, heading, found := strings.Cut(strings.TrimSpace(line), " "); found && strings.Trim(level, "#") == "" {
			all = append(all, "#"+strings.ReplaceAll(drop.ReplaceAllString(strings.ToLower(heading), ""), " ", "-"))
		}
	}
	return all
}
