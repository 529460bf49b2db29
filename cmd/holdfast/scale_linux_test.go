package main

import (
	"flag"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"holdfast/dataset/synth/workload"
)

var (
	scaleRows   = flag.String("scale", "20000", "numbers of snapshots, such as 100000,1000000, to fit in processes of their own")
	scaleMemory = flag.String("scale-memory", "64MiB", "the budget of the fits whose memory is measured")
)

// TestFitsAtScaleAreTheSameBytes fits companies of growing size, every snapshot an example, on
// one and two processors, in memory and within a budget: all must write the same bytes. With
// -v it prints what time and memory do as the rows grow:
//
//	go test ./cmd/holdfast -run Scale -v -scale 100000,1000000,4000000 -scale-memory 512MiB
func TestFitsAtScaleAreTheSameBytes(t *testing.T) {
	var before *fitAtScale
	for _, text := range strings.Split(*scaleRows, ",") {
		rows, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		dir := workload.Company(t, rows)
		if err := os.WriteFile(filepath.Join(dir, "holdfast.yaml"), []byte(workConfig("mode: horizon, horizon: 90d")), 0o644); err != nil {
			t.Fatal(err)
		}
		free := fitProcess(t, dir, "GOMAXPROCS=2", "16GiB")
		sameRun(t, free.out, fitProcess(t, dir, "GOMAXPROCS=1", "16GiB").out)
		tight := fitProcess(t, dir, "GOMAXPROCS=2", *scaleMemory)
		sameRun(t, free.out, tight.out)
		growth := "-"
		if before != nil {
			growth = strconv.FormatFloat(math.Log(free.cpu/before.cpu)/math.Log(float64(rows)/float64(before.rows)), 'f', 2, 64)
		}
		t.Logf("%9d rows: %6.1f s of processor time (growth %s), %4d MiB; with --memory %s %6.1f s, %4d MiB", rows, free.cpu, growth, free.peak>>20, *scaleMemory, tight.cpu, tight.peak>>20)
		free.rows, before = rows, free
	}
}

// fitAtScale is a fit in a process of its own.
type fitAtScale struct {
	rows int
	out  string
	cpu  float64 // seconds of processor time
	peak int64   // of memory, in bytes
}

// fitProcess fits a project.
func fitProcess(t *testing.T, project, env, memory string) *fitAtScale {
	t.Helper()
	f := &fitAtScale{out: filepath.Join(t.TempDir(), "fit")}
	cmd := exec.Command("holdfast", "fit", "-c", filepath.Join(project, "holdfast.yaml"), "--out", f.out, "--quiet", "--memory", memory)
	cmd.Env = append(os.Environ(), env)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	f.cpu = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		f.peak = usage.Maxrss << 10 // Linux counts KiB
	}
	return f
}
