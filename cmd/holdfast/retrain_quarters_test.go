package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/dataset"
	"holdfast/dataset/synth"
)

// drifting is a company whose users are counted anew from July 2025 on: half of them. The
// hand-set weights of its project lean on them most.
func drifting(t *testing.T) (config string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	c := synth.Company{Seed: 7, Accounts: 6_000, Months: 48,
		Recount: synth.Recount{Column: "active_users", By: 0.5, From: time.Date(2025, time.July, 1, 0, 0, 0, 0, time.UTC)}}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := c.Write(t.Context(), dir, nil); err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := simulatedConfig.Execute(&text, c); err != nil {
		t.Fatal(err)
	}
	config = filepath.Join(dir, "holdfast.yaml")
	if err := os.WriteFile(config, []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := edit(config, "bootstrap: 2000", "bootstrap: 300"); err != nil {
		t.Fatal(err)
	}
	if err := edit(config, "{ridge: auto}", "{ridge: 0.0007}"); err != nil { // next to none: the fitted score takes its time
		t.Fatal(err)
	}
	return config
}

// TestFourQuartersInARow runs the job quarter by quarter. In the first two the champion has
// no renewals behind it that it does not know, or too few; the users are counted anew in
// the third, whose labels come 90 days later; then the fitted score takes over, and the
// quarter after that there is nothing yet to test the new champion on.
func TestFourQuartersInARow(t *testing.T) {
	if testing.Short() {
		t.Skip("six runs of retrain: a year of quarters was not simulated")
	}
	config := drifting(t)
	quarters := []struct {
		asOf     string
		decision backtest.Decision
		code     int
	}{
		{"2024-12-31", backtest.NeedMoreData, exitNeedMoreData}, // the first: registers the hand-set weights
		{"2025-03-31", backtest.NeedMoreData, exitNeedMoreData},
		{"2025-06-30", backtest.NeedMoreData, exitNeedMoreData},
		{"2025-09-30", backtest.NeedMoreData, exitNeedMoreData}, // the drift is here, and no label of it
		{"2025-12-31", backtest.Promote, exitDone},
		{"2026-03-31", backtest.NeedMoreData, exitNeedMoreData},
	}
	models := filepath.Join(filepath.Dir(config), "models")
	for i, q := range quarters {
		r := holdfast("retrain", "-c", config, "--as-of", q.asOf, "--svg-only", "--quiet")
		if r.code != q.code {
			t.Errorf("%s: exit code %d, want %d\n%s", q.asOf, r.code, q.code, r.stderr)
		}
		entries := journalOf(t, models)
		if len(entries) != i+1 {
			t.Fatalf("%s: %d lines in the journal", q.asOf, len(entries))
		}
		var note runNote
		if err := json.Unmarshal(entries[i].Run, &note); err != nil {
			t.Fatal(err)
		}
		if note.AsOf.String() != q.asOf || note.Decision != q.decision || note.ExitCode != q.code {
			t.Errorf("%s: the journal says as of %s, %s, code %d: %s", q.asOf, note.AsOf, note.Decision, note.ExitCode, note.Headline)
		}
		if changed := entries[i].Before != entries[i].After; changed != (i == 0 || q.decision == backtest.Promote) {
			t.Errorf("%s: %v -> %v", q.asOf, entries[i].Before, entries[i].After)
		}
		t.Logf("%s: %s", q.asOf, note.Headline)
	}
	entries := journalOf(t, models)
	if first, last := entries[0].After, entries[len(entries)-1].After; first.Name != "today" || last.Name != "logistic" {
		t.Errorf("%v served first, and %v last", first, last)
	}
}

// TestAChampionIsNeverTestedOnWhatItsTrainingSaw looks into the predictions of a run: no
// example that was scored before the last label that the champion learned from.
func TestAChampionIsNeverTestedOnWhatItsTrainingSaw(t *testing.T) {
	dir := t.TempDir()
	copyCompany(t, dir)
	config := filepath.Join(dir, "holdfast.yaml")
	holdfast("retrain", "-c", config, "--as-of", "2024-12-31", "--quiet")
	out := filepath.Join(dir, "run")
	if r := holdfast("retrain", "-c", config, "--out", out, "--quiet"); r.code == exitBug {
		t.Fatal(r.stderr)
	}
	m, err := readModel(filepath.Join(out, "model.json"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := readFrame(filepath.Join(out, "predictions.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	asOf, err := f.column("as_of")
	if err != nil {
		t.Fatal(err)
	}
	if f.rows == 0 {
		t.Fatal("no predictions")
	}
	for i := range f.rows {
		if day := dataset.Date(asOf.Days[i]); day < m.Training.KnownBy {
			t.Fatalf("row %d was scored as of %s, and the champion knows labels up to %s", i, day, m.Training.KnownBy)
		}
	}
}

// journalOf are the lines of a journal.
func journalOf(t *testing.T, dir string) []registry.Entry {
	t.Helper()
	books, err := registry.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := books.Journal()
	if err != nil {
		t.Fatal(err)
	}
	return entries
}
