package parquetio

import (
	"os"
	"path/filepath"
	"testing"
)

// sharedFolder returns the folder of test material that lies beside the repository, or skips the test.
func sharedFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("not checked against shared material: go.mod was not found above the test")
		}
	}
	shared := filepath.Join(dir, "..", "shared")
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("not checked against shared material: %v", err)
	}
	return shared
}

// naturalRequests asks for every usable column.
func naturalRequests(fields []Field) []Request {
	var want []Request
	for _, f := range fields {
		switch {
		case f.Kind.numeric():
			want = append(want, Request{Column: f.Name, As: AsNumber})
		case f.Kind.timed():
			want = append(want, Request{Column: f.Name, As: AsDay})
		case f.Kind == Text || f.Kind == UUID:
			want = append(want, Request{Column: f.Name, As: AsText})
		}
	}
	return want
}
