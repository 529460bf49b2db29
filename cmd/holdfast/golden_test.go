package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestGoldenOutput holds what people see against testdata/golden. After a change that
// is meant, run go test ./cmd/holdfast -run Golden -update and read the diff.
func TestGoldenOutput(t *testing.T) {
	dir := t.TempDir()
	copyCompany(t, dir)
	config, out := filepath.Join(dir, "holdfast.yaml"), filepath.Join(dir, "run")
	for _, c := range []struct {
		name string
		args []string
	}{
		{"check", []string{"check"}},
		{"check_file", []string{"check", "--snapshots", filepath.Join(dir, "snapshots")}},
		{"fit_logistic", []string{"fit", "--candidate", "logistic", "--out", out}},
		{"fit_today", []string{"fit", "--candidate", "today", "--out", out}},
		{"backtest", []string{"backtest", "--out", out}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := mustHoldfast(t, append(c.args, "-c", config)...)
			text := strings.ReplaceAll(got.stdout, dir, "DIR")
			if got.stderr != "" {
				t.Errorf("stderr: %s", got.stderr)
			}
			compareGolden(t, c.name, text)
		})
	}
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; make it with -update", err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; -update accepts it\n--- got\n%s--- want\n%s", path, got, want)
	}
}
