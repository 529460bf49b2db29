//go:build unix

package project

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestPipeDoesNotHang(t *testing.T) {
	path := filepath.Join(t.TempDir(), "holdfast.yaml")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skipf("no pipe to be had (%v): that reading one does not hang was not checked", err)
	}
	refused := make(chan error, 1)
	go func() {
		_, err := Load(path)
		refused <- err
	}()
	select {
	case err := <-refused:
		if err == nil || !strings.HasSuffix(err.Error(), "this is not a regular file; name a holdfast.yaml") {
			t.Errorf("got %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Error("hangs")
	}
}
