package userdata

import "fmt"

// TooLargeError reports user data that exceeds MaxSize even when compressed.
type TooLargeError struct {
	Size int // bytes, compressed
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("user data takes %d bytes even when compressed, %d more than the %d bytes that AWS accepts", e.Size, e.Size-MaxSize, MaxSize)
}

// Render returns the script as AWS is to get it (before base64).
func Render(c Config) ([]byte, error) { return nil, nil }
