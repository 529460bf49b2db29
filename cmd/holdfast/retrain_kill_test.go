//go:build unix

package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"holdfast/cmd/holdfast/internal/disk"
	"holdfast/cmd/holdfast/internal/registry"
)

// The quarterly job is killed, starved and raced here. The short form runs with all tests;
// .ci/kill runs the long one.
var (
	kills = flag.Int("kills", 4, "random moments at which retrain is killed")
	every = flag.Bool("every", false, "kill retrain at every step on the disk, instead of at some")
)

const (
	dieAt   = "HOLDFAST_DIE_AT"
	stepLog = "HOLDFAST_STEPS"
)

// fatedMain is the program on a disk that kills it before a step, or notes all steps.
func fatedMain() {
	at, _ := strconv.Atoi(os.Getenv(dieAt))
	n := 0
	var steps bytes.Buffer
	code := runOn(disk.Disk{Before: func(s disk.Step) error {
		if n++; n == at {
			err := syscall.Kill(os.Getpid(), syscall.SIGKILL)
			panic(err) // kill came back
		}
		fmt.Fprintf(&steps, "%s %s\n", s.Op, filepath.Base(s.Path))
		return nil
	}}, os.Args[1:], io.Discard, os.Stderr)
	if path := os.Getenv(stepLog); path != "" {
		if err := os.WriteFile(path, steps.Bytes(), 0o644); err != nil {
			code = exitBug
		}
	}
	os.Exit(code)
}

// lastQuarter is a project whose registry has a champion from last year, and today's run,
// which promotes the next.
type lastQuarter struct {
	dir, models string
	args        []string // of today's run
	old, new    string   // the champion before and after it
	took        time.Duration
	pristine    string // a copy of the folder before today's run
}

// newQuarter makes a project in which hand-set weights that hardly look at anything are
// the champion, so that today's run promotes the fitted score.
func newQuarter(t *testing.T) *lastQuarter {
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
	q := &lastQuarter{dir: dir, models: filepath.Join(dir, "models")}
	if r := holdfast("retrain", "-c", config, "--as-of", "2024-12-31", "--quiet"); r.code != exitNeedMoreData && r.code != exitHold {
		t.Fatalf("the first run: %d\n%s", r.code, r.stderr)
	}
	q.old = q.champion(t)
	if err := edit(config, "backtest:", "  - {name: logistic, kind: logistic, penalty: {ridge: 0.01}, factors: [active_share, tickets, csat, champion_left]}\nbacktest:"); err != nil {
		t.Fatal(err)
	}
	q.pristine = filepath.Join(t.TempDir(), "pristine")
	if err := os.CopyFS(q.pristine, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	q.args = []string{"retrain", "-c", config, "--quiet"}
	begun := time.Now()
	q.finish(t)
	q.took = time.Since(begun)
	if q.new = q.champion(t); q.new == q.old {
		t.Fatalf("today's run does not promote: %s", q.old)
	}
	return q
}

// champion is what the file says, after all of the registry was read to the last byte.
func (q *lastQuarter) champion(t *testing.T) string {
	t.Helper()
	books, err := registry.Open(q.models)
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

// recovers checks what a run left that ended before its time, and that the next run ends as
// if nothing had been.
func (q *lastQuarter) recovers(t *testing.T, what string, finish bool) {
	t.Helper()
	if c := q.champion(t); c != q.old && c != q.new {
		t.Fatalf("%s: %s serves", what, c)
	}
	if !finish {
		return
	}
	q.finish(t)
	if c := q.champion(t); c != q.new {
		t.Errorf("%s: after the next run %s serves, want %s", what, c, q.new)
	}
	for dir, want := range map[string]string{
		q.models: ".lock champion journal.jsonl logistic today", q.dir: "holdfast.yaml models out-retrain outcomes.parquet snapshots",
	} {
		if got := names(t, dir); got != want {
			t.Errorf("%s: left behind in %s: %s", what, filepath.Base(dir), got)
		}
	}
	if got := len(journalOf(t, q.models)); got != 2 {
		t.Errorf("%s: %d lines in the journal, want 2", what, got)
	}
}

// TestRetrainSurvivesEverything is one test because its cases share a quarter, which takes
// a while to make.
func TestRetrainSurvivesEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("a dozen runs of retrain: kill -9, a full disk and a race were not checked")
	}
	q := newQuarter(t)
	t.Run("killed at a step", func(t *testing.T) { q.killedAtSteps(t) })
	t.Run("killed at a random moment", func(t *testing.T) { q.killedAtMoments(t) })
	t.Run("two at once", func(t *testing.T) { q.raced(t) })
	t.Run("on a full disk", func(t *testing.T) { q.starved(t) })
}

// killedAtSteps kills today's run before steps that it takes on the disk: at the renamings,
// where something could be half done, and between two of the others.
func (q *lastQuarter) killedAtSteps(t *testing.T) {
	log := filepath.Join(t.TempDir(), "steps")
	run := func(env ...string) error {
		cmd := exec.Command("holdfast-fated", q.args...)
		cmd.Env = append(os.Environ(), env...)
		return cmd.Run()
	}
	q.again(t)
	if err := run(stepLog + "=" + log); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	steps := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(steps) < 100 {
		t.Fatalf("%d steps", len(steps))
	}
	killed := 0
	for i, step := range steps {
		decisive := i > len(steps)-12 && (strings.HasPrefix(step, "rename") || strings.HasPrefix(step, "syncdir"))
		if !*every && !decisive {
			continue
		}
		q.again(t)
		if code := codeOf(t, run(dieAt+"="+strconv.Itoa(i+1))); code != -1 {
			t.Fatalf("step %d, %s: it ended with %d", i+1, step, code)
		}
		killed++
		q.recovers(t, fmt.Sprintf("killed before step %d, %s", i+1, step), *every || strings.HasSuffix(step, "champion"))
	}
	t.Logf("killed at %d of %d steps", killed, len(steps))
}

// killedAtMoments kills today's run at random moments.
func (q *lastQuarter) killedAtMoments(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	took, killed := q.took, 0
	for tries := 0; killed < *kills; tries++ {
		if tries > 3**kills+20 {
			t.Fatalf("only %d of %d runs were killed in time", killed, tries)
		}
		q.again(t)
		cmd, _ := start(t, q.args...)
		time.Sleep(time.Duration(random.Float64() * float64(took)))
		cmd.Process.Kill()
		if code := codeOf(t, cmd.Wait()); code == -1 {
			killed++
		} else {
			took = took * 9 / 10
		}
		q.recovers(t, fmt.Sprintf("kill %d", killed), killed%10 == *kills%10)
	}
	t.Logf("killed %d times", killed)
}

// raced starts two runs at once: one does the work, the other finds the lock taken, or
// nothing new.
func (q *lastQuarter) raced(t *testing.T) {
	q.again(t)
	codes := make([]int, 2)
	var both sync.WaitGroup
	for i := range codes {
		cmd, stderr := start(t, q.args...)
		both.Go(func() {
			err := cmd.Wait()
			var exit *exec.ExitError
			if errors.As(err, &exit) {
				codes[i] = exit.ExitCode()
			}
			if codes[i] != exitDone && !strings.Contains(stderr.String(), "another holdfast is at work in this registry") {
				t.Errorf("run %d ends with %d: %s", i, codes[i], stderr)
			}
		})
	}
	both.Wait()
	if codes[0] != exitDone && codes[1] != exitDone || codes[0]+codes[1] > exitOutput {
		t.Errorf("exit codes %v", codes)
	}
	q.recovers(t, "two at once", true)
}

// starved lets today's run meet a disk that takes no more: a small one where the system
// lets us mount it, and else a limit on the size of files.
func (q *lastQuarter) starved(t *testing.T) {
	for _, kb := range []int{16, 200, 600, 1200} {
		q.again(t)
		code, stderr := q.onSmallDisk(t, kb)
		if code != exitOutput && code != exitDone {
			t.Errorf("%d kB: exit code %d\n%s", kb, code, stderr)
		}
		if code == exitOutput && !strings.Contains(stderr, "no space left") && !strings.Contains(stderr, "too large") {
			t.Errorf("%d kB: the error does not say why: %s", kb, stderr)
		}
		q.recovers(t, fmt.Sprintf("%d kB", kb), kb == 16)
	}
}

// onSmallDisk runs today's run with so many kilobytes left for the registry.
func (q *lastQuarter) onSmallDisk(t *testing.T, kb int) (code int, stderr string) {
	t.Helper()
	if os.Geteuid() == 0 {
		mount := filepath.Join(t.TempDir(), "small")
		used, err := sizeOf(q.models)
		if err == nil {
			err = os.Mkdir(mount, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
		if exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dk", used/1024+int64(kb)), "tmpfs", mount).Run() == nil {
			defer exec.Command("umount", mount).Run()
			return q.onMount(t, mount)
		}
	}
	t.Logf("no small disk can be mounted here: a limit on the size of files stands for it")
	cmd := exec.Command("sh", append([]string{"-c", fmt.Sprintf(`ulimit -f %d; trap "" XFSZ; exec holdfast "$@"`, 2*kb), "sh"}, q.args...)...)
	return q.ended(t, cmd)
}

// onMount runs today's run with the registry on a file system of its own, and brings what
// it left there back.
func (q *lastQuarter) onMount(t *testing.T, mount string) (code int, stderr string) {
	t.Helper()
	inside := filepath.Join(mount, "models")
	if err := os.CopyFS(inside, os.DirFS(q.models)); err != nil {
		t.Fatal(err)
	}
	code, stderr = q.ended(t, exec.Command("holdfast", append(q.args, "--registry", inside)...))
	if err := errors.Join(os.RemoveAll(q.models), os.CopyFS(q.models, os.DirFS(inside))); err != nil {
		t.Fatal(err)
	}
	return code, stderr
}

// ended runs a command to its end.
func (q *lastQuarter) ended(t *testing.T, cmd *exec.Cmd) (int, string) {
	t.Helper()
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	return codeOf(t, cmd.Run()), stderr.String()
}

// sizeOf is the bytes that a folder takes, in whole pages.
func sizeOf(dir string) (bytes int64, err error) {
	err = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() {
			bytes += (info.Size() + 4095) &^ 4095
		}
		return err
	})
	return bytes, err
}
