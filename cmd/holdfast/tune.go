package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/progress"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots"
)

// tuneFlags are what an analyst asks of the weights.
type tuneFlags struct {
	set, pin, bound []string
	path            bool
}

// add defines the flags.
func (t *tuneFlags) add(flags *pflag.FlagSet) {
	flags.StringArrayVar(&t.set, "set", nil, "give a factor so many points of 100, as in `active_share=30` (may be repeated)")
	flags.StringArrayVar(&t.pin, "pin", nil, "let a `factor` keep the points it has by hand (may be repeated)")
	flags.StringArrayVar(&t.bound, "bound", nil, "let the data choose the points of a factor within bounds, as in `active_share=10:40` (may be repeated)")
	flags.BoolVar(&t.path, "path", false, "show the whole way from the hand weights to those of the data")
}

// given says whether weights are to be tuned.
func (t *tuneFlags) given() bool { return len(t.set)+len(t.pin)+len(t.bound) > 0 || t.path }

// parse reads the flags.
func (t *tuneFlags) parse() (models.Tuning, error) {
	asked := models.Tuning{Set: make(map[string]float64), Pin: t.pin, Bounds: make(map[string][2]float64)}
	for _, text := range t.set {
		name, points, ok := cutNumber(text, "=")
		if !ok {
			return asked, fail(exitUsage, fmt.Errorf("--set %s: write a factor and its points, as in --set active_share=30", plain(text)))
		}
		asked.Set[name] = points
	}
	for _, text := range t.bound {
		rest, high, okHigh := cutNumber(text, ":")
		name, low, okLow := cutNumber(rest, "=")
		if !okHigh || !okLow {
			return asked, fail(exitUsage, fmt.Errorf("--bound %s: write a factor and two bounds in points, as in --bound active_share=10:40", plain(text)))
		}
		asked.Bounds[name] = [2]float64{low, high}
	}
	return asked, nil
}

// cutNumber cuts a number off the end of a text.
func cutNumber(text, before string) (rest string, number float64, ok bool) {
	at := strings.LastIndex(text, before)
	if at < 1 {
		return "", 0, false
	}
	number, err := strconv.ParseFloat(text[at+len(before):], 64)
	return text[:at], number, err == nil && !math.IsNaN(number) && !math.IsInf(number, 0)
}

// tuned is what became of moved weights; it is what fit --set --json prints.
type tuned struct {
	Candidates []tunedWeights    `json:"candidates"`     // the optimum, yours, the nearest acceptable
	Path       []models.PathStep `json:"path,omitempty"` // from the hand weights to those of the data

	result *backtest.Result
}

// tunedWeights are the weights of one candidate and how they did.
type tunedWeights struct {
	Name     string          `json:"name"`
	Points   []models.Stat   `json:"points"` // in the order of Factors
	Factors  []string        `json:"factors"`
	LogLoss  backtest.Metric `json:"log_loss"`
	AUC      backtest.Metric `json:"auc"`
	Captured backtest.Metric `json:"value_captured"`
	Within   *float64        `json:"within_points,omitempty"` // of the nearest: how far it is from yours

	Against []backtest.Comparison `json:"against_optimum,omitempty"`
}

// tune answers --set, --pin, --bound and --path: three candidates in one backtest, side by
// side, and the way from the hand weights to those of the data.
func (a *app) tune(ctx context.Context, f fitFlags) error {
	asked, err := f.tune.parse()
	if err != nil {
		return err
	}
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	candidates, err := p.tuningCandidates(f.candidate, asked)
	if err != nil {
		return err
	}
	out, err := createRun(p, a.fitTarget(p))
	if err != nil {
		return err
	}
	defer out.Discard()
	e, err := p.loadTrusted(ctx)
	if err != nil {
		return err
	}
	t := &tuned{}
	if f.tune.path {
		if t.Path, err = candidates.way.Path(ctx, e.All()); err != nil {
			return err
		}
	}
	if err := a.judgeTuned(ctx, p, candidates.side, e, t); err != nil {
		return err
	}
	if err := a.writeTuned(ctx, out, p, e, t); err != nil {
		return err
	}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, t))
	}
	return a.printTuned(t)
}

// tuning are the candidates of a tuning.
type tuning struct {
	side []models.Candidate // the optimum, yours, the nearest acceptable, and the base rate
	way  models.Candidate   // from the hand weights to those of the data
}

// tuningCandidates makes the candidates of what is asked.
func (p *opened) tuningCandidates(name string, asked models.Tuning) (*tuning, error) {
	hand, err := p.handWeights()
	if err != nil {
		return nil, err
	}
	optimum, err := p.percentCandidate(name, hand)
	if err != nil {
		return nil, err
	}
	hand.Weights = completed(hand.Weights, optimum.Factors)
	both, err := models.Compile([]models.Candidate{optimum, hand}, p.factors, p.types)
	if err != nil {
		return nil, fail(exitUsage, err)
	}
	yours, nearest, err := both[0].Tune(both[1], asked)
	if err != nil {
		return nil, fail(exitUsage, err)
	}
	way := models.Candidate{Name: "path", Kind: models.Logistic, Factors: optimum.Factors, Toward: yours.Name, Target: optimum.Target}
	all, err := models.Compile([]models.Candidate{both[0], yours, nearest, way}, p.factors, p.types)
	if err != nil {
		return nil, fail(exitUsage, err)
	}
	return &tuning{side: append(slices.Clone(all[:3]), all[4]), way: all[3]}, nil
}

// handWeights are the weights in use: the champion's if it has any, else those of the first
// candidate that does.
func (p *opened) handWeights() (models.Candidate, error) {
	var found *models.Candidate
	for i, c := range p.candidates {
		if c.Kind == models.Weights && (found == nil || c.Name == p.config.Backtest.Champion) {
			found = &p.candidates[i]
		}
	}
	if found == nil {
		return models.Candidate{}, fail(exitConfig, errors.New("weights are tuned from those in use, and no candidate is of kind weights; add what you use today, as in {name: today, kind: weights, weights: {usage: 60, support: 40}}"))
	}
	hand := *found
	hand.Missing = ""
	return hand, nil
}

// percentCandidate is the candidate that is tuned: the one that was named, the first with
// form percent, or one made of the factors of the hand weights.
func (p *opened) percentCandidate(name string, hand models.Candidate) (models.Candidate, error) {
	for _, c := range p.candidates {
		if c.Name == name && c.Fitting.Form != models.Percent {
			return c, fail(exitUsage, fmt.Errorf("--candidate %s: its weights are not points out of 100; choose a candidate with form: percent, or none", plain(name)))
		}
		if c.Name == name || name == "" && c.Fitting.Form == models.Percent {
			c.Factors = c.FactorNames()
			return c, nil
		}
	}
	if name != "" {
		return p.candidate(name) // which knows what was meant
	}
	c := models.Candidate{Name: "percent", Kind: models.Logistic, Target: hand.Target, Fitting: models.Fitting{Form: models.Percent}}
	for _, w := range hand.Weights {
		c.Factors = append(c.Factors, w.Factor)
	}
	return c, nil
}

// completed are hand weights for every factor, 0 where there was none.
func completed(weights []models.FactorWeight, factors []string) []models.FactorWeight {
	all := slices.Clone(weights)
	for _, name := range factors {
		if !slices.ContainsFunc(all, func(w models.FactorWeight) bool { return w.Factor == name }) {
			all = append(all, models.FactorWeight{Factor: name})
		}
	}
	return all
}

// judgeTuned backtests the candidates against the optimum.
func (a *app) judgeTuned(ctx context.Context, p *opened, side []models.Candidate, e *dataset.Examples, t *tuned) error {
	options := p.options()
	options.Champion, options.Champions = side[0].Name, nil
	bar := progress.New(a.stderr, "backtest", a.terminal && !a.quiet)
	r, err := backtest.Run(ctx, e, side, options, a.clock.Follow(e.Len(), bar.Stage))
	bar.Done()
	if err != nil {
		return err
	}
	t.result = r
	for _, c := range r.Candidates[:3] {
		if c.Final == nil {
			return fail(exitFit, fmt.Errorf("candidate %q: %s", c.Name, c.FinalErr))
		}
		w := tunedWeights{Name: c.Name, LogLoss: backtest.Find(c.Pooled, backtest.LogLoss), AUC: backtest.Find(c.Pooled, backtest.AUC),
			Captured: backtest.Find(c.Pooled, backtest.ValueCaptured)}
		for _, x := range c.Final.Points() {
			w.Factors, w.Points = append(w.Factors, x.Factor), append(w.Points, models.Stat(x.Weight))
		}
		if c.Final.Fitting != nil && c.Final.Fitting.Near != nil {
			w.Within = &c.Final.Fitting.Near.Within
		}
		for _, x := range r.Comparisons {
			if x.Challenger == c.Name {
				w.Against = append(w.Against, x)
			}
		}
		t.Candidates = append(t.Candidates, w)
	}
	return a.warn(exitData, r.Warnings)
}

// writeTuned publishes a run directory with the nearest acceptable model, all weights, and
// the pictures.
func (a *app) writeTuned(ctx context.Context, out *rundir.Dir, p *opened, e *dataset.Examples, t *tuned) error {
	card, err := a.card("fit", p, e, t.result.Warnings)
	if err != nil {
		return err
	}
	nearest := t.result.Candidates[2].Final
	if err := p.describe(ctx, nearest, e.All(), nil); err != nil {
		return err
	}
	var weights []weighed
	for _, c := range t.result.Candidates[:3] {
		weights = append(weights, weighed{c.Final, nil})
	}
	charts := []plots.Chart{}
	if t.Path != nil {
		chart, err := plots.Path(t.Path)
		if err != nil {
			return err
		}
		charts = append(charts, chart)
	}
	err = errors.Join(
		out.Write("model.json", nearest.Write),
		out.Write("weights.csv", func(w io.Writer) error { return writeWeights(w, weights) }),
		out.Write(rundir.Marker, func(w io.Writer) error { return writeJSON(w, card) }),
		writeCharts(ctx, out, charts),
	)
	if err != nil {
		return fail(exitOutput, err)
	}
	return fail(exitOutput, out.Publish())
}
