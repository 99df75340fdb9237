package component

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// FunctionCode is where the code of a function comes from: an archive that we have,
// or one in S3.
type FunctionCode struct {
	Archive func() (*io.SectionReader, error) // nil: S3
	SHA256  func() (string, error)            // of Archive, in base64
	Bucket  string
	Key     string
	Version string // of the object; "": the newest one whenever the code is put
}

// CodeDiffers is what a Difference says of other code than what the provider carries.
const CodeDiffers = "its code is not that of this version of the provider"

// TagPackage is the key of the tag by which a function tells which archive in S3 its
// code was taken from, and the hash of that code: Lambda only tells the latter.
const TagPackage = "SpaceliftFunctionPackage"

// upload is the code as a request has it, and what puts a whole archive into that.
func (c FunctionCode) upload() (*types.FunctionCode, func(*lambda.Options), error) {
	if c.Archive == nil {
		code := &types.FunctionCode{S3Bucket: aws.String(c.Bucket), S3Key: aws.String(c.Key), S3ObjectVersion: optional(c.Version)}
		return code, func(*lambda.Options) {}, nil
	}
	archive, err := c.Archive()
	if err != nil {
		return nil, nil, err
	}
	return &types.FunctionCode{ZipFile: []byte(placeholder)}, sendArchive(archive), nil
}

// place identifies an archive in S3: its name may be longer than a tag.
func (c FunctionCode) place() string {
	sum := sha256.Sum256([]byte(strings.Join([]string{c.Bucket, c.Key, c.Version}, "\n")))
	return hex.EncodeToString(sum[:8])
}

// hash is that of the archive, "" for one in S3.
func (c FunctionCode) hash() (string, error) {
	if c.Archive == nil {
		return "", nil
	}
	return c.SHA256()
}

// compare compares the code that a function has.
func (c FunctionCode) compare(got functionSeen, d *differences) {
	if c.Archive != nil {
		d.add(got.hash != got.wantedHash, "Code", CodeDiffers)
		return
	}
	place, hash, _ := strings.Cut(got.tags[TagPackage], " ")
	d.add(place != c.place(), "Code", "its code is not that of s3://%s/%s", c.Bucket, c.Key)
	d.add(place == c.place() && hash != got.hash, "Code", "its code was changed")
}
