// Command pack builds a function and writes its deployment package. It is run from
// the root of the repository:
//
//	go run ./lambdas/internal/cmd/pack lambdas/dist/autoscaler-arm64.zip
//
// The name of the file says which function, for which architecture. The same source
// and the same Go give the same bytes, on every machine and in every directory.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for _, path := range os.Args[1:] {
		if err := pack(ctx, ".", path); err != nil {
			fmt.Fprintln(os.Stderr, "pack:", err)
			stop()
			os.Exit(1) //nolint:gocritic // stop has been called
		}
	}
}
