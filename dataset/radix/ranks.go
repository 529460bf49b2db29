package radix

import (
	"math"
	"slices"
	"sort"
)

// Ranks tells which number has which rank in a list, without sorting all of it: it counts the
// upper bits of the numbers, and looks closer only at those that share them with one that is asked
// for. A few quantiles cost two or three passes instead of the seven of Sort. It is the selection
// by digits that Alabi, Blanchard, Gordon and Steinbach (2012, Fast k-selection algorithms for
// graphics processing units) call radixSelect, which remembers here what it has looked at.
//
// NaN have no rank and are passed over. The list must not change meanwhile. Only numbers around
// those that are asked for are copied. A Ranks may not be used by several goroutines.
type Ranks struct {
	x      []float64 // alike in all bits above those of the digit
	shift  int       // of the digit
	ends   []int32   // per digit: numbers with it or a lower one
	groups []ranked  // that were looked at
	sorted []float64 // all of the list, where that is little work; else nil
	n      int
}

// ranked are the ranks among the numbers that have one digit.
type ranked struct {
	digit int
	ranks *Ranks
}

// A digit of Ranks is wide, so that few numbers share one: a quarter of the bits of a number, and
// of a first digit the sign, the exponent and 4 bits of the fraction. To count them all pays from
// about so many numbers on.
const (
	rankBits = 16
	rankFrom = 1 << 13
)

// NewRanks looks at a list, in one pass over it.
func NewRanks(x []float64) *Ranks { return newRanks(x, 64-rankBits) }

// newRanks is NewRanks of numbers whose bits above those of the digit are alike.
func newRanks(x []float64, shift int) *Ranks {
	if len(x) < rankFrom || shift < 0 {
		sorted := Sort(slices.DeleteFunc(slices.Clone(x), math.IsNaN))
		return &Ranks{sorted: sorted, n: len(sorted)}
	}
	r := &Ranks{x: x, shift: shift, ends: make([]int32, 1<<rankBits)}
	for _, v := range x {
		if v == v {
			r.ends[r.digit(v)]++
		}
	}
	for d, count := range r.ends {
		r.n += int(count)
		r.ends[d] = int32(r.n)
	}
	return r
}

func (r *Ranks) digit(v float64) int { return int(Key(v) >> r.shift % (1 << rankBits)) }

// Len is how many numbers have a rank.
func (r *Ranks) Len() int { return r.n }

// At is the number of rank k, 0 for the lowest and Len()-1 for the highest; negative zero ranks
// before zero.
func (r *Ranks) At(k int) float64 {
	if r.ends == nil {
		return r.sorted[k]
	}
	r.look([]int{k})
	digit, below := r.digitOf(k)
	return r.group(digit).At(k - below)
}

// digitOf is that of the number of rank k, and below how many numbers have a lower one.
func (r *Ranks) digitOf(k int) (digit, below int) {
	digit = sort.Search(len(r.ends), func(d int) bool { return int(r.ends[d]) > k })
	if digit > 0 {
		below = int(r.ends[digit-1])
	}
	return digit, below
}

// group are the ranks among the numbers with that digit; nil before they were looked at.
func (r *Ranks) group(digit int) *Ranks {
	for _, g := range r.groups {
		if g.digit == digit {
			return g.ranks
		}
	}
	return nil
}

// look looks at the numbers that share their digits with those of the ranks, in one pass over all.
func (r *Ranks) look(ranks []int) {
	if r.ends == nil {
		return
	}
	var digits []int
	var alike [][]float64
	for _, k := range ranks {
		digit, below := r.digitOf(k)
		if r.group(digit) == nil && !slices.Contains(digits, digit) {
			digits, alike = append(digits, digit), append(alike, make([]float64, 0, int(r.ends[digit])-below))
		}
	}
	if digits == nil {
		return
	}
	place := make([]int16, len(r.ends)) // 1 more than that of the digit in the list
	for i, digit := range digits {
		place[digit] = int16(i + 1)
	}
	for _, v := range r.x {
		if at := place[r.digit(v)]; at > 0 && v == v {
			alike[at-1] = append(alike[at-1], v)
		}
	}
	for i, x := range alike {
		r.groups = append(r.groups, ranked{digits[i], r.among(x)})
	}
}

// among are the ranks among numbers that share a digit.
func (r *Ranks) among(alike []float64) *Ranks {
	if slices.ContainsFunc(alike, func(v float64) bool { return Key(v) != Key(alike[0]) }) {
		return newRanks(alike, r.shift-rankBits)
	}
	return &Ranks{sorted: alike, n: len(alike)} // one number, as counts repeat, is sorted
}

// Expect says which quantiles will be asked for. All of them take one pass over the list then, instead
// of one each.
func (r *Ranks) Expect(qs ...float64) {
	var ranks []int
	for _, q := range qs {
		low, _ := r.between(q)
		ranks = append(ranks, low, min(low+1, r.n-1))
	}
	r.look(ranks)
}

// Quantile is the linear interpolation of order statistics, type 7 of Hyndman and Fan (1996, what
// R and numpy do unasked), of at least one number; q is in [0, 1].
//
//	h = q (n - 1);  x[floor h] + (h - floor h) (x[floor h + 1] - x[floor h])
func (r *Ranks) Quantile(q float64) float64 {
	low, part := r.between(q)
	if low+1 >= r.n {
		return r.At(r.n - 1)
	}
	r.look([]int{low, low + 1})
	below := r.At(low)
	return below + float64(part*(r.At(low+1)-below))
}

// between is floor h, and how far h lies above it.
func (r *Ranks) between(q float64) (low int, part float64) {
	h := q * float64(r.n-1)
	low = int(math.Floor(h))
	return low, h - float64(low)
}
