package metrics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mathext"

	"holdfast/dataset/radix"
)

// PSIPrior is added to the count of every bin before shares are taken, so that a bin
// that one side leaves empty does not make the index infinite (Jeffreys' prior). The
// prior biases the index of small samples towards zero by less than its null point.
const PSIPrior = 0.5

// PSI is the population stability index of two sets of counts over the same bins,
//
//	PSI = sum_b (a_b - e_b) ln(a_b / e_b),  share_b = (count_b + prior) / (n + prior B)
//
// the symmetric Kullback-Leibler divergence of Jeffreys (1946). A bin that is empty on
// both sides is none of the B bins; with prior 0, one that is empty on one side makes the
// index infinite. NaN if a side has no rows.
func PSI(expected, actual []int, prior float64) float64 {
	mustMatch(len(expected), len(actual))
	return psiOf(asFloats(expected), asFloats(actual), prior)
}

// psiOf is [PSI] of counts that need not be whole.
func psiOf(expected, actual []float64, prior float64) float64 {
	m, n := sumUp(expected), sumUp(actual)
	if m == 0 || n == 0 {
		return math.NaN()
	}
	added := prior * float64(usedBins(expected, actual))
	index := 0.0
	for b := range expected {
		e := (expected[b] + prior) / (m + added)
		a := (actual[b] + prior) / (n + added)
		if expected[b]+actual[b] > 0 && a != e {
			index += (a - e) * math.Log(a/e)
		}
	}
	return index
}

// sumUp adds up the bins in their order.
func sumUp(counts []float64) float64 {
	sum := 0.0
	for _, c := range counts {
		sum += c
	}
	return sum
}

// PSINull is the point that the index of n and m independent rows exceeds with
// probability 1-level when nothing has changed: (1/n + 1/m) times that quantile of
// chi-square with bins-1 degrees of freedom (Yurdakul 2018, section 2.4). Rows of one
// account are not independent: see [Drift].
func PSINull(n, m, bins int, level float64) float64 {
	return (1/float64(n) + 1/float64(m)) * chiSquareQuantile(float64(bins-1), level)
}

// usedBins counts the bins that are not empty on both sides.
func usedBins[T int | float64](expected, actual []T) int {
	used := 0
	for b := range expected {
		if expected[b]+actual[b] > 0 {
			used++
		}
	}
	return used
}

// total adds counts.
func total(counts []int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// Edges cuts the present values of a variable into at most the given number of bins
// [edge_i, edge_i+1) and returns the inner edges, rising and distinct. A variable of no
// more distinct values than bins gets a bin for each; of others the edges are the
// quantiles i/bins (type 7 of Hyndman and Fan 1996), each once: equal values are never
// split, so that heavy ties make fewer bins. Values come in any order, and are not sorted; NaN
// are passed over.
func Edges(x []float64, bins int) []float64 {
	if few := fewDistinct(x, bins); few != nil {
		return few[1:]
	}
	shares := make([]float64, bins) // 0, 1/bins, ...
	for i := range shares {
		shares[i] = float64(i) / float64(bins)
	}
	ranks := radix.NewRanks(x, shares...)
	if ranks.Len() == 0 {
		return nil
	}
	var edges []float64
	for _, share := range shares[1:] {
		edge := ranks.Quantile(share)
		if edge > ranks.At(0) && (len(edges) == 0 || edge > edges[len(edges)-1]) {
			edges = append(edges, edge)
		}
	}
	return edges
}

// fewDistinct lists the distinct values, rising, and nil where they are more than most, or none. Of
// zeros of both signs it takes the lower.
func fewDistinct(x []float64, most int) []float64 {
	var distinct []float64
	for _, v := range x {
		if v != v {
			continue
		}
		at, found := slices.BinarySearch(distinct, v)
		switch {
		case found:
			distinct[at] = math.Copysign(v, min(math.Copysign(1, v), math.Copysign(1, distinct[at])))
		case len(distinct) == most:
			return nil
		default:
			distinct = slices.Insert(distinct, at, v)
		}
	}
	return distinct
}

// BinOf is the bin of a value among the inner edges, 0 to len(edges). NaN goes to
// len(edges)+1: what is missing is a bin of its own. Edges are few, so that to compare the value
// with all of them takes less than to guess where it lies.
func BinOf(edges []float64, v float64) int32 {
	if v != v {
		return int32(len(edges) + 1)
	}
	bin := int32(0)
	for _, edge := range edges {
		reached := int32(0)
		if v >= edge {
			reached = 1
		}
		bin += reached
	}
	return bin
}

// chiSquareQuantile is the quantile of chi-square with any positive degrees of freedom.
func chiSquareQuantile(freedom, level float64) float64 {
	if !(freedom > 0) {
		return math.NaN()
	}
	return 2 * mathext.GammaIncRegCompInv(freedom/2, 1-level)
}

// chiSquareTail is the probability that chi-square exceeds x.
func chiSquareTail(freedom, x float64) float64 {
	if !(freedom > 0) || math.IsNaN(x) {
		return math.NaN()
	}
	return mathext.GammaIncRegComp(freedom/2, max(0, x)/2)
}
