package expr

import "math"

// The loops of this file write dst from operands of the same length; an
// operand may be dst itself. Slicing the operands to that length first spares
// a bounds check per row. Each operator is a loop of its own: a switch per row
// would cost more than the operation.

// orMissing returns v if it is finite and NaN if it is infinite or missing,
// without a branch that random missing values would mispredict: v - v is 0 for
// finite v and NaN for all others, and subtracting 0 keeps even the sign of a
// zero. Callers round a product to float64 first, since a fused v - (v - v)
// would see its rounding error.
func orMissing(v float64) float64 { return v - (v - v) }

// calculate applies an operator of Arithmetic.
func calculate(op Op, dst, x, y []float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	switch op {
	case Add:
		for i := range dst {
			dst[i] = orMissing(x[i] + y[i])
		}
	case Subtract:
		for i := range dst {
			dst[i] = orMissing(x[i] - y[i])
		}
	case Multiply:
		for i := range dst {
			// The conversion forbids the compiler to fuse, see orMissing.
			dst[i] = orMissing(float64(x[i] * y[i]))
		}
	// x/0 is infinite or NaN: no case of its own.
	case Divide:
		for i := range dst {
			dst[i] = orMissing(x[i] / y[i])
		}
	// math.Mod of finite numbers is finite, or NaN for a divisor of 0.
	case Remainder:
		for i := range dst {
			dst[i] = math.Mod(x[i], y[i])
		}
	case Power:
		for i := range dst {
			dst[i] = power(x[i], y[i])
		}
	}
}

// negate writes -x. Of NaN it is NaN.
func negate(dst, x []float64) {
	x = x[:len(dst)]
	for i := range dst {
		dst[i] = -x[i]
	}
}

// apply computes a function of one number. abs and sqrt are one instruction, if
// they are not called through a variable.
func apply(f Func, dst, x []float64) {
	x = x[:len(dst)]
	switch f {
	case Abs:
		for i := range dst {
			dst[i] = math.Abs(x[i])
		}
	case Sqrt:
		for i := range dst {
			dst[i] = math.Sqrt(x[i])
		}
	default:
		g := oneArgument(f)
		for i := range dst {
			dst[i] = orMissing(g(x[i]))
		}
	}
}

// oneArgument returns the function for f. Outside their domain they
// give NaN or an infinity, which both become missing. The call through a
// variable is small beside what they compute.
func oneArgument(f Func) func(float64) float64 {
	switch f {
	case Ceil:
		return math.Ceil
	case Exp:
		return exp
	case Expm1:
		return math.Expm1
	case Floor:
		return math.Floor
	case Log:
		return log
	case Log1p:
		return math.Log1p
	default:
		return math.Round // halves away from zero
	}
}

// combine takes one more argument into min, max or coalesce: the result so far
// and the next argument give the next result. clip is two such steps.
func combine(f Func, dst, x, y []float64) {
	x, y = x[:len(dst)], y[:len(dst)]
	switch f {
	// The built-in min and max pass NaN through; math.Min would turn a NaN
	// beside an infinity into the infinity.
	case Min:
		for i := range dst {
			dst[i] = min(x[i], y[i])
		}
	case Max:
		for i := range dst {
			dst[i] = max(x[i], y[i])
		}
	// Only NaN differs from itself.
	case Coalesce:
		for i := range dst {
			v := x[i]
			if v != v {
				v = y[i]
			}
			dst[i] = v
		}
	}
}
