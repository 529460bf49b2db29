package rundir

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// orphan leaves an unfinished stage behind, as a killed process does.
func orphan(t *testing.T, parent, base string) string {
	t.Helper()
	path, free, err := newStage(parent, base)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, "half"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	free() // the lock of a dead process is gone
	return path
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestCreateClearsOrphansOfItsOwnTargetOnly(t *testing.T) {
	parent := t.TempDir()
	mine, theirs := orphan(t, parent, "run"), orphan(t, parent, "other")
	working, err := Create(filepath.Join(parent, "run"))
	if err != nil {
		t.Fatal(err)
	}
	defer working.Discard()
	second, err := Create(filepath.Join(parent, "run"))
	if err != nil {
		t.Fatal(err)
	}
	defer second.Discard()
	for path, want := range map[string]bool{theirs: true, working.stage: true, second.stage: true} {
		if exists(path) != want {
			t.Errorf("%s exists: %v, want %v", path, !want, want)
		}
	}
	if mine != working.stage && exists(mine) {
		t.Error("the orphan is still there")
	}
	if exists(filepath.Join(working.stage, "half")) {
		t.Error("the new stage holds what the orphan held")
	}
}

func TestWriteFileClearsOrphans(t *testing.T) {
	dir := t.TempDir()
	f, free, err := newTemp(dir, "scores.csv")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	free()
	if err := WriteFile(filepath.Join(dir, "scores.csv"), func(w io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

// A folder that another process removes between its making and its locking is not
// claimed.
func TestClaimNoticesThatTheFolderIsGone(t *testing.T) {
	parent := t.TempDir()
	path := filepath.Join(parent, "stage")
	if _, ours, err := claim(path); ours || err != nil {
		t.Error("a folder that does not exist was claimed")
	}
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if _, ours, err := claim(path); ours || err != nil {
		t.Error("a folder that somebody else has locked was claimed")
	}
	if err := os.Rename(path, path+"2"); err != nil {
		t.Fatal(err)
	}
	if stillAt(f, path) {
		t.Error("a folder that was moved away counts as there")
	}
}

func TestLinksStayAndTheirTargetIsReplaced(t *testing.T) {
	parent := t.TempDir()
	real, link := filepath.Join(parent, "real"), filepath.Join(parent, "link")
	if err := os.Symlink("real", link); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(link); err == nil {
		t.Error("a link that leads nowhere was accepted")
	}
	if err := os.Mkdir(real, 0o755); err != nil {
		t.Fatal(err)
	}
	d, err := Create(link)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Discard()
	if err := d.Write(Marker, func(w io.Writer) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := d.Publish(); err != nil {
		t.Fatal(err)
	}
	if to, err := os.Readlink(link); to != "real" || !exists(filepath.Join(real, Marker)) {
		t.Errorf("the link leads to %q, %v", to, err)
	}
}

func TestReplaceInStepsReplacesAndUndoes(t *testing.T) {
	parent := t.TempDir()
	stage, target := filepath.Join(parent, "stage"), filepath.Join(parent, "run")
	for _, dir := range []string{stage, target} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(target, "old"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := replaceInSteps(filepath.Join(parent, "missing"), target); !errors.Is(err, os.ErrNotExist) || !exists(filepath.Join(target, "old")) {
		t.Errorf("without a stage: %v; the old run must be back", err)
	}
	if err := replaceInSteps(stage, target); err != nil || exists(filepath.Join(target, "old")) || exists(stage) || exists(target+".replaced") {
		t.Errorf("%v", err)
	}
	if err := os.Mkdir(stage, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := replaceInSteps(stage, filepath.Join(parent, "fresh")); err != nil || !exists(filepath.Join(parent, "fresh")) {
		t.Errorf("into a new place: %v", err)
	}
}

// Many writers of one place: all succeed, one run is there in the end, whole.
func TestConcurrentPublishersAllSucceed(t *testing.T) {
	parent := t.TempDir()
	target := filepath.Join(parent, "run")
	var all sync.WaitGroup
	for range 8 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 10 {
				d, err := Create(target)
				if err != nil {
					t.Error(err)
					return
				}
				write := func(w io.Writer) error { _, err := io.WriteString(w, `{"tool": "holdfast"}`); return err }
				if err := d.Write(Marker, write); err != nil {
					t.Error(err)
				}
				if err := d.Publish(); err != nil {
					t.Error(err)
				}
				d.Discard()
			}
		}()
	}
	all.Wait()
	entries, err := os.ReadDir(parent)
	if err != nil || len(entries) != 1 || !isRun(target) {
		t.Errorf("%v, %v", entries, err)
	}
}
