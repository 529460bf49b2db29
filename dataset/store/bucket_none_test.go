//go:build !cloud

package store

import (
	"errors"
	"strings"
	"testing"
)

func TestABuildWithoutObjectStoresSaysHowToGetThem(t *testing.T) {
	_, err := Open(t.Context(), "s3://bucket/prefix?region=eu-west-1")
	if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "go build -tags cloud ./cmd/holdfast") {
		t.Errorf("error %v", err)
	}
}
