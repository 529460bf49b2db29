package disk_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/cmd/holdfast/internal/disk"
)

// A crash can fall between two pieces of a file, so that each piece is a step.
func TestEachPieceOfAFileIsAStep(t *testing.T) {
	var ops []disk.Op
	d := disk.Disk{Before: func(s disk.Step) error { ops = append(ops, s.Op); return nil }}
	path := filepath.Join(t.TempDir(), "file")
	err := d.WriteFile(path, 0o600, func(w io.Writer) error {
		for _, piece := range []string{"one ", "two ", "three"} {
			if _, err := io.WriteString(w, piece); err != nil {
				return err
			}
		}
		return nil
	})
	text, readErr := os.ReadFile(path)
	if err != nil || readErr != nil || string(text) != "one two three" {
		t.Errorf("%q (%v, %v)", text, err, readErr)
	}
	if want := []disk.Op{disk.Create, disk.Write, disk.Write, disk.Write, disk.Sync}; !slices.Equal(ops, want) {
		t.Errorf("steps %v, want %v", ops, want)
	}
}

// What went wrong first is what is said: a sync of a file that was not filled would say less, and
// is not tried.
func TestTheFirstErrorOfAFileCounts(t *testing.T) {
	own := errors.New("no more rows")
	var ops []disk.Op
	d := disk.Disk{Before: func(s disk.Step) error { ops = append(ops, s.Op); return nil }}
	err := d.WriteFile(filepath.Join(t.TempDir(), "file"), 0o600, func(w io.Writer) error {
		io.WriteString(w, "half")
		return own
	})
	if !errors.Is(err, own) || slices.Contains(ops, disk.Sync) {
		t.Errorf("error %v after %v, want the writer's and no sync", err, ops)
	}
}

// A rename replaces a file in the same instant, and its step names the new place.
func TestARenameReplacesWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "new"), filepath.Join(dir, "old")
	for path, text := range map[string]string{from: "new", to: "old"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var asked disk.Step
	d := disk.Disk{Before: func(s disk.Step) error { asked = s; return nil }}
	if err := d.Rename(from, to); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(to)
	if _, gone := os.Stat(from); err != nil || string(text) != "new" || !errors.Is(gone, fs.ErrNotExist) {
		t.Errorf("%q (%v), and the old name: %v", text, err, gone)
	}
	if want := (disk.Step{Op: disk.Rename, Path: to}); asked != want {
		t.Errorf("the step is %v, want %v", asked, want)
	}
}

func TestAFolderThatIsNotThereCannotBeSynced(t *testing.T) {
	if err := (disk.Disk{}).SyncDir(filepath.Join(t.TempDir(), "nothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}
