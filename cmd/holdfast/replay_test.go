package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
)

// replayDays is how many random days the test tries; each costs three runs of every
// command.
const replayDays = 3

// TestAsOfReplaysEveryCommand is the promise of --as-of: for random D, every command
// writes and prints the same bytes on the full data replayed as of D, on data whose rows
// from after D hold nonsense, and on data cut at D.
func TestAsOfReplaysEveryCommand(t *testing.T) {
	full := newReplay(t)
	rng := rand.New(rand.NewPCG(7, 7))
	for range replayDays {
		d := dataset.NewDate(2025, 1, 1) + dataset.Date(rng.IntN(330))
		t.Run(d.String(), func(t *testing.T) {
			t.Parallel()
			cut := full.rewritten(t, func(f *frame, known []int32) *frame { return f.take(knownBy(known, d)) })
			poisoned := full.rewritten(t, func(f *frame, known []int32) *frame { return f.poisoned(known, d) })
			whole := full.rewritten(t, func(f *frame, _ []int32) *frame { return f })
			want := commandsOn(t, whole, d)
			sameRun(t, want, commandsOn(t, poisoned, d))
			sameRun(t, want, commandsOn(t, cut, d))
			today := commandsOn(t, cut, dataset.NoDate)
			for _, dir := range []string{want, today} { // run.json says whether it was a replay
				os.Remove(filepath.Join(dir, "fit", "run.json"))
				os.Remove(filepath.Join(dir, "run", "run.json"))
			}
			sameRun(t, want, today)
		})
	}
}

// replay is a project whose files can be written anew.
type replay struct {
	dir                 string
	snapshots, outcomes *frame
}

func newReplay(t *testing.T) *replay {
	t.Helper()
	r := &replay{dir: t.TempDir()}
	copyCompany(t, r.dir)
	var err error
	if r.snapshots, err = readFrame(filepath.Join(r.dir, "snapshots")); err != nil {
		t.Fatal(err)
	}
	if r.outcomes, err = readFrame(filepath.Join(r.dir, "outcomes.parquet")); err != nil {
		t.Fatal(err)
	}
	return r
}

// rewritten is a copy of the project with both files changed by change, which is told
// the day on which each row became known.
func (r *replay) rewritten(t *testing.T, change func(f *frame, known []int32) *frame) string {
	t.Helper()
	dir := t.TempDir()
	config, err := os.ReadFile(filepath.Join(r.dir, "holdfast.yaml"))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "holdfast.yaml"), config, 0o644)
	}
	if err == nil {
		err = change(r.snapshots, r.snapshots.days(t, "snapshot_date")).writeParts(filepath.Join(dir, "snapshots"), 2)
	}
	if err == nil {
		err = change(r.outcomes, r.outcomes.days(t, "decided_at")).write(filepath.Join(dir, "outcomes.parquet"))
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// days returns a column of days.
func (f *frame) days(t *testing.T, name string) []int32 {
	t.Helper()
	c, err := f.column(name)
	if err != nil {
		t.Fatal(err)
	}
	return c.Days
}

// knownBy lists the rows that were known on a day.
func knownBy(known []int32, d dataset.Date) []int {
	var rows []int
	for i, day := range known {
		if dataset.Date(day) <= d {
			rows = append(rows, i)
		}
	}
	return rows
}

// poisoned gives every row from after d other numbers, and texts that nobody has seen
// before; keys and dates stay, or the rows would no longer be from after d.
func (f *frame) poisoned(known []int32, d dataset.Date) *frame {
	out := f.take(upTo(f.rows))
	for i := range out.columns {
		spoil(&out.columns[i], known, d)
	}
	return out
}

func spoil(c *parquetio.Column, known []int32, d dataset.Date) {
	if c.Name == "account_id" || c.Days != nil {
		return
	}
	unheard := int32(len(c.Levels))
	c.Levels = append(slices.Clone(c.Levels), "unheard of")
	for i, day := range known {
		switch {
		case dataset.Date(day) <= d:
		case c.Numbers != nil && c.Stored == parquetio.Bool:
			c.Numbers[i] = 1 - c.Numbers[i]
		case c.Numbers != nil:
			c.Numbers[i] = 1e9 + float64(i)
		default:
			c.Codes[i] = unheard
		}
	}
}

// commandsOn runs every command that reads data, as of a day (NoDate: without --as-of),
// and returns the folder with all they wrote and printed.
func commandsOn(t *testing.T, project string, d dataset.Date) string {
	t.Helper()
	out := filepath.Join(project, "results") // the same words for everyone, since --json repeats them
	for _, args := range [][]string{
		{"check", "--json"},
		{"fit", "--candidate", "logistic", "--json", "--out", "results/fit"},
		{"backtest", "--json", "--out", "results/run"},
		{"score", "--json", "--model", "results/run/model.json", "--snapshots", "snapshots", "--out", "results/scores.csv"},
	} {
		if d != dataset.NoDate {
			args = append(args, "--as-of", d.String())
		}
		cmd := exec.Command("holdfast", args...)
		cmd.Dir = project
		printed, err := cmd.Output()
		if err == nil {
			err = os.MkdirAll(out, 0o755)
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(out, args[0]+".json"), printed, 0o644)
		}
		if err != nil {
			t.Fatalf("holdfast %v: %v\n%s", args, err, printed)
		}
	}
	moved := filepath.Join(t.TempDir(), "results")
	if err := os.Rename(out, moved); err != nil {
		t.Fatal(err)
	}
	return moved
}
