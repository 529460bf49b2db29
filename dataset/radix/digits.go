package radix

import (
	"math"
	"slices"
	"sort"
)

// digits tells the numbers of any ranks by their digits: it counts the upper bits of the numbers, and
// looks closer only at those that share them with one that is asked for. A few ranks cost two or three
// passes instead of the seven of Sort. It is the selection that Alabi, Blanchard, Gordon and Steinbach
// (2012, Fast k-selection algorithms for graphics processing units) call radixSelect, which remembers
// here what it has looked at. Only numbers around those that are asked for are copied.
type digits struct {
	x      []float64 // alike in all bits above those of the digit
	shift  int       // of the digit
	ends   []int32   // per digit: numbers with it or a lower one
	groups []alike   // that were looked at
	sorted []float64 // all of the list, where that is little work; else nil
	n      int
	room   func(n int) []float64 // nil: make
}

// alike are the numbers that have one digit.
type alike struct {
	digit int
	ranks *digits
}

// A digit is wide, so that few numbers share one: a quarter of the bits of a number, and of a first
// digit the sign, the exponent and 4 bits of the fraction. To count them all pays from about so many
// numbers on.
const (
	rankBits = 16
	rankFrom = 1 << 13
)

// countDigits counts the first digits of a list, in one pass over it.
func countDigits(x []float64) *digits { return newDigits(x, 64-rankBits) }

// newDigits is countDigits of numbers whose bits above those of the digit are alike.
func newDigits(x []float64, shift int) *digits {
	if len(x) < rankFrom || shift < 0 {
		sorted := Sort(slices.DeleteFunc(slices.Clone(x), math.IsNaN))
		return &digits{sorted: sorted, n: len(sorted)}
	}
	d := &digits{x: x, shift: shift, ends: make([]int32, 1<<rankBits)}
	for _, v := range x {
		if v == v {
			d.ends[d.of(v)]++
		}
	}
	for digit, count := range d.ends {
		d.n += int(count)
		d.ends[digit] = int32(d.n)
	}
	return d
}

func (d *digits) of(v float64) int { return int(Key(v) >> d.shift % (1 << rankBits)) }

// at is the number of rank k.
func (d *digits) at(k int) float64 {
	if d.ends == nil {
		return d.sorted[k]
	}
	d.look([]int{k})
	digit, below := d.ofRank(k)
	return d.group(digit).at(k - below)
}

// ofRank is the digit of the number of rank k, and below how many numbers have a lower one.
func (d *digits) ofRank(k int) (digit, below int) {
	digit = sort.Search(len(d.ends), func(digit int) bool { return int(d.ends[digit]) > k })
	if digit > 0 {
		below = int(d.ends[digit-1])
	}
	return digit, below
}

// group are the numbers with that digit; nil before they were looked at.
func (d *digits) group(digit int) *digits {
	for _, g := range d.groups {
		if g.digit == digit {
			return g.ranks
		}
	}
	return nil
}

// look looks at the numbers that share their digits with those of the ranks, in one pass over all.
func (d *digits) look(ranks []int) {
	if d.ends == nil {
		return
	}
	var found []int
	var numbers [][]float64
	for _, k := range ranks {
		digit, below := d.ofRank(k)
		if d.group(digit) == nil && !slices.Contains(found, digit) {
			found, numbers = append(found, digit), append(numbers, d.memory(int(d.ends[digit])-below))
		}
	}
	if found == nil {
		return
	}
	place := make([]int16, len(d.ends)) // 1 more than that of the digit in the list
	for i, digit := range found {
		place[digit] = int16(i + 1)
	}
	for _, v := range d.x {
		if at := place[d.of(v)]; at > 0 && v == v {
			numbers[at-1] = append(numbers[at-1], v)
		}
	}
	for i, x := range numbers {
		d.groups = append(d.groups, alike{found[i], d.among(x)})
	}
}

// memory is an empty list with room for n numbers.
func (d *digits) memory(n int) []float64 {
	if d.room == nil {
		return make([]float64, 0, n)
	}
	return d.room(n)[:0]
}

// among are the ranks among numbers that share a digit.
func (d *digits) among(x []float64) *digits {
	if slices.ContainsFunc(x, func(v float64) bool { return Key(v) != Key(x[0]) }) {
		closer := newDigits(x, d.shift-rankBits)
		closer.room = d.room
		return closer
	}
	return &digits{sorted: x, n: len(x)} // one number, as counts repeat, is sorted
}
