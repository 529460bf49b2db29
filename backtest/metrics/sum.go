package metrics

import (
	"math"
	"math/bits"
)

// Layout of the accumulator: every finite float64 is an integer multiple of
// 2^minExponent below 2^2098, so 66 digits of 32 bits hold any of them.
const (
	digitBits   = 32
	digitMask   = 1<<digitBits - 1
	digits      = 68 // 66 for one number, the rest for carries of many
	minExponent = -1074
	carryEvery  = 1 << 30 // additions before an int64 digit could overflow
)

// exactSum adds float64 values without rounding: a fixed-point number wide
// enough for every double (the small superaccumulator of Neal 2015,
// arXiv:1505.05571, with one mantissa spread over three digits instead of two so
// that carries are rare). The sum is rounded once, by value. Because nothing
// is lost on the way, the order of additions cannot matter: this is what makes
// averages over rows independent of row order to the last bit.
//
// The zero value is an empty sum.
type exactSum struct {
	digit   [digits]int64 // digit i weighs 2^(32 i - 1074); signed, carries pending
	pending int           // additions since the last carry
	special float64       // sum of infinities and NaNs, else 0
}

// add adds x. Infinities and NaN are kept apart and win over everything finite.
func (s *exactSum) add(x float64) {
	b := math.Float64bits(x)
	exponent := int(b>>52) & 0x7ff
	mantissa := b & (1<<52 - 1)
	switch exponent {
	case 0x7ff:
		s.special += x
		return
	case 0:
		exponent = 1 // subnormal: no hidden bit, the exponent of the smallest normal
	default:
		mantissa |= 1 << 52
	}
	// The mantissa starts at bit (exponent-1) % 32 of digit (exponent-1) / 32 and,
	// shifted there, covers at most 84 bits: three digits, whatever the number.
	shift := uint(exponent-1) % digitBits
	at := s.digit[(exponent-1)/digitBits:][:3]
	low, high := mantissa<<shift, mantissa>>(64-shift)
	sign := int64(b) >> 63 // 0 or -1: (v^sign)-sign is v or -v
	at[0] += (int64(low&digitMask) ^ sign) - sign
	at[1] += (int64(low>>digitBits) ^ sign) - sign
	at[2] += (int64(high) ^ sign) - sign
	if s.pending++; s.pending >= carryEvery {
		s.carry()
	}
}

// carry is what makes the representation unique: before it, the same sum can be
// spread over the digits in many ways, depending on the order of additions. It
// brings all digits but the last into [0, 2^32); the last one keeps the
// sign of the whole sum.
func (s *exactSum) carry() {
	for i := range digits - 1 {
		s.digit[i+1] += s.digit[i] >> digitBits
		s.digit[i] &= digitMask
	}
	s.pending = 0
}

// value is the sum rounded to the nearest float64, ties to even.
func (s *exactSum) value() float64 {
	if s.special != 0 {
		return s.special
	}
	t := *s // a copy: value may be asked for in mid-sum
	t.carry()
	negative := t.digit[digits-1] < 0
	if negative {
		// Rounding to even is symmetric, so the magnitude can be rounded instead.
		for i := range t.digit {
			t.digit[i] = -t.digit[i]
		}
		t.carry()
	}
	v := t.magnitude()
	if negative {
		return -v
	}
	return v
}

// magnitude rounds a carried, non-negative sum. It takes the 64 leading bits,
// sets the lowest of them if anything non-zero lies below ("sticky"), and lets
// the conversion to float64 round the rest.
func (s *exactSum) magnitude() float64 {
	top := digits - 1
	for top > 0 && s.digit[top] == 0 {
		top--
	}
	low := max(top-2, 0)
	var high, rest uint64 // the digits top..low as one number high*2^64 + rest
	for i := top; i >= low; i-- {
		high = high<<digitBits | rest>>digitBits
		rest = rest<<digitBits | uint64(s.digit[i])
	}
	// Below 2^-1022 nothing is dropped, so the result is not rounded twice.
	drop := uint(64 - bits.LeadingZeros64(high))
	lead := rest>>drop | high<<(64-drop)
	if rest<<(64-drop) != 0 || anySet(s.digit[:low]) {
		lead |= 1
	}
	return math.Ldexp(float64(lead), minExponent+low*digitBits+int(drop))
}

// anySet reports whether a digit differs from zero.
func anySet(digit []int64) bool {
	for _, d := range digit {
		if d != 0 {
			return true
		}
	}
	return false
}
