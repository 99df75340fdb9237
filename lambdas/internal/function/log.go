package function

import (
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// newLog writes JSON, one line for each record, with the keys of Lambda's own logs:
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
func newLog(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: lambdacontext.ReplaceAttr}))
}

// masked is a writer whose lines hold no secret. It stands behind the log, where a
// secret shows wherever in a message, a field or a nested error it was. Each record
// is one Write.
type masked struct {
	mask *mask
	next io.Writer
}

// Write implements io.Writer.
func (m *masked) Write(line []byte) (int, error) {
	if _, err := io.WriteString(m.next, m.mask.of(string(line))); err != nil {
		return 0, err
	}
	return len(line), nil
}
