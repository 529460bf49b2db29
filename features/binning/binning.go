package binning

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
)

// Trend says how WoE may move from the lowest bin to the highest. Special codes and missing
// values have no place in that order and are bound by none. Within a trend every step is
// strict: two neighbours of one WoE would be one bin.
type Trend string

// The trends.
const (
	Free       Trend = "free" // any way
	Ascending  Trend = "ascending"
	Descending Trend = "descending"
	Peak       Trend = "peak"   // up, then down
	Valley     Trend = "valley" // down, then up
	Auto       Trend = "auto"   // ascending or descending, whichever is worth more
)

// trends lists all of them.
func trends() []Trend { return []Trend{Free, Ascending, Descending, Peak, Valley, Auto} }

// Method says how the fine cuts are placed that are merged afterwards.
type Method string

// The methods.
const (
	Quantile Method = "quantile" // about equally many rows in each fine bin
	Tree     Method = "tree"     // a regression tree of one variable (Breiman et al. 1984)
)

// Options say how to cut. The zero value is complete. With Edges only Special matters beside
// them: nothing is learned but the counts, and no bin needs a share of the rows.
type Options struct {
	Method   Method    `json:"method,omitempty"`    // "" is Quantile
	Trend    Trend     `json:"trend,omitempty"`     // "" is Free
	PreBins  int       `json:"pre_bins,omitempty"`  // fine bins at most; 0 is 20
	MaxBins  int       `json:"max_bins,omitempty"`  // bins at most, special ones apart; 0 is 6
	MinShare float64   `json:"min_share,omitempty"` // of the rows with a value, in every bin; 0 is 0.05
	Edges    []float64 `json:"edges,omitempty"`     // ascending cuts given by hand, used as they are; nil: learn them
	Special  []float64 `json:"special,omitempty"`   // codes that are no quantities, such as -1 or 999: a bin each
}

// The defaults: six bins fit a screen, and a bin with fewer than one in twenty rows says
// more about chance than about churn.
const (
	defaultPreBins  = 20
	defaultMaxBins  = 6
	defaultMinShare = 0.05
	mostPreBins     = 200 // merge takes time with the cube of it, and memory with the square
)

// Binning is what was learned: numbers only, fit for a model file. It is not written after
// Learn, so that several goroutines may look values up. One that was read from a file must
// pass Check before WoE is called, which relies on the lengths and the order below.
type Binning struct {
	Edges   []float64 `json:"edges"`             // ascending; bin i holds Edges[i-1] <= x < Edges[i]
	Bins    []Bin     `json:"bins"`              // one more than Edges, from low to high
	Codes   []float64 `json:"codes,omitempty"`   // special codes, ascending
	Special []Bin     `json:"special,omitempty"` // one for each of Codes
	Missing Bin       `json:"missing"`
	Trend   Trend     `json:"trend"` // what Auto came to
	IV      float64   `json:"iv"`    // over all bins, special and missing included
}

// Bin counts the training rows of one bin and says what they are worth. Counts are kept so
// that a report can show them; WoE is what a score reads.
type Bin struct {
	N       int     `json:"n"`
	Churned int     `json:"churned"`
	WoE     float64 `json:"woe"` // weight of evidence, in log-odds, positive = risk; 0 for a bin without rows: it says nothing
}

// Learn cuts x (NaN is missing) so as to tell churned from renewed. Both must occur, and the
// two slices be of one length; these and options that mean nothing are errors. Infinite values
// belong to the outermost bins. Neither slice is changed or kept. It sorts the rows with a
// value, O(n log n); merging depends on the number of fine bins only.
func Learn(x []float64, churned []bool, o Options) (*Binning, error) {
	o = o.withDefaults()
	if err := o.Check(); err != nil {
		return nil, err
	}
	if len(x) != len(churned) {
		return nil, fmt.Errorf("binning: %d values but %d labels", len(x), len(churned))
	}
	b := &Binning{Codes: slices.Compact(slices.Sorted(slices.Values(o.Special))), Edges: slices.Clone(o.Edges)}
	b.Special = make([]Bin, len(b.Codes))
	rows, total := b.setAside(x, churned)
	if total.churned == 0 || total.churned == total.n {
		return nil, errors.New("binning: weight of evidence needs both churned and renewed rows")
	}
	fine := rows.fine(o)
	b.Trend = o.Trend
	if o.Edges == nil {
		b.Edges, b.Trend = merge(fine, total, o)
	}
	b.count(rows, total)
	return b, nil
}

// withDefaults fills in what was left open.
func (o Options) withDefaults() Options {
	if o.Method == "" {
		o.Method = Quantile
	}
	if o.Trend == "" {
		o.Trend = Free
	}
	if o.PreBins == 0 {
		o.PreBins = defaultPreBins
	}
	if o.MaxBins == 0 {
		o.MaxBins = defaultMaxBins
	}
	if o.MinShare == 0 {
		o.MinShare = defaultMinShare
	}
	return o
}

// Check refuses options that mean nothing.
func (o Options) Check() error {
	o = o.withDefaults()
	switch {
	case o.Method != Quantile && o.Method != Tree:
		return fmt.Errorf("binning: unknown method %q; the methods are quantile and tree", o.Method)
	case !slices.Contains(trends(), o.Trend):
		return fmt.Errorf("binning: unknown trend %q; the trends are free, ascending, descending, peak, valley and auto", o.Trend)
	case o.PreBins < 1 || o.PreBins > mostPreBins || o.MaxBins < 1:
		return fmt.Errorf("binning: %d fine bins and %d bins asked for; choose 1 to %d, and at least 1", o.PreBins, o.MaxBins, mostPreBins)
	case !(o.MinShare > 0 && o.MinShare <= 0.5):
		return fmt.Errorf("binning: a smallest share of %v asked for; choose above 0 and at most 0.5", o.MinShare)
	}
	for i, e := range o.Edges {
		if math.IsNaN(e) || math.IsInf(e, 0) || i > 0 && e <= o.Edges[i-1] {
			return fmt.Errorf("binning: edge %v: edges must be finite and ascending", e)
		}
	}
	for _, c := range o.Special {
		if math.IsNaN(c) || math.IsInf(c, 0) {
			return errors.New("binning: a special code must be a finite number; missing values have a bin of their own")
		}
	}
	return nil
}

// setAside counts missing values and special codes, and returns the other rows, sorted
// by value, with the totals of all rows: shares are of all churned and all renewed, those set
// aside among them.
func (b *Binning) setAside(x []float64, churned []bool) (sortedRows, tally) {
	var total tally
	rows := make(sortedRows, 0, len(x))
	for i, v := range x {
		total.add(churned[i])
		code, special := slices.BinarySearch(b.Codes, v)
		switch {
		case v != v:
			b.Missing.add(churned[i])
		case special:
			b.Special[code].add(churned[i])
		default:
			rows = append(rows, row{v, churned[i]})
		}
	}
	rows.sort()
	return rows, total
}

// count fills the bins between the edges and weighs all of them. It counts the rows themselves
// and not the fine bins, so that edges given by hand and learned ones go one way.
func (b *Binning) count(rows sortedRows, total tally) {
	b.Bins = make([]Bin, len(b.Edges)+1)
	for _, r := range rows {
		b.Bins[b.bin(r.value)].add(r.churned)
	}
	b.IV = 0
	weigh := func(bin *Bin) {
		if bin.N == 0 {
			return
		}
		var iv float64
		bin.WoE, iv = tally{bin.N, bin.Churned}.evidence(total)
		b.IV += iv
	}
	for i := range b.Bins {
		weigh(&b.Bins[i])
	}
	for i := range b.Special {
		weigh(&b.Special[i])
	}
	weigh(&b.Missing)
}

// bin is the number of the bin that holds a value, by bisection: the first edge above it ends
// the bin.
func (b *Binning) bin(v float64) int {
	return sort.Search(len(b.Edges), func(i int) bool { return v < b.Edges[i] })
}

// WoE is the weight of evidence of a value: that of the missing for NaN, of its code for a
// special one, else of the bin between the edges around it, the outermost ones reaching to
// infinity. It takes O(log bins) and never fails.
func (b *Binning) WoE(v float64) float64 {
	if v != v {
		return b.Missing.WoE
	}
	if code, special := slices.BinarySearch(b.Codes, v); special {
		return b.Special[code].WoE
	}
	return b.Bins[b.bin(v)].WoE
}

// add counts one row.
func (b *Bin) add(churned bool) {
	b.N++
	if churned {
		b.Churned++
	}
}

// Check refuses bins that Learn could not have made, such as those of a damaged file.
func (b *Binning) Check() error {
	switch {
	case len(b.Bins) != len(b.Edges)+1:
		return fmt.Errorf("binning: %d bins for %d edges", len(b.Bins), len(b.Edges))
	case len(b.Special) != len(b.Codes):
		return fmt.Errorf("binning: %d special bins for %d codes", len(b.Special), len(b.Codes))
	case !ascending(b.Edges) || !ascending(b.Codes):
		return errors.New("binning: edges and special codes must be finite and ascending")
	case !slices.Contains(trends(), b.Trend):
		return fmt.Errorf("binning: unknown trend %q", b.Trend)
	case math.IsNaN(b.IV) || math.IsInf(b.IV, 0):
		return fmt.Errorf("binning: information value %v", b.IV)
	}
	for _, bin := range slices.Concat(b.Bins, b.Special, []Bin{b.Missing}) {
		if bin.N < 0 || bin.Churned < 0 || bin.Churned > bin.N || math.IsNaN(bin.WoE) || math.IsInf(bin.WoE, 0) {
			return fmt.Errorf("binning: a bin of %d rows, %d churned, and weight of evidence %v", bin.N, bin.Churned, bin.WoE)
		}
	}
	return nil
}

// ascending says whether finite numbers rise strictly.
func ascending(x []float64) bool {
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) || i > 0 && v <= x[i-1] {
			return false
		}
	}
	return true
}
