package expr

import (
	"encoding/binary"
	"math"
)

// truth is a value of Kleene's three-valued logic as two bits: possibly true
// (1) and certainly true (2). Read so, and is the bitwise and, or is the bitwise
// or, and not swaps the bits and inverts both. The loops need no branches, which
// random data would mispredict, and logic takes eight rows at a time.
type truth = uint8

const (
	no      truth = 0b00
	unknown truth = 0b01
	yes     truth = 0b11
)

// one is 1 for true; the compiler makes it one instruction.
func one(b bool) truth {
	if b {
		return 1
	}
	return 0
}

// judge puts the two bits together. A comparison is certain if it holds and
// possible if its opposite does not hold; with NaN neither holds.
func judge(certain, opposite bool) truth { return one(certain)<<1 | one(!opposite) }

// truthOf is the truth of what is known.
func truthOf(b bool) truth { return judge(b, !b) }

// compare writes x op y of numbers.
func compare(op Op, dst []truth, x, y []float64) {
	switch op {
	case Less:
		less(dst, x, y)
	case LessEqual:
		lessEqual(dst, x, y)
	case Greater:
		less(dst, y, x)
	case GreaterEqual:
		lessEqual(dst, y, x)
	case Equal:
		equal(dst, x, y)
	case NotEqual:
		equal(dst, x, y)
		not(dst, dst)
	}
}

// less writes x < y.
func less(dst []truth, x, y []float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = judge(x[i] < y[i], x[i] >= y[i])
	}
}

// lessEqual writes x <= y.
func lessEqual(dst []truth, x, y []float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = judge(x[i] <= y[i], x[i] > y[i])
	}
}

// equal writes x == y.
func equal(dst []truth, x, y []float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		// Equal is certain if ==, and possible unless one is below the other.
		// x != y is true of NaN too, so the opposite is spelt out; without ||,
		// which would branch.
		apart := one(x[i] < y[i]) | one(x[i] > y[i])
		dst[i] = judge(x[i] == y[i], apart == 1)
	}
}

// within writes whether x is one of the numbers of a set, one number after the
// other: sets are short. A missing x equals none of them and stays unknown.
func within(dst []truth, x []float64, set []Node) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = one(v != v) // possibly if missing, else no
	}
	for _, n := range set {
		value := n.(*NumberLit).Value
		for i := range dst {
			dst[i] |= truthOf(x[i] == value)
		}
	}
}

// allPossible has the bit "possibly true" of eight truths set.
const allPossible = 0x0101010101010101

// not writes not x, eight rows a turn.
func not(dst, x []truth) {
	x = x[:len(dst)]
	whole := len(dst) &^ 7
	for i := 0; i < whole; i += 8 {
		v := ^binary.LittleEndian.Uint64(x[i:])
		binary.LittleEndian.PutUint64(dst[i:], v&allPossible<<1|v>>1&allPossible)
	}
	for i := whole; i < len(dst); i++ {
		v := ^x[i]
		dst[i] = v&1<<1 | v>>1&1
	}
}

// join writes x and y, or x or y.
func join(op Op, dst, x, y []truth) {
	if op == And {
		and(dst, x, y)
	} else {
		or(dst, x, y)
	}
}

// and writes x and y, eight rows a turn.
func and(dst, x, y []truth) {
	x, y = x[:len(dst)], y[:len(dst)]
	whole := len(dst) &^ 7
	for i := 0; i < whole; i += 8 {
		v := binary.LittleEndian.Uint64(x[i:]) & binary.LittleEndian.Uint64(y[i:])
		binary.LittleEndian.PutUint64(dst[i:], v)
	}
	for i := whole; i < len(dst); i++ {
		dst[i] = x[i] & y[i]
	}
}

// or writes x or y, eight rows a turn.
func or(dst, x, y []truth) {
	x, y = x[:len(dst)], y[:len(dst)]
	whole := len(dst) &^ 7
	for i := 0; i < whole; i += 8 {
		v := binary.LittleEndian.Uint64(x[i:]) | binary.LittleEndian.Uint64(y[i:])
		binary.LittleEndian.PutUint64(dst[i:], v)
	}
	for i := whole; i < len(dst); i++ {
		dst[i] = x[i] | y[i]
	}
}

// sameTruth writes x == y of Bools: unknown if either is.
func sameTruth(dst, x, y []truth) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		a, b := x[i], y[i]
		dst[i] = truthOf(a == b)
		if a == unknown || b == unknown {
			dst[i] = unknown
		}
	}
}

// coalesceTruths writes x where it is known, else y.
func coalesceTruths(dst, x, y []truth) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		v := x[i]
		if v == unknown {
			v = y[i]
		}
		dst[i] = v
	}
}

// choose writes a where the condition holds, b where it does not, and missing
// where it is unknown.
// Both are computed already.
func choose[T any](dst []T, cond []truth, a, b []T, missing T) {
	cond, a, b = cond[:len(dst)], a[:len(dst)], b[:len(dst)]
	for i, c := range cond {
		switch c {
		case yes:
			dst[i] = a[i]
		case no:
			dst[i] = b[i]
		default:
			dst[i] = missing
		}
	}
}

// missingNumbers writes which numbers are missing; that is never unknown.
func missingNumbers(dst []truth, x []float64) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = truthOf(v != v)
	}
}

// missingTruths writes which truths are unknown.
func missingTruths(dst, x []truth) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = truthOf(v == unknown)
	}
}

// numbersToTruths reads a Bool column: 0 is false, any other number true.
func numbersToTruths(dst []truth, x []float64) {
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = judge(v < 0 || v > 0, v == 0)
	}
}

// truthsToNumbers writes 0, 1, and NaN for unknown. The fourth pattern of two
// bits, certain but not possible, never occurs; it has a value so that the
// look-up needs no check.
func truthsToNumbers(dst []float64, x []truth) {
	values := [4]float64{no: 0, unknown: math.NaN(), 0b10: math.NaN(), yes: 1}
	x = x[:len(dst)]
	for i, v := range x {
		dst[i] = values[v&3]
	}
}
