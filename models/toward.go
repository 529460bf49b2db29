package models

import (
	"context"
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// A candidate with Toward is shrunk to hand weights instead of to 0: a team's weights are
// what it knows before it has seen the rows, and the ridge says how much the rows must show
// to move them. It is fitted on the factor scores of the hand weights, with
//
//	b_j = c sign_j w_j/W + d_j,  a ridge on the d_j per standard deviation,
//
// c the slope that the hand score has on the same rows (Platt 1999), because weights alone
// do not say how many log-odds a point is. An infinite strength gives the hand weights with
// a new level; strength 0 plain maximum likelihood on factor scores.

// resolveToward looks the hand weights of a candidate up among the others.
func (c Candidate) resolveToward(candidates []Candidate, factors []features.Factor) (Candidate, error) {
	if c.Toward == "" {
		return c, nil
	}
	at := slices.IndexFunc(candidates, func(other Candidate) bool { return other.Name == c.Toward })
	switch {
	case c.Kind != Logistic:
		return c, errors.New("toward is for kind logistic, which is fitted")
	case at < 0 || candidates[at].Kind != Weights:
		return c, errors.New("toward: " + c.Toward + " is no candidate of kind weights; name one whose weights to shrink to")
	case candidates[at].Missing != "":
		return c, errors.New("toward: " + c.Toward + " gives the weight of a missing factor to the others, which a fitted score cannot; leave out its missing")
	}
	hand, err := candidates[at].withCategories(factors)
	if err != nil {
		return c, err
	}
	c.Fitting.Toward = slices.Clone(hand.Weights)
	if c.Penalty.Kind == "" {
		c.Penalty = Penalty{Kind: Ridge, Auto: true} // without one, the hand weights would mean nothing
	}
	return c, nil
}

// checkToward refuses hand weights on factors that the candidate does not read.
func (f Fitting) checkToward(factors []features.Factor) error {
	names := inputNames(factors)
	var problems []error
	for _, w := range f.Toward {
		if !slices.Contains(names, w.Factor) {
			problems = append(problems, errors.New("it is shrunk to a weight of factor "+dataset.Quote(w.Factor)+" and does not use it; add it to factors"))
		}
	}
	return errors.Join(problems...)
}

// handPoints are the hand weights by column, out of 100; 0 for factors without one. Those of a
// factor that has no column here are not given to the others.
func (t *task) handPoints() []float64 {
	points, total := make([]float64, len(t.kept)), 0.0
	for _, w := range t.c.Fitting.Toward {
		total += w.Weight
		for j, n := range t.names {
			if n.Factor == w.Factor {
				points[j] = w.Weight
			}
		}
	}
	for j := range points {
		points[j] *= 100 / total
	}
	return points
}

// learnHand fits how many log-odds a point of the hand score is. A score that runs the
// wrong way gets none: the fit is then shrunk to 0.
func (t *task) learnHand(ctx context.Context) error {
	f, err := t.profiled(ctx, t.handPoints())
	if err != nil {
		return err
	}
	t.handSlope = max(0, f.Coef[0])
	return nil
}

// handCoef are the coefficients that the hand weights stand for, in log-odds per point of
// factor score, by column: where an infinitely strong penalty leaves the fit.
func (t *task) handCoef() []float64 {
	coef := t.handPoints()
	for j := range coef {
		coef[j] *= float64(t.sign(j)) * t.handSlope / 100
	}
	return coef
}

// level is the fit of the intercept alone, all coefficients being what is known of them.
func (t *task) level(ctx context.Context) (*logit.Constrained, error) {
	f, err := logit.Fit(ctx, logit.Problem{Y: t.y, Weights: t.weights, Offset: t.offset}, logit.Settings{})
	if err != nil {
		return nil, err
	}
	columns := len(t.free)
	cov := mat.NewSymDense(columns+1, nil)
	cov.SetSym(0, 0, f.Covariance.At(0, 0))
	f.Covariance, f.Coef, f.StdErr = cov, make([]float64, columns), make([]float64, columns)
	for j := range f.StdErr {
		f.StdErr[j] = math.NaN()
	}
	return &logit.Constrained{Fitted: f}, nil
}

// PathStep is one fit on the way from hand weights to those of the data.
type PathStep struct {
	Strength Stat         `json:"strength"` // of the ridge; infinite, and null in JSON, at the hand weights
	Weights  []PathWeight `json:"weights"`  // by factor, in the order of the candidate
	Train    Quality      `json:"train"`    // on the rows that it was fitted on
	Inner    Quality      `json:"inner"`    // of fits on earlier rows, on later ones; undefined without enough dates
}

// PathWeight is the weight of one factor score.
type PathWeight struct {
	Factor string `json:"factor"`
	Points Stat   `json:"points"`        // out of 100 in absolute values; negative: against the declared direction
	PerSD  Stat   `json:"weight_per_sd"` // log-odds of the event per standard deviation of the score
}

// Quality is how well some predictions met the outcomes.
type Quality struct {
	LogLoss Stat `json:"log_loss"` // mean per row, weighted as the fit is
	AUC     Stat `json:"auc"`
}

// Path walks from the hand weights of a candidate with Toward to the weights of the data,
// strongest penalty first: the first step is the hand weights with the level and slope of
// the training rows, the last all but maximum likelihood. Inner is judged in the walk
// forward that chooses strengths (chosenStrength).
func (c Candidate) Path(ctx context.Context, train dataset.View) ([]PathStep, error) {
	if c.Fitting.Toward == nil {
		return nil, &FitError{Candidate: c.Name, Reason: "a path begins at hand weights; say toward: and the name of a candidate of kind weights"}
	}
	train = train.For(c.Target.Event())
	if !oneOfEach(train) {
		return nil, c.oneClass(train.Len(), train.Events())
	}
	grid := append([]float64{math.Inf(1)}, halfDecades(2, -6)...)
	inner := newTrial(c, grid, 0)
	inner.rank = true
	for w := range innerSplits(train) {
		if err := inner.judge(ctx, w); err != nil {
			return nil, err
		}
	}
	t, _, err := c.newTask(ctx, train)
	if err != nil {
		return nil, err
	}
	defer t.design.Close()
	var steps []PathStep
	err = t.along(ctx, Penalty{Kind: Ridge}, grid, logit.Settings{}, func(k int, f *logit.Constrained) error {
		s := PathStep{Strength: Stat(grid[k]), Weights: t.pathWeights(f.Coef), Inner: inner.quality(k)}
		s.Train, err = t.quality(f, train)
		steps = append(steps, s)
		return err
	})
	if err != nil {
		return nil, t.explain(err)
	}
	return steps, nil
}

// pathWeights states coefficients of factor scores for people; points are undefined where all
// coefficients are 0.
func (t *task) pathWeights(coef []float64) []PathWeight {
	total := 0.0
	for _, b := range coef {
		total += math.Abs(b)
	}
	weights := make([]PathWeight, len(coef))
	for j, b := range coef {
		weights[j] = PathWeight{Factor: t.names[j].Factor, PerSD: Stat(b * t.spread(j)), Points: Stat(100 * float64(t.sign(j)) * b / total)}
	}
	return weights
}

// quality is that of a fit on its own rows.
func (t *task) quality(f *logit.Constrained, train dataset.View) (Quality, error) {
	own := newTrial(t.c, []float64{0}, 0)
	own.rank = true
	m := Model{Intercept: f.Intercept, Coef: f.Coef, Calibration: Calibration{Slope: 1}}
	err := m.eachBlock(t.design, nil, func(from int, _, eta []float64) { own.add(0, eta, t.weights, train, from) })
	return own.quality(0), err
}

// quality is that of one strength over the rows that were judged; undefined without any.
func (t *trial) quality(k int) Quality {
	if !(t.weight > 0) {
		return Quality{LogLoss: Undefined(), AUC: Undefined()}
	}
	return Quality{LogLoss: Stat(t.loss[k] / t.weight), AUC: Stat(area(t.eta[k], t.event))}
}

// area is the AUC: the share of pairs of a row with and one without the event that the
// log-odds put in order, ties counting half (Mann and Whitney 1947, by midranks); NaN where
// all rows have the event, or none. O(n log n). Package metrics has the AUC of a backtest with
// its interval; it stands to the right of this package and cannot be asked.
func area(eta []float64, event []bool) float64 {
	order := make([]int, len(eta))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case eta[a] < eta[b]:
			return -1
		case eta[a] > eta[b]:
			return 1
		}
		return 0
	})
	var ranks, events float64
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && eta[order[to]] == eta[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			if event[i] {
				ranks += float64(from+to+1) / 2
				events++
			}
		}
		from = to
	}
	return (ranks - events*(events+1)/2) / (events * (float64(len(order)) - events))
}
