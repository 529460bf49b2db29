package metrics

import "math"

// compensated adds in a given order and carries the rounding error along
// (Neumaier 1974). Enough where the order is canonical already, and cheaper
// per replicate than exactSum.
type compensated struct{ sum, lost float64 }

func (c *compensated) add(x float64) {
	t := c.sum + x
	if math.Abs(c.sum) >= math.Abs(x) {
		c.lost += (c.sum - t) + x
	} else {
		c.lost += (x - t) + c.sum
	}
	c.sum = t
}

func (c *compensated) value() float64 { return c.sum + c.lost }

// twoSum is a+b rounded, and exactly what rounding lost (Knuth); not a number of numbers too large.
func twoSum(a, b float64) (sum, lost float64) {
	sum = a + b
	of := sum - a
	return sum, (a - (sum - of)) + (b - of)
}

// differenceOfProducts is ab - cd to within 1.5 ulp, without the cancellation of
// the plain expression (Kahan; Jeannerod, Louvet and Muller 2013).
func differenceOfProducts(a, b, c, d float64) float64 {
	cd := c * d
	rounding := math.FMA(-c, d, cd)
	return math.FMA(a, b, -cd) + rounding
}
