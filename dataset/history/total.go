package history

import "math"

// total is a compensated sum (Neumaier 1974): it carries what rounding cuts off, so
// that 1e16 + 1 - 1e16 is 1. Windows are summed anew for every row. A running sum that
// adds what enters and subtracts what leaves would be faster on daily snapshots, but
// would keep the rounding errors of values that left long ago: the same window would
// give other bits after another past.
type total struct {
	sum, cut float64
}

// add adds a value.
func (t *total) add(v float64) {
	s := t.sum + v
	if math.Abs(t.sum) >= math.Abs(v) {
		t.cut += (t.sum - s) + v
	} else {
		t.cut += (v - s) + t.sum
	}
	t.sum = s
}

// value is the sum, rounded once.
func (t total) value() float64 { return t.sum + t.cut }

// over is the sum divided by n. The remainder of the first division is divided again,
// so that the mean of equal values is that value.
func (t total) over(n float64) float64 {
	q := t.sum / n
	return q + (math.FMA(-q, n, t.sum)+t.cut)/n
}
