package models

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"holdfast/models/logit"
)

// FactorInference is what is known of a factor with all its columns at once: a category
// is one question, not one per level.
type FactorInference struct {
	Factor   string `json:"factor"`
	Category string `json:"category,omitempty"`
	Columns  int    `json:"columns"` // of the design

	// LR is 2(l - l without the factor), chi-squared with DF degrees of freedom when
	// the factor says nothing and rows are independent. DF is 0, and LR undefined,
	// for a factor that the others can replace to the last digit.
	LR  Stat `json:"lr"`
	DF  int  `json:"lr_df"`
	LRP Stat `json:"lr_p_value"`

	// ClusterP is of the joint Wald test with account-clustered covariance, also
	// chi-squared with DF degrees of freedom.
	ClusterChi2 Stat `json:"cluster_chi2"`
	ClusterP    Stat `json:"cluster_p_value"`

	Shares

	// GVIF is Fox and Monette's (1992) det R_ff det R_-f / det R, per degree of
	// freedom: comparable with the VIF of a single column, which it is for one.
	GVIF Stat `json:"gvif"`
}

// tests fills in the likelihood-ratio and the clustered Wald test of every factor.
func (e *evidence) tests(ctx context.Context, inf *Inference) error {
	if e.penalised() {
		// The ratio of penalised likelihoods has no known distribution, and a shrunken
		// weight is not 0 on average where its factor says nothing but others like it do.
		return nil
	}
	if e.problem.Firth {
		return e.firthTests(ctx, inf)
	}
	for k, t := range termsOf(e.m.Encoder.Names()) {
		f := &inf.Factors[k]
		f.waldTest(e, t)
		if err := f.ratioTest(ctx, e, t); err != nil {
			return err
		}
	}
	return nil
}

// ratioTest fits once more without the factor, from where the others stood. The reduced
// problem shares the design (selected), so that a test costs a fit and no memory for rows.
// The refinement of the last digits is left out: a chi-squared does not show them.
func (f *FactorInference) ratioTest(ctx context.Context, e *evidence, t term) error {
	p, start, _ := e.without(t.from, t.to)
	reduced, err := logit.Fit(ctx, p, logit.Settings{Start: start, Exact: logit.ExactNever})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if noMaximum(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("models: inference: without %q: %w", f.Factor, err)
	}
	f.DF = estimated(e.fitted) - estimated(reduced)
	if f.DF <= 0 {
		f.DF = 0
		return nil
	}
	lr := max(0, 2*(e.fitted.LogLik-reduced.LogLik))
	f.LR, f.LRP = Stat(lr), Stat(distuv.ChiSquared{K: float64(f.DF)}.Survival(lr))
	return nil
}

// waldTest is b' V^-1 b of the factor's coefficients that were estimated, V the clustered
// covariance. It is the one test here that holds when the rows of an account resemble each
// other.
func (f *FactorInference) waldTest(e *evidence, t term) {
	var at []int
	for j := t.from; j < t.to; j++ {
		if !math.IsNaN(e.fitted.StdErr[j]) {
			at = append(at, j)
		}
	}
	f.DF = len(at)
	if len(at) == 0 {
		return
	}
	b, v := mat.NewVecDense(len(at), nil), mat.NewSymDense(len(at), nil)
	for i, j := range at {
		b.SetVec(i, e.fitted.Coef[j])
		for k, l := range at[:i+1] {
			v.SetSym(i, k, e.robust.At(j+1, l+1))
		}
	}
	// With fewer accounts than columns the covariance has no inverse: nothing is said.
	var root mat.Cholesky
	var solved mat.VecDense
	if !root.Factorize(v) || root.SolveVecTo(&solved, b) != nil {
		return
	}
	chi2 := mat.Dot(b, &solved)
	f.ClusterChi2, f.ClusterP = Stat(chi2), Stat(distuv.ChiSquared{K: float64(len(at))}.Survival(chi2))
}
