//go:build unix

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"holdfast/dataset/synth"
	"holdfast/dataset/synth/workload"
)

// BenchmarkReportAfterFitting is the whole backtest of six candidates, and the baseline that every
// run adds, on twelve folds with about so many test rows, with money, segments and 2,000
// replicates. What it reports is the share of it that is no reading and no fitting: from the last
// fold's last fit to the run in its place, less the refit on all labels in between, to which the
// errors of the final weights belong.
//
//	after-s      seconds of it
//	after-cpu-s  the same in seconds of processors
//	tested       test rows
//
// The seconds include what the machine does besides; those of processors hardly do.
func BenchmarkReportAfterFitting(b *testing.B) {
	workload.BySize(b, func(b *testing.B, rows int) {
		dir := b.TempDir()
		company := synth.Company{Accounts: rows / testedPerAccount, Months: 12*3 + 9, Seed: 1}
		if err := company.Write(b.Context(), dir, nil); err != nil {
			b.Fatal(err)
		}
		config := filepath.Join(dir, "holdfast.yaml")
		if err := os.WriteFile(config, []byte(reportConfig()), 0o644); err != nil {
			b.Fatal(err)
		}
		var after stageCost
		out := filepath.Join(dir, "run")
		for b.Loop() {
			var told bytes.Buffer
			watch := newStageWatch()
			if code := run([]string{"backtest", "-c", config, "--out", out, "-v"}, &told, watch); code != exitDone {
				b.Fatalf("exit code %d\n%s", code, watch.said.String())
			}
			if !strings.Contains(told.String(), " in 12 of 12 folds") {
				b.Fatalf("not twelve folds:\n%s", told.String())
			}
			for stage, cost := range watch.stages {
				if !strings.Contains("read and label, leaking factors, health, folds, refit, all", stage) {
					after.wall, after.cpu = after.wall+cost.wall, after.cpu+cost.cpu
				}
			}
		}
		predicted, err := readFrame(filepath.Join(out, "predictions.parquet"))
		if err != nil {
			b.Fatal(err)
		}
		n := float64(b.N)
		b.ReportMetric(after.wall.Seconds()/n, "after-s")
		b.ReportMetric(after.cpu.Seconds()/n, "after-cpu-s")
		b.ReportMetric(float64(predicted.rows/7), "tested")
	})
}

// testedPerAccount is how many test rows an account of 45 months has on twelve folds, on average.
const testedPerAccount = 24

// reportConfig asks for six candidates on twelve quarters, every snapshot an example.
func reportConfig() string {
	text := strings.Replace(workConfig("mode: horizon, horizon: 90d"), "value: arr}", "value: arr, segment: plan}", 1)
	for _, known := range []string{"active_users, expect: lower_churn", "sticky_uses_30d, expect: lower_churn", "nps, expect: lower_churn", "csat, expect: lower_churn",
		"executive_contact, expect: lower_churn", "support_tickets_90d, expect: higher_churn"} {
		name, _, _ := strings.Cut(known, ",")
		text = strings.Replace(text, "{name: "+name, "{name: "+known, 1)
	}
	return text + `  - {name: strong, kind: logistic, penalty: {ridge: 1}}
  - {name: today, kind: weights, weights: {active_users: 40, nps: 20, support_tickets_90d: 20, executive_contact: 20}}
  - {name: usage, kind: weights, weights: {active_users: 60, sticky_uses_30d: 40}}
  - {name: voice, kind: weights, weights: {nps: 50, csat: 50}}
  - {name: vendor, kind: column, column: vendor_score, higher_is: healthier}
backtest: {every: 1q, champion: today, capacity: 500, save_rate: [0.1, 0.2, 0.3], contact_cost: 200, bootstrap: 2000, seed: 1}
`
}

// stageCost is what a stage took.
type stageCost struct{ wall, cpu time.Duration }

// stageWatch hears what -v says, a line as each stage ends, and looks at the clocks.
type stageWatch struct {
	said   bytes.Buffer
	stages map[string]stageCost
	latest stageCost
}

func newStageWatch() *stageWatch {
	return &stageWatch{stages: make(map[string]stageCost), latest: costSoFar()}
}

// Write takes one line.
func (w *stageWatch) Write(line []byte) (int, error) {
	if stage, _, told := strings.Cut(string(line), "  "); told && bytes.Contains(line, []byte(" s")) {
		now := costSoFar()
		w.stages[stage] = stageCost{now.wall - w.latest.wall, now.cpu - w.latest.cpu}
		w.latest = now
	}
	return w.said.Write(line)
}

// costSoFar is that of the process: seconds since 1970, and of processors in its own code and in
// the system's.
func costSoFar() stageCost {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used) // of this process it always works
	return stageCost{time.Duration(time.Now().UnixNano()), time.Duration(used.Utime.Nano() + used.Stime.Nano())}
}
