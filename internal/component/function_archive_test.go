package component

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/spacelift-io/terraform-provider-spacelift-ec2/internal/awstest"
)

// The body is what the SDK would have made of the archive, wherever reading begins
// and however much is read at a time.
func TestArchiveIsEncodedAsItIsSent(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"empty": 0, "one byte": 1, "two bytes": 2, "three bytes": 3, "a chunk": chunk, "more than a chunk": 2*chunk + 7} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			content := []byte(strings.Repeat("archive\x00", size/8+1))[:size]
			body := &archiveBody{
				before: []byte(`{"Code":{"ZipFile":"`), after: []byte(`"}}`),
				archive: io.NewSectionReader(bytes.NewReader(content), 0, int64(size)),
			}
			want := `{"Code":{"ZipFile":"` + base64.StdEncoding.EncodeToString(content) + `"}}`
			if err := iotest.TestReader(body, []byte(want)); err != nil {
				t.Error(err)
			}
		})
	}
}

// A call that is tried again sends all of the archive again.
func TestArchiveIsSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	function := w.fresh(t, keyFunction)
	w.Inject(awstest.Throttle("lambda", "POST /2015-03-31/functions", 2))
	w.ensure(t, function)
	w.reads(t, w.fresh(t, keyFunction), InSync)
}
