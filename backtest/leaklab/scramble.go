package leaklab

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
)

// Scramble is a candidate backtested on labels that have nothing to do with its factors.
type Scramble struct {
	Candidate string      `json:"candidate"`
	AUC       models.Stat `json:"auc"`
	Low       models.Stat `json:"ci_low"` // 99.9 %, accounts kept together
	High      models.Stat `json:"ci_high"`
	Examples  int         `json:"examples"` // tested, in all permutations
	Passed    bool        `json:"passed"`   // the interval holds 0.5
}

const (
	// scrambleRows is the default of Options.Rows.
	scrambleRows = 10_000

	// scrambleLevel is of the interval that must hold 0.5: a sound pipeline fails once in a
	// thousand times, and is then asked again.
	scrambleLevel = 0.999

	// confirmations are the permutations for each one that failed.
	confirmations = 4

	// scrambleRidge stands in place of a penalty that is searched for: the search is not what
	// is tested.
	scrambleRidge = 0.01
)

// scramble runs the pipeline on permuted labels and adds what came out to the report. One
// sound pipeline in a thousand fails by chance; a failure is therefore put to the test
// again, with four times as many permutations, and only those count.
func (r *Report) scramble(ctx context.Context, e *dataset.Examples, candidates []models.Candidate, o Options) error {
	thinned, permutations := thin(e, o), max(1, o.Permutations)
	results, err := scrambleTimes(ctx, thinned, candidates, o, 0, permutations)
	if err == nil && slices.ContainsFunc(results, func(s Scramble) bool { return !s.Passed }) {
		results, err = scrambleTimes(ctx, thinned, candidates, o, permutations, confirmations*permutations)
	}
	var unplanned *backtest.PlanError
	if errors.As(err, &unplanned) {
		r.Skipped = unplanned.Reason
		return nil
	}
	if err != nil {
		return err
	}
	r.Scrambles = results
	for _, s := range results {
		if !s.Passed {
			r.Findings = append(r.Findings, s.finding())
		}
	}
	return nil
}

// scrambleTimes backtests the candidates on n permutations, numbered from first on.
func scrambleTimes(ctx context.Context, e *dataset.Examples, candidates []models.Candidate, o Options, first, n int) ([]Scramble, error) {
	total := make([]scrambled, len(candidates))
	for k := range n {
		swapped := permute(e, o.Seed, first+k)
		run, err := backtest.Run(ctx, swapped.examples, fixed(candidates), scramblePlan(o), nil)
		if err != nil {
			return nil, err
		}
		collect(total, &run.Predictions, swapped.entry)
	}
	var results []Scramble
	for c, cand := range candidates {
		if cand.Kind != models.Baseline { // it ranks nobody
			results = append(results, total[c].result(cand.Name))
		}
	}
	return results, nil
}

// fixed returns the candidates with a penalty that is given, in a copy.
func fixed(candidates []models.Candidate) []models.Candidate {
	out := make([]models.Candidate, len(candidates))
	for i, c := range candidates {
		if c.Penalty.Auto {
			c.Penalty = models.Penalty{Kind: models.Ridge, Strength: scrambleRidge}
		}
		out[i] = c
	}
	return out
}

// scramblePlan keeps what says which rows are trained and tested on.
func scramblePlan(o Options) backtest.Options {
	return backtest.Options{Every: o.Backtest.Every, Window: o.Backtest.Window,
		FirstCutoff: o.Backtest.FirstCutoff, LastCutoff: o.Backtest.LastCutoff, Seed: o.Seed}
}

// scrambled sums up one candidate over the permutations.
type scrambled struct {
	auc, variance float64
	runs, rows    int
}

// collect adds one run; total is by candidate, entry by account. Only examples of one fold, quarter and stratum are compared: base
// rates differ between them, and a model that has learned nothing else follows them.
func collect(total []scrambled, p *backtest.Predictions, entry []int) {
	type group struct {
		fold           int32
		quarter, entry int
	}
	q := sample{positive: p.Churned, account: p.Account}
	numbers := make(map[group]int)
	groups := make([]int, len(p.Fold))
	for i, f := range p.Fold {
		g := group{f, quarter(p.AsOf[i]), entry[p.Account[i]]}
		if _, seen := numbers[g]; !seen {
			numbers[g] = len(numbers)
		}
		groups[i] = numbers[g]
	}
	for c := range total {
		s := withinStrata(p.Eta[c], q, groups)
		t := &total[c]
		t.auc += s.auc
		t.variance += s.stdErr * s.stdErr
		t.runs++
		t.rows += len(p.Fold)
	}
}

// result is the mean over the permutations, which are independent of each other given the
// factors.
func (t scrambled) result(candidate string) Scramble {
	n := float64(t.runs)
	auc := t.auc / n
	half := zOf(scrambleLevel) * math.Sqrt(t.variance) / n
	return Scramble{Candidate: candidate, AUC: models.Stat(auc), Low: models.Stat(auc - half), High: models.Stat(auc + half),
		Examples: t.rows, Passed: !(math.Abs(auc-0.5) > half)}
}

// zOf is the two-sided normal quantile of a level.
func zOf(level float64) float64 { return math.Sqrt2 * math.Erfinv(level) }

// finding says that the pipeline found something where there is nothing.
func (s Scramble) finding() Finding {
	return Finding{Code: "scramble", Severity: Refuse, Column: s.Candidate, Evidence: s.AUC, Measure: "AUC on scrambled labels",
		Key: "data.observed_until", Message: fmt.Sprintf(
			"candidate %s scores an AUC of %.3f [%.3f, %.3f] on labels that were swapped between accounts, where there is nothing to find: something carries labels from training into the test; look at data.observed_until and columns.decided_at",
			dataset.Quote(s.Candidate), float64(s.AUC), float64(s.Low), float64(s.High))}
}
