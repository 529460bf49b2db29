//go:build unix

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/cmd/holdfast/internal/disk"
	"holdfast/cmd/holdfast/internal/registry"
)

// lastQuarter is a project whose registry has a champion from last year, and today's run, which
// promotes the next.
type lastQuarter struct {
	dir, models string
	args        []string // of today's run
	old, new    string   // the champion before and after it
	took        time.Duration
	steps       []string // on the disk, in their order
	grows       int64    // bytes by which the registry does
	pristine    string   // a copy of the folder before today's run
}

// newLastQuarter makes a project in which hand-set weights that hardly look at anything are
// the champion, so that today's run promotes the fitted score. It draws few account draws
// and no PNG: a run takes half a second.
func newLastQuarter(t *testing.T) *lastQuarter {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	copyCompany(t, dir)
	config := filepath.Join(dir, "holdfast.yaml")
	for _, change := range [][2]string{
		{"{active_share: 40, nps: 20, tickets: 20, executive_contact: 20}", "{training_hours: 100}"},
		{"  - {name: vendor, kind: column, column: vendor_score, higher_is: healthier}\n", ""},
		{"  - {name: logistic, kind: logistic, penalty: {ridge: auto}}\n", ""}, // nobody challenges them yet
		{"primary: log_loss", "primary: auc"},
		{"bootstrap: 200", "bootstrap: 50\n  calibration_slope: [0.01, 10]\n  citl: [-9, 9]\n  psi: 50"},
	} {
		if err := edit(config, change[0], change[1]); err != nil {
			t.Fatal(err)
		}
	}
	q := &lastQuarter{dir: dir, models: filepath.Join(dir, "models"), args: []string{"retrain", "-c", config, "--svg-only", "--quiet"}}
	if r := holdfast(append(q.args, "--as-of", "2024-12-31")...); r.code != exitNeedMoreData && r.code != exitHold {
		t.Fatalf("the first run: %d\n%s", r.code, r.stderr)
	}
	q.old = q.serves(t, q.models)
	if err := edit(config, "backtest:", "  - {name: logistic, kind: logistic, penalty: {ridge: 0.01}, factors: [active_share, tickets, csat, champion_left]}\nbacktest:"); err != nil {
		t.Fatal(err)
	}
	q.pristine = filepath.Join(t.TempDir(), "pristine")
	if err := os.CopyFS(q.pristine, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	q.finish(t)
	q.took = time.Since(begun)
	if q.new = q.serves(t, q.models); q.new == q.old {
		t.Fatalf("today's run does not promote: %s", q.old)
	}
	q.grows = sizeOf(t, q.models) - sizeOf(t, filepath.Join(q.pristine, "models"))
	return q
}

// serves is the champion of a registry, after all of it was read to the last byte.
func (q *lastQuarter) serves(t *testing.T, dir string) string {
	t.Helper()
	books, err := registry.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := books.Versions()
	if err != nil {
		t.Fatal(err)
	}
	champion, err := readChampion(books)
	if err != nil || champion == nil {
		t.Fatalf("the champion cannot be loaded: %v", err)
	}
	for _, ref := range all {
		if _, err := readVersion(books, ref); err != nil {
			t.Fatalf("a corrupt version: %v", err)
		}
	}
	if _, err := books.Journal(); err != nil {
		t.Fatalf("a corrupt journal: %v", err)
	}
	return champion.String()
}

// finish runs today's run to its end.
func (q *lastQuarter) finish(t *testing.T) {
	t.Helper()
	if r := holdfast(q.args...); r.code != exitDone {
		t.Fatalf("the run ends with %d\n%s", r.code, r.stderr)
	}
}

// again puts the folder back to what it was before today's run.
func (q *lastQuarter) again(t *testing.T) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(q.dir), os.CopyFS(q.dir, os.DirFS(q.pristine))); err != nil {
		t.Fatal(err)
	}
}

// recovers checks what a run left that ended before its time, and either that the next run
// ends as if nothing had been, or that the next writer could begin.
func (q *lastQuarter) recovers(t *testing.T, what string, finish bool) {
	t.Helper()
	if c := q.serves(t, q.models); c != q.old && c != q.new {
		t.Fatalf("%s: %s serves", what, c)
	}
	if !finish {
		q.reopened(t, what)
		return
	}
	q.finish(t)
	if c := q.serves(t, q.models); c != q.new {
		t.Errorf("%s: after the next run %s serves, want %s", what, c, q.new)
	}
	q.tidy(t, what)
}

// reopened lets a writer open a copy of the registry, which clears up and serves whom the
// journal says.
func (q *lastQuarter) reopened(t *testing.T, what string) {
	t.Helper()
	dir := filepath.Join(filepath.Dir(q.pristine), "reopened")
	defer os.RemoveAll(dir)
	if err := os.CopyFS(dir, os.DirFS(q.models)); err != nil {
		t.Fatal(err)
	}
	w, err := registry.Lock(dir, disk.Disk{})
	if err != nil {
		t.Fatalf("%s: no writer can open the registry: %v", what, err)
	}
	defer w.Close()
	want := q.old
	if len(journalOf(t, dir)) == 2 {
		want = q.new
	}
	if c := q.serves(t, dir); c != want {
		t.Errorf("%s: %s serves, want %s", what, c, want)
	}
	if left := names(t, dir); strings.Contains(left, ".stage") || strings.Contains(left, ".new") {
		t.Errorf("%s: left behind: %s", what, left)
	}
}

// tidy checks that a finished run has left what belongs there, and nothing else.
func (q *lastQuarter) tidy(t *testing.T, what string) {
	t.Helper()
	for dir, want := range map[string]string{
		q.models: ".lock champion journal.head journal.jsonl logistic today", q.dir: "holdfast.yaml models out-retrain outcomes.parquet snapshots",
	} {
		if got := names(t, dir); got != want {
			t.Errorf("%s: in %s there is %s, want %s", what, filepath.Base(dir), got, want)
		}
	}
	if got := len(journalOf(t, q.models)); got != 2 {
		t.Errorf("%s: %d lines in the journal, want 2", what, got)
	}
}

// starved lets today's run meet a disk that takes no more: a small one where the system
// lets us mount it, and else a limit on the size of files.
func (q *lastQuarter) starved(t *testing.T) {
	var full []int
	for _, percent := range []int{1, 30, 70, 95, 99, 120} {
		q.again(t)
		code, stderr := q.onSmallDisk(t, q.grows*int64(percent)/100)
		switch {
		case code == exitOutput && (strings.Contains(stderr, "no space left") || strings.Contains(stderr, "too large")):
			full = append(full, percent)
		case code != exitDone:
			t.Errorf("%d %%: exit code %d\n%s", percent, code, stderr)
		}
		q.recovers(t, fmt.Sprintf("%d %%", percent), percent == 30)
	}
	if len(full) == 0 || len(full) > 5 {
		t.Errorf("full were the disks with %v %% of the room", full)
	}
	t.Logf("with %v %% of the room the disk was full", full)
}

// onSmallDisk runs today's run with so many bytes left for the registry.
func (q *lastQuarter) onSmallDisk(t *testing.T, room int64) (code int, stderr string) {
	t.Helper()
	if os.Geteuid() == 0 {
		mount := filepath.Join(t.TempDir(), "small")
		if err := os.Mkdir(mount, 0o755); err != nil {
			t.Fatal(err)
		}
		if exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%d", sizeOf(t, q.models)+room), "tmpfs", mount).Run() == nil {
			defer exec.Command("umount", mount).Run()
			return q.onMount(t, mount)
		}
	}
	t.Logf("no small disk can be mounted here: a limit on the size of files stands for it")
	return ended(t, exec.Command("sh", append([]string{"-c", fmt.Sprintf(`ulimit -f %d; exec holdfast "$@"`, 1+room/4096), "sh"}, q.args...)...))
}

// onMount runs today's run with the registry on a file system of its own, and brings what
// it left there back.
func (q *lastQuarter) onMount(t *testing.T, mount string) (code int, stderr string) {
	t.Helper()
	inside := filepath.Join(mount, "models")
	if err := os.CopyFS(inside, os.DirFS(q.models)); err != nil {
		t.Fatal(err)
	}
	code, stderr = ended(t, exec.Command("holdfast", append(q.args, "--registry", inside)...))
	if err := errors.Join(os.RemoveAll(q.models), os.CopyFS(q.models, os.DirFS(inside))); err != nil {
		t.Fatal(err)
	}
	return code, stderr
}

// ended runs a command to its end.
func ended(t *testing.T, cmd *exec.Cmd) (int, string) {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	return codeOf(t, cmd.Run()), stderr.String()
}

// sizeOf is the bytes that a folder takes, in whole pages.
func sizeOf(t *testing.T, dir string) (bytes int64) {
	t.Helper()
	err := filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() {
			bytes += (info.Size() + 4095) &^ 4095
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}
