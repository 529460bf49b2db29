package leaklab

import (
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// Options say how the lab works. The zero value is what `check` does.
type Options struct {
	Seed uint64 // of the permutations

	// Permutations is how often the labels are scrambled and the candidates backtested on
	// them: 0 means once, and a negative number never. More of them narrow the interval.
	Permutations int

	// Rows bounds the examples that a scramble looks at: whole accounts, drawn at random. 0
	// means 10,000, and a negative number all of them.
	Rows int

	// Backtest is the plan of the project. The scramble keeps its folds and window and
	// leaves out money and bootstrap.
	Backtest backtest.Options
}

// Report is everything the lab has to say.
type Report struct {
	Findings  []Finding  `json:"findings"`          // by factor, in the order of the project; then those about the data as a whole
	Shifts    []Shift    `json:"shifts"`            // of every factor, one snapshot later
	Scrambles []Scramble `json:"scrambles"`         // of every candidate
	Skipped   string     `json:"skipped,omitempty"` // why there is no scramble
}

// Refusals are the findings that refuse the data, as warnings.
func (r *Report) Refusals() []dataset.Warning { return r.told(Refuse) }

// Warnings are the findings that somebody should look at.
func (r *Report) Warnings() []dataset.Warning { return r.told(Warn) }

// told returns the findings of one severity.
func (r *Report) told(s Severity) []dataset.Warning {
	var warnings []dataset.Warning
	for _, f := range r.Findings {
		if f.Severity == s {
			warnings = append(warnings, f.Warning())
		}
	}
	return warnings
}

// What examining a factor takes, measured: a snapshot its value (and a code, for a level),
// an example that a question is put to its value as it is and sorted.
const (
	snapshotBytes = 12
	exampleBytes  = 100
)

// Run looks for the future in the data. The panel is that of dataset.Survey, the
// factors and candidates are compiled, the baseline among the candidates (models.Compile
// appends it). Errors are those of ctx and of reading stored columns; what is wrong with
// the data is a finding.
func Run(ctx context.Context, panel *dataset.Panel, factors []features.Factor, candidates []models.Candidate, o Options) (*Report, error) {
	l := newLab(panel)
	factors = features.Looking(factors)
	exhibits := make([]*exhibit, len(factors))
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(panel.Examples.Table.AtOnce(snapshotBytes*int64(len(l.all)) + exampleBytes*int64(len(l.labels.about))))
	for i, f := range factors {
		group.Go(func() (err error) {
			exhibits[i], err = l.examine(inner, f)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("leaklab: %w", err)
	}
	r := &Report{Findings: append([]Finding{}, l.judge(exhibits)...), Shifts: []Shift{}, Scrambles: []Scramble{}}
	if err := r.guard(ctx, factors, panel.Examples.All().WholeAccounts(labelRows)); err != nil {
		return nil, fmt.Errorf("leaklab: %w", err)
	}
	for _, x := range exhibits {
		r.Shifts = append(r.Shifts, x.shift)
	}
	r.Findings = append(r.Findings, l.lateWrites(exhibits)...)
	if o.Permutations < 0 {
		r.Skipped = "it was not asked for"
		return r, nil
	}
	if err := r.scramble(ctx, panel.Examples, candidates, o); err != nil {
		return nil, fmt.Errorf("leaklab: %w", err)
	}
	return r, nil
}

// guard adds what features.Leaks refuses on every load and no test here has said: what
// check lets pass, fit must not refuse.
func (r *Report) guard(ctx context.Context, factors []features.Factor, view dataset.View) error {
	leaks, err := features.Leaks(ctx, factors, view)
	if err != nil {
		return err
	}
	for _, w := range leaks {
		for _, f := range factors {
			said := slices.ContainsFunc(r.Findings, func(x Finding) bool { return x.Factor == f.Name && x.Severity == Refuse })
			if w.Where != "factor "+f.Name || said {
				continue
			}
			x := exhibit{factor: f}
			r.Findings = append(r.Findings, x.finding(w.Code, Refuse, math.NaN(), "none: the guard of every load", nil, w.Message))
		}
	}
	return nil
}

// examine gathers the evidence about one factor: its values are good until it returns, and what
// is kept of them is small (exhibit). It may be called for several factors at once.
func (l *lab) examine(ctx context.Context, f features.Factor) (*exhibit, error) {
	c, err := l.evaluate(ctx, f)
	if err != nil {
		return nil, err
	}
	x := &exhibit{factor: f, shift: noShift(f.Name)}
	x.missing = !slices.ContainsFunc(l.rows, func(r int32) bool { return c.has(r) })
	if x.missing {
		return x, nil
	}
	x.name = l.nameOf(c)
	x.end = l.endOf(c)
	x.answers = l.answersOf(c)
	x.strength = x.answers[ofLabels].strength
	if x.shift, err = l.shiftOf(c); err != nil {
		return nil, err
	}
	x.gone = l.goneOf(c)
	x.life = l.lifeOf(c)
	x.past = l.pastOf(c)
	x.rewritten = l.rewrittenOf(c)
	return x, nil
}

// exhibit is the evidence about one factor. All of it is gathered before anything is
// judged: how strong is too strong depends on the other factors.
type exhibit struct {
	factor    features.Factor
	missing   bool    // in every example
	strength  float64 // AUC alone, at least 0.5
	name      naming
	end       ending
	answers   []answer // in the order of the questions
	shift     Shift
	gone      goneOnly
	life      lifetime
	past      extremes
	rewritten rewriting
}

// judge turns the evidence into findings. A factor has one at most: the first of these
// tests to speak, the most certain first, because one reason to leave a factor out is
// enough and two would read as two leaks.
func (l *lab) judge(exhibits []*exhibit) []Finding {
	var found []Finding
	for i, x := range exhibits {
		limit := honestLimit(exhibits, i)
		for _, test := range []func() (Finding, bool){
			func() (Finding, bool) { return l.absent(x) },
			func() (Finding, bool) { return l.names(x) },
			func() (Finding, bool) { return l.knowsTheEnd(x) },
			func() (Finding, bool) { return l.knowsTheAnswer(x) },
			func() (Finding, bool) { return l.filledLater(x) },
			func() (Finding, bool) { return l.marksTheGone(x, limit) },
			func() (Finding, bool) { return l.tooGood(x, limit) },
			func() (Finding, bool) { return l.changesAfterTheEnd(x) },
			func() (Finding, bool) { return l.knowsTheLife(x) },
			func() (Finding, bool) { return l.foresees(x, exhibits) },
		} {
			if f, ok := test(); ok {
				found = append(found, f)
				break
			}
		}
	}
	return found
}
