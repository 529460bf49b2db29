package main

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// readScoreCells reads a CSV file of scores: its names, and its rows without the given columns.
func readScoreCells(t *testing.T, path string, without ...string) (names []string, rows [][]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var kept []int
	for j, name := range lines[0] {
		if !slices.Contains(without, name) {
			kept = append(kept, j)
		}
	}
	for _, line := range lines {
		rows = append(rows, pick(line, kept))
	}
	return rows[0], rows[1:]
}

// newestOfAll is, for each account, the row of its newest day, the last of equals.
func newestOfAll(rows [][]string) map[string]string {
	days, newest := make(map[string]string), make(map[string]string)
	for _, row := range rows {
		if row[1] >= days[row[0]] {
			days[row[0]], newest[row[0]] = row[1], strings.Join(row, "\x00")
		}
	}
	return newest
}

// sameNewest holds the accounts against the newest of all rows, in every column that both have.
func sameNewest(t *testing.T, what, model, snapshots string, more ...string) {
	t.Helper()
	plain, all := filepath.Join(t.TempDir(), "plain.csv"), filepath.Join(t.TempDir(), "all.csv")
	mustHoldfast(t, append([]string{"score", "--model", model, "--snapshots", snapshots, "--out", plain}, more...)...)
	mustHoldfast(t, append([]string{"score", "--model", model, "--snapshots", snapshots, "--out", all, "--all"}, more...)...)
	names, rows := readScoreCells(t, plain, "reasons")
	allNames, allRows := readScoreCells(t, all)
	if !slices.Equal(names, allNames) {
		t.Errorf("%s: columns %v, and with --all %v", what, names, allNames)
	}
	newest, dropped := newestOfAll(allRows), 0
	if len(newest) != len(rows) || len(allRows) <= len(rows) {
		t.Errorf("%s: %d accounts, and %d among %d rows of --all", what, len(rows), len(newest), len(allRows))
	}
	at := slices.Index(names, "dropped")
	for _, row := range rows {
		if want := strings.Join(row, "\x00"); newest[row[0]] != want {
			t.Fatalf("%s: --all says\n%q, not\n%q", what, newest[row[0]], want)
		}
		dropped += oneIf(row[at] == "true")
	}
	if dropped == 0 {
		t.Errorf("%s: no account has dropped: nothing was tested", what)
	}
}

// arrangements are the frame in the orders in which files come.
func arrangements(t *testing.T, all *frame) map[string]*frame {
	t.Helper()
	date, err := all.column("snapshot_date")
	if err != nil {
		t.Fatal(err)
	}
	months := upTo(all.rows)
	slices.SortStableFunc(months, func(a, b int) int { return int(date.Days[a] - date.Days[b]) })
	rng := rand.New(rand.NewPCG(5, 6))
	twice := slices.Clone(months)
	for range all.rows / 10 {
		twice = append(twice, rng.IntN(all.rows))
	}
	return map[string]*frame{"by account": all, "by month": all.take(months), "shuffled": all.shuffled(11), "with duplicates": all.take(twice)}
}

// The two outputs agree to the byte, whatever the order of the files, and so do the accounts
// of files in different orders.
func TestAllRowsAndTheNewestAgree(t *testing.T) {
	snapshots, model := fitted(t)
	all, err := readFrame(snapshots)
	if err != nil {
		t.Fatal(err)
	}
	for what, f := range arrangements(t, all) {
		parts := filepath.Join(t.TempDir(), "parts")
		if err := f.writeParts(parts, 3); err != nil {
			t.Fatal(err)
		}
		sameNewest(t, what, model, parts)
		sameNewest(t, what+", as of a day", model, parts, "--as-of", "2025-03-15")
	}
}

// withBands fits the small company with a band that remembers, playbooks and a segment.
func withBands(t *testing.T) (snapshots, model string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	if err := smallCompany(dir); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "holdfast.yaml")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(text), "candidates:", "playbooks:\n  - {name: call, when: \"dropped and value > 1\"}\n  - {name: look, when: \"band_before == 'red'\"}\n  - {name: plan, when: \"segment == 'basic' or top_category == 'usage'\"}\nbands: {hysteresis: 0.05}\ncandidates:", 1)
	if err := os.WriteFile(config, []byte(changed), 0o644); err != nil {
		t.Fatal(err)
	}
	mustHoldfast(t, "fit", "-c", config, "--candidate", "logistic", "--out", filepath.Join(dir, "run"))
	return filepath.Join(dir, "snapshots"), filepath.Join(dir, "run", "model.json")
}

func TestAllRowsAndTheNewestAgreeOnBandsThatRemember(t *testing.T) {
	snapshots, model := withBands(t)
	all, err := readFrame(snapshots)
	if err != nil {
		t.Fatal(err)
	}
	for what, f := range arrangements(t, all) {
		path := filepath.Join(t.TempDir(), "snapshots.parquet")
		if err := f.write(path); err != nil {
			t.Fatal(err)
		}
		sameNewest(t, what, model, path)
	}
}

// What reading few rows gives is what reading all gave: the bytes of the accounts do not
// depend on the order of the files or on the memory there is, whichever of the three ways of
// reading they need.
func TestTheNewestDoNotDependOnHowTheyAreRead(t *testing.T) {
	snapshots, model := fitted(t)
	all, err := readFrame(snapshots)
	if err != nil {
		t.Fatal(err)
	}
	var want []byte
	for what, f := range arrangements(t, all) {
		path, out := filepath.Join(t.TempDir(), "snapshots.parquet"), filepath.Join(t.TempDir(), "scores.parquet")
		if err := f.write(path); err != nil {
			t.Fatal(err)
		}
		for _, memory := range []string{"4GiB", "1MiB"} {
			mustHoldfast(t, "score", "--model", model, "--snapshots", path, "--out", out, "--memory", memory)
			got, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = got
			}
			if string(got) != string(want) {
				t.Errorf("%s, %s: other bytes", what, memory)
			}
		}
	}
}
