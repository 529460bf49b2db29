package binning

import (
	"cmp"
	"math"
	"slices"
)

// row is a value and its label.
type row struct {
	value   float64
	churned bool
}

// sortedRows are rows with a value, in ascending order of it.
type sortedRows []row

// sort orders by value; rows of one value need no order among each other, since no cut
// can part them.
func (rows sortedRows) sort() {
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.value, b.value) })
}

// fineBin is a fine bin: its rows, and the cut above it.
type fineBin struct {
	tally
	edge float64 // the lower edge of the next bin; of the last: +Inf
}

// fine places the fine cuts and counts the rows between them. No fine bin is empty.
func (rows sortedRows) fine(o Options) []fineBin {
	if len(rows) == 0 {
		return nil
	}
	var ends []int // of each fine bin: one past its last row
	if o.Method == Tree {
		ends = rows.treeCuts(o.PreBins, smallest(len(rows), o.MinShare))
	} else {
		ends = rows.quantileCuts(o.PreBins)
	}
	bins := make([]fineBin, len(ends))
	from := 0
	for i, end := range ends {
		for _, r := range rows[from:end] {
			bins[i].add(r.churned)
		}
		bins[i].edge = math.Inf(1)
		if end < len(rows) {
			bins[i].edge = between(rows[end-1].value, rows[end].value)
		}
		from = end
	}
	return bins
}

// smallest is the number of rows that every bin needs.
func smallest(n int, share float64) int { return max(1, int(math.Ceil(share*float64(n)))) }

// between is a cut above a and not above b, for a < b: their midpoint, so that later
// values near either side fall with their neighbour.
func between(a, b float64) float64 {
	b = min(b, math.MaxFloat64) // an edge is finite: it goes into a model file
	if mid := a/2 + b/2; mid > a && mid <= b {
		return mid
	}
	return b // neighbouring floats, or from minus infinity
}

// quantileCuts cuts after every n-th part of the rows, and moves each cut up to the next
// change of value. A value of many rows swallows the cuts within it, so that there may be
// fewer fine bins than asked for; the last cut is the number of rows.
func (rows sortedRows) quantileCuts(bins int) []int {
	var ends []int
	last := 0
	for k := 1; k <= bins; k++ {
		end := max(len(rows)*k/bins, last+1)
		for end < len(rows) && rows[end].value == rows[end-1].value {
			end++
		}
		if end > len(rows) {
			break
		}
		ends = append(ends, end)
		if last = end; last == len(rows) {
			break
		}
	}
	return ends
}

// treeCuts grows a regression tree: of all leaves, the one whose best cut reduces the
// squared error of the label (the Gini impurity) most is cut first, until there are
// enough leaves or no cut helps. Every leaf keeps at least least rows. A cut costs one pass
// over its leaf, so that the tree takes O(rows * leaves) at worst.
func (rows sortedRows) treeCuts(leaves, least int) []int {
	churned := make([]int, len(rows)+1) // before each row
	for i, r := range rows {
		churned[i+1] = churned[i]
		if r.churned {
			churned[i+1]++
		}
	}
	grown := []leaf{rows.bestCut(churned, 0, len(rows), least)}
	for len(grown) < leaves {
		best := 0
		for i, l := range grown {
			if l.gain > grown[best].gain {
				best = i
			}
		}
		l := grown[best]
		if l.gain <= 0 {
			break
		}
		grown = slices.Replace(grown, best, best+1,
			rows.bestCut(churned, l.from, l.cut, least), rows.bestCut(churned, l.cut, l.to, least))
	}
	ends := make([]int, len(grown))
	for i, l := range grown {
		ends[i] = l.to
	}
	return ends
}

// leaf is a run of rows [from, to) and where it is cut best; gain 0: nowhere.
type leaf struct {
	from, to, cut int
	gain          float64 // in squared error
}

// bestCut tries every change of value inside a run. Of equally good cuts the lowest is
// taken: a gain must be greater by 1e-12 of itself, so that rounding does not choose.
func (rows sortedRows) bestCut(churned []int, from, to, least int) leaf {
	best := leaf{from: from, to: to}
	whole := squares(churned, from, to)
	for cut := from + least; cut <= to-least; cut++ {
		if rows[cut].value == rows[cut-1].value {
			continue
		}
		if gain := squares(churned, from, cut) + squares(churned, cut, to) - whole; gain > best.gain*(1+1e-12) {
			best.cut, best.gain = cut, gain
		}
	}
	return best
}

// squares is the part of the squared error that a run's mean explains: n * rate^2.
func squares(churned []int, from, to int) float64 {
	c := float64(churned[to] - churned[from])
	return c * c / float64(to-from)
}
