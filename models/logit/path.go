package logit

import (
	"context"
	"errors"
	"math"
	"sync"
)

// PathSettings says which elastic nets to fit. The zero value is a ridge path of 100
// strengths; Alpha 1 makes it a lasso.
type PathSettings struct {
	// Alpha in [0, 1] is the share of the absolute penalty: 1 lasso, 0 ridge.
	Alpha float64
	// Lambdas are the strengths, each >= 0; they are fitted in falling order. Nil means
	// Count strengths in equal ratios, from the smallest at which nothing penalised is
	// in the model down to Smallest times that.
	Lambdas []float64
	// Count is the length of the path where Lambdas is nil. Zero means 100.
	Count int
	// Smallest is the ratio of the last strength to the first. Zero means 1e-4, or 0.01
	// where there are fewer rows than columns.
	Smallest float64

	// Factors holds one penalty factor >= 0 per column; nil means all 1. As in glmnet
	// they are rescaled to the mean 1. A column of factor 0 is not penalised.
	Factors []float64
	// Low and High hold limits per column in the units of the columns, infinite for
	// none; nil means no limits at all. Equal limits pin a coefficient.
	Low, High []float64

	// Tolerance bounds the violation of the optimality conditions at every strength:
	// the largest slope of the objective, per standard deviation of a column, that
	// leads downhill. Zero means 1e-7.
	Tolerance float64
	// MaxIterations bounds the steps per strength. Zero means 1000.
	MaxIterations int
}

// Path is a sequence of elastic nets in falling order of strength.
type Path struct {
	Points []PathPoint
	// NullLogLik is the log likelihood of the intercept, the offset and the columns
	// without penalty.
	NullLogLik float64
	SumWeights float64
}

// PathPoint is the elastic net of one strength, in the units of the columns.
type PathPoint struct {
	Lambda    float64
	Intercept float64   // 0 with NoIntercept
	Coef      []float64 // p; exactly 0 for columns that are out
	LogLik    float64   // sum_i w_i [y_i log p_i + (1-y_i) log(1-p_i)], without the penalty
	Violation float64   // of the optimality conditions, see PathSettings.Tolerance
	Passes    int       // over the rows, for this strength
}

// FitPath fits a logistic regression under each of a sequence of elastic net penalties
// in glmnet's parametrisation (Friedman, Hastie and Tibshirani 2010, equation 1),
//
//	min  -l(b) / sum_i w_i  +  lambda sum_j f_j [ (1-alpha)/2 c_j^2 + alpha |c_j| ],
//
// c_j = s_j b_j the coefficient of the column divided by s_j, its standard deviation with
// divisor sum w. The intercept is free. Problem.L2 and Problem.Firth must not be set.
//
// Each strength starts from the one before it and
//
//  1. guesses which columns can matter by the strong rule (screen in pathscreen.go);
//  2. minimises a quadratic model of the likelihood plus the penalty by coordinate
//     descent on the model's Gram matrix (descend in pathmodel.go);
//  3. takes the gradient there in one pass, and renews the Gram matrix only when the
//     old one no longer leads on (solve);
//  4. ends when the optimality conditions hold for every column, screened or not
//     (violation).
//
// Errors are those of Fit. A *SeparationError speaks of the columns that have neither
// penalty nor limits; a *ConvergenceError comes with the strength that it is of.
func FitPath(ctx context.Context, p Problem, s PathSettings) (*Path, error) {
	s = s.withDefaults(len(p.Y), p.width())
	if err := s.check(p); err != nil {
		return nil, err
	}
	if err := p.check(Settings{}); err != nil {
		return nil, err
	}
	d, err := newDesign(p, nil)
	if err != nil {
		return nil, err
	}
	w, err := newWalker(d, s)
	if err != nil {
		return nil, err
	}
	return w.walk(ctx)
}

// walker is a path under way, in the coordinates of the design.
type walker struct {
	d        *design
	pass     *passes
	settings PathSettings

	spread    []float64 // standard deviation of each column of Z
	unit      []float64 // the same times the penalty factor
	l1, l2    []float64 // penalty of each per unit of lambda
	low, high []float64 // limits

	theta, next []float64
	now, trial  *evaluation // gradients at theta and next; no Hessian
	model       *quadratic
	fresh       bool // whether the model's Gram matrix was taken at theta
	passes      int
}

// newWalker measures the columns and expresses penalties and limits in their units.
func newWalker(d *design, s PathSettings) (*walker, error) {
	d.setBasis(nil)
	q := d.size()
	w := &walker{
		d: d, pass: newPasses(d), settings: s,
		theta: d.start(nil), next: make([]float64, q),
		now: newEvaluation(q), trial: newEvaluation(q), model: newQuadratic(d),
	}
	sum := 0.0
	for j := range d.allP {
		sum += orElse(s.Factors, j, 1)
	}
	spreads, err := d.spreads()
	if err != nil {
		return nil, err
	}
	for j, c := range d.source {
		spread := spreads[j]
		factor := orElse(s.Factors, c, 1)
		if sum > 0 {
			factor *= float64(d.allP) / sum
		}
		w.spread = append(w.spread, spread)
		w.unit = append(w.unit, factor*spread)
		w.l1 = append(w.l1, s.Alpha*factor*spread)
		w.l2 = append(w.l2, (1-s.Alpha)*factor*spread*spread)
		w.low = append(w.low, orElse(s.Low, c, math.Inf(-1))/d.scale[j])
		w.high = append(w.high, orElse(s.High, c, math.Inf(1))/d.scale[j])
		w.theta[d.first()+j] = min(max(0, w.low[j]), w.high[j])
	}
	return w, nil
}

// orElse is v[i], or the default where there is no v.
func orElse(v []float64, i int, otherwise float64) float64 {
	if v == nil {
		return otherwise
	}
	return v[i]
}

// spreads are the weighted standard deviations of the columns of Z, about their means or,
// without an intercept, still about their means: glmnet standardises alike in both cases.
func (d *design) spreads() ([]float64, error) {
	out, errs := make([]float64, len(d.source)), make([]error, len(d.source))
	var wg sync.WaitGroup
	for j := range out {
		wg.Go(func() { out[j], errs[j] = d.spread(j) })
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

func (d *design) spread(j int) (float64, error) {
	var sum, square float64
	err := walk(d.x, d.source[j], d.n, func(from int, piece []float64) {
		for i, x := range piece {
			z := x*d.scale[j] - d.shift[j]
			w := d.weight(from + i)
			sum += w * z
			square += w * z * z
		}
	})
	mean := sum / d.sumW
	return math.Sqrt(square/d.sumW - mean*mean), err
}

// walk fits every strength.
func (w *walker) walk(ctx context.Context) (*Path, error) {
	if err := w.null(ctx); err != nil {
		return nil, err
	}
	path := &Path{NullLogLik: -w.now.loss * w.d.sumW, SumWeights: w.d.sumW}
	last := w.largest()
	for _, lambda := range w.strengths(last) {
		if lambda == 0 {
			if err := w.exists(ctx, 0); err != nil {
				return nil, err
			}
		}
		w.passes = 0
		w.screen(lambda, max(last, lambda))
		if err := w.solve(ctx, lambda); err != nil {
			return nil, err
		}
		path.Points = append(path.Points, w.point(lambda))
		last = lambda
	}
	return path, nil
}

// null fits what has no penalty, with the rest held at zero or the limit next to it.
func (w *walker) null(ctx context.Context) error {
	if err := w.exists(ctx, 1); err != nil {
		return err
	}
	low, high := w.low, w.high
	w.low, w.high = append([]float64(nil), low...), append([]float64(nil), high...)
	for k := range w.d.first() {
		w.admit(k)
	}
	for j, unit := range w.unit {
		at := w.theta[w.d.first()+j]
		if unit > 0 {
			w.low[j], w.high[j] = at, at
		}
		if unit == 0 || at != 0 {
			w.admit(w.d.first() + j)
		}
	}
	err := w.gradient(ctx, w.theta, w.now)
	if err == nil {
		err = w.solve(ctx, 0)
	}
	w.low, w.high = low, high
	return err
}

// exists fits the columns that have neither a penalty at this strength nor limits, and
// returns the error if they separate the outcomes: a direction in which the objective
// falls for ever touches no others. The slopes of the path alone would not tell, because
// they fall on the way there.
func (w *walker) exists(ctx context.Context, lambda float64) error {
	f := w.d.first()
	var free []int
	for k := range w.d.size() {
		if j := k - f; j < 0 || lambda*w.unit[j] == 0 && math.IsInf(w.low[j], -1) && math.IsInf(w.high[j], 1) {
			free = append(free, k)
		}
	}
	if len(free) == f {
		return nil
	}
	part := *w.d
	part.keep(free)
	_, err := solve(ctx, &part, Settings{Tolerance: w.settings.Tolerance}.withDefaults(false))
	return err
}

// ridgeAlpha is what glmnet takes for alpha to place the largest strength of a ridge
// path, which never lets go of a column.
const ridgeAlpha = 1e-3

// largest is the strength from which on every penalised column is out.
func (w *walker) largest() float64 {
	largest := 0.0
	for j, g := range w.now.grad[w.d.first():] {
		if unit := w.unit[j]; unit > 0 && w.low[j] < w.high[j] {
			largest = max(largest, math.Abs(g)/unit)
		}
	}
	return largest / max(w.settings.Alpha, ridgeAlpha)
}

// strengths is the sequence of lambda.
func (w *walker) strengths(largest float64) []float64 {
	if w.settings.Lambdas != nil {
		return falling(w.settings.Lambdas)
	}
	count := w.settings.Count
	out := make([]float64, count)
	for k := range out {
		out[k] = largest * math.Pow(w.settings.Smallest, float64(k)/float64(max(count-1, 1)))
	}
	return out
}

// point reports theta in the units of the columns.
func (w *walker) point(lambda float64) PathPoint {
	p := PathPoint{
		Lambda: lambda, Coef: make([]float64, w.d.allP), LogLik: -w.now.loss * w.d.sumW,
		Violation: w.violation(lambda), Passes: w.passes,
	}
	if w.d.intercept {
		p.Intercept = w.theta[0]
	}
	for j, c := range w.d.source {
		z := w.theta[w.d.first()+j]
		p.Coef[c] = min(max(z*w.d.scale[j], orElse(w.settings.Low, c, math.Inf(-1))), orElse(w.settings.High, c, math.Inf(1)))
		p.Intercept -= z * w.d.shift[j]
	}
	return p
}
