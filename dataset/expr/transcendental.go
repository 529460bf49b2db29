package expr

import "math"

// On amd64, math.Exp and math.Log are assembly that leaves out the ends of their ranges: e^x
// overflows from 709.44 on (the largest double is e^709.78), and numbers below the normal
// ones have the logarithm of numbers 2^52 times as large. Other processors and all databases
// know better, and a score must not depend on the processor, so that here the ends are
// brought into the middle by factors that are exact, or as good as that.

// smallestNormal is the smallest double with all of its digits.
const smallestNormal = 0x1p-1022

// exp is e^x: near its upper end e * e^(x-1), where x - 1 is exact.
func exp(x float64) float64 {
	if x > 709 {
		return math.E * math.Exp(x-1)
	}
	return math.Exp(x)
}

// log is ln x: of a subnormal number ln(2^54 x) - 54 ln 2, where 2^54 x is exact.
func log(x float64) float64 {
	if 0 < x && x < smallestNormal {
		return math.Log(0x1p54*x) - 54*math.Ln2
	}
	return math.Log(x)
}

// power is x^y. math.Pow knows 1^NaN = NaN^0 = 1 (IEEE 754-2019, 9.2.1); here
// what is missing stays missing. It takes fractional powers by way of math.Log, so that
// those of a subnormal number are (2^54 x)^y 2^(-54 y).
func power(x, y float64) float64 {
	if x != x || y != y {
		return math.NaN()
	}
	if 0 < x && x < smallestNormal && y != math.Trunc(y) {
		return orMissing(float64(math.Pow(0x1p54*x, y) * math.Pow(2, -54*y)))
	}
	return orMissing(math.Pow(x, y))
}

// Of is the value of a function of one number: NaN where it is missing. Compilers to other
// languages fold constants with it.
func (f Func) Of(x float64) float64 {
	v := [1]float64{x}
	apply(f, v[:], v[:])
	return v[0]
}

// Of is the value of an operator of [Arithmetic]: NaN where it is missing.
func (op Op) Of(x, y float64) float64 {
	v := [1]float64{x}
	calculate(op, v[:], v[:], []float64{y})
	return v[0]
}
