package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/dataset/synth/workload"
)

// BenchmarkW6Score is the whole command: every row of a company scored by a model of 24
// numbers, Parquet to Parquet.
func BenchmarkW6Score(b *testing.B) {
	workload.BySize(b, func(b *testing.B, rows int) {
		dir := workload.Company(b, rows)
		config := filepath.Join(dir, "holdfast.yaml")
		if err := os.WriteFile(config, []byte(workConfig("mode: renewal, lead: 90d")), 0o644); err != nil {
			b.Fatal(err)
		}
		run := func(args ...string) error {
			if done := holdfast(args...); done.code != exitDone {
				return fmt.Errorf("%v: exit code %d: %s", args, done.code, done.stderr)
			}
			return nil
		}
		if err := run("fit", "-c", config, "--quiet", "--out", filepath.Join(dir, "fit")); err != nil {
			b.Fatal(err)
		}
		out := filepath.Join(dir, "all.parquet")
		if err := run("score", "--model", filepath.Join(dir, "fit", "model.json"), "--snapshots", filepath.Join(dir, "snapshots"), "--out", out, "--all", "--quiet"); err != nil {
			b.Fatal(err)
		}
		scored, err := readFrame(out)
		if err != nil {
			b.Fatal(err)
		}
		workload.Measure(b, scored.rows, func() error {
			return run("score", "--model", filepath.Join(dir, "fit", "model.json"), "--snapshots", filepath.Join(dir, "snapshots"), "--out", out, "--all", "--quiet")
		})
	})
}

// workConfig is a project of the 24 numbers of a simulated company, labelled as the text says.
func workConfig(label string) string {
	var text strings.Builder
	text.WriteString(`version: 1
data: {snapshots: snapshots/, outcomes: outcomes.parquet}
columns: {account: account_id, snapshot_date: snapshot_date, outcome_date: renewal_date, outcome: churned, decided_at: decided_at, value: arr}
`)
	fmt.Fprintf(&text, "label: {%s}\nfactors:\n", label)
	for _, name := range workload.Numbers() {
		switch name {
		case "executive_contact", "champion_left":
			fmt.Fprintf(&text, "  - {name: %s, expr: %q}\n", name, name+" ? 1 : 0")
		case "arr":
			text.WriteString("  - {name: annual, column: arr}\n")
		default:
			fmt.Fprintf(&text, "  - {name: %s}\n", name)
		}
	}
	text.WriteString("candidates:\n  - {name: fit, kind: logistic, penalty: {ridge: 0.001}}\n")
	return text.String()
}
