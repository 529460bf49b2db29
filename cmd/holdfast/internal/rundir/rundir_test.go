package rundir_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/cmd/holdfast/internal/rundir"
)

// text writes a string.
func text(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

const marker = `{"tool": "holdfast"}`

// publish makes a whole run of two files.
func publish(t *testing.T, target, content string) {
	t.Helper()
	d, err := rundir.Create(target, "data", "plots")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Discard()
	for name, s := range map[string]string{rundir.Marker: marker, "data": content} {
		if err := d.Write(name, text(s)); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Publish(); err != nil {
		t.Fatal(err)
	}
}

// tree is every file below dir with its content.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		b.WriteString(name)
		if e.Type().IsRegular() {
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			b.WriteString("=" + string(content))
		}
		b.WriteString(" ")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPublishReplacesAnEarlierRunAndLeavesNothingElse(t *testing.T) {
	parent := t.TempDir()
	target := filepath.Join(parent, "new", "run")
	publish(t, target, "first")
	publish(t, target, "second")
	if got, want := tree(t, parent), ". new new/run new/run/data=second new/run/run.json="+marker+" "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A file of a run may be replaced on its own (WriteFile), and the one that does so may be
// killed: what it leaves is not a file of somebody else.
func TestARunWithAnUnfinishedFileIsReplaced(t *testing.T) {
	parent := t.TempDir()
	target := filepath.Join(parent, "run")
	publish(t, target, "first")
	if err := os.WriteFile(filepath.Join(target, ".data.holdfast-ABCDEFGHIJ"), []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	publish(t, target, "second")
	if got, want := tree(t, parent), ". run run/data=second run/run.json="+marker+" "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if err := os.WriteFile(filepath.Join(target, ".notes.holdfast-ABCDEFGHIJ"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := rundir.Create(target, "data"); err == nil {
		t.Error("an unfinished file that is no part of a run was accepted")
	}
}

func TestPublishIntoAnEmptyFolder(t *testing.T) {
	target := t.TempDir()
	publish(t, target, "x")
	if got, want := tree(t, target), ". data=x run.json="+marker+" "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A disk that fills up, or anything else that stops a writer half-way, changes nothing.
func TestFailedWriteLeavesTheEarlierRun(t *testing.T) {
	parent := t.TempDir()
	target := filepath.Join(parent, "run")
	publish(t, target, "first")
	before := tree(t, parent)
	errFull := errors.New("no space left on device")
	d, err := rundir.Create(target, "data", "plots")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Write("plots/a.svg", text("whole")); err != nil {
		t.Fatal(err)
	}
	err = d.Write("data", func(w io.Writer) error {
		io.WriteString(w, "half")
		return errFull
	})
	if !errors.Is(err, errFull) || !strings.Contains(err.Error(), "data") {
		t.Errorf("the error is %v; want the file and the cause", err)
	}
	d.Discard()
	if after := tree(t, parent); after != before {
		t.Errorf("got %s, want %s", after, before)
	}
}

func TestDiscardRemovesTheFoldersThatCreateMade(t *testing.T) {
	parent := t.TempDir()
	d, err := rundir.Create(filepath.Join(parent, "a", "b", "run"))
	if err != nil {
		t.Fatal(err)
	}
	d.Discard()
	if got := tree(t, parent); got != ". " {
		t.Errorf("left behind: %s", got)
	}
}

func TestCreateRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string // below the target
		want  string
	}{
		"a folder of somebody else":          {map[string]string{"thesis.txt": "x"}, "is no run of holdfast"},
		"a run.json of another program":      {map[string]string{rundir.Marker: `{"tool": "other"}`}, "is no run of holdfast"},
		"a run.json that is not JSON":        {map[string]string{rundir.Marker: `tool: holdfast`}, "is no run of holdfast"},
		"a run that somebody put a file in":  {map[string]string{rundir.Marker: marker, "notes.txt": "x"}, `holds "notes.txt"`},
		"a run that somebody put folders in": {map[string]string{rundir.Marker: marker, "more/x": "x"}, `holds "more"`},
	} {
		t.Run(name, func(t *testing.T) {
			target := filepath.Join(t.TempDir(), "run")
			for file, content := range c.files {
				path := filepath.Join(target, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			before := tree(t, filepath.Dir(target))
			if _, err := rundir.Create(target, "data"); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if after := tree(t, filepath.Dir(target)); after != before {
				t.Errorf("got %s, want %s", after, before)
			}
		})
	}
}

// A run that somebody made read-only could be moved away, but not removed: it would stay behind under a hidden name.
func TestAReadOnlyRunIsNotReplaced(t *testing.T) {
	for _, folder := range []string{".", "plots"} {
		parent := t.TempDir()
		run := filepath.Join(parent, "run")
		publish(t, run, "old")
		if err := os.MkdirAll(filepath.Join(run, "plots"), 0o777); err != nil {
			t.Fatal(err)
		}
		d, err := rundir.Create(run, "data", "plots")
		if err != nil {
			t.Fatal(err)
		}
		if err := d.Write(rundir.Marker, text(marker)); err != nil {
			t.Fatal(err)
		}
		kept := filepath.Join(run, folder)
		if err := os.Chmod(kept, 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = os.Chmod(kept, 0o777) })
		wants := "run that may not be changed: the folder " + kept + " is read-only"
		if err := d.Publish(); err == nil || !strings.Contains(err.Error(), wants) {
			t.Errorf("Publish: %v, want %q", err, wants)
		}
		d.Discard()
		if _, err := rundir.Create(run, "data", "plots"); err == nil || !strings.Contains(err.Error(), wants) {
			t.Errorf("Create: %v, want %q", err, wants)
		}
		if got := tree(t, parent); !strings.Contains(got, "run/data=old") || strings.Contains(got, ".holdfast-") {
			t.Errorf("left with %s", got)
		}
	}
}

func TestCreateRefusesAFileInTheWay(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{file, filepath.Join(file, "run")} {
		if _, err := rundir.Create(target); err == nil || !strings.Contains(err.Error(), "in the way") {
			t.Errorf("%s: got %v", target, err)
		}
	}
}

// What becomes of the target while a run is at work counts as well.
func TestPublishRefusesWhatHasBecomeForeign(t *testing.T) {
	target := filepath.Join(t.TempDir(), "run")
	d, err := rundir.Create(target)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Discard()
	if err := os.MkdirAll(filepath.Join(target, "thesis"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := d.Publish(); err == nil {
		t.Error("a folder of somebody else was replaced")
	}
}

func TestWriteFileIsWholeOrNothing(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "scores.csv")
	if err := rundir.WriteFile(path, text("first")); err != nil {
		t.Fatal(err)
	}
	errFull := errors.New("no space left on device")
	err := rundir.WriteFile(path, func(w io.Writer) error {
		io.WriteString(w, "half")
		return errFull
	})
	if !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
	if got := tree(t, dir); got != ". scores.csv=first " {
		t.Errorf("got %s", got)
	}
	if err := rundir.WriteFile(path, text("second")); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, dir); got != ". scores.csv=second " {
		t.Errorf("got %s", got)
	}
}

func TestCheckFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		file:                               "",
		filepath.Join(dir, "new"):          "",
		dir:                                "is not a file",
		filepath.Join(dir, "none", "x"):    "does not exist; make it first",
		filepath.Join(dir, "file", "x"):    "is not a folder",
		filepath.Join(dir, "file", "x/yy"): "not a directory",
	} {
		err := rundir.CheckFile(path)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("CheckFile(%s) is %v, want %q", path, err, want)
		}
	}
}

// A writer that wants a name writes into the stage: until Publish nobody sees it, and after it
// the file is part of the run.
func TestWhatFillWritesIsPublishedWithTheRest(t *testing.T) {
	target := filepath.Join(t.TempDir(), "out")
	d, err := rundir.Create(target, "table")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Discard()
	fill := func(folder string) error { return os.WriteFile(filepath.Join(folder, "table"), []byte("rows"), 0o666) }
	if err := errors.Join(d.Write(rundir.Marker, text(marker)), d.Fill(fill)); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(target); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("before Publish: %v", err)
	}
	if err := d.Publish(); err != nil {
		t.Fatal(err)
	}
	if got := tree(t, target); got != ". run.json="+marker+" table=rows " {
		t.Errorf("got %q", got)
	}
	own := errors.New("no more rows")
	if err := d.Fill(func(string) error { return own }); !errors.Is(err, own) {
		t.Errorf("the error of the writer became %v", err)
	}
}
