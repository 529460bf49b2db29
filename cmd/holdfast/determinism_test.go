package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestSameBytesForAnyOrderSplitAndParallelism is the promise of determinism: one
// company, written down in many ways and computed on any number of processors, gives
// run directories that are equal to the byte, with run.json and its content hashes.
func TestSameBytesForAnyOrderSplitAndParallelism(t *testing.T) {
	dir := t.TempDir()
	copyCompany(t, dir)
	snapshots, err := readFrame(filepath.Join(dir, "snapshots"))
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := readFrame(filepath.Join(dir, "outcomes.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	want := runOf(t, dir, "")
	for _, procs := range []int{1, 2, 8} {
		t.Run(fmt.Sprintf("GOMAXPROCS %d", procs), func(t *testing.T) {
			t.Parallel()
			sameRun(t, want, runOf(t, dir, fmt.Sprintf("GOMAXPROCS=%d", procs)))
		})
	}
	for _, parts := range []int{1, 3, 7} {
		t.Run(fmt.Sprintf("shuffled rows in %d part files", parts), func(t *testing.T) {
			t.Parallel()
			other := t.TempDir()
			config, err := os.ReadFile(filepath.Join(dir, "holdfast.yaml"))
			if err == nil {
				err = os.WriteFile(filepath.Join(other, "holdfast.yaml"), config, 0o644)
			}
			if err == nil {
				err = snapshots.shuffled(uint64(parts)).writeParts(filepath.Join(other, "snapshots"), parts)
			}
			if err == nil {
				err = outcomes.shuffled(uint64(parts)).write(filepath.Join(other, "outcomes.parquet"))
			}
			if err != nil {
				t.Fatal(err)
			}
			sameRun(t, want, runOf(t, other, ""))
		})
	}
}

// runOf backtests a project in a process of its own and returns the run directory.
func runOf(t *testing.T, project, env string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "run")
	cmd := exec.Command("holdfast", "backtest", "-c", filepath.Join(project, "holdfast.yaml"), "--out", out, "--quiet")
	cmd.Env = os.Environ()
	if env != "" {
		cmd.Env = append(cmd.Env, env)
	}
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return out
}

func sameRun(t *testing.T, want, got string) {
	t.Helper()
	if before, after := treeOf(t, want), treeOf(t, got); before != after {
		t.Errorf("the run directories differ:\n%s\nwant:\n%s", after, before)
	}
}
