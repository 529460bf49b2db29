package metrics

// Forecast is the rows sorted once by their log-odds, and of each row what the metrics of
// probabilities ask for, made of one exponential: many metrics of one forecast cost little
// more than one. A row takes 64 bytes. It is read only after [NewForecast], so that metrics
// may be computed concurrently.
type Forecast struct {
	eta     []float64
	churned []bool
	p, q    []float64 // the chance of churn, and of renewal
	loss    []float64 // the row's log loss
	rows    []keyed   // by falling eta
	ok      bool      // no eta is NaN
}

// NewForecast takes n rows, best in [Order]: then nothing has to be sorted.
func NewForecast(eta []float64, churned []bool) *Forecast {
	mustMatch(len(churned), len(eta))
	numbers := make([]float64, 3*len(eta))
	f := &Forecast{eta: eta, churned: churned, p: numbers[:len(eta)], q: numbers[len(eta) : 2*len(eta)], loss: numbers[2*len(eta):]}
	decay(f.p, eta)
	logOnePlus(f.loss, f.p)
	for i, x := range eta {
		f.p[i], f.q[i] = tails(x, f.p[i])
		f.loss[i] += max(toward(x, churned[i]), 0)
	}
	f.rows, f.ok = descending(eta, churned)
	return f
}

// P is the chance of churn of a row.
func (f *Forecast) P(row int) float64 { return f.p[row] }

// RowLogLoss is the term of a row in [Forecast.LogLoss].
func (f *Forecast) RowLogLoss(row int) float64 { return f.loss[row] }

// RowBrier is the term of a row in [Forecast.Brier].
func (f *Forecast) RowBrier(row int) float64 {
	miss := f.miss(row)
	return miss * miss
}

// miss is the chance of what did not happen.
func (f *Forecast) miss(row int) float64 {
	if f.churned[row] {
		return f.q[row]
	}
	return f.p[row]
}

// residual is [residual] of a row: y - p.
func (f *Forecast) residual(row int) float64 {
	if f.churned[row] {
		return f.q[row]
	}
	return -f.p[row]
}

// LogLoss is [LogLoss].
func (f *Forecast) LogLoss() float64 { return exactMean(f.loss) }

// Brier is [Brier].
func (f *Forecast) Brier() float64 { return f.mean(f.RowBrier) }

// MeanP is the mean probability.
func (f *Forecast) MeanP() float64 { return exactMean(f.p) }

// mean is the mean of a number of every row.
func (f *Forecast) mean(of func(row int) float64) float64 {
	var sum exactSum
	sum.addEach(len(f.eta), of)
	return ratio(sum.value(), float64(len(f.eta)))
}

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
	for _, rows := range f.equalCountGroups(bins) {
		out = append(out, f.binOf(rows))
	}
	return expectedError(out, len(f.eta))
}

// binOf adds up some rows.
func (f *Forecast) binOf(rows []keyed) (b bin) {
	b.take(f, rows)
	return b
}

// equalCountGroups are those of the rows.
func (f *Forecast) equalCountGroups(bins int) [][]keyed {
	if !f.ok || bins < 1 {
		return nil
	}
	return groupsOfEqualCount(f.rows, bins)
}

// masses is [masses] by eta.
func (f *Forecast) masses(weight []float64) (blocks []mass, ok bool) {
	if !allWeights(weight, len(f.eta)) {
		return nil, false
	}
	return massesOf(f.rows, f.churned, weight), f.ok
}
