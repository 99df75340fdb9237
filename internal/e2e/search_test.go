package e2e

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// search finds secrets in what Terraform and the provider leave behind, whatever
// they wrote them as.
type search struct{ forms map[string]string } // form → which secret it is, and how it is written

// distinctive are the parts of a secret that no escaping changes.
var distinctive = regexp.MustCompile(`[A-Za-z0-9]{10,}`)

// newSearch looks for secrets, by name.
func newSearch(secrets map[string]string) *search {
	s := &search{forms: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		for _, part := range append(distinctive.FindAllString(secrets[name], -1), secrets[name]) {
			for how, form := range writings(part) {
				s.forms[form] = name + " " + how
			}
		}
	}
	return s
}

// writings are the ways in which a text may be written.
func writings(text string) map[string]string {
	inJSON, inHTML := quotedJSON(text, false), quotedJSON(text, true)
	forms := map[string]string{
		"for URLs": url.QueryEscape(text), "for paths": url.PathEscape(text), "in hexadecimal": hex.EncodeToString([]byte(text)),
		"as Go": unquoted(strconv.Quote(text)), "as ASCII": unquoted(strconv.QuoteToASCII(text)),
		"as JSON": inJSON, "as JSON in JSON": quotedJSON(inJSON, false), "as JSON for HTML": inHTML, "as JSON for HTML in JSON": quotedJSON(inHTML, true),
		"as it is": text,
	}
	// What is in base64 of a text depends on how many bytes are before it.
	for before := range 3 {
		encoded := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("-", before) + text))
		inner := encoded[(before*8+5)/6 : (before+len(text))*8/6]
		forms[fmt.Sprint("in base64 ", before)] = inner
		forms[fmt.Sprint("in base64 for URLs ", before)] = strings.NewReplacer("+", "-", "/", "_").Replace(inner)
	}
	return forms
}

func quotedJSON(text string, forHTML bool) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(forHTML)
	_ = encoder.Encode(text) // a string always encodes
	return unquoted(strings.TrimSpace(out.String()))
}

func unquoted(text string) string { return text[1 : len(text)-1] }

// in tells which secrets content holds, in archives and compressed parts as well.
func (s *search) in(t *testing.T, content []byte) []string {
	t.Helper()
	var found []string
	for form, what := range s.forms {
		if bytes.Contains(content, []byte(form)) {
			found = append(found, what)
		}
	}
	for name, inner := range unpacked(t, content) {
		for _, what := range s.in(t, inner) {
			found = append(found, what+" in "+name)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// packed matches base64 of what gzip made, and escaped texts of an URL.
var packed = regexp.MustCompile(`H4sI[A-Za-z0-9+/%]+=*`)

// unpacked are the files of a zip, or the content of gzip, base64 of it included.
func unpacked(t *testing.T, content []byte) map[string][]byte {
	t.Helper()
	parts := map[string][]byte{}
	switch {
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		for name, file := range unzipped(t, content) {
			parts[name] = file
		}
	case bytes.HasPrefix(content, []byte("\x1f\x8b")):
		reader, err := gzip.NewReader(bytes.NewReader(content))
		if err == nil {
			parts["gzip"], _ = io.ReadAll(reader) // as far as it goes
		}
	default:
		for i, match := range packed.FindAll(content, -1) {
			text, err := url.PathUnescape(string(match))
			if err != nil {
				continue
			}
			if inner, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "=")); err == nil {
				parts[fmt.Sprint("base64 ", i)] = inner
			}
		}
	}
	return parts
}

func unzipped(t *testing.T, content []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, file := range archive.File {
		reader, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[file.Name], err = io.ReadAll(reader); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func TestSearchFindsSecrets(t *testing.T) {
	t.Parallel()
	const secret = "first\"Part of it\\ 'with' <odd> + signs\nand a second line"
	var compressed, archive bytes.Buffer
	w := gzip.NewWriter(&compressed)
	_, err := w.Write([]byte("#!/bin/bash\nexport A=" + secret))
	if err = firstError(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(&archive)
	file, err := z.Create("tfplan")
	if err != nil {
		t.Fatal(err)
	}
	if _, err = file.Write(compressed.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	encoded := base64.StdEncoding.EncodeToString(compressed.Bytes())
	inJSON, _ := json.Marshal(map[string]string{"value": secret})
	twice, _ := json.Marshal(map[string]string{"body": string(inJSON)})
	s, other := newSearch(map[string]string{"it": secret}), newSearch(map[string]string{"other": "first\"Part of another"})
	for name, content := range map[string][]byte{
		"as it is": []byte("x" + secret + "y"), "JSON": inJSON, "JSON in JSON": twice, "a form": []byte(url.Values{"a": {secret}}.Encode()),
		"base64": []byte(base64.StdEncoding.EncodeToString([]byte("a" + secret + "b"))), "base64 of URLs": []byte(base64.URLEncoding.EncodeToString([]byte("ab" + secret))),
		"hexadecimal": []byte(hex.EncodeToString([]byte("a" + secret))), "Go": fmt.Appendf(nil, "%#v", map[string]string{"a": secret}),
		"gzip": compressed.Bytes(), "base64 of gzip": []byte(encoded), "a form with gzip": []byte(url.Values{"UserData": {encoded}, "Z": {"z"}}.Encode()),
		"zip with gzip": archive.Bytes(),
	} {
		if len(s.in(t, content)) == 0 {
			t.Errorf("not found in %s", name)
		}
		if found := other.in(t, content); len(found) > 0 {
			t.Errorf("found in %s what is not there: %v", name, found)
		}
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
