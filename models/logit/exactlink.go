package logit

import "math"

// This file is the logistic function of a block in double-double: sigmoid of ddexp.go, a step for
// all rows before the next, since the steps of one row wait for each other and those of several do
// not. A step is one of the kernel's sums and products of columns; what is left to loops over rows
// are a rounding, a reciprocal and a logarithm each.

// ddColumn has a double-double number for each row of a block, high words first.
type ddColumn [blockRows]float64

func (c *ddColumn) at(i int) dd         { return dd{c[i], c[blockHalf+i]} }
func (c *ddColumn) set(i int, value dd) { c[i], c[blockHalf+i] = value.hi, value.lo }

// exactLink is the room of one worker for the logistic function of a block.
type exactLink struct {
	kernel
	e, r, s, t ddColumn
	k          [blockHalf]int // powers of two in e
	y, w       ddColumn       // their low words stay zero
	loglik     ddColumn       // summed over the blocks of a chunk
}

// exponential replaces the column e, none of it above 0, by its exponential function: dd.exp by
// columns.
func (l *exactLink) exponential() {
	e, r, s := l.e[:], l.r[:], l.s[:]
	for i := range blockHalf {
		a := l.e.at(i)
		if a.hi < leastExp {
			a = dd{leastExp, 0}
		}
		var part dd
		l.k[i], part = a.reduced()
		l.r.set(i, part)
		l.s.set(i, dd{inverseFactorials[0].hi * part.hi, 0})
	}
	for _, f := range inverseFactorials[1:] {
		l.exactShift(s, s, f)
		l.exactWeigh(s, s, r)
	}
	l.exactWeigh(s, s, r)
	l.exactAdd(s, s, r)
	for range expHalvings {
		l.exactShift(r, s, dd{2, 0})
		l.exactWeigh(s, s, r)
	}
	l.exactShift(s, s, dd{1, 0})
	for i := range blockHalf {
		if e[i] < leastExp {
			l.e.set(i, dd{})
		} else {
			l.e.set(i, l.s.at(i).times2to(l.k[i]))
		}
	}
}

// link sets residual to w (y - p) and variance to w p (1-p), with p the logistic function of eta,
// and adds the log likelihood of the rows to loglik. eta need not be normalised, and is after it.
// y and w hold the rows; beyond the last, both are zero.
func (l *exactLink) link(eta *ddColumn, residual, variance []float64) {
	for i := range blockHalf {
		x := fastTwoSum(eta[i], eta[blockHalf+i])
		eta.set(i, x)
		if x.hi > 0 {
			x = x.neg()
		}
		l.e.set(i, x)
	}
	l.exponential()
	l.invert()
	// With d = 1/(1+e), which is p to the right of 0, and q = e d to the left, in r and s with their
	// signs turned: p(1-p) = q d, and y - p is a sum.
	l.exactWeigh(l.s[:], l.e[:], l.r[:])
	l.exactWeigh(variance, l.s[:], l.r[:])
	l.exactWeigh(variance, variance, l.w[:])
	for i := range blockHalf {
		if eta[i] > 0 {
			l.s.set(i, l.r.at(i))
		}
	}
	l.exactAdd(residual, l.y[:], l.s[:])
	l.exactWeigh(residual, residual, l.w[:])
	l.addLogLik(eta)
}

// invert sets r to -1/(1+e): a step of Newton from the reciprocal in float64, whose relative error
// it squares.
func (l *exactLink) invert() {
	t, r := l.t[:], l.r[:]
	l.exactShift(t, l.e[:], dd{1, 0})
	for i := range blockHalf {
		l.r.set(i, dd{-1 / t[i], 0})
	}
	l.exactWeigh(t, t, r)
	l.exactShift(t, t, dd{2, 0})
	l.exactWeigh(r, r, t)
}

// addLogLik adds the log likelihood of the rows, each as rowLogLik has it.
func (l *exactLink) addLogLik(eta *ddColumn) {
	for i := range blockHalf {
		side := l.y[i]
		if eta[i] > 0 {
			side-- // of y eta - max(eta, 0)
		}
		l.r.set(i, dd{side, 0})
		l.t.set(i, dd{-math.Log1p(l.e[i]), 0})
	}
	l.exactWeigh(l.s[:], eta[:], l.r[:])
	l.exactAdd(l.s[:], l.s[:], l.t[:])
	l.exactWeigh(l.s[:], l.s[:], l.w[:]) // 0 beyond the last row
	l.exactAdd(l.loglik[:], l.loglik[:], l.s[:])
}

// take returns the log likelihood and sets it back to zero.
func (l *exactLink) take() dd {
	var sum dd
	for i := range blockHalf {
		sum = sum.add(l.loglik.at(i))
	}
	clear(l.loglik[:])
	return sum
}
