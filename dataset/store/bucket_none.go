//go:build !cloud

package store

import (
	"context"
	"errors"
)

// openBucket says how to get a program that can.
func openBucket(context.Context, address) (Store, error) {
	return nil, &classified{
		"this build has no object stores: build with go build -tags cloud ./cmd/holdfast, or copy the files to a local folder", errors.ErrUnsupported}
}
