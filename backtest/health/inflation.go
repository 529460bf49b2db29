package health

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// A design column is aliased when the columns before it explain all but aliasShare of
// its variance: sums of products in float64 resolve no less. A column takes part in the
// combination from a coefficient of takesPart on, columns being standardised.
const (
	aliasShare = 1e-12
	takesPart  = 1e-6
)

// inflation is the variance inflation of every design column of a fit on all examples,
// the diagonal of the inverse correlation matrix (Marquardt 1970), after aliased columns
// are set apart. A column of a category has one of its own; what R's car::vif gives for
// a fitted glm is another thing. Profiles get the largest of their columns; they are in the
// order of the factors, and those of a spline are left alone.
//
// Columns are in the order of the design, without those that are constant on the examples.
// Errors: those of features.Fit and of reading a stored design.
func inflation(ctx context.Context, factors []features.Factor, e *dataset.Examples, profiles []Factor) ([]Column, []Alias, error) {
	encoder, design, _, err := features.Fit(ctx, factors, features.Complete(e, factors).All(), features.Standardised)
	if err != nil {
		return nil, nil, fmt.Errorf("health: %w", err)
	}
	defer design.Close()
	names := encoder.Names()
	correlations, err := gram(ctx, design)
	if err != nil {
		return nil, nil, err
	}
	columns, aliases := inflate(correlations, names)
	curved := make(map[string]bool)
	for _, f := range factors {
		curved[f.Name] = f.Kind == features.Spline
	}
	for _, c := range columns {
		if curved[c.Factor] {
			continue // the terms of a curve are bent copies of one number, and explain each other
		}
		at := slices.IndexFunc(profiles, func(p Factor) bool { return p.Name == c.Factor })
		if p := &profiles[at]; !p.VIF.Defined() || c.VIF > p.VIF {
			p.VIF = c.VIF
		}
	}
	return columns, aliases, nil
}

// gramRows is how many rows are multiplied at a time: a block of every column stays in
// cache.
const gramRows = 2048

// gram is the matrix of correlations: of inner products over the rows, scaled, since
// columns are standardised. A design may lie in a file, so it is read by blocks. Every
// entry is added up by one goroutine, block after block, so that their number changes no
// bit. It takes O(p^2 n) for p columns of n rows; the result is p x p, symmetric, with ones on
// its diagonal.
func gram(ctx context.Context, d *features.Design) ([][]float64, error) {
	_, p := d.Size()
	sums := make([][]float64, p)
	for i := range sums {
		sums[i] = make([]float64, p)
	}
	group, ctx := errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() error { return products(ctx, d, sums, w, workers) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i := range p {
		for j := range i {
			sums[i][j] /= math.Sqrt(sums[i][i] * sums[j][j])
			sums[j][i] = sums[i][j]
		}
	}
	for i := range p {
		sums[i][i] = 1
	}
	return sums, nil
}

// products adds up every step-th row of the lower triangle, from the first on, diagonal
// included, into sums. Rows taken in turns share the triangle about evenly. Every worker reads
// the whole design: reading is little beside p^2/2 products per block.
func products(ctx context.Context, d *features.Design, sums [][]float64, first, step int) error {
	rows, p := d.Size()
	buffers, pieces := make([]float64, p*gramRows), make([][]float64, p)
	for from := 0; from < rows; from += gramRows {
		n := min(gramRows, rows-from)
		for j := range pieces {
			var err error
			if pieces[j], err = d.Piece(j, from, buffers[j*gramRows:j*gramRows+n]); err != nil {
				return fmt.Errorf("health: %w", err)
			}
		}
		for i := first; i < p; i += step {
			for j := range i + 1 {
				sums[i][j] += dot(pieces[i], pieces[j])
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// dot is the inner product of two slices of one length. It keeps four sums, which a processor
// adds side by side; their order is fixed.
func dot(x, y []float64) float64 {
	var a, b, c, d float64
	i := 0
	for ; i+4 <= len(x); i += 4 {
		a += x[i] * y[i]
		b += x[i+1] * y[i+1]
		c += x[i+2] * y[i+2]
		d += x[i+3] * y[i+3]
	}
	for ; i < len(x); i++ {
		a += x[i] * y[i]
	}
	return (a + b) + (c + d)
}

// inflate sweeps the columns of a correlation matrix in order (Goodnight 1979). Sweeping
// column k puts the inverse of the swept block in its place, minus the coefficients of
// every other column on the swept ones beside it, and residual variances on the rest of
// the diagonal: everything that VIF and aliases need. An aliased column is not swept, and every
// column of its combination has an infinite inflation as well. r is p x p and is overwritten;
// names has its p columns. O(p^3).
func inflate(r [][]float64, names []features.Name) ([]Column, []Alias) {
	p := len(r)
	swept, aliases := make([]bool, p), []Alias{}
	infinite := make([]bool, p)
	for k := range p {
		if r[k][k] > aliasShare {
			sweep(r, k)
			swept[k] = true
			continue
		}
		alias := Alias{Column: names[k].String(), Of: []string{}}
		infinite[k] = true
		for j := range k {
			if swept[j] && math.Abs(r[j][k]) > takesPart {
				alias.Of = append(alias.Of, names[j].String())
				infinite[j] = true
			}
		}
		aliases = append(aliases, alias)
	}
	columns := make([]Column, p)
	for k := range columns {
		columns[k] = Column{Factor: names[k].Factor, Level: names[k].Level, VIF: models.Stat(math.Inf(1))}
		if !infinite[k] {
			columns[k].VIF = models.Stat(r[k][k])
		}
	}
	return columns, aliases
}

// sweep is the sweep operator on a symmetric matrix, in the form that keeps the swept
// block the inverse with a positive diagonal: after all columns were swept r is the inverse.
// The pivot r[k][k] must not be zero; O(p^2), in place.
func sweep(r [][]float64, k int) {
	pivot := r[k][k]
	for i := range r {
		if i == k {
			continue
		}
		b := r[i][k] / pivot
		for j := range r {
			if j != k {
				r[i][j] -= b * r[k][j]
			}
		}
		r[i][k] = -b
	}
	for j := range r {
		if j != k {
			r[k][j] /= pivot
		}
	}
	r[k][k] = 1 / pivot
}
