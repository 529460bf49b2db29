package history

import (
	"math"
	"sort"
)

// series is what is known of one account's past: values that are not missing with
// their days, oldest first, one a day.
type series struct {
	day   []int32
	value []float64
}

// clear forgets the past and keeps its memory.
func (s *series) clear() { s.day, s.value = s.day[:0], s.value[:0] }

// add appends a value, unless it is missing.
func (s *series) add(day int32, value float64) {
	if finite(value) {
		s.day, s.value = append(s.day, day), append(s.value, value)
	}
}

// from is the series without its first k values.
func (s series) from(k int) series { return series{s.day[k:], s.value[k:]} }

// reaches says whether a value of that day can matter for a row of day t. Days are
// subtracted as int: int32 overflows between dates that people mistype.
func (s Spec) reaches(t, day int32) bool {
	elapsed := int(t) - int(day)
	if s.As == Change || s.As == PctChange {
		return elapsed <= s.oldestBase()
	}
	return elapsed < s.OverDays
}

// at computes the function for a row of day t with the given value of its own, from
// the past within reach, the row included. What has no finite value is missing.
func (s Spec) at(t int32, own float64, past series) float64 {
	v := math.NaN()
	switch s.As {
	case Change:
		v = own - s.base(t, past)
	case PctChange:
		v = fraction(own, s.base(t, past))
	case Slope:
		v = past.slope()
	case Mean:
		v = past.mean()
	case Min:
		v = past.min()
	case Max:
		v = past.max()
	case Sum:
		v = past.sum()
	case DaysSince:
		v = past.daysSince(t)
	}
	if !finite(v) {
		return math.NaN()
	}
	return v + 0 // -0 and 0 are one value and must not differ in any bit
}

// finite tells numbers from NaN and infinities.
func finite(v float64) bool { return v-v == 0 }

// oldestBase is how many days ago the base of a change may lie at most: half a window
// more than it should.
func (s Spec) oldestBase() int { return s.OverDays + s.OverDays/2 }

// newestBase is how many days ago the base of a change must lie at least: half a
// window, rounded up, so that a row is never its own base.
func (s Spec) newestBase() int { return (s.OverDays + 1) / 2 }

// base is the value nearest to OverDays before t, the older of two that are equally
// near; NaN when none is near enough.
func (s Spec) base(t int32, past series) float64 {
	target := int(t) - s.OverDays
	after := sort.Search(len(past.day), func(i int) bool { return int(past.day[i]) > target })
	best, distance := math.NaN(), s.OverDays
	if after > 0 {
		if d := target - int(past.day[after-1]); d <= s.oldestBase()-s.OverDays {
			best, distance = past.value[after-1], d
		}
	}
	if after < len(past.day) {
		if d := int(past.day[after]) - target; d <= s.OverDays-s.newestBase() && d < distance {
			best = past.value[after]
		}
	}
	return best
}

// fraction is the change from base to own as a fraction of the size of base. From
// nothing to nothing is no change; from nothing to something is no finite fraction.
func fraction(own, base float64) float64 {
	if own == 0 && base == 0 {
		return 0
	}
	return (own - base) / math.Abs(base)
}

// daysSince is the number of days from the last value that is not zero to t.
func (s series) daysSince(t int32) float64 {
	for i := len(s.day) - 1; i >= 0; i-- {
		if s.value[i] != 0 {
			return float64(int(t) - int(s.day[i]))
		}
	}
	return math.NaN()
}

// slope is the least-squares slope of the values over their days, per SlopeDays. With
// x in whole days and n values,
//
//	slope = sum (n x_i - sum x) (y_i - y_0) / (n sum x^2 - (sum x)^2)
//
// where all that is made of x is an exact integer, and any y_0 may be taken off since
// the weights sum to zero: the first value makes a constant slope exactly 0.
func (s series) slope() float64 {
	if len(s.day) < 2 {
		return math.NaN()
	}
	n, sx, sxx := int64(len(s.day)), int64(0), int64(0)
	for _, d := range s.day {
		x := int64(d) - int64(s.day[0])
		sx += x
		sxx += x * x
	}
	var sxy total
	for i, d := range s.day {
		x := int64(d) - int64(s.day[0])
		// The outer conversion forbids fusing the product with the sum that follows, so
		// that every processor gives the same bits.
		sxy.add(float64(float64(n*x-sx) * (s.value[i] - s.value[0])))
	}
	return SlopeDays * sxy.value() / float64(n*sxx-sx*sx)
}

// sum is the sum of the values, NaN without any.
func (s series) sum() float64 {
	if len(s.value) == 0 {
		return math.NaN()
	}
	var all total
	for _, v := range s.value {
		all.add(v)
	}
	return all.value()
}

// mean is the mean of the values, NaN without any.
func (s series) mean() float64 {
	var all total
	for _, v := range s.value {
		all.add(v)
	}
	return all.over(float64(len(s.value)))
}

// min is the smallest value, NaN without any.
func (s series) min() float64 {
	if len(s.value) == 0 {
		return math.NaN()
	}
	least := s.value[0]
	for _, v := range s.value[1:] {
		least = min(least, v)
	}
	return least
}

// max is the largest value, NaN without any.
func (s series) max() float64 {
	if len(s.value) == 0 {
		return math.NaN()
	}
	most := s.value[0]
	for _, v := range s.value[1:] {
		most = max(most, v)
	}
	return most
}
