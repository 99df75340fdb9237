package awstest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"sync"
)

// The archives of functions are megabytes, in hundreds of accounts of a test's
// process: each is kept once, and the emulator and the recorder get none.

// archives are those that were deployed, by their hash.
var archives sync.Map

// interned is the one copy of an archive.
func interned(archive []byte) []byte {
	if archive == nil {
		return nil
	}
	kept, _ := archives.LoadOrStore(sha256.Sum256(archive), archive)
	return kept.([]byte) //nolint:forcetypeassert,errcheck // nothing else is stored
}

// archiveIn is an archive in a call.
var archiveIn = regexp.MustCompile(`"ZipFile":\s*"[A-Za-z0-9+/=]*"`)

// largeArchive is from how many bytes of a call on an archive in it is left out.
const largeArchive = 64 << 10

// withoutArchive is a call with something else in the place of a large archive.
func withoutArchive(q request, instead string) []byte {
	if q.service != "lambda" || len(q.body) < largeArchive {
		return q.body
	}
	return archiveIn.ReplaceAllLiteral(q.body, fmt.Appendf(nil, `"ZipFile":%q`, instead))
}

// emptyArchive is an archive of nothing, in base64: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.16
var emptyArchive = base64.StdEncoding.EncodeToString(append([]byte("PK\x05\x06"), make([]byte, 18)...))

// codeTraits are what a configuration says of an archive.
func codeTraits(archive []byte) map[string]json.RawMessage {
	sum := sha256.Sum256(archive)
	return map[string]json.RawMessage{
		"CodeSha256": fmt.Appendf(nil, "%q", base64.StdEncoding.EncodeToString(sum[:])),
		"CodeSize":   fmt.Appendf(nil, "%d", len(archive)),
	}
}
