// Package beside answers, for tests: where is the test material that lies beside
// the repository? Real data sets, published tables and damaged files are read from
// there when they are present and are never part of the project.
package beside

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns the path of a file or folder below ../shared, seen from the root of
// the repository. Where it is absent the test is skipped and says what goes
// unchecked.
func Path(t testing.TB, unchecked string, elem ...string) string {
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
			t.Fatal("no go.mod above the test")
		}
	}
	path := filepath.Join(append([]string{filepath.Dir(dir), "shared"}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here, so not checked: %s", filepath.Join(elem...), unchecked)
	}
	return path
}
