package store

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tree writes empty files below a temporary directory and returns it.
func tree(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// list opens the store of a path and lists it.
func list(t *testing.T, path string) ([]Entry, error) {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	return s.List(t.Context())
}

func TestPathsStandForFiles(t *testing.T) {
	dir := tree(t, "b/k=1/2.parquet", "b/k=1/1.PQ", "b/k=2/_own=3/1.parq", "b/_SUCCESS", "b/_tmp/9.parquet", "b/.git/9.parquet", "b/text.csv", "c[1]/1.parquet", "plain.bin", "none/_metadata")
	cases := []struct {
		path string
		want []string // name, then what it lies below
	}{
		{"b", []string{"b/k=1/1.PQ", "k=1", "b/k=1/2.parquet", "k=1", "b/k=2/_own=3/1.parq", "k=2/_own=3"}},
		{"b/k=1/2.parquet", []string{"b/k=1/2.parquet", "."}},
		{"plain.bin", []string{"plain.bin", "."}},
		{"*/k=*", []string{"b/k=1/1.PQ", "b/k=1", "b/k=1/2.parquet", "b/k=1", "b/k=2/_own=3/1.parq", "b/k=2/_own=3"}},
		{"b/*.csv", []string{"b/text.csv", "."}},
		{"c[1]", []string{"c[1]/1.parquet", "."}},
		{"{c?1?,plain.*}", []string{"c[1]/1.parquet", "c[1]", "plain.bin", "."}},
	}
	for _, c := range cases {
		entries, err := list(t, filepath.Join(dir, filepath.FromSlash(c.path)))
		var got []string
		for _, e := range entries {
			got = append(got, strings.TrimPrefix(filepath.ToSlash(e.Name), filepath.ToSlash(dir)+"/"), e.Below)
		}
		if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", c.path, err, diff)
		}
	}
}

func TestPathsWithoutFilesSayWhy(t *testing.T) {
	dir := tree(t, "none/_metadata", "none/text.csv")
	cases := map[string]struct {
		want    string
		missing bool
	}{
		"gone":    {"no such file or directory", true},
		"none":    {"no Parquet files here", false},
		"none/*q": {"no Parquet files here", false},
		"[a":      {"is not a valid pattern", false},
	}
	for path, c := range cases {
		_, err := list(t, filepath.Join(dir, filepath.FromSlash(path)))
		if err == nil || !strings.Contains(err.Error(), c.want) || errors.Is(err, fs.ErrNotExist) != c.missing || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: error %v, want the reason %q without the path, which the caller adds", path, err, c.want)
		}
	}
}

func TestFilesThatCannotBeOpenedSayWhy(t *testing.T) {
	_, err := local{}.Open(t.Context(), filepath.Join(t.TempDir(), "none"))
	if err == nil || strings.Contains(err.Error(), "none") {
		t.Errorf("error %v, want the reason without the path, which the caller adds", err)
	}
	if _, err := (local{}).Open(t.Context(), t.TempDir()); err == nil || err.Error() != "is not a regular file" {
		t.Errorf("a directory opened as a file gives %v", err)
	}
}

func TestAnOpenFileReadsAndKnowsWhichItIs(t *testing.T) {
	path := filepath.Join(tree(t, "a.parquet"), "a.parquet")
	open := func() *File {
		f, err := local{}.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	f := open()
	b := make([]byte, 4)
	if n, err := f.ReadAt(b, 7); n != 2 || !errors.Is(err, io.EOF) || string(b[:n]) != "et" || f.Size != 9 || f.Remote {
		t.Errorf("%d bytes %q, %v; %+v", n, b[:n], err, f.Identity)
	}
	if again := open(); again.Identity != f.Identity {
		t.Errorf("the same file is %+v and %+v", f.Identity, again.Identity)
	}
	if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if again := open(); again.Identity == f.Identity {
		t.Error("a file written at another time is taken for the same")
	}
}

func TestErrorsOfReadsDoNotNameTheFile(t *testing.T) {
	f, err := local{}.Open(t.Context(), filepath.Join(tree(t, "a.parquet"), "a.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := f.ReadAt(make([]byte, 1), 0); err == nil || strings.Contains(err.Error(), "a.parquet") {
		t.Errorf("reading a closed file gives %v", err)
	}
}
