package registry_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"holdfast/cmd/holdfast/internal/disk"
	"holdfast/cmd/holdfast/internal/registry"
)

// These tests let the second of two promotions fail, or die, at every single step that it
// takes on the disk.

// TestMain makes this binary a writer that dies: with dieAt in the environment it promotes
// in dieDir and kills itself before that step.
func TestMain(m *testing.M) {
	if at, err := strconv.Atoi(os.Getenv(dieAt)); err == nil {
		steps := 0
		promote(os.Getenv(dieDir), disk.Disk{Before: func(disk.Step) error {
			if steps++; steps == at {
				die()
			}
			return nil
		}})
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const (
	dieAt  = "HOLDFAST_DIE_AT"
	dieDir = "HOLDFAST_DIE_DIR"
)

// die ends the process as kill -9 does: nothing is cleaned up.
func die() {
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}

// promote registers model("new") and makes it the champion.
func promote(dir string, d disk.Disk) error {
	w, err := registry.Lock(dir, d)
	if err != nil {
		return err
	}
	defer w.Close()
	ref, err := w.Add("logistic", "", model("new"))
	if err != nil {
		return err
	}
	return w.Commit(registry.Entry{Event: registry.Retrain, After: ref})
}

// reigned is a registry with one champion.
func reigned(t *testing.T) (dir string, old registry.Ref) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "models")
	w := locked(t, dir)
	old = add(t, w, "logistic", "old")
	commit(t, w, registry.Retrain, old)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, old
}

// stepsOf lists the steps of promote.
func stepsOf(t *testing.T) []disk.Step {
	t.Helper()
	dir, _ := reigned(t)
	var steps []disk.Step
	if err := promote(dir, disk.Disk{Before: func(s disk.Step) error { steps = append(steps, s); return nil }}); err != nil {
		t.Fatal(err)
	}
	if len(steps) < 25 {
		t.Fatalf("only %d steps: %v", len(steps), steps)
	}
	return steps
}

// whole fails unless the registry can be read to the last byte, and says who serves.
func whole(t *testing.T, dir string) registry.Ref {
	t.Helper()
	r := read[*registry.Registry](t)(registry.Open(dir))
	champion := read[registry.Ref](t)(r.Champion())
	if champion.IsZero() {
		t.Fatal("nobody serves")
	}
	for _, ref := range append(read[[]registry.Ref](t)(r.Versions()), champion) {
		read[*registry.Version](t)(r.Load(ref))
	}
	read[[]registry.Entry](t)(r.Journal())
	return champion
}

// finishes runs promote once more, which must end as if nothing had happened: the new
// version serves, and nothing is left lying about.
func finishes(t *testing.T, dir string) {
	t.Helper()
	if err := promote(dir, disk.Disk{}); err != nil {
		t.Fatalf("the next run: %v", err)
	}
	champion := whole(t, dir)
	text := read[[]byte](t)(os.ReadFile(filepath.Join(dir, "logistic", champion.ID, "model.json")))
	if string(text) != "new" || !strings.HasPrefix(champion.ID, "0002-") {
		t.Errorf("after the next run %v serves, with %q", champion, text)
	}
	var names []string
	for _, e := range read[[]fs.DirEntry](t)(os.ReadDir(dir)) {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != ".lock champion journal.head journal.jsonl logistic" {
		t.Errorf("left behind: %s", got)
	}
	if n := len(read[[]fs.DirEntry](t)(os.ReadDir(filepath.Join(dir, "logistic")))); n != 2 {
		t.Errorf("%d versions, want 2", n)
	}
}

func TestAFailureAtAnyStepLeavesTheOldChampion(t *testing.T) {
	steps := stepsOf(t)
	for _, cause := range []error{syscall.ENOSPC, syscall.EIO} {
		for at, step := range steps {
			t.Run(fmt.Sprintf("%v/%02d %s %s", cause, at, step.Op, filepath.Base(step.Path)), func(t *testing.T) {
				dir, old := reigned(t)
				n := -1
				err := promote(dir, disk.Disk{Before: func(disk.Step) error {
					if n++; n == at {
						return cause
					}
					return nil
				}})
				if !errors.Is(err, cause) {
					t.Fatalf("the failure was swallowed: %v", err)
				}
				// Only a folder that cannot be synced is found out after the renaming.
				if champion := whole(t, dir); champion != old && step.Op != disk.SyncDir {
					t.Errorf("%v serves", champion)
				}
				finishes(t, dir)
			})
		}
	}
}

func TestADiskThatStaysFullFromAnyStepOnLeavesTheOldChampion(t *testing.T) {
	steps := stepsOf(t)
	for at, step := range steps {
		t.Run(fmt.Sprintf("%02d %s", at, step.Op), func(t *testing.T) {
			dir, _ := reigned(t)
			n := -1
			full := disk.Disk{Before: func(s disk.Step) error {
				if n++; n >= at && (s.Op == disk.Write || s.Op == disk.Create || s.Op == disk.Mkdir || s.Op == disk.Sync) {
					return syscall.ENOSPC
				}
				return nil
			}}
			if err := promote(dir, full); err != nil && !errors.Is(err, syscall.ENOSPC) {
				t.Fatal(err)
			}
			whole(t, dir)
			finishes(t, dir)
		})
	}
}

func TestAKillAtAnyStepLeavesAWholeRegistry(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for at, step := range stepsOf(t) {
		t.Run(fmt.Sprintf("%02d %s %s", at, step.Op, filepath.Base(step.Path)), func(t *testing.T) {
			t.Parallel()
			dir, _ := reigned(t)
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), dieAt+"="+strconv.Itoa(at+1), dieDir+"="+dir)
			var exit *exec.ExitError
			if err := cmd.Run(); !errors.As(err, &exit) {
				t.Fatalf("it was not killed: %v", err)
			}
			whole(t, dir)
			finishes(t, dir)
		})
	}
}

// A crash between the line of the journal and the renaming of the pointer: the old champion
// serves, and the next writer finishes what was decided.
func TestWhatTheJournalDecidedIsFinishedByTheNextWriter(t *testing.T) {
	dir, old := reigned(t)
	renames := 0
	err := promote(dir, disk.Disk{Before: func(s disk.Step) error {
		if s.Op == disk.Rename && filepath.Base(s.Path) == "champion" {
			renames++
			return syscall.EIO
		}
		return nil
	}})
	if renames != 1 || !errors.Is(err, syscall.EIO) || !strings.Contains(err.Error(), "the next command that writes here finishes it") {
		t.Fatalf("%d renamings: %v", renames, err)
	}
	if champion := whole(t, dir); champion != old {
		t.Fatalf("%v serves", champion)
	}
	w := locked(t, dir)
	champion := whole(t, dir)
	if journal := read[[]registry.Entry](t)(w.Journal()); champion == old || journal[len(journal)-1].After != champion || len(journal) != 2 {
		t.Errorf("%v serves, and the journal has %d lines", champion, len(journal))
	}
}

func TestTheStepsOfAPromotionAreSyncedInOrder(t *testing.T) {
	steps := stepsOf(t)
	index := func(op disk.Op, base string) int {
		for i, s := range steps {
			if s.Op == op && (filepath.Base(s.Path) == base || base == "version" && strings.HasPrefix(filepath.Base(s.Path), "0002-")) {
				return i
			}
		}
		t.Fatalf("no %s of %s in %v", op, base, steps)
		return -1
	}
	order := []int{index(disk.Sync, "model.json"), index(disk.Sync, "manifest.json"), index(disk.Rename, "version"),
		index(disk.Sync, ".new-journal.head"), index(disk.Sync, ".new-champion"), index(disk.Sync, ".new-journal.jsonl"), index(disk.Rename, "journal.jsonl"), index(disk.Rename, "journal.head"), index(disk.Rename, "champion")}
	for i := 1; i < len(order); i++ {
		if order[i-1] >= order[i] {
			t.Errorf("step %d of %v comes too late: %v", i-1, order, steps)
		}
	}
	for _, r := range order[len(order)-3:] {
		if next := steps[r+1]; next.Op != disk.SyncDir {
			t.Errorf("after %v comes %v, want the folder to be synced", steps[r], next)
		}
	}
}
