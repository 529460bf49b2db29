package models

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// task is the fit of a logistic candidate on one set of rows: the encoded rows, what each
// counts for, and what the weights may be. Its coefficients b are those of the design's
// columns; the solver sees
//
//	b = base + d,  eta = shift + sum_j base_j x_j + a + sum_j d_j x_j
//
// with everything that is known before the fit in the offset: pinned weights, the hand
// weights that a fit is shrunk to, and what sampling has added to the log-odds. So pinned
// columns need no solver of their own, and a ridge on d is one around the hand weights.
type task struct {
	c       Candidate
	encoder *features.Encoder
	design  *features.Design
	kept    []features.Column
	names   []features.Name

	y, weights, offset []float64 // weights nil: all 1; offset nil: all 0
	base               []float64 // nil: all 0
	free               []int     // the columns that are not pinned
	low, high          []float64 // of b, in units of the design; nil: no limits
	handSlope          float64   // of Fitting.Toward: log-odds per point of health that the hand weights take away
}

// newTask encodes the rows and lays down the limits. The design is the task's to read until
// the caller closes it; where a notebook is shared it may be the design of other candidates as
// well, and is not to be changed. A weighting that no row can have is a *FitError.
func (c Candidate) newTask(ctx context.Context, train dataset.View) (*task, []dataset.Warning, error) {
	weights, err := c.Fitting.Weigh.of(train)
	if err != nil {
		return nil, nil, &FitError{Candidate: c.Name, Reason: err.Error()}
	}
	encoder, design, warnings, err := c.notebook.Fit(ctx, c.inputs, train, c.Fitting.form())
	if err != nil {
		return nil, nil, err
	}
	t := &task{c: c, encoder: encoder, design: design, kept: encoder.Kept(), names: encoder.Names(), y: responses(train), weights: weights}
	if c.Fitting.Sampling.shift() != 0 {
		t.offset = t.sampled()
	}
	t.bound()
	if err := t.ground(ctx); err != nil {
		design.Close()
		return nil, nil, err
	}
	return t, warnings, nil
}

// spread is the standard deviation of a column as the design has it.
func (t *task) spread(j int) float64 { return spreadOf(t.encoder.Form, t.kept[j]) }

// spreadOf is the standard deviation of an encoded column.
func spreadOf(form features.Form, c features.Column) float64 {
	if form == features.Standardised {
		return 1
	}
	return c.SD
}

// ground sets the base and its part of the linear predictor: hand weights first, then pins,
// which win over them. Where nothing is known beforehand base and offset stay nil, and the
// solver sees a plain problem.
func (t *task) ground(ctx context.Context) error {
	known := make([]float64, len(t.kept))
	some := false
	if t.c.Fitting.Toward != nil {
		if err := t.learnHand(ctx); err != nil {
			return err
		}
		copy(known, t.handCoef())
		some = true
	}
	for j := range t.kept {
		if !t.pinned(j) {
			t.free = append(t.free, j)
			continue
		}
		known[j], some = t.low[j], true
	}
	if !some {
		return nil
	}
	t.base = known
	t.offset = t.sampled()
	return t.addBase()
}

// sampled is an offset that holds what sampling has added to every row; zero where it has
// not.
func (t *task) sampled() []float64 {
	offset := make([]float64, t.design.Rows)
	for i := range offset {
		offset[i] = t.c.Fitting.Sampling.shift()
	}
	return offset
}

// addBase adds what the base gives every row to the offset.
func (t *task) addBase() error {
	buffer := make([]float64, min(dataset.BatchRows, t.design.Rows))
	for j, b := range t.base {
		for from := 0; b != 0 && from < t.design.Rows; from += len(buffer) {
			piece, err := t.design.Piece(j, from, buffer[:min(len(buffer), t.design.Rows-from)])
			if err != nil {
				return err
			}
			for i, x := range piece {
				t.offset[from+i] += float64(b * x)
			}
		}
	}
	return nil
}

// baseAt is the known part of a coefficient: 0 for a column that is not pinned and is not
// shrunk to anything.
func (t *task) baseAt(j int) float64 {
	if t.base == nil {
		return 0
	}
	return t.base[j]
}

// problem is what the solver is given: the free columns, with a ridge of the strength.
func (t *task) problem(ridge float64) logit.Problem {
	p := logit.Problem{Y: t.y, Weights: t.weights, Offset: t.offset}
	switch {
	case t.design.Stored():
		p.Source = t.design
		if len(t.free) < len(t.kept) {
			p.Source = selected{Source: t.design, keep: t.free}
		}
	default:
		p.Columns = make([][]float64, len(t.free))
		for k, j := range t.free {
			p.Columns[k] = t.design.Columns[j]
		}
	}
	if ridge > 0 {
		p.L2 = make([]float64, len(t.free))
		for k, j := range t.free {
			p.L2[k] = ridge * float64(t.design.Rows) * t.spread(j) * t.spread(j)
		}
	}
	return p
}

// fit solves the task under a penalty of given strength. What comes back is of all columns
// of the design (expand). Errors are the solver's own, to be told to people by explain.
func (t *task) fit(ctx context.Context, p Penalty, s logit.Settings) (*logit.Constrained, error) {
	var last *logit.Constrained
	err := t.along(ctx, p, []float64{p.Strength}, s, func(_ int, f *logit.Constrained) error {
		last = f
		return nil
	})
	return last, err
}

// along solves the task under a falling sequence of strengths, each from where the one
// before it ended, and hands each fit to do with its place. An error of do ends it.
func (t *task) along(ctx context.Context, p Penalty, strengths []float64, s logit.Settings, do func(k int, f *logit.Constrained) error) error {
	if p.sparse() {
		return t.path(ctx, p, strengths, do)
	}
	for k, strength := range strengths {
		p.Strength = strength
		f, err := t.solve(ctx, p, s)
		if err != nil {
			return err
		}
		s.Start, s.From, s.Kept = append([]float64{f.Intercept}, f.Coef...), f.Fitted, nil
		if err := do(k, t.expand(f)); err != nil {
			return err
		}
	}
	return nil
}

// solve is one fit on the free columns: plain or with Firth's penalty, under limits
// (constrained), or of the intercept alone where the strength is infinite.
func (t *task) solve(ctx context.Context, p Penalty, s logit.Settings) (*logit.Constrained, error) {
	if math.IsInf(p.Strength, 1) {
		return t.level(ctx)
	}
	problem := t.problem(p.ridge())
	if t.limited() {
		return t.constrained(ctx, problem, s)
	}
	problem.Firth = p.firth()
	f, err := logit.Fit(ctx, problem, s)
	if err == nil && p.Kind == FLIC {
		f, err = logit.FLIC(ctx, problem, f)
	}
	return &logit.Constrained{Fitted: f}, err
}

// path is along for penalties that drop weights.
func (t *task) path(ctx context.Context, p Penalty, strengths []float64, do func(k int, f *logit.Constrained) error) error {
	settings := logit.PathSettings{Alpha: p.pathAlpha(), Lambdas: strengths}
	settings.Low, settings.High = t.freeLimits()
	path, err := logit.FitPath(ctx, t.problem(0), settings)
	if err != nil {
		return err
	}
	for k, point := range path.Points {
		if err := do(k, t.expand(&logit.Constrained{Fitted: t.pathFit(path, point)})); err != nil {
			return err
		}
	}
	return nil
}

// pathFit is a point of a path in the form of a fit. Its weights have no errors: those of
// a fit with only the chosen columns would be errors after the choice, which are too small
// (Leeb and Poetscher 2005). AIC counts the chosen columns (Zou, Hastie and Tibshirani 2007).
func (t *task) pathFit(path *logit.Path, point logit.PathPoint) *logit.Fitted {
	columns := len(point.Coef)
	f := &logit.Fitted{Intercept: point.Intercept, Coef: point.Coef, InterceptStdErr: math.NaN(), StdErr: make([]float64, columns),
		Covariance: mat.NewSymDense(columns+1, nil), LogLik: point.LogLik, NullLogLik: path.NullLogLik, Deviance: -2 * point.LogLik,
		N: len(t.y), SumWeights: path.SumWeights, Iterations: point.Passes, Gradient: point.Violation}
	size := 1.0
	for j, b := range point.Coef {
		f.StdErr[j] = math.NaN()
		size += oneIf(b != 0)
	}
	for i := range columns + 1 {
		for j := range i + 1 {
			f.Covariance.SetSym(i, j, math.NaN())
		}
	}
	f.AIC = 2*size - 2*point.LogLik
	return f
}

// expand puts the known parts of the coefficients back. What was pinned has no error: NaN, and
// 0 in the covariance. Columns of aliases and warnings become those of the design. The fit
// that was given is not changed.
func (t *task) expand(f *logit.Constrained) *logit.Constrained {
	if t.base == nil {
		return f
	}
	full := *f.Fitted
	full.Coef, full.StdErr = make([]float64, len(t.kept)), make([]float64, len(t.kept))
	full.Covariance = mat.NewSymDense(len(t.kept)+1, nil)
	full.Aliased, full.Warnings = nil, nil
	at := []int{0} // of the free coefficients among all, the intercept first
	for j := range t.kept {
		full.Coef[j], full.StdErr[j] = t.base[j], math.NaN()
	}
	for k, j := range t.free {
		at = append(at, j+1)
		full.Coef[j] += f.Coef[k]
		full.StdErr[j] = f.StdErr[k]
	}
	for i := range at {
		for k := range i + 1 {
			full.Covariance.SetSym(at[i], at[k], f.Covariance.At(i, k))
		}
	}
	for _, a := range f.Aliased {
		full.Aliased = append(full.Aliased, logit.Alias{Column: t.free[a.Column], Of: t.columns(a.Of)})
	}
	for _, w := range f.Warnings {
		w.Columns = t.columns(w.Columns)
		full.Warnings = append(full.Warnings, w)
	}
	out := *f
	out.Fitted = &full
	return &out
}

// columns turns places among the free columns into places in the design; the intercept, -1,
// stays.
func (t *task) columns(free []int) []int {
	var columns []int
	for _, k := range free {
		if k >= 0 {
			k = t.free[k]
		}
		columns = append(columns, k)
	}
	return columns
}

// explain names the factors behind an error of the solver.
func (t *task) explain(err error) error {
	var separation *logit.SeparationError
	if errors.As(err, &separation) {
		err = &logit.SeparationError{Columns: t.columns(separation.Columns), Complete: separation.Complete}
	}
	return t.c.explain(err, t.names)
}
