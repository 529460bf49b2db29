package metrics

import "math"

// line is the recalibration line through the cells, logit rate = a + b logit p, by maximum
// likelihood with a ridge of a thousandth of the rows, around a = 0 and b = 1, that keeps it finite
// where it separates: the direction in which the truth is looked for. What miscalibration there is lies
// mostly along it, and noise hardly bends it. The gaps as they are, or their curve, follow
// the noise too: it then counts as truth, and the intervals of a score that is nearly right hold the
// isotonic miscalibration in 60 to 80 % of simulated companies.
func (c *cells) line() (a, b float64) {
	const steps, longest, halvings = 30, 2.0, 10
	b = 1
	loss := c.lineLoss(a, b)
	for range steps {
		u := [2]float64{-lineRidge * a, -lineRidge * (b - 1)}
		h := [3]float64{lineRidge, 0, lineRidge}
		for k, x := range c.odds {
			rate := sigmoid(a + float64(b*x))
			off, w := c.mass[k]*(c.p[k]+c.gap[k]-rate), c.mass[k]*rate*(1-rate)
			u[0], u[1] = u[0]+off, u[1]+float64(off*x)
			h[0], h[1], h[2] = h[0]+w, h[1]+float64(w*x), h[2]+float64(w*x*x)
		}
		// A Newton step, no longer than what the log-odds of real scores span: far out the
		// likelihood is flat, and a full step would leave for good.
		det := differenceOfProducts(h[0], h[2], h[1], h[1])
		stepA, stepB := differenceOfProducts(h[2], u[0], h[1], u[1])/det, differenceOfProducts(h[0], u[1], h[1], u[0])/det
		if size := max(math.Abs(stepA), math.Abs(stepB)); size > longest {
			stepA, stepB = stepA*longest/size, stepB*longest/size
		}
		// Where rates are mostly 0 and 1, full steps can go to and fro between two sides of the
		// maximum for ever: a step may not raise the loss, but for rounding.
		next := c.lineLoss(a+stepA, b+stepB)
		for range halvings {
			if next <= loss+1e-12 {
				break
			}
			stepA, stepB = stepA/2, stepB/2
			next = c.lineLoss(a+stepA, b+stepB)
		}
		a, b, loss = a+stepA, b+stepB, next
	}
	return a, b
}

// lineRidge is the ridge of [cells.line].
const lineRidge = 1e-3

// lineLoss is the penalised negative log likelihood of a line, per unit of weight.
func (c *cells) lineLoss(a, b float64) float64 {
	loss := lineRidge / 2 * (float64(a*a) + float64((b-1)*(b-1)))
	for k, x := range c.odds {
		eta := a + float64(b*x)
		loss += float64(c.mass[k] * (softplus(eta) - float64((c.p[k]+c.gap[k])*eta)))
	}
	return loss
}

// off is the path from p itself through the line: rates with logit r = logit p + s (line - logit p).
// Where the line is p, it leads to a higher rate everywhere.
func (c *cells) off(rates []float64, a, b, s float64) {
	if a == 0 && b == 1 {
		a = 1
	}
	for k, x := range c.odds {
		rates[k] = c.p[k]
		if s > 0 {
			rates[k] = sigmoid(x + float64(s*(a+float64((b-1)*x))))
		}
	}
}

// spread is the path from one rate for all through the line: rates with logit r = intercept + s b
// logit p, the intercept that which keeps the mean. On it discrimination grows from nothing, and the
// noise of PAV with it; a straight path from the mean would leave the probabilities.
func (c *cells) spread(rates []float64, b, s, mean float64) {
	const steps, longest = 30, 2.0
	intercept := oddsOf(mean)
	if b == 0 {
		b = 1
	}
	for range steps { // Newton's method for the intercept
		off, slope := mean, 0.0
		for k, x := range c.odds {
			rates[k] = sigmoid(intercept + float64(s*b*x))
			off -= float64(c.mass[k] * rates[k])
			slope += float64(c.mass[k] * rates[k] * (1 - rates[k]))
		}
		if math.Abs(off) <= 1e-12 || slope == 0 {
			return
		}
		intercept += min(longest, max(-longest, off/slope))
	}
}
