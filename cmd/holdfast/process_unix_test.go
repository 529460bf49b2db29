//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"holdfast/dataset/synth"
)

// start begins a subprocess of the program.
func start(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command("holdfast", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, &stderr
}

// codeOf is the exit code of an ended process, or -1 when a signal killed it.
func codeOf(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Fatal(err)
	return 0
}

// names lists a folder, hidden files too.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return strings.Join(list, " ")
}

// TestSignalsEndALongBacktestWithinASecond interrupts a backtest of 20,000 accounts
// while it reads, fits or resamples: it must end within a second with the code
// of the signal and leave nothing behind. When, goes by how long a whole one took, so that a fast
// machine is not done by then; not beyond 0.4 of it, since other tests may end meanwhile.
func TestSignalsEndALongBacktestWithinASecond(t *testing.T) {
	if testing.Short() {
		t.Skip("a company of 20,000 accounts: interrupting a long run was not checked")
	}
	dir := t.TempDir()
	big := synth.Company{Seed: 2, Accounts: 20_000, Months: 30}
	if err := big.Write(t.Context(), dir, nil); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := simulatedConfig.Execute(&text, big); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "holdfast.yaml")
	if err := os.WriteFile(config, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	whole, said := start(t, "backtest", "-c", config, "--out", filepath.Join(dir, "whole"))
	if code := codeOf(t, whole.Wait()); code != exitDone {
		t.Fatalf("a whole run: exit code %d\n%s", code, said)
	}
	took := time.Since(begun)
	before := names(t, dir)
	for _, c := range []struct {
		signal syscall.Signal
		code   int
		share  float64 // of the time of a whole run
	}{
		{syscall.SIGINT, exitInterrupted, 0.03},
		{syscall.SIGTERM, exitTerminated, 0.08},
		{syscall.SIGINT, exitInterrupted, 0.15},
		{syscall.SIGTERM, exitTerminated, 0.25},
		{syscall.SIGINT, exitInterrupted, 0.4},
	} {
		after := time.Duration(c.share * float64(took))
		cmd, stderr := start(t, "backtest", "-c", config, "--out", filepath.Join(dir, "run"))
		time.Sleep(after)
		sent := time.Now()
		if err := cmd.Process.Signal(c.signal); err != nil {
			t.Fatal(err)
		}
		code := codeOf(t, cmd.Wait())
		if took := time.Since(sent); took > time.Second {
			t.Errorf("%v after %v: the end took %v", c.signal, after, took)
		}
		if code != c.code {
			t.Errorf("%v after %v: exit code %d, want %d\n%s", c.signal, after, code, c.code, stderr)
		}
		lines := strings.SplitAfter(stderr.String(), "\n")
		told := slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "warning: ") }) // a fast machine has seen folds by then
		if got, want := strings.Join(told, ""), "holdfast: interrupted; nothing was written\n"; got != want {
			t.Errorf("%v after %v: stderr is %q, want %q", c.signal, after, stderr, want)
		}
		if left := names(t, dir); left != before {
			t.Errorf("%v after %v: left behind %s, there was %s", c.signal, after, left, before)
		}
	}
}

// smallProject is a small company in a folder of its own, and its project file.
func smallProject(t *testing.T) (dir, config string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "demo")
	if err := smallCompany(dir); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, "holdfast.yaml")
}

// TestKillLeavesTheOldRunAndTheNextRunClearsUp kills 20 backtests at random moments,
// as a power cut or the out-of-memory killer would.
func TestKillLeavesTheOldRunAndTheNextRunClearsUp(t *testing.T) {
	if testing.Short() {
		t.Skip("20 backtests: kill -9 was not checked")
	}
	t.Parallel()
	dir, config := smallProject(t)
	out := filepath.Join(dir, "run")
	run := []string{"backtest", "-c", config, "--out", out, "--quiet"}
	other := append(run, "--seed", "77")
	mustHoldfast(t, other...)
	whole := map[string]bool{treeOf(t, out): true}
	begun := time.Now()
	mustHoldfast(t, run...)
	took := time.Since(begun)
	whole[treeOf(t, out)] = true
	if len(whole) != 2 {
		t.Fatal("another seed gives the same run; a mix of the two could not be told")
	}
	random := rand.New(rand.NewPCG(9, 9))
	killed := 0
	for tries := 0; killed < 20; tries++ {
		if tries == 100 {
			t.Fatalf("only %d of %d runs were killed in time", killed, tries)
		}
		cmd, _ := start(t, other...)
		time.Sleep(time.Duration(random.Float64() * float64(took)))
		cmd.Process.Kill()
		if code := codeOf(t, cmd.Wait()); code == -1 {
			killed++
		} else { // the machine has become faster than it was for the run that was timed
			took = took * 9 / 10
		}
		if now := treeOf(t, out); !whole[now] {
			t.Fatalf("a killed run left the run directory as\n%s", now)
		}
	}
	mustHoldfast(t, run...)
	if got, want := names(t, dir), "holdfast.yaml outcomes.parquet run snapshots truth.parquet"; got != want {
		t.Errorf("orphans were left: %s", got)
	}
}

// TestRacingRunsNeverMix lets two writers publish into one place again and again,
// while a reader looks: the directory is always one of the two whole runs.
func TestRacingRunsNeverMix(t *testing.T) {
	t.Parallel()
	dir, config := smallProject(t)
	out := filepath.Join(dir, "run")
	whole := make(map[string]bool)
	for _, candidate := range []string{"today", "logistic"} {
		mustHoldfast(t, "fit", "-c", config, "--candidate", candidate, "--out", out)
		text, err := os.ReadFile(filepath.Join(out, "model.json"))
		if err != nil {
			t.Fatal(err)
		}
		whole[string(text)] = true
	}
	ctx, stop := context.WithCancel(t.Context())
	var readers, writers sync.WaitGroup
	readers.Add(1)
	go func() {
		defer readers.Done()
		for ctx.Err() == nil {
			text, err := os.ReadFile(filepath.Join(out, "model.json"))
			if errors.Is(err, fs.ErrNotExist) { // the folder was exchanged between looking up its two names
				text, err = os.ReadFile(filepath.Join(out, "model.json"))
			}
			if err != nil || !whole[string(text)] {
				t.Errorf("a reader met %v, %d bytes", err, len(text))
				return
			}
		}
	}()
	for _, candidate := range []string{"today", "logistic"} {
		writers.Add(1)
		go func() {
			defer writers.Done()
			for range 15 {
				text, err := exec.Command("holdfast", "fit", "-c", config, "--candidate", candidate, "--out", out, "--quiet").CombinedOutput()
				if err != nil {
					t.Errorf("%s: %v\n%s", candidate, err, text)
				}
			}
		}()
	}
	writers.Wait()
	stop()
	readers.Wait()
	if got, want := names(t, dir), "holdfast.yaml outcomes.parquet run snapshots truth.parquet"; got != want {
		t.Errorf("left behind: %s", got)
	}
	if got, want := names(t, out), "model.json model.sql plots run.json weights.csv"; got != want {
		t.Errorf("the run directory holds %s, want %s", got, want)
	}
}
