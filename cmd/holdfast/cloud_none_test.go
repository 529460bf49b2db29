//go:build !cloud

package main

import (
	"strings"
	"testing"
)

func TestABuildWithoutObjectStoresIsNoFaultOfTheData(t *testing.T) {
	r := holdfast("check", "--snapshots", "s3://lab/snapshots?region=eu-west-1")
	if r.code != exitOutput || !strings.Contains(r.stderr, "s3://lab/snapshots: this build has no object stores: build with go build -tags cloud ./cmd/holdfast") {
		t.Errorf("exit code %d, %s", r.code, r.stderr)
	}
}
