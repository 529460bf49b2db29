package radix

import (
	"math"
	"sort"
)

// stretch are the numbers from low to high of a list, which follow each other when it is sorted.
type stretch struct {
	low, high float64
	below     int       // numbers that are lower than low
	inside    int       // numbers of the stretch
	numbers   []float64 // those; nil where all are equal
	negative  int       // zeros with a sign, where all are zeros: they come first
}

// at is the number of rank k in the list, if it is one of these.
func (s *stretch) at(k int) (v float64, ok bool) {
	k -= s.below
	switch {
	case k < 0 || k >= s.inside:
		return 0, false
	case !s.level():
		return s.numbers[k], true
	case k < s.negative:
		return math.Copysign(0, -1), true
	}
	return s.low + 0, true // without a sign
}

// level says whether there is only one number in the stretch.
func (s *stretch) level() bool { return s.low == s.high }

// around is the stretch that a quantile lies in but for bad luck: between the numbers of a sorted sample four
// and a half standard deviations of a rank in it, and a few, below and above. Where equal numbers make that a
// large part of the list, which has so many numbers, it is the number in the middle alone.
func around(q float64, sample []float64, many int) stretch {
	n := float64(len(sample))
	off := 4.5*math.Sqrt(n*q*(1-q)) + 8
	s := stretch{low: math.Inf(-1), high: math.Inf(1)}
	from, to := 0, len(sample) // of the sample, those in the stretch
	if k := q*n - off; k >= 0 {
		s.low = sample[int(k)]
		from = sort.SearchFloat64s(sample, s.low)
	}
	if k := q*n + off; k < n {
		s.high = sample[int(k)]
		to = sort.Search(len(sample), func(i int) bool { return sample[i] > s.high })
	}
	if to-from > int(3*off) {
		s.low = sample[min(int(q*n), len(sample)-1)]
		s.high = s.low
		return s
	}
	s.numbers = make([]float64, 0, many/len(sample)*(to-from)*9/8)
	return s
}

// take adds the numbers of a block that lie in the stretch, and says how many numbers the block has. room is
// for the block and four more.
func (s *stretch) take(room, block []float64) (numbers int) {
	kept, below, numbers := between(room, block, s.low, s.high)
	s.below, s.inside = s.below+below, s.inside+kept
	switch {
	case !s.level():
		s.numbers = append(s.numbers, room[:kept]...)
	case s.low == 0:
		for _, v := range room[:kept] {
			s.negative += one(math.Signbit(v))
		}
	}
	return numbers
}
