//go:build unix

package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
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
)

// The quarterly job is killed, starved and raced here. The short form runs with all tests;
// .ci/kill runs the long one.
var (
	kills = flag.Int("kills", 3, "random moments at which retrain is killed")
	steps = flag.String("steps", "renames", "steps on the disk at which retrain is killed, and at which it fails: renames, deciding (from the first renaming on) or every")
)

const (
	dieAt   = "HOLDFAST_DIE_AT"
	stepLog = "HOLDFAST_STEPS"
)

// fatedMain is the program on a disk that kills it before a step, or notes all steps.
func fatedMain() {
	at, _ := strconv.Atoi(os.Getenv(dieAt))
	n := 0
	var noted bytes.Buffer
	code := runOn(disk.Disk{Before: func(s disk.Step) error {
		if n++; n == at {
			err := syscall.Kill(os.Getpid(), syscall.SIGKILL)
			panic(err) // kill came back
		}
		fmt.Fprintf(&noted, "%s %s\n", s.Op, s.Path)
		return nil
	}}, os.Args[1:], io.Discard, os.Stderr)
	if path := os.Getenv(stepLog); path != "" {
		if err := os.WriteFile(path, noted.Bytes(), 0o644); err != nil {
			code = exitBug
		}
	}
	os.Exit(code)
}

// TestRetrainSurvivesEverything is one test because its cases share a quarter, which takes
// a while to make.
func TestRetrainSurvivesEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("two dozen runs of retrain: kill -9, a failing and a full disk, and a race were not checked")
	}
	q := newLastQuarter(t)
	t.Run("watched at every step", q.watched)
	t.Run("killed at a step", q.killedAtSteps)
	t.Run("failing at a step", q.failedAtSteps)
	t.Run("killed at a random moment", q.killedAtMoments)
	t.Run("two at once", q.raced)
	t.Run("on a full disk", q.starved)
}

// watched looks at the registry before every step of one run that nobody ends: what a
// reader sees then is what a kill there would leave. A copy of it is opened by a writer,
// which has to find the one champion or the other.
func (q *lastQuarter) watched(t *testing.T) {
	q.again(t)
	seen, opened := map[string]int{}, 0
	code := runOn(disk.Disk{Before: func(s disk.Step) error {
		seen[q.serves(t, q.models)]++
		if strings.HasPrefix(s.Path, q.models+string(filepath.Separator)) {
			q.reopened(t, fmt.Sprintf("before %s %s", s.Op, filepath.Base(s.Path)))
			opened++
		}
		return nil
	}}, q.args, io.Discard, os.Stderr)
	if code != exitDone || seen[q.old] < 50 || seen[q.new] == 0 || len(seen) != 2 {
		t.Errorf("it ended with %d, and at its steps there served %v", code, seen)
	}
	t.Logf("%d steps, at each the registry whole; a writer opened %d copies of it", seen[q.old]+seen[q.new], opened)
}

// chosen lists the steps of today's run, and which of them the flag asks for.
func (q *lastQuarter) chosen(t *testing.T) (all []string, at []int) {
	t.Helper()
	if q.steps == nil {
		q.steps = q.stepsOf(t)
	}
	begun := false
	for i, step := range q.steps {
		rename := strings.HasPrefix(step, string(disk.Rename))
		begun = begun || rename
		if *steps == "every" || rename || begun && *steps == "deciding" {
			at = append(at, i)
		}
	}
	if len(q.steps) < 100 || len(at) < 4 {
		t.Fatalf("%d of %d steps", len(at), len(q.steps))
	}
	return q.steps, at
}

// stepsOf lists the steps of today's run in their order.
func (q *lastQuarter) stepsOf(t *testing.T) []string {
	t.Helper()
	log := filepath.Join(t.TempDir(), "steps")
	q.again(t)
	if code, stderr := ended(t, q.fated(stepLog+"="+log)); code != exitDone {
		t.Fatalf("exit code %d\n%s", code, stderr)
	}
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// fated is today's run by fatedMain.
func (q *lastQuarter) fated(env ...string) *exec.Cmd {
	cmd := exec.Command("holdfast-fated", q.args...)
	cmd.Env = append(os.Environ(), env...)
	return cmd
}

// killedAtSteps kills today's run before the chosen steps.
func (q *lastQuarter) killedAtSteps(t *testing.T) {
	all, at := q.chosen(t)
	for _, i := range at {
		q.again(t)
		if code, stderr := ended(t, q.fated(dieAt+"="+strconv.Itoa(i+1))); code != -1 {
			t.Fatalf("step %d, %s: it ended with %d\n%s", i+1, all[i], code, stderr)
		}
		q.recovers(t, fmt.Sprintf("killed before step %d, %s", i+1, all[i]), finishes(all[i], i))
	}
	t.Logf("killed at %d of %d steps", len(at), len(all))
}

// finishes says whether the next run is let run to its end too, instead of a writer that
// only opens the registry: where the line is in the journal and the pointer is not yet
// moved, and in the long forms after every renaming and every twentieth step.
func finishes(step string, i int) bool {
	if *steps == "renames" {
		return strings.HasSuffix(step, "champion")
	}
	return strings.HasPrefix(step, string(disk.Rename)) || i%20 == 0
}

// failedAtSteps lets the chosen steps of today's run fail, as on a disk that is full.
func (q *lastQuarter) failedAtSteps(t *testing.T) {
	all, at := q.chosen(t)
	for _, i := range at {
		q.again(t)
		n := -1
		var stderr bytes.Buffer
		code := runOn(disk.Disk{Before: func(disk.Step) error {
			if n++; n == i {
				return syscall.ENOSPC
			}
			return nil
		}}, q.args, io.Discard, &stderr)
		what := fmt.Sprintf("failing at step %d, %s", i+1, all[i])
		if code != exitOutput || !strings.Contains(stderr.String(), "no space left on device") {
			t.Errorf("%s: it ended with %d: %s", what, code, &stderr)
		}
		if left := names(t, q.dir); strings.Contains(left, ".out-retrain") {
			t.Errorf("%s: left behind: %s", what, left)
		}
		q.recovers(t, what, finishes(all[i], i))
	}
	t.Logf("failed at %d of %d steps", len(at), len(all))
}

// killedAtMoments kills today's run at random moments.
func (q *lastQuarter) killedAtMoments(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 6))
	took, killed, served := q.took, 0, map[string]int{}
	for tries := 0; killed < *kills; tries++ {
		if tries > 3**kills+20 {
			t.Fatalf("only %d of %d runs were killed in time", killed, tries)
		}
		q.again(t)
		cmd, _ := start(t, q.args...)
		time.Sleep(time.Duration(random.Float64() * float64(took)))
		cmd.Process.Kill()
		if codeOf(t, cmd.Wait()) != -1 {
			took = took * 9 / 10
			continue
		}
		if killed++; killed%50 == 0 {
			t.Logf("%d kills so far", killed)
		}
		served[q.serves(t, q.models)]++
		q.recovers(t, fmt.Sprintf("kill %d", killed), killed%10 == *kills%10)
	}
	t.Logf("killed %d times; then there served %v", killed, served)
}

// raced starts two runs at once: one does the work, the other finds the lock taken, or
// nothing new.
func (q *lastQuarter) raced(t *testing.T) {
	refused, rounds := 0, 1+*kills/20
	for range rounds {
		q.again(t)
		codes, errs := make([]int, 2), make([]string, 2)
		var both sync.WaitGroup
		for i := range codes {
			both.Go(func() { codes[i], errs[i] = ended(t, exec.Command("holdfast", q.args...)) })
		}
		both.Wait()
		for i, code := range codes {
			switch {
			case code == exitDone:
			case code == exitOutput && strings.Contains(errs[i], "another holdfast is at work in this registry"):
				refused++
			default:
				t.Errorf("run %d ends with %d: %s", i, code, errs[i])
			}
		}
		if codes[0] != exitDone && codes[1] != exitDone {
			t.Errorf("nobody won: exit codes %v", codes)
		}
		if c := q.serves(t, q.models); c != q.new {
			t.Errorf("after a race %s serves", c)
		}
		q.tidy(t, "a race")
	}
	t.Logf("%d races: the other run found the lock taken in %d, and nothing new in the rest", rounds, refused)
}
