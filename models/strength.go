package models

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/models/logit"
)

// innerTolerance bounds the gradient of the inner fits. The strength is picked from
// half-decades, so the last digits of a weight change nothing.
const innerTolerance = 1e-6

// The strengths that a penalty which drops weights is chosen from: so many, in equal
// ratios, from where the first factor comes in down to a thousandth of that.
const (
	pathStrengths = 40
	pathRange     = 1e-3
)

// innerWindows are the shares of the as-of dates at which the inner walk forward
// places its cutoffs: three windows, the first model on half of the dates, judged up to the
// next share, the last one up to the last date.
var innerWindows = []float64{0.5, 0.65, 0.8, 1}

// chosenStrength picks the strength with the lowest log loss in a walk forward
// inside the training rows, under the same embargo as the outer one: a model of an
// inner cutoff learns from labels known by then and is judged on later as-of
// dates. Random folds would let the future choose. Ties go to the stronger
// penalty; under Penalty.OneSE so does everything within one standard error of the best
// (Breiman, Friedman, Olshen and Stone 1984, section 3.4.3), clustered by account. Where
// the dates leave no room, it is picked between accounts instead (accountSplits), and where these
// are too few as well, by rule of thumb; a warning says so.
func (c Candidate) chosenStrength(ctx context.Context, train dataset.View) (float64, *dataset.Warning, error) {
	grid, err := c.strengths(ctx, train)
	if err != nil {
		return 0, nil, err
	}
	t := newTrial(c, grid, len(train.Examples.Accounts))
	if err := t.judgeAll(ctx, innerSplits(train)); err != nil {
		return 0, nil, err
	}
	if t.rows > 0 {
		return grid[t.best()], nil, nil
	}
	if err := t.judgeAll(ctx, accountSplits(train)); err != nil {
		return 0, nil, err
	}
	warn := func(code, instead string) *dataset.Warning {
		return &dataset.Warning{Code: code, Where: "candidate " + c.Name,
			Message: "too few dates in the training rows to choose the " + string(c.Penalty.Kind) + " strength in time order; " + instead}
	}
	if t.rows > 0 {
		return grid[t.best()], warn("strength_by_accounts", "it was chosen between accounts, which cannot tell how it holds in later quarters"), nil
	}
	strength, words := c.usual(train.Len())
	return strength, warn("ridge_default", words+" was used"), nil
}

// strengths are the candidates for the strength, strongest first, so that each fit can
// start from the one before it: half-decades for a ridge, and for a penalty that drops weights
// a path from where the first factor comes in, which depends on the rows (Friedman, Hastie and
// Tibshirani 2010, section 2.5).
func (c Candidate) strengths(ctx context.Context, train dataset.View) ([]float64, error) {
	if !c.Penalty.sparse() {
		if c.Fitting.Toward != nil {
			return halfDecades(2, -4), nil
		}
		return halfDecades(0, -4), nil
	}
	t, _, err := c.newTask(ctx, train)
	if err != nil {
		return nil, err
	}
	defer t.design.Close()
	low, high := t.freeLimits()
	path, err := logit.FitPath(ctx, t.problem(0), logit.PathSettings{Alpha: c.Penalty.pathAlpha(), Count: 1, Low: low, High: high})
	if err != nil {
		return nil, t.explain(err)
	}
	grid := make([]float64, pathStrengths)
	for k := range grid {
		grid[k] = path.Points[0].Lambda * math.Pow(pathRange, float64(k)/(pathStrengths-1))
	}
	return grid, nil
}

// halfDecades are the powers of ten from the exponent high down to low, and those between.
func halfDecades(high, low int) []float64 {
	var grid []float64
	for k := 2 * high; k >= 2*low; k-- {
		grid = append(grid, math.Pow(10, float64(k)/2))
	}
	return grid
}

// usual is the strength where nothing can be chosen: one row's worth of ridge, or the
// smallest lasso that noise alone does not get past (Buehlmann and van de Geer 2011,
// section 6.2), with half the deviation of a coin in the place of its noise.
func (c Candidate) usual(rows int) (strength float64, words string) {
	if !c.Penalty.sparse() {
		return 1 / float64(rows), "1/n"
	}
	return math.Sqrt(math.Log(float64(2*len(c.inputs))) / float64(2*rows)), "sqrt(log(2 factors)/2n)"
}

// trial is how every strength of a grid fared on later rows. near.go uses it for radii in the
// place of strengths.
type trial struct {
	c      Candidate
	grid   []float64 // strongest first: ties go to the earlier place
	loss   []float64 // sum of weight times log loss, per strength
	weight float64   // sum of the weights of the rows that were judged
	rows   int       // judged; 0: no window had a fit

	account []float64   // sum of weights per account; nil unless the rule asks for it
	by      [][]float64 // sum of losses per strength and account
	rank    bool        // whether predictions are kept, for the AUC
	eta     [][]float64 // per strength, of the rows judged; if rank
	event   []bool      // of the same rows
}

// newTrial has seen no rows yet. accounts is the number of all accounts that there are, since
// losses are added up by their number in the examples.
func newTrial(c Candidate, grid []float64, accounts int) *trial {
	t := &trial{c: c, grid: grid, loss: make([]float64, len(grid)), eta: make([][]float64, len(grid))}
	if c.Penalty.OneSE {
		t.account = make([]float64, accounts)
		for range grid {
			t.by = append(t.by, make([]float64, accounts))
		}
	}
	return t
}

// along is one fit for every place of a grid, in its order.
type along func(task *task, settings logit.Settings, do func(k int, f *logit.Constrained) error) error

// judgeAll adds all of the splits.
func (t *trial) judgeAll(ctx context.Context, splits iter.Seq[split]) error {
	for w := range splits {
		if err := t.judge(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// judge adds one window, with a fit for every strength.
func (t *trial) judge(ctx context.Context, w split) error {
	return t.judgeAlong(ctx, w, func(task *task, settings logit.Settings, do func(int, *logit.Constrained) error) error {
		return task.along(ctx, t.c.Penalty, t.grid, settings, do)
	})
}

// judgeAlong adds one window: fits on the earlier rows, judged on the later ones. A window
// whose rows have no fit is left out; the outer fit has one.
func (t *trial) judgeAlong(ctx context.Context, w split, fits along) error {
	task, _, err := t.c.newTask(ctx, w.train)
	if unfit := (*FitError)(nil); errors.As(err, &unfit) {
		return nil
	}
	if err != nil {
		return err
	}
	defer task.design.Close()
	test, _, err := task.encoder.EncodeView(ctx, w.test)
	if err != nil {
		return err
	}
	defer test.Close()
	weights, err := Weigh{By: t.c.Fitting.Weigh.By}.of(w.test)
	if err != nil {
		return &FitError{Candidate: t.c.Name, Reason: err.Error()}
	}
	settings := logit.Settings{Exact: logit.ExactNever, Tolerance: innerTolerance}
	err = fits(task, settings, func(k int, f *logit.Constrained) error {
		m := Model{Intercept: f.Intercept, Coef: f.Coef, Calibration: Calibration{Slope: 1}}
		return m.eachBlock(test, nil, func(from int, _, eta []float64) { t.add(k, eta, weights, w.test, from) })
	})
	if errors.Is(err, logit.ErrOneClass) {
		return nil
	}
	if err != nil {
		return task.explain(err)
	}
	t.rows += w.test.Len()
	return nil
}

// add judges the rows of the view from the given one on that can be scored. Which those
// are does not depend on the strength. Rows that were drawn by outcome are judged as such.
func (t *trial) add(k int, etas, weights []float64, v dataset.View, from int) {
	shift := t.c.Fitting.Sampling.shift()
	for i, eta := range etas {
		if eta != eta {
			continue // an unseen level with unseen: error
		}
		r, w := v.Rows[from+i], 1.0
		if weights != nil {
			w = weights[from+i]
		}
		loss := w * logLoss(eta+shift, v.HappenedAt(r))
		t.loss[k] += loss
		if k == 0 {
			t.weight += w
		}
		if t.account != nil {
			t.by[k][v.Examples.Account[r]] += loss
			if k == 0 {
				t.account[v.Examples.Account[r]] += w
			}
		}
		if t.rank {
			t.eta[k] = append(t.eta[k], eta)
			if k == 0 {
				t.event = append(t.event, v.HappenedAt(r))
			}
		}
	}
}

// best is the place of the strength to use: the lowest loss, or under Penalty.OneSE the
// strongest within one standard error of it.
func (t *trial) best() int {
	best := 0
	for k := range t.grid {
		if t.loss[k] < t.loss[best] {
			best = k
		}
	}
	if !t.c.Penalty.OneSE {
		return best
	}
	limit := t.loss[best] + t.weight*t.standardError(best)
	return slices.IndexFunc(t.loss, func(loss float64) bool { return loss <= limit })
}

// standardError is that of the mean log loss of a strength.
func (t *trial) standardError(k int) float64 {
	return t.clusteredError(t.loss[k], func(g int) float64 { return t.by[k][g] })
}

// clusteredError is the standard error of a mean per unit of weight, with accounts as
// clusters: the linearised variance of a ratio, G/(G-1) sum_g u_g^2 / (sum w)^2 with u_g an
// account's sum less the mean for each of its rows.
func (t *trial) clusteredError(total float64, of func(account int) float64) float64 {
	mean := total / t.weight
	var groups, square float64
	for g, w := range t.account {
		if w > 0 {
			u := of(g) - mean*w
			square += u * u
			groups++
		}
	}
	if groups < 2 {
		return 0
	}
	return math.Sqrt(groups/(groups-1)*square) / t.weight
}

// logLoss is -log p(outcome), from the log-odds of the event: log(1 + exp(eta)) without
// overflow, and without the 1 - p that is 0 far out.
func logLoss(eta float64, happened bool) float64 {
	if happened {
		eta = -eta
	}
	return max(eta, 0) + math.Log1p(math.Exp(-math.Abs(eta)))
}

// addLoss adds -log p(outcome), from the linear predictor, of the rows of the view from
// the given one on that can be scored. Which those are does not depend on the strength.
func addLoss(sum float64, eta []float64, v dataset.View, from int) float64 {
	for i, e := range eta {
		if e == e { // else an unseen level with unseen: error
			sum += logLoss(e, v.HappenedAt(v.Rows[from+i]))
		}
	}
	return sum
}

// split is one step of the inner walk forward, or one part of the accounts and the rest.
type split struct{ train, test dataset.View }

// usable says whether there is something to learn from and to judge by.
func (s split) usable() bool {
	events := s.train.Events()
	return events > 0 && events < s.train.Len() && s.test.Len() > 0
}

// innerSplits lays out the inner walk forward. Its cutoffs are quantiles of the
// as-of dates, so that every window has examples to judge by. A split is made when its
// turn comes: at ten million rows each is a hundred megabytes of row numbers.
func innerSplits(train dataset.View) iter.Seq[split] {
	return func(yield func(split) bool) {
		for _, w := range innerWindowsOf(train) {
			s := split{train: train.KnownBy(w.from, dataset.NoDate), test: train.ScoredIn(w.from, w.to)}
			if s.usable() && !yield(s) {
				return
			}
		}
	}
}

// accountParts is how many parts of the accounts take turns in accountSplits.
const accountParts = 5

// accountSplits lays out a cross-validation by accounts, all rows of one in the same part: which part
// is a matter of its number, mixed so that nothing of the order of the keys shows (Knuth's
// multiplicative hash by the golden ratio).
func accountSplits(train dataset.View) iter.Seq[split] {
	in := func(part uint64, row int32) bool {
		return uint64(uint32(train.Examples.Account[row]+1))*0x9e3779b97f4a7c15>>33%accountParts == part
	}
	return func(yield func(split) bool) {
		for part := range uint64(accountParts) {
			s := split{train.Where(func(r int32) bool { return !in(part, r) }), train.Where(func(r int32) bool { return in(part, r) })}
			if s.usable() && !yield(s) {
				return
			}
		}
	}
}

// window is the days [from, to).
type window struct{ from, to dataset.Date }

// innerWindowsOf places the windows on the as-of dates.
func innerWindowsOf(train dataset.View) []window {
	dates := make([]dataset.Date, train.Len())
	for i, r := range train.Rows {
		dates[i] = train.Examples.AsOf[r]
	}
	slices.Sort(dates)
	var windows []window
	for k := range len(innerWindows) - 1 {
		from := dates[int(innerWindows[k]*float64(len(dates)-1))]
		to := dates[int(innerWindows[k+1]*float64(len(dates)-1))]
		if k+2 == len(innerWindows) {
			to++ // the last window ends with the last date
		}
		windows = append(windows, window{from, to})
	}
	return windows
}
