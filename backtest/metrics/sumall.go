package metrics

import (
	"math"
	"math/bits"
)

// The window of addBlock: three words hold numbers whose exponents are at most windowSpan apart,
// and as many of them as a block has: 126 and 53 bits of a number, and 11 of their count.
const (
	windowSpan  = 126
	windowBlock = 1 << 11
	gatherBlock = 256 // numbers that addBlocks has at hand: they stay in the first-level cache
)

// addEach adds a number for each i below n.
func (s *exactSum) addEach(n int, of func(i int) float64) {
	s.addBlocks(n, func(to []float64, from int) {
		for i := range to {
			to[i] = of(from + i)
		}
	})
}

// addBlocks adds n numbers, some at a time: fill writes those that begin with number from. That
// saves the call for each of addEach.
func (s *exactSum) addBlocks(n int, fill func(to []float64, from int)) {
	var some [gatherBlock]float64
	for from := 0; from < n; from += gatherBlock {
		to := some[:min(gatherBlock, n-from)]
		fill(to, from)
		s.addAll(to)
	}
}

// addAll adds many numbers, in a tenth of the time that one by one takes: in folds, or where
// their sizes differ too much for that, or there are no vectors, in half of it.
func (s *exactSum) addAll(x []float64) {
	for len(x) > 0 {
		k := min(foldBlock, len(x))
		body := k &^ (tailLanes - 1)
		if !s.addFolds(x[:body]) {
			body = 0
		}
		s.addBlock(x[body:k])
		x = x[k:]
	}
}

// addBlock adds up in a window of three words, which stay in registers, below the largest number; what lies below the window, as a
// rule next to nothing, is added by itself.
func (s *exactSum) addBlock(x []float64) {
	top := 0
	for _, v := range x {
		top = max(top, int(math.Float64bits(v)>>52)&0x7ff)
	}
	if top == 0x7ff { // an infinity or a NaN
		for _, v := range x {
			s.add(v)
		}
		return
	}
	base := max(1, top-windowSpan)
	var low, middle, high uint64 // two's complement, in units of 2^(base-1+minExponent)
	for _, v := range x {
		b := math.Float64bits(v)
		exponent := int(b>>52) & 0x7ff
		if exponent < base {
			if v != 0 {
				s.add(v)
			}
			continue
		}
		mantissa, shift := b&(1<<52-1)|1<<52, uint(exponent-base)
		first, second := mantissa<<(shift&63), mantissa>>1>>(63-shift&63)
		up := -uint64(shift >> 6)      // all ones: a word higher
		sign := uint64(int64(b) >> 63) // all ones: negative
		carry := sign & 1              // -v is ^v + 1
		low, carry = bits.Add64(low, first&^up^sign, carry)
		middle, carry = bits.Add64(middle, second&^up|first&up^sign, carry)
		high, _ = bits.Add64(high, second&up^sign, carry)
	}
	s.addWindow(base, low, middle, high)
}

// addWindow brings a window into the digits.
func (s *exactSum) addWindow(base int, low, middle, high uint64) {
	sign := int64(high) >> 63 // 0 or -1
	if sign != 0 {
		var borrow uint64
		low, borrow = bits.Sub64(0, low, 0)
		middle, borrow = bits.Sub64(0, middle, borrow)
		high, _ = bits.Sub64(0, high, borrow)
	}
	at, shift := s.digit[(base-1)/digitBits:][:7], uint(base-1)%digitBits
	for k, word := range [3]uint64{low, middle, high} {
		for half, digit := range [2]uint64{word & digitMask, word >> digitBits} {
			digit <<= shift
			at[2*k+half] += (int64(digit&digitMask) ^ sign) - sign
			at[2*k+half+1] += (int64(digit>>digitBits) ^ sign) - sign
		}
	}
	if s.pending += 2; s.pending >= carryEvery { // two to a digit
		s.carry()
	}
}
