package radix

import (
	"math"
	"slices"
)

// Ranks tells which number has which rank in a list, without sorting all of it. Of quantiles that are
// announced it finds the numbers in one pass, by a sample (Floyd and Rivest 1975, Expected time bounds
// for selection): those between two numbers of the sample that lie closely around the quantile are
// copied and sorted. All other ranks, and a quantile that the sample led astray, are found by digits.
//
// NaN have no rank and are passed over. The list must not change meanwhile. A Ranks may not be used
// by several goroutines.
type Ranks struct {
	x         []float64
	n         int
	stretches []stretch // of the sorted list, around the quantiles that were announced
	digits    *digits   // nil: nobody has asked for anything else

	// Room is where numbers are copied to that are looked at closer: memory for n of them, which is the caller's
	// when the ranks are known. Nil: ordinary memory.
	Room func(n int) []float64
}

// NewRanks looks at a list, in one or two passes over it. qs are quantiles that will be asked for; others
// may be as well, at the price of more passes.
func NewRanks(x []float64, qs ...float64) *Ranks {
	r := &Ranks{x: x}
	if !r.sampled(qs) {
		r.n = r.byDigits().n
		r.digits.look(r.ranksOf(qs))
	}
	return r
}

// byDigits are the ranks of all of the list.
func (r *Ranks) byDigits() *digits {
	if r.digits == nil {
		r.digits = countDigits(r.x)
		r.digits.room = r.Room
	}
	return r.digits
}

// ranksOf are those that quantiles lie between.
func (r *Ranks) ranksOf(qs []float64) (ranks []int) {
	for _, q := range qs {
		if r.n > 0 {
			low, _ := r.between(q)
			ranks = append(ranks, low, min(low+1, r.n-1))
		}
	}
	return ranks
}

// Len is how many numbers have a rank.
func (r *Ranks) Len() int { return r.n }

// Look finds the numbers of ranks that will be asked for together: in fewer passes than one by one.
func (r *Ranks) Look(ks ...int) { r.byDigits().look(ks) }

// At is the number of rank k, 0 for the lowest and Len()-1 for the highest; negative zero ranks
// before zero.
func (r *Ranks) At(k int) float64 {
	for i := range r.stretches {
		if v, ok := r.stretches[i].at(k); ok {
			return v
		}
	}
	return r.byDigits().at(k)
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
	if r.digits != nil {
		r.digits.look([]int{low, low + 1})
	}
	below := r.At(low)
	return below + float64(part*(r.At(low+1)-below))
}

// between is floor h, and how far h lies above it.
func (r *Ranks) between(q float64) (low int, part float64) {
	h := q * float64(r.n-1)
	low = int(math.Floor(h))
	return low, h - float64(low)
}

// A sample is worth its while from so many numbers on, and for few quantiles: each is looked for among all
// numbers. It has one of sampleEvery numbers, within limits.
const (
	sampledFrom   = 1 << 15
	mostStretches = 4
	sampleEvery   = 64
	sampleMost    = 1 << 13
	sampleLeast   = sampledFrom / sampleEvery
)

// sampled finds the stretches of quantiles with a sample, and counts the numbers; false: it does not
// pay here.
func (r *Ranks) sampled(qs []float64) bool {
	if len(r.x) < sampledFrom || len(qs) == 0 || len(qs) > mostStretches {
		return false
	}
	sample := sampleOf(r.x)
	if len(sample) < sampleLeast {
		return false
	}
	for _, q := range qs {
		r.stretches = append(r.stretches, around(q, sample, len(r.x)))
	}
	var room [blockOf + 4]float64
	for block := range slices.Chunk(r.x, blockOf) {
		numbers := 0
		for i := range r.stretches {
			numbers = r.stretches[i].take(room[:], block)
		}
		r.n += numbers
	}
	for i := range r.stretches {
		r.stretches[i].numbers = Sort(r.stretches[i].numbers)
	}
	return true
}

// sampleOf are numbers of a list, sorted. They lie at irregular distances: lists often repeat
// themselves, by the month or by the account.
func sampleOf(x []float64) []float64 {
	every := max(sampleEvery, len(x)/sampleMost)
	sample := make([]float64, 0, len(x)/every)
	state := uint64(1)
	for from := 0; from+every <= len(x); from += every {
		state = state*6364136223846793005 + 1442695040888963407 // a step of Knuth's generator MMIX
		if v := x[from+int((state>>33)%uint64(every))]; v == v {
			sample = append(sample, v)
		}
	}
	return Sort(sample)
}

// blockOf is how many numbers are looked at together: they stay in the nearest cache.
const blockOf = 1 << 10
