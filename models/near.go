package models

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/models/logit"
)

// Near keeps percent weights close to those that a team has: no weight moves further than
// so many points, and the fewest are taken of which the data do not clearly say that they
// are too few. In each walk forward that judges the radii (chosenStrength has it) the
// smallest one is used that does as well as the best, up to one standard error of the
// difference, clustered by account. Limits of the candidate hold besides.
type Near struct {
	Weights []FactorWeight `json:"weights"` // whole points that sum to 100
	Within  float64        `json:"within"`  // in a model: the radius that was used
}

// nearRadii are the distances that are tried, in points: close together where a team would
// mind the difference, and up to 100, where nothing is held.
func nearRadii() []float64 { return []float64{0, 1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 60, 100} }

// chosenNear is the candidate bounded by the radius that the data ask for. Radii that leave no
// room for 100 points within the candidate's own limits are not tried; where none is left it
// is a *FitError. Near.Within and the bounds of the result say what was chosen.
func (c Candidate) chosenNear(ctx context.Context, train dataset.View) (Candidate, error) {
	var grid []float64
	for _, r := range nearRadii() {
		if c.within(r).checkLimits(c.inputs) == nil {
			grid = append(grid, r)
		}
	}
	if len(grid) == 0 {
		return c, &FitError{Candidate: c.Name, Reason: "the limits leave no room for 100 points"}
	}
	judge := c
	judge.Penalty = Penalty{OneSE: true}
	t := newTrial(judge, grid, len(train.Examples.Accounts))
	for w := range innerSplits(train) {
		if err := t.judgeNear(ctx, w); err != nil {
			return c, err
		}
	}
	within := grid[0] // where nothing can be judged, nothing speaks against the team's weights
	if t.rows > 0 {
		within = grid[t.nearest()]
	}
	c.Fitting = c.within(within)
	return c, nil
}

// nearest is the place of the smallest radius that does as well as the best, up to one
// standard error of the difference. Both are judged on the same rows, so that the error of
// the difference is far smaller than that of either.
func (t *trial) nearest() int {
	best := 0
	for k := range t.grid {
		if t.loss[k] < t.loss[best] {
			best = k
		}
	}
	for k := range t.grid {
		if t.loss[k]-t.loss[best] <= t.weight*t.pairedError(k, best) {
			return k
		}
	}
	return best
}

// pairedError is the standard error of the difference in mean log loss of two places.
func (t *trial) pairedError(a, b int) float64 {
	return t.clusteredError(t.loss[a]-t.loss[b], func(g int) float64 { return t.by[a][g] - t.by[b][g] })
}

// within are the limits of a radius: each factor from its points less the radius to its points
// and the radius, cut to the candidate's own bound. Points outside of that bound are first
// moved to its nearest end, so that the interval is never empty.
func (c Candidate) within(radius float64) Fitting {
	f := c.Fitting
	near := *f.Near
	near.Within = radius
	f.Near, f.Bounds = &near, nil
	for _, name := range c.FactorNames() {
		own := c.Fitting.bound(name)
		at := min(max(near.points(name), own.Low), own.High)
		f.Bounds = append(f.Bounds, Bound{Factor: name, Low: max(own.Low, at-radius), High: min(own.High, at+radius)})
	}
	return f
}

// points are those of a factor, 0 where it has none.
func (n *Near) points(factor string) float64 {
	if at := slices.IndexFunc(n.Weights, func(w FactorWeight) bool { return w.Factor == factor }); at >= 0 {
		return n.Weights[at].Weight
	}
	return 0
}

// judgeNear adds one window, with a fit for every radius. The points are those before
// rounding: what rounding costs is alike for all radii.
func (t *trial) judgeNear(ctx context.Context, w split) error {
	return t.judgeAlong(ctx, w, func(task *task, settings logit.Settings, do func(int, *logit.Constrained) error) error {
		candidate := task.c
		for k, radius := range t.grid {
			task.c.Fitting = candidate.within(radius)
			f, err := task.fit(ctx, Penalty{}, settings)
			if err == nil {
				err = do(k, f)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Tuning is what somebody asks of percent weights. A factor is named in one of the three at
// most; the zero value asks for nothing.
type Tuning struct {
	Set    map[string]float64    // points that a factor gets
	Pin    []string              // factors that keep the points they have
	Bounds map[string][2]float64 // points between which the data may choose
}

// Tune turns what is asked of the weights of a candidate with form percent into two
// candidates besides it, which is the optimum: yours, the hand weights with what was set
// and pinned, the others sharing the rest as they did; and the nearest acceptable, which
// starts from yours, keeps pins and bounds, and gives way only as far as the data insist
// (Near). All are to be compiled together. An error says which factor is unknown, asked for
// twice, or cannot be had within 100 points.
func (c Candidate) Tune(hand Candidate, t Tuning) (yours, nearest Candidate, err error) {
	if c.Kind != Logistic || c.Fitting.Form != Percent {
		return c, c, errors.New("models: weights are tuned in points out of 100; choose a candidate with form: percent")
	}
	if _, err := c.With(nil, nil, t.Bounds); err != nil {
		return c, c, err
	}
	if yours, err = hand.With(t.Set, t.Pin, nil); err != nil {
		return c, c, err
	}
	yours.Weights = wholePoints(yours.Weights)
	held := make(map[string]float64)
	for _, w := range yours.Weights {
		if slices.Contains(t.Pin, w.Factor) {
			held[w.Factor] = w.Weight
		}
	}
	if nearest, err = c.With(held, nil, t.Bounds); err != nil {
		return c, c, err
	}
	yours.Name, nearest.Name = "yours", "nearest"
	nearest.Fitting.Near = &Near{Weights: slices.Clone(yours.Weights)}
	return yours, nearest, nil
}

// Points are the weights of a model in points out of 100, by factor in its order; nil for a
// model whose weights are not points.
func (m *Model) Points() []FactorWeight {
	if !m.inPoints() || m.Card != nil {
		return nil
	}
	total := 0.0
	for _, b := range m.Coef {
		total += math.Abs(b)
	}
	points := make([]FactorWeight, len(m.Coef))
	for j, n := range m.Encoder.Names() {
		points[j] = FactorWeight{Factor: n.Factor, Weight: 100 * math.Abs(m.Coef[j]) / total}
	}
	return points
}

// wholePoints rounds points that sum to 100 to whole ones that do, by largest remainders;
// what was set or pinned to a whole number keeps it.
func wholePoints(weights []FactorWeight) []FactorWeight {
	whole := slices.Clone(weights)
	left := 100.0
	order := make([]int, len(weights))
	for i := range whole {
		whole[i].Weight = math.Floor(weights[i].Weight + 1e-9)
		left -= whole[i].Weight
		order[i] = i
	}
	rest := func(i int) float64 { return weights[i].Weight - whole[i].Weight }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(rest(j), rest(i)) })
	for k := 0; left > 0.5; k++ {
		whole[order[k%len(order)]].Weight++
		left--
	}
	return whole
}
