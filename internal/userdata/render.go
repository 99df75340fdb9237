package userdata

import (
	"bytes"
	"compress/gzip"
	"fmt"
)

// TooLargeError reports user data that exceeds MaxSize even when compressed.
type TooLargeError struct {
	Size int // bytes, compressed
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the boot script takes %d bytes even when compressed, %d more than the %d that AWS accepts as user data",
		e.Size, e.Size-MaxSize, MaxSize)
}

// Render returns the user data as AWS is to get it, before base64: the script, compressed when it is larger than MaxSize.
// The error is a *TooLargeError when that is not enough.
func Render(c Config) ([]byte, error) {
	text, err := Script(c)
	if err != nil {
		return nil, fmt.Errorf("writing boot script: %w", err)
	}
	if len(text) <= MaxSize {
		return []byte(text), nil
	}
	compressed, err := compress(text)
	if err != nil {
		return nil, fmt.Errorf("compressing boot script: %w", err)
	}
	if len(compressed) > MaxSize {
		return nil, &TooLargeError{Size: len(compressed)}
	}
	return compressed, nil
}

// compress uses gzip, which cloud-init recognizes and unpacks. Without a time or a name in the header, the same text makes
// the same bytes.
// https://cloudinit.readthedocs.io/en/latest/explanation/format.html
func compress(text string) ([]byte, error) {
	var compressed bytes.Buffer
	w, err := gzip.NewWriterLevel(&compressed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return compressed.Bytes(), nil
}
