package backtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// InSample is a validation without a walk forward, for data with too few dates: the models
// are fitted to all examples and tested on the same, and what that flatters them by is
// estimated and taken off by refits, which keep the strength of penalty (settled). It says nothing of next quarter, so that its verdict is never
// better than "need more data".
type InSample struct {
	Target     models.Target
	Options    Options
	Champion   int // index into Candidates
	Candidates []InSampleCandidate
	Replicates int // refits that every candidate survived
	Failed     int // refits left out because a candidate had no usable fit
	Verdict    Verdict
	Data       Data
	Warnings   []dataset.Warning
}

// InSampleCandidate is one candidate, corrected for optimism.
type InSampleCandidate struct {
	Name    string
	Kind    models.Kind
	N       int
	Churned int
	Metrics []Corrected // AUC, log loss, Brier, calibration slope and CITL
	Final   *models.Model

	Inference *models.Inference // of the weights of Final
}

// Corrected is a metric less its optimism (Harrell, Lee and Mark 1996; Efron 1983),
//
//	Value = Apparent - Optimism,  Optimism = mean_b (metric of fit b on draw b - of fit b on all examples)
//
// over draws b of whole accounts, with everything refitted on each. The interval is the
// percentile interval of the draws' apparent metrics, moved by the optimism (Noma et al.,
// Statistics in Medicine 40, 2021, "location-shifted"). Slope and CITL have none: a fit
// has 1 and 0 on its own rows by construction, so that the draws do not vary.
type Corrected struct {
	Name                                 string
	Apparent, Optimism, Value, Low, High float64
}

// Find returns the metric of that name, NaN throughout when there is none.
func (c *InSampleCandidate) Find(name string) Corrected {
	for _, m := range c.Metrics {
		if m.Name == name {
			return m
		}
	}
	return Corrected{Name: name, Apparent: math.NaN(), Optimism: math.NaN(), Value: math.NaN(), Low: math.NaN(), High: math.NaN()}
}

// optimismReplicates are enough: the correction is a mean, not a tail (Steyerberg 2019,
// section 5.3).
const optimismReplicates = 200

// inSampleMetrics are those that are corrected.
var inSampleMetrics = []string{AUC, LogLoss, Brier, CalibrationSlope, CITL}

// Validate corrects the candidates (from models.Compile, the baseline last) for optimism:
// what is left to do when Run returns a *PlanError because there are too few dates. It
// takes the first target only, and warns of the others. Too few events, or too many refits that fail, are a
// *PlanError here as well, and a candidate that cannot be fitted to all examples is a
// *models.FitError.
func Validate(ctx context.Context, e *dataset.Examples, candidates []models.Candidate, o Options, progress Progress) (*InSample, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	if err := checkChampions(candidates, o); err != nil {
		return nil, err
	}
	list := contests(candidates, o)
	k := list[0]
	all := e.All().For(k.target.Event())
	r, err := prepare(all, k, o)
	if err != nil {
		return nil, err
	}
	if err := enoughFor("validation", all); err != nil {
		return nil, err
	}
	v := &InSample{Target: k.target, Options: r.Options, Champion: r.Champion, Data: r.Data, Warnings: slices.Clone(e.Warnings)}
	for _, further := range list[1:] {
		v.Warnings = append(v.Warnings, dataset.Warning{Code: "target_untested", Where: "target " + string(further.target),
			Message: "it has too few dates to walk forward, and in sample only the first target is validated"})
	}
	v.warnSeen(k.candidates)
	apparent, err := v.fitAll(ctx, all, k.candidates)
	if err != nil {
		return nil, err
	}
	draws, err := v.redraw(ctx, all, v.settled(k.candidates), progress)
	if err != nil {
		return nil, err
	}
	v.correct(apparent, draws)
	v.Verdict = v.judge(draws)
	return v, nil
}

// warnSeen warns of earlier models that are used as they are: nothing is refitted, so that
// no draw can tell what they owe to having seen these examples.
func (v *InSample) warnSeen(candidates []models.Candidate) {
	for _, c := range candidates {
		if known := c.KnownBy(); known != dataset.NoDate {
			v.Warnings = append(v.Warnings, dataset.Warning{Code: "seen", Where: "candidate " + c.Name, Message: fmt.Sprintf(
				"the model learned from labels known by %s; where they are among these examples its figures flatter it, and nothing is taken off", known)})
		}
	}
}

// Winner is the model to go on with: the champion's, because nothing is promoted on
// examples that it has seen.
func (v *InSample) Winner() *models.Model { return v.Candidates[v.Champion].Final }

// fitAll fits every candidate to all examples, measures it on them and infers from its weights.
func (v *InSample) fitAll(ctx context.Context, all dataset.View, candidates []models.Candidate) ([][]float64, error) {
	var apparent [][]float64
	var finals []*models.Model
	for _, c := range candidates {
		m, err := c.Fit(ctx, all)
		if err != nil {
			return nil, err
		}
		values, err := v.measure(ctx, m, all)
		if err != nil {
			return nil, err
		}
		apparent = append(apparent, values)
		v.Candidates = append(v.Candidates, InSampleCandidate{Name: c.Name, Kind: c.Kind, N: all.Len(), Churned: all.Events(), Final: m})
		finals = append(finals, m)
	}
	inferred, err := infer(ctx, finals, all, nil)
	for c := range inferred {
		v.Candidates[c].Inference = inferred[c]
	}
	return apparent, err
}

// settled are the candidates with the strength of penalty that was chosen on all examples, for
// refits that begin where the fit to all examples ended: to choose it in each anew takes six times as long, and moves the optimism of an AUC by less than a
// hundredth of itself (telco, bank).
func (v *InSample) settled(candidates []models.Candidate) []models.Candidate {
	out := slices.Clone(candidates)
	for i := range out {
		if out[i].Penalty.Auto {
			out[i].Penalty = v.Candidates[i].Final.Penalty
		}
		out[i] = out[i].From(v.Candidates[i].Final)
	}
	return out
}

// measure computes inSampleMetrics of a model on some examples; those that it cannot score
// are left out.
func (v *InSample) measure(ctx context.Context, m *models.Model, on dataset.View) ([]float64, error) {
	p, _, err := m.Predict(ctx, on.Len(), on.Batches())
	if err != nil {
		return nil, err
	}
	var score, eta []float64
	var churned []bool
	for i, y := range on.Happened() {
		if p.Eta[i] == p.Eta[i] {
			score, eta, churned = append(score, p.Score[i]), append(eta, p.Eta[i]), append(churned, y)
		}
	}
	line, err := metrics.Calibrate(eta, churned, nil, v.Options.Level)
	if err != nil {
		line.Slope.Value, line.CITL.Value = math.NaN(), math.NaN()
	}
	return []float64{metrics.AUC(score, churned), metrics.LogLoss(eta, churned), metrics.Brier(eta, churned), line.Slope.Value, line.CITL.Value}, nil
}

// redrawn is one draw of accounts: the metrics of every candidate refitted on it, on the
// draw and on all examples.
type redrawn struct{ onDraw, onAll [][]float64 }

// redraw refits everything on draws of accounts. A draw on which a candidate has no usable
// fit is left out for all of them, so that differences stay paired.
func (v *InSample) redraw(ctx context.Context, all dataset.View, candidates []models.Candidate, progress Progress) ([]redrawn, error) {
	accounts := byAccount(all)
	var draws []redrawn
	for b := range optimismReplicates {
		if err := context.Cause(ctx); err != nil {
			return nil, err
		}
		one, err := v.refit(ctx, all, drawAccounts(all, accounts, v.Options.Seed, uint64(b)), candidates)
		var unfit *models.FitError
		switch {
		case errors.As(err, &unfit):
			v.Failed++
		case err != nil:
			return nil, err
		default:
			draws = append(draws, one)
		}
		progress("refits", b+1, optimismReplicates)
	}
	v.Replicates = len(draws)
	if 2*v.Replicates < optimismReplicates {
		return nil, &PlanError{Reason: fmt.Sprintf("%d of %d refits on draws of accounts had no usable fit; there are too few examples to validate on", v.Failed, optimismReplicates)}
	}
	if v.Failed > 0 {
		v.Warnings = append(v.Warnings, dataset.Warning{Code: "refits_failed", Message: fmt.Sprintf(
			"%d of %d refits on draws of accounts were left out because a candidate had no usable fit", v.Failed, optimismReplicates)})
	}
	return draws, nil
}

// refit fits and measures every candidate on one draw.
func (v *InSample) refit(ctx context.Context, all, draw dataset.View, candidates []models.Candidate) (out redrawn, err error) {
	for _, c := range candidates {
		m, err := c.Fit(ctx, draw)
		if err != nil {
			return out, err
		}
		onDraw, err := v.measure(ctx, m, draw)
		if err != nil {
			return out, err
		}
		onAll, err := v.measure(ctx, m, all)
		if err != nil {
			return out, err
		}
		out.onDraw, out.onAll = append(out.onDraw, onDraw), append(out.onAll, onAll)
	}
	return out, nil
}

// byAccount lists the rows of every account, in the order of the rows.
func byAccount(all dataset.View) [][]int32 {
	var accounts [][]int32
	last := int32(-1)
	for _, row := range all.Rows {
		if a := all.Examples.Account[row]; a != last {
			accounts, last = append(accounts, nil), a
		}
		accounts[len(accounts)-1] = append(accounts[len(accounts)-1], row)
	}
	return accounts
}

// drawAccounts draws as many accounts as there are, with replacement. An account that is
// drawn twice has its rows twice, next to each other.
func drawAccounts(all dataset.View, accounts [][]int32, seed, replicate uint64) dataset.View {
	rng := rand.New(rand.NewPCG(seed, replicate))
	times := make([]int, len(accounts))
	for range accounts {
		times[rng.IntN(len(accounts))]++
	}
	var rows []int32
	for a, n := range times {
		for _, row := range accounts[a] {
			rows = append(rows, slices.Repeat([]int32{row}, n)...)
		}
	}
	return all.Of(rows)
}

// correct takes the optimism off the apparent metrics.
func (v *InSample) correct(apparent [][]float64, draws []redrawn) {
	for c := range v.Candidates {
		for m, name := range inSampleMetrics {
			x := Corrected{Name: name, Apparent: apparent[c][m]}
			onDraw := make([]float64, len(draws))
			for b, d := range draws {
				onDraw[b] = d.onDraw[c][m]
				x.Optimism += (d.onDraw[c][m] - d.onAll[c][m]) / float64(len(draws))
			}
			x.Value, x.Low, x.High = x.Apparent-x.Optimism, math.NaN(), math.NaN()
			if name != CalibrationSlope && name != CITL {
				low, high := percentile(onDraw, v.Options.Level)
				x.Low, x.High = low-x.Optimism, high-x.Optimism
			}
			v.Candidates[c].Metrics = append(v.Candidates[c].Metrics, x)
		}
	}
}

// judge holds the best challenger for certain, or asks for more data: examples that a model
// has seen cannot promote it.
func (v *InSample) judge(draws []redrawn) Verdict {
	out := Verdict{Decision: Hold, Champion: v.Candidates[v.Champion].Name, Primary: v.Options.Primary, Margin: v.Options.Margin, FurtherExamples: math.NaN()}
	at := slices.Index(inSampleMetrics, v.Options.Primary)
	best := metrics.Estimate{Value: math.NaN()}
	open := false
	for c := range v.Candidates {
		if c == v.Champion || v.Candidates[c].Kind == baseline {
			continue
		}
		gain := v.gain(c, at, draws)
		open = open || !(gain.High <= v.Options.Margin)
		if out.Challenger == "" || gain.Value > best.Value || math.IsNaN(best.Value) {
			best, out.Challenger = gain, v.Candidates[c].Name
		}
	}
	if out.Challenger == "" {
		out.FurtherExamples = 0
		out.Headline = fmt.Sprintf("Keep %s: there is no challenger to compare it with.", out.Champion)
		out.Reasons = []string{"add candidates to the project to compare them"}
		return out
	}
	out.Headline = fmt.Sprintf("Hold: no challenger beats %s, even on examples that it has seen.", out.Champion)
	if open {
		out.Decision = NeedMoreData
		out.Headline = fmt.Sprintf("Need more data: there are too few dates to test %s on %s it has not seen.", out.Challenger, v.Data.Clock.Examples())
	}
	g := Gate{Name: "beats_champion", Value: best.Low, Limit: v.Options.Margin, Passed: best.Low > v.Options.Margin, Undecided: !(best.Low > v.Options.Margin) && !(best.High <= v.Options.Margin),
		Words: fmt.Sprintf("%s against %s, corrected for optimism: gain in %s %.4f, interval [%.4f, %.4f]; its lower end must be above %.4g",
			out.Challenger, out.Champion, metricWords(v.Options.Primary), best.Value, best.Low, best.High, v.Options.Margin)}
	if math.IsNaN(best.Value) {
		out.Headline = fmt.Sprintf("Need more data: %s and %s cannot be compared, as one of them has no %s.", out.Challenger, out.Champion, metricWords(v.Options.Primary))
		g.Words = fmt.Sprintf("%s against %s: no gain in %s; both must score examples that churned and examples that did not", out.Challenger, out.Champion, metricWords(v.Options.Primary))
	}
	forward := Gate{Name: "tested_forward", Limit: 1, Undecided: true, Words: "no candidate was tested on dates after those it learned from; at least one such period is needed for a promotion"}
	out.Gates = []Gate{g, forward}
	out.Reasons = []string{g.Words, forward.Words}
	return out
}

// gain is a challenger's corrected gain over the champion, with the interval of the paired
// draws moved by the difference in optimism.
func (v *InSample) gain(c, metric int, draws []redrawn) metrics.Estimate {
	sign := 1.0
	if v.Options.Primary != AUC {
		sign = -1
	}
	mine, theirs := v.Candidates[c].Metrics[metric], v.Candidates[v.Champion].Metrics[metric]
	gains := make([]float64, len(draws))
	for b, d := range draws {
		gains[b] = sign * (d.onDraw[c][metric] - d.onDraw[v.Champion][metric])
	}
	shift := sign * (mine.Optimism - theirs.Optimism)
	low, high := percentile(gains, v.Options.Level)
	return metrics.Estimate{Value: sign * (mine.Value - theirs.Value), StdErr: spread(gains), Low: low - shift, High: high - shift}
}
