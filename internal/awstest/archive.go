package awstest

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

// The archives of functions are megabytes, in hundreds of accounts of a test's
// process: each is taken out of its call, once, and kept once. Nobody else sees more
// than an empty one.

// archives are those that were deployed, by the hash of their base64.
var archives sync.Map

// beforeArchive and afterArchive are what is around an archive in a call.
var beforeArchive, afterArchive = []byte(`"ZipFile":"`), []byte(`"`)

// emptyArchive is an archive of nothing, in base64: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.16
var emptyArchive = []byte(base64.StdEncoding.EncodeToString(append([]byte("PK\x05\x06"), make([]byte, 18)...)))

// takeArchive takes the archive out of the body of a call of Lambda: what is left,
// with an empty archive, and the archive; nil if there is none.
func takeArchive(body []byte) (rest, archive []byte) {
	before, after, ok := bytes.Cut(body, beforeArchive)
	if !ok {
		return body, nil
	}
	text, _, ok := bytes.Cut(after, afterArchive)
	if !ok {
		return body, nil
	}
	key := sha256.Sum256(text)
	kept, ok := archives.Load(key)
	if !ok {
		archive := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
		n, err := base64.StdEncoding.Decode(archive, text)
		if err != nil {
			return body, nil
		}
		kept, _ = archives.LoadOrStore(key, archive[:n])
	}
	return slices.Concat(before, beforeArchive, emptyArchive, after[len(text):]), kept.([]byte) //nolint:forcetypeassert,errcheck // nothing else is stored
}

// codeTraits are what a configuration says of an archive.
func codeTraits(archive []byte) map[string]json.RawMessage {
	return map[string]json.RawMessage{
		"CodeSha256": fmt.Appendf(nil, "%q", CodeSHA256(archive)),
		"CodeSize":   fmt.Appendf(nil, "%d", len(archive)),
	}
}
