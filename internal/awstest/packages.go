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

// versioned turns versioning on for a bucket:
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html
const versioned = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"

// PutPackage puts a deployment package under a key into a bucket, and returns the
// bucket's name and the object's version. It is made by hand: the SDK of S3 is not
// needed otherwise.
func (a *Account) PutPackage(t testing.TB, key string, content []byte) (bucket, version string) {
	t.Helper()
	bucket = "packages-" + a.id                // the emulator's buckets are of all accounts
	a.put(t, url.URL{Path: "/" + bucket}, nil) // again and again: it stays
	a.put(t, url.URL{Path: "/" + bucket, RawQuery: "versioning"}, []byte(versioned))
	return bucket, a.put(t, url.URL{Path: "/" + bucket + "/" + key}, content).Get("X-Amz-Version-Id")
}

func (a *Account) put(t testing.TB, place url.URL, content []byte) http.Header {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, a.Endpoint()+place.String(), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", a.directScope("s3"))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	if _ = answer.Body.Close(); answer.StatusCode != http.StatusOK {
		t.Fatalf("putting %s: %s", place.String(), answer.Status)
	}
	return answer.Header
}
