package dataset

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/expr"
)

// company is a pair of files as rows, so that a test can shuffle, split and extend
// them.
type company struct {
	snapshots []snapshotRow
	outcomes  []outcomeRow
}

type snapshotRow struct {
	account, date string
	logins, arr   float64
	plan          string
	recorded      string
}

// known is the day from which anyone had the row.
func (r snapshotRow) known() Date {
	if r.recorded == null {
		return day(r.date)
	}
	return max(day(r.date), day(r.recorded))
}

type outcomeRow struct {
	account, date, status, decided string
	before, after                  float64
}

// drawSnapshot draws one row; an account, day and day of recording give one row only, so
// that rows drawn twice are exact duplicates.
func drawSnapshot(t *rapid.T, accounts, plans []string, from, to int) snapshotRow {
	r := snapshotRow{account: rapid.SampledFrom(accounts).Draw(t, "account"), date: Date(rapid.IntRange(from, to).Draw(t, "snapshot")).String()}
	r.recorded = null
	seed := uint64(day(r.date))*31 + uint64(r.account[0])
	if rapid.IntRange(0, 2).Draw(t, "recorded") == 0 {
		late := Date(rapid.IntRange(-3, 30).Draw(t, "days late"))
		r.recorded = (day(r.date) + late).String()
		seed = seed*67 + uint64(late+4)
	}
	rng := rand.New(rand.NewPCG(seed, 1))
	r.logins = []float64{nan, 0, 1, 2.5, -3}[rng.IntN(5)]
	r.arr = float64(rng.IntN(9))
	r.plan = append(plans, null)[rng.IntN(len(plans)+1)]
	return r
}

func drawOutcome(t *rapid.T, accounts, words []string, from, to int) outcomeRow {
	r := outcomeRow{account: rapid.SampledFrom(accounts).Draw(t, "account"), date: Date(rapid.IntRange(from, to).Draw(t, "outcome")).String(), decided: null}
	rng := rand.New(rand.NewPCG(uint64(day(r.date))*31+uint64(r.account[0]), 2))
	r.status = words[rng.IntN(len(words))]
	if rng.IntN(3) == 0 {
		r.decided = (day(r.date) + Date(rng.IntN(9)-3)).String()
	}
	r.before, r.after = []float64{nan, 0, 4, 8}[rng.IntN(4)], []float64{nan, 0, 4, 8}[rng.IntN(4)]
	return r
}

func drawCompany(t *rapid.T) company {
	var c company
	accounts := []string{"a", "b", "c", "d"}
	for range rapid.IntRange(4, 40).Draw(t, "snapshots") {
		c.snapshots = append(c.snapshots, drawSnapshot(t, accounts, []string{"basic", "pro"}, 10000, 10060))
	}
	for range rapid.IntRange(2, 20).Draw(t, "outcomes") {
		c.outcomes = append(c.outcomes, drawOutcome(t, accounts, []string{"renewed", "churned", null}, 10000, 10090))
	}
	return c
}

// write writes the company into part files and returns a spec that loads it.
func (c company) write(t testing.TB, dir string, parts int) Spec {
	for p := range parts {
		rows := c.snapshots[p*len(c.snapshots)/parts : (p+1)*len(c.snapshots)/parts]
		account, date, plan, recorded := make([]string, len(rows)), make([]string, len(rows)), make([]string, len(rows)), make([]string, len(rows))
		logins, arr := make([]float64, len(rows)), make([]float64, len(rows))
		for i, r := range rows {
			account[i], date[i], logins[i], arr[i], plan[i], recorded[i] = r.account, r.date, r.logins, r.arr, r.plan, r.recorded
		}
		writeTo(t, filepath.Join(dir, "snapshots", fmt.Sprintf("part-%d.parquet", p)),
			texts("account_id", account...), days("snapshot_date", date...), optional(floats("logins", logins...)), floats("arr", arr...), texts("plan", plan...), days("recorded_at", recorded...))
		outcomes := c.outcomes[p*len(c.outcomes)/parts : (p+1)*len(c.outcomes)/parts]
		account, date = make([]string, len(outcomes)), make([]string, len(outcomes))
		status, decided := make([]string, len(outcomes)), make([]string, len(outcomes))
		before, after := make([]float64, len(outcomes)), make([]float64, len(outcomes))
		for i, r := range outcomes {
			account[i], date[i], status[i], decided[i], before[i], after[i] = r.account, r.date, r.status, r.decided, r.before, r.after
		}
		writeTo(t, filepath.Join(dir, "outcomes", fmt.Sprintf("part-%d.parquet", p)),
			texts("account_id", account...), days("outcome_date", date...), texts("status", status...), days("decided_at", decided...),
			optional(floats("arr", before...)), optional(floats("arr_after", after...)))
	}
	return Spec{
		Snapshots: filepath.Join(dir, "snapshots"), Outcomes: filepath.Join(dir, "outcomes"),
		Columns: Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "outcome_date", Outcome: "status",
			DecidedAt: "decided_at", RecordedAt: "recorded_at", Value: "arr", ValueAfter: "arr_after", Segment: "plan"},
		Uses:          expr.Columns{"logins": expr.Number, "plan": expr.Text},
		ObservedUntil: NoDate, Reading: everything,
	}
}

func drawClock(t *rapid.T) Clock {
	if rapid.Bool().Draw(t, "horizon mode") {
		return Clock{Mode: Horizon, Horizon: rapid.IntRange(1, 30).Draw(t, "horizon")}
	}
	return Clock{Mode: Renewal, Lead: rapid.IntRange(0, 20).Draw(t, "lead"), MaxAge: rapid.IntRange(0, 40).Draw(t, "max age")}
}

// outcome of a load as one text, an error included.
func loaded(spec Spec) string {
	e, err := Load(context.Background(), spec)
	if err != nil {
		return "refused"
	}
	return contents(e)
}

func shuffled[T any](t *rapid.T, rows []T) []T { return rapid.Permutation(rows).Draw(t, "order") }

func TestTheOrderOfRowsAndFilesNeverMatters(t *testing.T) {
	tested := 0
	rapid.Check(t, func(rt *rapid.T) {
		c, clock := drawCompany(rt), drawClock(rt)
		first := c.write(t, t.TempDir(), 1)
		mixed := company{shuffled(rt, c.snapshots), shuffled(rt, c.outcomes)}
		second := mixed.write(t, t.TempDir(), rapid.IntRange(1, 4).Draw(rt, "parts"))
		first.Clock, second.Clock = clock, clock
		want := loaded(first)
		if got := loaded(second); got != want {
			rt.Fatalf("rows in another order give\n%s\nnot\n%s", got, want)
		}
		if want != "refused" {
			tested++
		}
	})
	if tested < 20 {
		t.Errorf("only %d of the drawn companies could be loaded", tested)
	}
}

// TestAReplayKnowsNothingOfTheFuture adds rows that became known after the day of
// the replay, of kinds that would be refused today, and expects not a bit to change.
func TestAReplayKnowsNothingOfTheFuture(t *testing.T) {
	tested := 0
	rapid.Check(t, func(rt *rapid.T) {
		c, clock := drawCompany(rt), drawClock(rt)
		asOf := rapid.IntRange(10020, 10080).Draw(rt, "as of")
		later := c
		for range rapid.IntRange(1, 8).Draw(rt, "later snapshots") {
			r := drawSnapshot(rt, []string{"a", "c", "later"}, []string{"basic", "future"}, asOf+1, asOf+60)
			if rapid.Bool().Draw(rt, "an old day, written later") {
				r.date = Date(rapid.IntRange(10000, asOf).Draw(rt, "old day")).String()
				r.recorded = Date(rapid.IntRange(asOf+1, asOf+60).Draw(rt, "written")).String()
			}
			r.logins = rapid.SampledFrom([]float64{1e9, math.Inf(1)}).Draw(rt, "logins")
			later.snapshots = append(later.snapshots[:len(later.snapshots):len(later.snapshots)], r)
		}
		for range rapid.IntRange(1, 8).Draw(rt, "later outcomes") {
			r := drawOutcome(rt, []string{"a", "b", "later"}, []string{"churned", "a word of tomorrow"}, asOf-30, asOf+60)
			r.decided = Date(asOf + rapid.IntRange(1, 9).Draw(rt, "decided")).String()
			later.outcomes = append(later.outcomes[:len(later.outcomes):len(later.outcomes)], r)
		}
		first, second := c.write(t, t.TempDir(), 1), later.write(t, t.TempDir(), 1)
		first.Clock, second.Clock = clock, clock
		first.Reading.AsOf, second.Reading.AsOf = Date(asOf), Date(asOf)
		want := loaded(first)
		if got := loaded(second); got != want {
			rt.Fatalf("with rows known after %s:\n%s\nwithout:\n%s", Date(asOf), got, want)
		}
		if want != "refused" {
			tested++
		}
	})
	if tested < 20 {
		t.Errorf("only %d of the drawn companies could be loaded", tested)
	}
}

// TestAReplayIsTheRunOfThatDay compares a replay with a run over files that end on
// that day.
func TestAReplayIsTheRunOfThatDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c, clock := drawCompany(rt), drawClock(rt)
		asOf := Date(rapid.IntRange(10020, 10080).Draw(rt, "as of"))
		var then company
		for _, r := range c.snapshots {
			if r.known() <= asOf {
				then.snapshots = append(then.snapshots, r)
			}
		}
		for _, r := range c.outcomes {
			known := r.decided
			if known == null {
				known = r.date
			}
			if day(known) <= asOf {
				then.outcomes = append(then.outcomes, r)
			}
		}
		replay, run := c.write(t, t.TempDir(), 1), then.write(t, t.TempDir(), 1)
		replay.Clock, run.Clock = clock, clock
		replay.Reading.AsOf = asOf
		if got, want := loaded(replay), loaded(run); got != want {
			rt.Fatalf("replayed:\n%s\non the day:\n%s", got, want)
		}
	})
}
