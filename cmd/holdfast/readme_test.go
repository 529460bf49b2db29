package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadmeShowsWhatTheMainJobPrints holds the block of the README's first page
// against the command above it.
func TestReadmeShowsWhatTheMainJobPrints(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	const command = "holdfast backtest -c testdata/company/holdfast.yaml"
	if !strings.Contains(string(text), strings.Replace(command, "holdfast", "go run ./cmd/holdfast", 1)) {
		t.Fatalf("the README does not show %s", command)
	}
	_, rest, _ := strings.Cut(string(text), "```\nPromote")
	block, _, found := strings.Cut("Promote"+rest, "```")
	if !found {
		t.Fatal("the README shows no output")
	}
	out := filepath.Join(t.TempDir(), "out")
	got := mustHoldfast(t, "backtest", "-c", filepath.Join(root, "testdata", "company", "holdfast.yaml"), "--out", out)
	if printed := strings.ReplaceAll(got.stdout, out, "testdata/company/out"); printed != block {
		t.Errorf("the README shows\n%s\nbut the command prints\n%s", block, printed)
	}
}
