package component

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// placeholder stands in a request for the archive of a function. The SDK would make
// several copies of the megabytes that an archive has, in base64.
const placeholder = "the archive of the function"

// bodyLogger is what copies the body of each request into the log, at whatever level
// that is, and a few times on the way:
// https://github.com/hashicorp/aws-sdk-go-base/blob/main/logger.go
const bodyLogger = "TF_AWS_RequestResponseLogger"

// sendArchive puts an archive where a call has the placeholder, as it is sent.
func sendArchive(archive *io.SectionReader) func(*lambda.Options) {
	splice := middleware.SerializeMiddlewareFunc("SendArchive", func(
		ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler,
	) (middleware.SerializeOutput, middleware.Metadata, error) {
		request, ok := in.Request.(*smithyhttp.Request)
		if !ok {
			return middleware.SerializeOutput{}, middleware.Metadata{}, fmt.Errorf("sending an archive by a request of type %T", in.Request)
		}
		text, err := io.ReadAll(request.GetStream())
		if err != nil {
			return middleware.SerializeOutput{}, middleware.Metadata{}, fmt.Errorf("reading the request for an archive: %w", err)
		}
		before, after, ok := bytes.Cut(text, []byte(base64.StdEncoding.EncodeToString([]byte(placeholder))))
		if !ok {
			return middleware.SerializeOutput{}, middleware.Metadata{}, errors.New("the request has no place for an archive")
		}
		if in.Request, err = request.SetStream(&archiveBody{before: before, archive: archive, after: after}); err != nil {
			return middleware.SerializeOutput{}, middleware.Metadata{}, fmt.Errorf("sending an archive: %w", err)
		}
		return next.HandleSerialize(ctx, in)
	})
	return func(o *lambda.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
			_, _ = stack.Deserialize.Remove(bodyLogger) // not there: nobody logs
			return stack.Serialize.Add(splice, middleware.After)
		})
	}
}

// archiveBody is the body of a request with an archive in base64, which is encoded as
// it is read.
type archiveBody struct {
	before, after []byte
	archive       *io.SectionReader
	at            int64
	raw, text     []byte // a chunk, and that encoded
	from          int64  // where text is in the encoded archive
}

// encoded is the length of the archive in base64.
func (b *archiveBody) encoded() int64 {
	return int64(base64.StdEncoding.EncodedLen(int(b.archive.Size())))
}

func (b *archiveBody) size() int64 { return int64(len(b.before)) + b.encoded() + int64(len(b.after)) }

// Read implements io.Reader.
func (b *archiveBody) Read(p []byte) (n int, err error) {
	begin, end := int64(len(b.before)), int64(len(b.before))+b.encoded()
	switch {
	case b.at >= b.size():
		return 0, io.EOF
	case b.at < begin:
		n = copy(p, b.before[b.at:])
	case b.at < end:
		n, err = b.encode(p, b.at-begin)
	default:
		n = copy(p, b.after[b.at-end:])
	}
	b.at += int64(n)
	return n, err
}

// chunk is how many bytes of an archive are encoded at a time, a multiple of three:
// base64 makes four of three.
const chunk = 24 << 10

// encode puts what is at a place of the encoded archive into p.
func (b *archiveBody) encode(p []byte, at int64) (int, error) {
	if at < b.from || at >= b.from+int64(len(b.text)) {
		if err := b.fill(at / 4); err != nil {
			return 0, err
		}
	}
	return copy(p, b.text[at-b.from:]), nil
}

// fill encodes the chunk that begins with a group of three bytes.
func (b *archiveBody) fill(group int64) error {
	if b.raw == nil {
		b.raw, b.text = make([]byte, chunk), make([]byte, 0, base64.StdEncoding.EncodedLen(chunk))
	}
	n, err := b.archive.ReadAt(b.raw, group*3)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the archive of a function: %w", err)
	}
	b.from, b.text = group*4, base64.StdEncoding.AppendEncode(b.text[:0], b.raw[:n])
	return nil
}

// Seek implements io.Seeker: a call that is tried again begins anew.
func (b *archiveBody) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += b.at
	case io.SeekEnd:
		offset += b.size()
	}
	if offset < 0 {
		return 0, errors.New("seeking before the beginning of a request")
	}
	b.at = offset
	return offset, nil
}
