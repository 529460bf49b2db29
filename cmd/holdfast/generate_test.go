package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/cmd/holdfast/internal/project"
)

func TestGenerateWritesItsFilesAndNamesThem(t *testing.T) {
	for sort, wants := range map[string][]string{
		"schema":     {schemaFile},
		"docs":       {keysPage, commandsPage},
		"man":        {"holdfast.1", "holdfast-backtest.1", "holdfast-models-rollback.1"},
		"completion": {"holdfast.bash", "_holdfast", "holdfast.fish", "holdfast.ps1"},
	} {
		dir := filepath.Join(t.TempDir(), "new")
		got := mustHoldfast(t, "generate", sort, dir)
		for _, name := range wants {
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() < 200 {
				t.Errorf("%s: %s: %v", sort, name, err)
			}
			if !strings.Contains(got.stdout, filepath.Join(dir, name)+"\n") {
				t.Errorf("%s does not name %s:\n%s", sort, name, got.stdout)
			}
		}
		var told struct{ Files []string }
		again := mustHoldfast(t, "generate", sort, dir, "--json")
		if err := json.Unmarshal([]byte(again.stdout), &told); err != nil || len(told.Files) != strings.Count(got.stdout, "\n") {
			t.Errorf("%s --json: %v: %s", sort, err, again.stdout)
		}
	}
}

func TestGenerateWantsOneFolder(t *testing.T) {
	for _, args := range [][]string{{"schema"}, {"docs", "a", "b"}, {"man", ""}} {
		if got := holdfast(append([]string{"generate"}, args...)...); got.code != exitUsage {
			t.Errorf("%q: exit code %d", args, got.code)
		}
	}
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got := holdfast("generate", "schema", blocked); got.code != exitOutput {
		t.Errorf("a file in the place of the folder: exit code %d: %s", got.code, got.stderr)
	}
}

func TestKeysPageHasEveryKeyOnce(t *testing.T) {
	var text strings.Builder
	if err := writeKeysPage(&text); err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, line := range strings.Split(text.String(), "\n") {
		if strings.HasPrefix(line, "| `") {
			rows++
			if cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); cells != 5 {
				t.Errorf("%d bars: %s", cells, line)
			}
		}
	}
	if rows != len(project.Keys()) {
		t.Errorf("%d rows for %d keys", rows, len(project.Keys()))
	}
	if factors, candidates := strings.Index(text.String(), "### factors[].history"), strings.Index(text.String(), "## candidates[]"); factors < 0 || candidates < factors {
		t.Errorf("factors[].history at %d, candidates[] at %d", factors, candidates)
	}
}

// A manual page that groff warns about is one that some reader sees with holes.
func TestManualPagesAreGoodRoff(t *testing.T) {
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("no groff: the manual pages were not formatted")
	}
	root := newRoot(&app{})
	for _, f := range manFiles(root) {
		var page strings.Builder
		if err := f.write(&page); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(groff, "-man", "-Tascii", "-ww")
		cmd.Stdin = strings.NewReader(page.String())
		var warnings strings.Builder
		cmd.Stderr = &warnings
		out, err := cmd.Output()
		if err != nil || warnings.Len() > 0 || !strings.Contains(string(out), "holdfast") {
			t.Errorf("%s: %v %s", f.name, err, warnings.String())
		}
	}
}

func TestRoffDoesNotActOnText(t *testing.T) {
	for text, want := range map[string]string{
		"plain":       "plain",
		".so /etc":    `\&.so /etc`,
		"a\n'b":       "a\n" + `\&'b`,
		`C:\n --flag`: `C:\en \-\-flag`,
	} {
		if got := roff(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
