package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// update rewrites the golden files: go test ./cmd/holdfast -run Golden -update
var update = flag.Bool("update", false, "rewrite testdata/golden from what the commands print now")

// TestMain makes this test binary answer to the name holdfast, so that scripts and
// subprocesses run the real program and count towards its coverage.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"holdfast": main, "holdfast-fated": fatedMain})
}

// TestScripts runs testdata/script. See script_test.go for the words of the scripts.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		Cmds:                scriptWords,
		Setup:               setupScript,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// companyFiles are what a copy of the company at the root of the repository needs.
var companyFiles = []string{"holdfast.yaml", "outcomes.parquet", "snapshots/part-00000.parquet"}

// copyCompany copies testdata/company of the repository into a folder of the test,
// with a bootstrap of 200 replicates to save time.
func copyCompany(t testing.TB, dir string) {
	t.Helper()
	if err := copyCompanyTo(dir); err != nil {
		t.Fatal(err)
	}
}

func copyCompanyTo(dir string) error {
	for _, name := range companyFiles {
		text, err := os.ReadFile(filepath.Join(root, "testdata", "company", filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if strings.HasSuffix(name, ".yaml") {
			text = bytes.Replace(text, []byte("bootstrap: 2000"), []byte("bootstrap: 200"), 1)
		}
		to := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// root is the root of the repository as an absolute path: scripts run elsewhere.
var root = func() string {
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		panic(err)
	}
	return dir
}()

// ran is how a command ended.
type ran struct {
	code           int
	stdout, stderr string
}

// holdfast runs the program in this process. Paths must be absolute.
func holdfast(args ...string) ran {
	var stdout, stderr bytes.Buffer
	code := run(args, &stdout, &stderr)
	return ran{code, stdout.String(), stderr.String()}
}

// mustHoldfast is holdfast for commands that have to end well.
func mustHoldfast(t testing.TB, args ...string) ran {
	t.Helper()
	r := holdfast(args...)
	if r.code != exitDone {
		t.Fatalf("holdfast %s: exit code %d\n%s", strings.Join(args, " "), r.code, r.stderr)
	}
	return r
}
