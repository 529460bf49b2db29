package backtest

import (
	"math"

	"holdfast/backtest/metrics"

	"gonum.org/v1/gonum/mathext"
)

// tilted is a number together with how much each account moves it: the derivative by the
// account's multiplicity (the infinitesimal jackknife, Jaeckel 1972). Standard errors that
// respect repeated accounts follow without a bootstrap, and the difference of two numbers
// on the same accounts is paired when the influences are subtracted.
type tilted struct {
	value     float64
	influence []float64 // per account
}

// ratioOf is sum(over) / sum(under) of per-account sums. An account moves it by
// (over - ratio under) / sum(under): the linearised ratio estimator (Cochran 1977,
// section 6.4), of which a mean over rows of clustered accounts is a case.
func ratioOf(over, under []float64) tilted {
	all := sumOf(under)
	t := tilted{value: sumOf(over) / all, influence: make([]float64, len(over))}
	for g := range over {
		t.influence[g] = (over[g] - t.value*under[g]) / all
	}
	return t
}

// sumOf adds up in order.
func sumOf(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum
}

// less is the paired difference t - u.
func (t tilted) less(u tilted) tilted {
	d := tilted{value: t.value - u.value, influence: make([]float64, len(t.influence))}
	for g := range t.influence {
		d.influence[g] = t.influence[g] - u.influence[g]
	}
	return d
}

// times is the number in another unit, or with another sign.
func (t tilted) times(factor float64) tilted {
	s := tilted{value: factor * t.value, influence: make([]float64, len(t.influence))}
	for g, u := range t.influence {
		s.influence[g] = factor * u
	}
	return s
}

// estimate is the number with its normal interval. Two accounts are the fewest that say
// anything about accounts.
func (t tilted) estimate(level float64) metrics.Estimate {
	e := metrics.Estimate{Value: t.value, StdErr: math.NaN(), Low: math.NaN(), High: math.NaN()}
	if len(t.influence) < 2 {
		return e
	}
	e.StdErr = metrics.InfluenceStdErr(t.influence)
	half := quantile(level) * e.StdErr
	e.Low, e.High = t.value-half, t.value+half
	return e
}

// quantile is the two-sided normal quantile of a level: 1.96 for 0.95.
func quantile(level float64) float64 { return -mathext.NormalQuantile((1 - level) / 2) }

// perAccount adds up a number of every row by account.
func (s *sample) perAccount(of func(row int) float64) []float64 {
	sums := make([]float64, s.accounts)
	for i, g := range s.cluster {
		sums[g] += of(i)
	}
	return sums
}

// rowsOf counts the rows of every account.
func (s *sample) rowsOf() []float64 { return s.perAccount(func(int) float64 { return 1 }) }
