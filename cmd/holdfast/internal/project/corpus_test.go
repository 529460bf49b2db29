package project

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/dataset/beside"
)

// shared is a folder next to the repository that holds test inputs which are not part of it.
func shared(t *testing.T, folder string) string {
	t.Helper()
	return beside.Path(t, "the corpus of hostile project files", folder)
}

// The files of the corpus use key names that are not ours, so all of them must be refused. What is checked
// is how: with problems that keep the contract of messages, within 2 seconds, and for the broken ones
// because of what is broken, not because of the keys.
func TestCorpusIsRefusedCleanly(t *testing.T) {
	broken := map[string]string{
		"C007_two_docs":        "a second YAML document",
		"C012_laughs":          "aliases blow the file up",
		"C014_deep_flow":       "brackets",
		"C014_deep_map":        "brackets",
		"C016_esc":             "control character U+001B",
		"C016_latin1":          "is not UTF-8",
		"C016_nul":             "control character U+0000",
		"C016_utf16":           "UTF-16",
		"C049_yaml_tag":        "tag",
		"C050_yaml_binary":     "tag",
		"C053_toplevel_scalar": "must be a mapping",
		"C006_dup_key":         `5:1: duplicate key "horizon_days"; it is already given in line 3`,
		"C003_comments":        "version is missing",
		"C003_empty":           "version is missing",
	}
	files, err := filepath.Glob(filepath.Join(shared(t, filepath.Join("corpus", "config")), "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err = Parse("f", src)
		spent := time.Since(start)
		var problems Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), broken[name]) || spent > 2*time.Second {
			t.Errorf("%s: %v after %v, want %q", name, err, spent, broken[name])
		}
		for _, p := range problems {
			checkProblem(t, p, string(src))
		}
	}
	t.Logf("%d files", len(files))
}
