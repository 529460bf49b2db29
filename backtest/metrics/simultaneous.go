package metrics

import (
	"fmt"
	"math"
	"slices"
)

// Contrast is the replicates of the differences of columns, one column per pair (i, j):
// column i less column j. They are paired, because a replicate drew the same accounts for
// all its columns. It returns an error for a column that is not there.
func (r *Replicates) Contrast(pairs ...[2]int) (*Replicates, error) {
	rows := len(r.Values) / r.Width
	out := &Replicates{Width: len(pairs), Values: make([]float64, 0, rows*len(pairs))}
	if len(pairs) == 0 {
		return nil, fmt.Errorf("metrics: contrast: no pairs of columns given")
	}
	for _, p := range pairs {
		if min(p[0], p[1]) < 0 || max(p[0], p[1]) >= r.Width {
			return nil, fmt.Errorf("metrics: contrast: columns %d and %d of %d", p[0], p[1], r.Width)
		}
	}
	for at := range rows {
		row := r.Values[at*r.Width:]
		for _, p := range pairs {
			out.Values = append(out.Values, row[p[0]]-row[p[1]])
		}
	}
	return out, nil
}

// StdErr is the standard deviation of a column's replicates, the bootstrap standard error.
// Undefined replicates are left out; NaN if fewer than two are defined.
func (r *Replicates) StdErr(col int) float64 {
	v := r.defined(col)
	n := float64(len(v))
	var sum, squares exactSum
	for _, x := range v {
		sum.add(x / n)
	}
	mean := sum.value()
	for _, x := range v {
		squares.add((x - mean) * (x - mean))
	}
	return math.Sqrt(ratio(squares.value(), n-1))
}

// Simultaneous compares all columns with zero at once: with the probability level all the
// intervals hold together, and P is the probability of a value as far out in any of the
// columns where all are zero in truth. Estimates are the columns' values from all rows, as
// a rule differences of several challengers from a champion, see [Replicates.Contrast].
//
// Both come from the replicates of the largest deviation (the bootstrap max-t method,
// Westfall and Young 1993; Romano and Wolf 2005, single step),
//
//	max_j |T*_j - T_j| / se_j
//
// whose quantile stands in for that of the normal distribution; challengers that are alike
// are paid for once, where Bonferroni pays for each. Replicates in which a column is
// undefined are left out. A column that does not vary has an interval of one point. It
// returns an error if estimates and columns are not equally many.
func (r *Replicates) Simultaneous(estimates []float64, level float64) ([]Difference, error) {
	if len(estimates) != r.Width {
		return nil, fmt.Errorf("metrics: simultaneous intervals: %d estimates for %d columns", len(estimates), r.Width)
	}
	out := make([]Difference, r.Width)
	for j := range out {
		out[j] = Difference{Value: estimates[j], StdErr: r.StdErr(j)}
		out[j].Z = ratio(estimates[j], out[j].StdErr)
		if estimates[j] == 0 {
			out[j].Z = 0
		}
	}
	furthest := r.furthest(out)
	slices.Sort(furthest)
	reach := quantile(furthest, level)
	for j := range out {
		d := &out[j]
		d.Low, d.High = d.Value-reach*d.StdErr, d.Value+reach*d.StdErr
		d.P = atLeast(furthest, math.Abs(d.Z))
	}
	return out, nil
}

// furthest is the largest standardised deviation of each replicate, from the estimate and
// not from zero: replicates scatter around what was seen as estimates do around the truth.
func (r *Replicates) furthest(of []Difference) []float64 {
	var out []float64
	for at := 0; at < len(r.Values); at += r.Width {
		most := 0.0
		for j, d := range of {
			if off := math.Abs(r.Values[at+j] - d.Value); off != 0 {
				most = max(most, off/d.StdErr) // NaN stays NaN
			}
		}
		if most == most {
			out = append(out, most)
		}
	}
	return out
}

// atLeast is the share of sorted replicates that reach z, the estimate itself counted as
// one of them: never 0, as more replicates might have reached it (Davison and Hinkley 1997,
// equation 4.11).
func atLeast(sorted []float64, z float64) float64 {
	if z != z || len(sorted) == 0 {
		return math.NaN()
	}
	below, _ := slices.BinarySearch(sorted, z)
	return float64(1+len(sorted)-below) / float64(1+len(sorted))
}
