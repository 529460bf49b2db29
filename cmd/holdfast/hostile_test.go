package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hostile are texts that act where they are shown unguarded: as formulas in a
// spreadsheet, as commands to a terminal or a browser, or by running backwards.
var hostile = []string{
	`=HYPERLINK("http://x","y")`, "+1+1", "-2+3", "@SUM(A1)", "\ttab", "\rreturn",
	"\x1b[2J\x1b[31mred", "\x1b]0;title\x07", "a\x00b", "\u202egnp.exe", "<script>alert(1)</script>", `"><img src=x>`,
}

// hostileProject is a company whose accounts, levels, factors and candidates are
// called by hostile names.
func hostileProject(t *testing.T) (dir, config string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "demo")
	if err := smallCompany(dir); err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(dir, "snapshots", "part-00000.parquet")
	snapshots, err := readFrame(part)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := readFrame(filepath.Join(dir, "outcomes.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []*frame{snapshots, outcomes} {
		poison(t, f, "account_id")
	}
	poison(t, snapshots, "plan")
	poison(t, snapshots, "csm_pulse")
	if err := snapshots.write(part); err != nil {
		t.Fatal(err)
	}
	if err := outcomes.write(filepath.Join(dir, "outcomes.parquet")); err != nil {
		t.Fatal(err)
	}
	config = filepath.Join(dir, "holdfast.yaml")
	for _, change := range [][2]string{
		{"{name: logistic,", `{name: "=cmd|' /C calc'!A0",`},
		{"name: payment_delay,", `name: "@pay<b>",`},
		{", reference: green", ""},
		{", reference: team", ""},
	} {
		if err := edit(config, change[0], change[1]); err != nil {
			t.Fatal(err)
		}
	}
	return dir, config
}

// poison puts a hostile text in front of every level of a text column, the same one
// wherever the level occurs.
func poison(t *testing.T, f *frame, name string) {
	t.Helper()
	c, err := f.column(name)
	if err != nil {
		t.Fatal(err)
	}
	for i, level := range c.Levels {
		sum := 0
		for _, b := range []byte(level) {
			sum += int(b)
		}
		c.Levels[i] = hostile[sum%len(hostile)] + level
	}
}

func TestHostileNamesNeverActInTerminalOrSpreadsheet(t *testing.T) {
	dir, config := hostileProject(t)
	run := filepath.Join(dir, "run")
	scores := filepath.Join(dir, "scores.csv")
	candidate := `=cmd|' /C calc'!A0`
	for _, args := range [][]string{
		{"check", "-c", config},
		{"check", "--snapshots", filepath.Join(dir, "snapshots")},
		{"fit", "-c", config, "--candidate", candidate, "--out", filepath.Join(dir, "fitted")},
		{"backtest", "-c", config, "--out", run},
		{"score", "--model", filepath.Join(dir, "fitted", "model.json"), "--snapshots", filepath.Join(dir, "snapshots"), "--out", scores},
	} {
		r := mustHoldfast(t, args...)
		if bad := controls(r.stdout + r.stderr); bad != "" {
			t.Errorf("%s: %s on the terminal", args[0], bad)
		}
	}
	for _, path := range []string{scores, filepath.Join(run, "weights.csv"), filepath.Join(run, "metrics.csv"), filepath.Join(dir, "fitted", "weights.csv")} {
		noFormulas(t, path)
	}
	page, err := os.ReadFile(filepath.Join(run, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"<script>alert", "<img src=x>", "@pay<b>", "\x1b", "\x00", "\u202e"} {
		if strings.Contains(string(page), text) {
			t.Errorf("report.html holds %q as it came", text)
		}
	}
}

// noFormulas holds the cells of a CSV file against what spreadsheets run. Numbers may
// begin with a sign.
func noFormulas(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	guarded := 0
	for _, row := range rows {
		for _, text := range row {
			if strings.HasPrefix(text, "'") {
				guarded++
			}
			if text != "" && strings.ContainsRune("=@\t\r+-", rune(text[0])) && bitsOf(text) == 0 {
				t.Errorf("%s: the cell %q is a formula", filepath.Base(path), text)
			}
		}
	}
	if guarded == 0 {
		t.Errorf("%s: no hostile name is in it; nothing was checked", filepath.Base(path))
	}
}
