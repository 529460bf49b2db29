package metrics

import "holdfast/models/logit"

// Forecast is the rows in the order of their log-odds, and of each row what the metrics of
// probabilities ask for, made of one exponential: many metrics of one forecast cost little
// more than one, because what belongs together lies side by side. A row takes 24 bytes, and 9 more
// where the rows came in another order. It is read only after [NewForecast], so that metrics
// may be computed concurrently.
type Forecast struct {
	eta     []float64 // falling, and in ties the renewed rows first
	churned []bool
	p, q    []float64 // the chance of churn, and of renewal
	loss    []float64 // the row's log loss
	order   []uint32  // the caller's row at each place; nil: they came in order
	ok      bool      // no eta is NaN; otherwise the rows stand as they came
}

// NewForecast takes n rows, best in [Order]: then nothing has to be sorted or copied.
func NewForecast(eta []float64, churned []bool) *Forecast {
	mustMatch(len(churned), len(eta))
	f := &Forecast{eta: eta, churned: churned, ok: true}
	if !inOrder(eta, churned) {
		var rows keyed
		if rows, f.ok = keyedByOutcome(eta, churned); f.ok {
			f.order = rows.Sort().Rows
			f.eta, f.churned = inPlaces(eta, f.order), inPlaces(churned, f.order)
		}
	}
	n := len(eta)
	numbers := make([]float64, 3*n)
	f.p, f.q, f.loss = numbers[:n:n], numbers[n:2*n:2*n], numbers[2*n:]
	logit.Decays(f.p, f.eta)
	logOnePlus(f.loss, f.p)
	for i, x := range f.eta {
		f.p[i], f.q[i] = tails(x, f.p[i])
		f.loss[i] += max(toward(x, f.churned[i]), 0)
	}
	return f
}

// inPlaces gathers numbers of rows in the order of a forecast; without one they stay as they are.
func inPlaces[T any](of []T, order []uint32) []T {
	if order == nil || of == nil {
		return of
	}
	out := make([]T, len(order))
	for i, row := range order {
		out[i] = of[row]
	}
	return out
}

// row is the number of the row at a place as it came.
func (f *Forecast) row(i int) int {
	if f.order == nil {
		return i
	}
	return int(f.order[i])
}

// P is the chance of churn of the rows as they came. It is not to be written to.
func (f *Forecast) P() []float64 {
	if f.order == nil {
		return f.p
	}
	came := make([]float64, len(f.p))
	for i, row := range f.order {
		came[row] = f.p[i]
	}
	return came
}

// Terms are those of [NewTerms], of the rows as they came. They are not to be written to.
func (f *Forecast) Terms() Terms {
	t := Terms{P: f.p, LogLoss: f.loss, Brier: make([]float64, len(f.eta))}
	f.squaredMisses(t.Brier, 0)
	if f.order == nil {
		return t
	}
	came := Terms{make([]float64, len(f.eta)), make([]float64, len(f.eta)), make([]float64, len(f.eta))}
	for i, row := range f.order {
		came.P[row], came.LogLoss[row], came.Brier[row] = t.P[i], t.LogLoss[i], t.Brier[i]
	}
	return came
}

// squaredMisses are the terms in [Forecast.Brier] of the rows from a place on: squares of the
// chance of what did not happen.
func (f *Forecast) squaredMisses(to []float64, from int) {
	p, q, churned := f.p[from:], f.q[from:], f.churned[from:]
	for k := range to {
		miss := p[k]
		if churned[k] {
			miss = q[k]
		}
		to[k] = miss * miss
	}
}

// losses are the terms in [Forecast.LogLoss] of the rows from a place on.
func (f *Forecast) losses(to []float64, from int) { copy(to, f.loss[from:]) }

// residual is [residual] of the row at a place: y - p.
func (f *Forecast) residual(i int) float64 {
	if f.churned[i] {
		return f.q[i]
	}
	return -f.p[i]
}

// LogLoss is [LogLoss].
func (f *Forecast) LogLoss() float64 { return exactMean(f.loss) }

// Brier is [Brier].
func (f *Forecast) Brier() float64 { return f.over(nil, f.squaredMisses) }

// MeanP is the mean probability.
func (f *Forecast) MeanP() float64 { return exactMean(f.p) }

// exactMean is the mean of numbers of all rows.
func exactMean(x []float64) float64 {
	var sum exactSum
	sum.addAll(x)
	return ratio(sum.value(), float64(len(x)))
}

// ECEEqualCount is [ECEEqualCount].
func (f *Forecast) ECEEqualCount(bins int) float64 {
	if bins == 0 {
		bins = max(5, cubeRoot(len(f.eta)))
	}
	var out []bin
	for _, group := range f.ofEqualCount(bins) {
		out = append(out, f.binOf(group))
	}
	return expectedError(out, len(f.eta))
}

// binOf adds up some rows.
func (f *Forecast) binOf(rows span) (b bin) {
	b.n, b.churned = rows.to-rows.from, countTrue(f.churned[rows.from:rows.to])
	b.predicted.addAll(f.p[rows.from:rows.to])
	return b
}
