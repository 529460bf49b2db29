package disk_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"holdfast/cmd/holdfast/internal/disk"
)

// all takes every kind of step once.
func all(d disk.Disk, dir string) error {
	at := func(name string) string { return filepath.Join(dir, name) }
	steps := []func() error{
		func() error { return d.Mkdir(at("folder")) },
		func() error {
			return d.WriteFile(at("file"), 0o600, func(w io.Writer) error { _, err := io.WriteString(w, "text"); return err })
		},
		func() error { return d.Rename(at("file"), at("folder/file")) },
		func() error { return d.SyncDir(dir) },
		func() error { return d.Remove(at("folder")) },
		func() error { return d.Do(disk.Rename, "elsewhere", func() error { return nil }) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func TestEveryStepIsAskedForBeforeItHappens(t *testing.T) {
	var ops []disk.Op
	if err := all(disk.Disk{Before: func(s disk.Step) error { ops = append(ops, s.Op); return nil }}, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	want := []disk.Op{disk.Mkdir, disk.Create, disk.Write, disk.Sync, disk.Rename, disk.SyncDir, disk.Remove, disk.Rename}
	if !slices.Equal(ops, want) {
		t.Errorf("steps %v, want %v", ops, want)
	}
}

func TestAStepThatIsRefusedDoesNotHappen(t *testing.T) {
	for at := range 8 {
		n := -1
		var refused disk.Step
		dir := t.TempDir()
		err := all(disk.Disk{Before: func(s disk.Step) error {
			if n++; n == at {
				refused = s
				return syscall.ENOSPC
			}
			return nil
		}}, dir)
		var path *fs.PathError
		if !errors.Is(err, syscall.ENOSPC) || !errors.As(err, &path) || path.Path != refused.Path || path.Op != string(refused.Op) {
			t.Errorf("step %d: error %v, want one about %v", at, err, refused)
		}
		_, there := os.Stat(refused.Path)
		switch refused.Op {
		case disk.Mkdir, disk.Create:
			if !errors.Is(there, fs.ErrNotExist) {
				t.Errorf("%v happened", refused)
			}
		case disk.Remove:
			if there != nil {
				t.Errorf("%v happened", refused)
			}
		}
	}
}

func TestAFileThatIsThereIsNotOverwritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := disk.Disk{}.WriteFile(path, 0o600, func(io.Writer) error { return nil })
	if text, readErr := os.ReadFile(path); !errors.Is(err, fs.ErrExist) || readErr != nil || string(text) != "old" {
		t.Errorf("error %v, text %q", err, text)
	}
}

func TestWhatIsNotThereIsRemovedAlready(t *testing.T) {
	if err := (disk.Disk{}).Remove(filepath.Join(t.TempDir(), "nothing")); err != nil {
		t.Error(err)
	}
}
