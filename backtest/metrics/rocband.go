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
// step along the curve is less than 1/500 are taken together, so that a draw takes no sort
// and sixteen of them one pass over the rows. A candidate with one score for everybody has no band: its list
// is nil, as is every list without rows. What is undefined without rows of both outcomes is NaN.
//
// It returns an error for slices of different length, a score that is not a number, a
// negative account, and what [Bootstrap] refuses.
func ROCBands(ctx context.Context, score [][]float64, churned []bool, cluster []int32, how BandPlan) ([][]BandPoint, error) {
	if err := checkBands(score, churned, cluster); err != nil || len(score)*len(how.FPR)*len(churned) == 0 {
		return make([][]BandPoint, len(score)), err
	}
	return ROCBandsOf(ctx, NewRankings(score, churned, cluster), how)
}

// ROCBandsOf is [ROCBands] of candidates that are ranked already, on the same rows and
// accounts; rankings that differ in accounts are an error.
func ROCBandsOf(ctx context.Context, rankings []*Ranking, how BandPlan) ([][]BandPoint, error) {
	accounts, err := commonAccounts(rankings)
	if err != nil {
		return nil, err
	}
	plans, points := make([]*plan, len(rankings)), len(how.FPR)
	sideBySide(len(rankings), func(c int) {
		plans[c] = rankings[c].inSteps(cellStep)
	})
	drawn, err := newReplicates(accounts, how.Replicates, len(rankings)*points)
	if err != nil {
		return nil, err
	}
	err = inParallel(ctx, (how.Replicates+lanes-1)/lanes, func() func(int) {
		d, sums := newDraws(accounts), new(cellSums)
		return func(i int) {
			first := i * lanes
			d.draw(how.Seed, first, min(lanes, how.Replicates-first))
			sums.rates(d, plans, how.FPR, drawn.Values[first*drawn.Width:])
		}
	})
	if err != nil {
		return nil, err
	}
	actual := make([]float64, drawn.Width)
	new(cellSums).rates(DrawsOf(ones(accounts)), plans, how.FPR, actual)
	return bandsOf(plans, how, actual, drawn), nil
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
func bandsOf(cells []*plan, how BandPlan, actual []float64, drawn *Replicates) [][]BandPoint {
	bands := make([][]BandPoint, len(cells))
	for c := range cells {
		if len(cells[c].blocks) < 2 {
			continue
		}
		for k, fpr := range how.FPR {
			col := c*len(how.FPR) + k
			low, high := drawn.Percentile(col, how.Level)
			bands[c] = append(bands[c], BandPoint{fpr, actual[col], low, high})
		}
	}
	return bands
}

// cellStep is the least step along a ROC curve that is seen by itself. A curve has a length
// of at most 2, so that steps as large are at most 1,000; in between lie as many cells of
// smaller steps.
const cellStep = 1.0 / 500

// stepOf is how far some rows move both rates together; an outcome that is absent moves
// none.
func stepOf(t, all tally) float64 {
	return float64(t.churned)/float64(max(1, all.churned)) + float64(t.renewed)/float64(max(1, all.renewed))
}

// cellSums are the renewed and the churned rows of each cell of a plan, [2k] and [2k+1], in
// each replicate.
type cellSums [lanes][]int64

// rates reads the true-positive rates of all plans off the draws: out has a row for each of
// them.
func (c *cellSums) rates(d *Draws, plans []*plan, fpr, out []float64) {
	width := len(plans) * len(fpr)
	for j, p := range plans {
		c.count(d, p)
		for l := range d.replicates {
			ratesAt(c[l], fpr, out[l*width+j*len(fpr):][:len(fpr)])
		}
	}
}

// count adds up the cells of one plan.
func (c *cellSums) count(d *Draws, p *plan) {
	for l := range c {
		c[l] = c[l][:0]
	}
	if !d.fits {
		for l := range d.replicates {
			c[l] = p.countCells(d.Count(l), c[l])
		}
		return
	}
	renewed, churned := newTape(p.renewed, d.packed, d.most), newTape(p.churned, d.packed, d.most)
	for _, b := range p.blocks {
		misses, hits := renewed.next(int(b.tied)), churned.next(int(b.churned))
		for l := range d.replicates {
			c[l] = append(c[l], misses[l], hits[l])
		}
	}
}

// countCells adds up the cells of a plan for one replicate.
func (p *plan) countCells(count []int32, sums []int64) []int64 {
	renewed, churned := p.renewed, p.churned
	for _, b := range p.blocks {
		sums = append(sums, countOf(renewed[:b.tied], count), countOf(churned[:b.churned], count))
		renewed, churned = renewed[b.tied:], churned[b.churned:]
	}
	return sums
}

// countOf counts rows of the given accounts.
func countOf(accounts []uint32, count []int32) (n int64) {
	for _, g := range accounts {
		n += int64(count[g])
	}
	return n
}

// ratesAt reads the true-positive rate off the curve at every false-positive rate: where it
// rises straight up, the upper end.
func ratesAt(sums []int64, fpr, out []float64) {
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
