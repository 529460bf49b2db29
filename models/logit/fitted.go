package logit

import "gonum.org/v1/gonum/mat"

// Fitted is the maximum of the (penalised) likelihood and what is known about
// it. All of it is in the units of the columns as they were given.
type Fitted struct {
	Intercept float64   // 0 with NoIntercept
	Coef      []float64 // p log-odds per unit of each column; 0 for aliased columns

	InterceptStdErr float64   // NaN with NoIntercept
	StdErr          []float64 // p; NaN for aliased columns

	// Covariance is (p+1)x(p+1), intercept first: the inverse of the
	// negative Hessian of the penalised log likelihood, with zero rows and
	// columns for what was not estimated.
	Covariance *mat.SymDense

	LogLik float64 // sum_i w_i [y_i log p_i + (1-y_i) log(1-p_i)], without the penalty
	// PenalisedLogLik is what was maximised: LogLik less the ridge penalty, or plus half
	// the log determinant of X'WX under Firth's.
	PenalisedLogLik float64
	NullLogLik      float64 // the same with no columns: intercept (if any) and offset alone

	// Deviance and NullDeviance are 2(saturated - LogLik): -2 LogLik for
	// 0/1 responses, R's grouped deviance for fractions.
	Deviance, NullDeviance float64

	AIC float64 // -2 LogLik + 2k, k the number of estimated coefficients (also under a penalty)
	BIC float64 // -2 LogLik + k log N

	N          int     // rows of positive weight
	SumWeights float64 // sum of the weights
	Events     float64 // sum of weight times response

	Iterations int     // steps that all rows took part in
	Gradient   float64 // largest component of the mean gradient at the end
	Refined    bool    // whether the double-double refinement ran

	Aliased  []Alias
	Warnings []Warning

	penalties []float64 // Problem.L2
}

// Alias is a column that is a linear combination of earlier ones. As in R,
// the later column is left out.
type Alias struct {
	Column int
	Of     []int // the columns it depends on, ascending; -1 stands for the intercept
}

// Warning is something the reader of a fit should know that does not
// invalidate it.
type Warning struct {
	Code    string // WarnAliased or WarnCollinear
	Message string
	Columns []int // the columns concerned, if any
}

// The codes a Warning can carry.
const (
	WarnAliased   = "aliased"   // columns were left out as linear combinations of others
	WarnCollinear = "collinear" // columns are so nearly dependent that standard errors explode
)
