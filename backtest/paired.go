package backtest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
)

// Pairing sets candidates of two runs side by side on the examples that both runs
// predicted. What one run alone predicted says nothing about the difference: an easier
// quarter would look like a better score.
type Pairing struct {
	Shared                int // examples, an account at an as-of date, of both runs, with the same outcome in both
	Churned               int // of the shared
	Accounts              int // with a shared example
	OnlyFirst, OnlySecond int // examples of one run alone
	Relabelled            int // examples of both whose outcome differs: the data were corrected in between; left out
	Revalued              int // shared examples whose value differs; the first run's counts
	FirstAsOf, LastAsOf   dataset.Date
	Periods               int // test windows of the first run with a shared example: what lists at capacity are made by
	Pairs                 []Paired
}

// Paired is a candidate of the first run and one of the second on the shared examples.
type Paired struct {
	First, Second               int          // index of each in its own run
	Identical                   bool         // both predicted the same for every shared example: there is nothing to infer
	FirstMetrics, SecondMetrics []Metric     // as CandidateResult.Pooled, with intervals
	Comparisons                 []Comparison // the second as challenger, the first as champion: a positive Gain is better for the second
}

// Pair compares candidates of two runs, given as indices into the Score of either, on the
// examples that both predicted. Intervals and differences are those of a Run over these
// examples with o.Level, o.Replicates, o.Seed and o.Capacity: clustered DeLong for the AUC,
// paired draws of whole accounts for the rest, family intervals over all pairs that are not
// identical (Bonferroni).
// A run paired with itself gives the comparisons of the run, bit for bit. Without a shared
// example there are no Pairs. The same account at the same as-of date may stand for several
// decisions: its examples are matched in their order.
func Pair(ctx context.Context, first, second *Predictions, pairs [][2]int, o Options) (*Pairing, error) {
	if err := checkPairs(first, second, pairs); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	out, rows := match(first, second)
	if out.Shared == 0 || len(pairs) == 0 {
		return out, nil
	}
	r := &Result{Options: o, Predictions: joined(first, second, rows, pairs), Candidates: make([]CandidateResult, 2*len(pairs))}
	return out, out.measure(ctx, r, pairs)
}

// checkPairs refuses indices of candidates that are not there.
func checkPairs(first, second *Predictions, pairs [][2]int) error {
	if first == nil || second == nil {
		return errors.New("backtest: two sets of predictions are needed to pair them")
	}
	for _, p := range pairs {
		if p[0] < 0 || p[0] >= len(first.Score) || p[1] < 0 || p[1] >= len(second.Score) {
			return fmt.Errorf("backtest: pair %v: there are %d candidates in the first run and %d in the second", p, len(first.Score), len(second.Score))
		}
	}
	return nil
}

// occasion is an example as any run over the same accounts knows it.
type occasion struct {
	account int32 // of the first run; -1 - the second's where the first has no such account
	asOf    dataset.Date
	nth     int32 // of several examples of the account at the date, in their order
}

// occasions lists the examples of a run; accounts are renumbered by number.
func (p *Predictions) occasions(number func(account int32) int32) []occasion {
	list, times := make([]occasion, len(p.Account)), make(map[occasion]int32)
	for i, account := range p.Account {
		at := occasion{account: number(account), asOf: p.AsOf[i]}
		list[i] = at
		list[i].nth = times[at]
		times[at]++
	}
	return list
}

// match finds the shared examples: pairs of rows, in the order of the first run.
func match(first, second *Predictions) (*Pairing, [][2]int) {
	code := make(map[string]int32, len(first.Accounts))
	for k, name := range first.Accounts {
		code[name] = int32(k)
	}
	theirs := make(map[occasion]int, len(second.Account))
	for i, at := range second.occasions(func(account int32) int32 {
		if k, known := code[second.Accounts[account]]; known {
			return k
		}
		return -1 - account
	}) {
		theirs[at] = i
	}
	out, rows := &Pairing{FirstAsOf: dataset.NoDate, LastAsOf: dataset.NoDate}, [][2]int(nil)
	for i, at := range first.occasions(func(account int32) int32 { return account }) {
		k, both := theirs[at]
		switch {
		case !both:
			out.OnlyFirst++
		case first.Churned[i] != second.Churned[k]:
			out.Relabelled++
		default:
			rows = append(rows, [2]int{i, k})
		}
	}
	out.OnlySecond = len(second.Account) - len(rows) - out.Relabelled
	out.count(first, second, rows)
	return out, rows
}

// count describes the shared examples.
func (out *Pairing) count(first, second *Predictions, rows [][2]int) {
	out.Shared = len(rows)
	accounts, periods := make(map[int32]bool), make(map[int32]bool)
	for k, row := range rows {
		i := row[0]
		accounts[first.Account[i]], periods[first.Fold[i]] = true, true
		if first.Churned[i] {
			out.Churned++
		}
		if first.Value != nil && second.Value != nil && !sameNumber(first.Value[i], second.Value[row[1]]) {
			out.Revalued++
		}
		if k == 0 || first.AsOf[i] < out.FirstAsOf {
			out.FirstAsOf = first.AsOf[i]
		}
		out.LastAsOf = max(out.LastAsOf, first.AsOf[i])
	}
	out.Accounts, out.Periods = len(accounts), len(periods)
}

// sameNumber says whether two numbers are one, or both unknown.
func sameNumber(a, b float64) bool { return a == b || a != a && b != b }

// joined are the shared examples with the scores of both candidates of every pair, those of
// the first run at even places. Rows keep the order of the first run, in which those of an
// account are neighbours within a fold.
func joined(first, second *Predictions, rows [][2]int, pairs [][2]int) Predictions {
	mine, theirs := make([]int, len(rows)), make([]int, len(rows))
	for k, row := range rows {
		mine[k], theirs[k] = row[0], row[1]
	}
	p := Predictions{Fold: pick(first.Fold, mine), Account: pick(first.Account, mine), AsOf: pick(first.AsOf, mine),
		Churned: pick(first.Churned, mine), Accounts: first.Accounts}
	if first.Value != nil {
		p.Value = pick(first.Value, mine)
	}
	for _, pair := range pairs {
		p.Score = append(p.Score, pick(first.Score[pair[0]], mine), pick(second.Score[pair[1]], theirs))
		p.Eta = append(p.Eta, pick(first.Eta[pair[0]], mine), pick(second.Eta[pair[1]], theirs))
	}
	return p
}

// measure fills in the pairs from a result that holds the joined predictions.
func (out *Pairing) measure(ctx context.Context, r *Result, pairs [][2]int) error {
	s := r.Predictions.fieldOf(r.Predictions.take(nil))
	aucs, err := metrics.DeLongOf(s.rankings)
	if err != nil {
		return fmt.Errorf("backtest: %w", err)
	}
	boot, err := s.resample(ctx, r.Options, func(string, int, int) {})
	if err != nil {
		return err
	}
	for c := range r.Candidates {
		list, err := s.by(c).pointMetrics(r.Options)
		if err != nil {
			return fmt.Errorf("backtest: %w", err)
		}
		addIntervals(list, c, boot, aucs, r.Options.Level)
		r.Candidates[c].Pooled = list
	}
	same, different := make([]bool, len(pairs)), 0
	for k := range pairs {
		same[k] = slices.Equal(r.Predictions.Eta[2*k], r.Predictions.Eta[2*k+1]) && slices.Equal(r.Predictions.Score[2*k], r.Predictions.Score[2*k+1])
		if !same[k] {
			different++
		}
	}
	family := 1 - (1-r.Options.Level)/float64(max(1, different))
	for k, pair := range pairs {
		out.Pairs = append(out.Pairs, Paired{First: pair[0], Second: pair[1], Identical: same[k],
			FirstMetrics: r.Candidates[2*k].Pooled, SecondMetrics: r.Candidates[2*k+1].Pooled,
			Comparisons: comparisons(r, boot, aucs, 2*k+1, 2*k, family)})
	}
	return nil
}
