package awstest

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"testing"
)

// Package is the deployment package of a function that does nothing. Each text makes
// another one.
func Package(text string) []byte {
	var content bytes.Buffer
	archive := zip.NewWriter(&content)
	file, _ := archive.Create("bootstrap") // a buffer takes everything
	_, _ = file.Write([]byte(text))
	_ = archive.Close()
	return content.Bytes()
}

// CodeSHA256 is the hash by which Lambda tells a deployment package:
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
func CodeSHA256(content []byte) string {
	sum := sha256.Sum256(content)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// PutPackage puts a deployment package under a key into a bucket, and returns the
// bucket's name. It is made by hand: the SDK of S3 is not needed otherwise.
func (a *Account) PutPackage(t testing.TB, key string, content []byte) (bucket string) {
	t.Helper()
	bucket = "packages-" + a.id // the emulator's buckets are of all accounts
	a.put(t, "/"+bucket, nil)   // again and again: it stays
	a.put(t, "/"+bucket+"/"+key, content)
	return bucket
}

func (a *Account) put(t testing.TB, path string, content []byte) {
	t.Helper()
	place := a.Endpoint() + (&url.URL{Path: path}).EscapedPath()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, place, bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", a.directScope("s3"))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if _ = answer.Body.Close(); answer.StatusCode != http.StatusOK {
		t.Fatalf("putting %s: %s", place, answer.Status)
	}
}
