package models

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"holdfast/features"
)

// WeightInference is what is known of one weight beyond its Wald interval. Errors and
// intervals are in the unit of Weight.Weight; times SD they are per standard deviation.
type WeightInference struct {
	Factor   string `json:"factor"` // Intercept names the constant
	Level    string `json:"level,omitempty"`
	Category string `json:"category,omitempty"`

	SD        Stat `json:"sd"`                // of the column in training, in the unit of the factor
	OddsRatio Stat `json:"odds_ratio_per_sd"` // exp of the weight per SD: odds of churn one SD further up

	// ClusterStdErr is Liang and Zeger's (1986) with accounts as clusters. Under a penalty
	// it is the spread of the shrunken weight around what it is shrunken to: smaller than
	// its distance from the truth may be, so that no test or interval is made of it.
	ClusterStdErr Stat `json:"cluster_std_error"`
	ClusterP      Stat `json:"cluster_p_value"`
	ClusterLow    Stat `json:"cluster_ci_low"`
	ClusterHigh   Stat `json:"cluster_ci_high"`

	ProfileLow  Stat `json:"profile_ci_low"`
	ProfileHigh Stat `json:"profile_ci_high"`

	// VIF is 1/(1-R^2) of the column regressed on all others and a constant: the
	// diagonal of the inverse correlation matrix, not car::vif, which starts from the
	// covariance of the coefficients and differs for logistic fits.
	VIF Stat `json:"vif"`
}

// weightRows are the intercept and the columns, with nothing known of them but the spread of
// the columns. Undefined and 0 are different answers, so that each figure starts undefined.
func weightRows(e *features.Encoder) []WeightInference {
	undefined := WeightInference{SD: Undefined(), OddsRatio: Undefined(), ClusterStdErr: Undefined(), ClusterP: Undefined(),
		ClusterLow: Undefined(), ClusterHigh: Undefined(), ProfileLow: Undefined(), ProfileHigh: Undefined(), VIF: Undefined()}
	first := undefined
	first.Factor = Intercept
	rows := []WeightInference{first}
	columns := e.Kept()
	for j, n := range e.Names() {
		w := undefined
		w.Factor, w.Level, w.Category, w.SD = n.Factor, n.Level, n.Category, Stat(columns[j].SD)
		rows = append(rows, w)
	}
	return rows
}

// direction is a linear combination of the coefficients of the design that a weight
// stands for: the weight of a column is its coefficient over the SD, and the intercept
// at zero of all factors is b_0 - sum_j b_j mean_j/sd_j.
func direction(columns []features.Column, weight int) *mat.VecDense {
	g := mat.NewVecDense(len(columns)+1, nil)
	if weight > 0 {
		g.SetVec(weight, 1/columns[weight-1].SD)
		return g
	}
	g.SetVec(0, 1)
	for j, c := range columns {
		g.SetVec(j+1, -c.Mean/c.SD)
	}
	return g
}

// weights fills in the errors of every weight and, on small problems, its profile
// interval.
func (e *evidence) weights(ctx context.Context, inf *Inference) error {
	columns := e.m.Encoder.Kept()
	z := distuv.UnitNormal.Quantile((1 + e.o.Level) / 2)
	all := mat.NewVecDense(len(columns)+1, append([]float64{e.fitted.Intercept}, e.fitted.Coef...))
	for k := range inf.Weights {
		if e.leftOut(k) {
			continue
		}
		g := direction(columns, k)
		stdErr := math.Sqrt(mat.Inner(g, e.robust, g))
		inf.Weights[k].ClusterStdErr = Stat(stdErr)
		if !e.penalised() {
			inf.Weights[k].cluster(mat.Dot(g, all), stdErr, z)
		}
		if k > 0 {
			inf.Weights[k].OddsRatio = Stat(math.Exp(e.fitted.Coef[k-1]))
		}
	}
	if len(e.problem.Y) > e.o.ProfileRows {
		return nil
	}
	return e.profiles(ctx, inf)
}

// leftOut says whether a weight was not estimated, its column being a combination of
// others. The solver marks that by a standard error of NaN. Weight 0 is the intercept.
func (e *evidence) leftOut(weight int) bool {
	return weight > 0 && math.IsNaN(e.fitted.StdErr[weight-1])
}

// profiles fills in the profile intervals, as many at once as there are processors: most
// of each is a chain of small fits, one after the other.
func (e *evidence) profiles(ctx context.Context, inf *Inference) error {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for k := range inf.Weights {
		if e.leftOut(k) {
			continue
		}
		group.Go(func() error {
			low, high, err := e.profile(inner, k)
			inf.Weights[k].ProfileLow, inf.Weights[k].ProfileHigh = Stat(low), Stat(high)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	lost := 0
	for k, w := range inf.Weights {
		if !e.leftOut(k) && !(w.ProfileLow.Defined() && w.ProfileHigh.Defined()) {
			lost++
		}
	}
	if lost > 0 {
		inf.warn("profile_lost", e.m.Name, fmt.Sprintf("the likelihood could not be followed to the end of the profile interval of %d weights; read their other intervals", lost))
	}
	return nil
}

// cluster is the Wald test with the clustered error, against the normal: z is its quantile
// for the intervals. With few accounts that is too sure (caveats says so).
func (w *WeightInference) cluster(estimate, stdErr, z float64) {
	w.ClusterP = Stat(math.Erfc(math.Abs(estimate/stdErr) / math.Sqrt2))
	w.ClusterLow, w.ClusterHigh = Stat(estimate-z*stdErr), Stat(estimate+z*stdErr)
}
