package metrics

import (
	"context"
	"fmt"
	"math"
)

// BandPoint is the true-positive rate at a false-positive rate, with its interval.
type BandPoint struct {
	FPR, TPR, Low, High float64
}

// BandPlan says where and how the bands of ROC curves are drawn.
type BandPlan struct {
	FPR        []float64 // rising, within [0,1]
	Replicates int
	Seed       uint64
	Level      float64 // of the intervals, such as 0.95
}

// ROCBands are pointwise bands of the ROC curves of several candidates on the same n rows,
// one list per candidate: at each false-positive rate of the plan the true-positive rate
// with its percentile interval over draws of accounts (the vertical bands of Macskassy and
// Provost 2004, drawn by [Bootstrap]). Pointwise means that at a given rate one curve in
// twenty leaves its 95 % band; at some rate, more do. All candidates see the same draws.
//
// Between two scores a curve is straight, as it is across a tie. Neighbouring scores whose
// step along the curve is less than 1/500 are taken together, so that a draw takes one pass
// over the rows and no sort. A candidate with one score for everybody has no band: its list
// is nil, as is every list without rows. What is undefined without rows of both outcomes is NaN.
//
// It returns an error for slices of different length, a score that is not a number, a
// negative account, and what [Bootstrap] refuses.
func ROCBands(ctx context.Context, score [][]float64, churned []bool, cluster []int32, plan BandPlan) ([][]BandPoint, error) {
	if err := checkBands(score, churned, cluster); err != nil || len(score)*len(plan.FPR)*len(churned) == 0 {
		return make([][]BandPoint, len(score)), err
	}
	accounts, points := groupRows(cluster, len(churned)), len(plan.FPR)
	cells := make([]scoreCells, len(score))
	for c := range score {
		cells[c] = newScoreCells(score[c], churned, accounts.rows)
	}
	newStat := func() Statistic {
		sums := make([]int32, 2*maxCells)
		return func(count []int32, out []float64) {
			for c := range cells {
				cells[c].count(accounts.from, count, sums)
				ratesAt(sums[:2*cells[c].n], plan.FPR, out[c*points:(c+1)*points])
			}
		}
	}
	drawn, err := Bootstrap(ctx, len(accounts.from)-1, plan.Replicates, plan.Seed, len(cells)*points, newStat)
	if err != nil {
		return nil, err
	}
	actual := make([]float64, len(cells)*points)
	newStat()(ones(len(accounts.from)-1), actual)
	return bandsOf(cells, plan, actual, drawn), nil
}

func checkBands(score [][]float64, churned []bool, cluster []int32) error {
	for c, s := range score {
		if len(s) != len(churned) || cluster != nil && len(cluster) != len(churned) {
			return fmt.Errorf("metrics: ROC bands: %d scores, %d outcomes and %d accounts must be equally many", len(s), len(churned), len(cluster))
		}
		for i, v := range s {
			if v != v {
				return fmt.Errorf("metrics: ROC bands: score %d of candidate %d is not a number", i, c)
			}
		}
	}
	return checkClusters("ROC bands", cluster)
}

// bandsOf reads the intervals off the draws.
func bandsOf(cells []scoreCells, plan BandPlan, actual []float64, drawn *Replicates) [][]BandPoint {
	bands := make([][]BandPoint, len(cells))
	for c := range cells {
		if cells[c].n < 2 {
			continue
		}
		for k, fpr := range plan.FPR {
			col := c*len(plan.FPR) + k
			low, high := drawn.Percentile(col, plan.Level)
			bands[c] = append(bands[c], BandPoint{fpr, actual[col], low, high})
		}
	}
	return bands
}

// A curve has a length of at most 2, so that steps of 1/500 or more are at most 1,000; in
// between lie as many cells of smaller steps.
const (
	cellStep = 1.0 / 500
	maxCells = 2*1000 + 2
)

// scoreCells are neighbouring scores taken together, from the highest down.
type scoreCells struct {
	n    int
	code []uint16 // cell<<1 | churned, in the order of the rows by account: a draw reads them in one stream
}

// newScoreCells walks the ties from the highest score down and opens a cell where the last
// one would become too large.
func newScoreCells(score []float64, churned []bool, order []uint32) scoreCells {
	r := newPlainRanking(score, churned)
	once := r.weights(nil)
	all := r.totals(once)
	s, code := scoreCells{code: make([]uint16, len(score))}, make([]uint16, len(score))
	size := math.Inf(1) // of the last cell; the first tie opens one
	for i := 0; i < len(r.code); {
		end, t := r.block(i, once)
		step := stepOf(t, all)
		if size += step; size > cellStep {
			s.n, size = s.n+1, step
		}
		for _, row := range r.row[i:end] {
			code[row] = uint16(s.n-1) << 1
			if churned[row] {
				code[row] |= churnedBit
			}
		}
		i = end
	}
	for at, row := range order {
		s.code[at] = code[row]
	}
	return s
}

// stepOf is how far some rows move both rates together; an outcome that is absent moves
// none.
func stepOf(t, all tally) float64 {
	return float64(t.churned)/float64(max(1, all.churned)) + float64(t.renewed)/float64(max(1, all.renewed))
}

// count adds up the renewed and the churned rows of each cell, sums[2k] and sums[2k+1], each
// account count[g] times; its rows are from[g]:from[g+1].
func (s *scoreCells) count(from []int, count, sums []int32) {
	clear(sums[:2*s.n])
	for g, times := range count {
		if times == 0 {
			continue
		}
		for _, code := range s.code[from[g]:from[g+1]] {
			sums[code] += times
		}
	}
}

// ratesAt reads the true-positive rate off the curve at every false-positive rate: where it
// rises straight up, the upper end.
func ratesAt(sums []int32, fpr, out []float64) {
	churned, renewed := 0.0, 0.0
	for k := 0; k < len(sums); k += 2 {
		churned, renewed = churned+float64(sums[k|churnedBit]), renewed+float64(sums[k])
	}
	if churned == 0 || renewed == 0 {
		fill(out, math.NaN())
		return
	}
	next, found, wrong := 0, 0.0, 0.0 // above the cell
	for k := 0; k < len(sums); k += 2 {
		hits, misses := float64(sums[k|churnedBit]), float64(sums[k])
		for end := (wrong + misses) / renewed; next < len(fpr) && fpr[next] < end; next++ {
			within := (fpr[next]*renewed - wrong) / misses
			out[next] = (found + within*hits) / churned
		}
		found, wrong = found+hits, wrong+misses
	}
	fill(out[next:], 1)
}

// ones counts every account once.
func ones(accounts int) []int32 {
	count := make([]int32, accounts)
	for g := range count {
		count[g] = 1
	}
	return count
}

// groupedRows are the rows of each account: rows[from[g]:from[g+1]], in their order.
type groupedRows struct {
	from []int
	rows []uint32
}

// groupRows groups n rows by account; without accounts each row is one.
func groupRows(cluster []int32, n int) groupedRows {
	if cluster == nil {
		cluster = make([]int32, n)
		for i := range cluster {
			cluster[i] = int32(i)
		}
	}
	from := make([]int, clusterCount(cluster)+1)
	for _, g := range cluster {
		from[g+1]++
	}
	for g := range from[1:] {
		from[g+1] += from[g]
	}
	rows, next := make([]uint32, n), append([]int(nil), from...)
	for i, g := range cluster {
		rows[next[g]] = uint32(i)
		next[g]++
	}
	return groupedRows{from, rows}
}
