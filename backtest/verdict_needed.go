package backtest

import (
	"fmt"
	"math"

	"holdfast/backtest/metrics"
)

// power is the chance to see a difference that is there, for which further data are
// counted.
const power = 0.8

// beyondReach is how many times the examples at hand nobody will wait for.
const beyondReach = 100

// needed says how many further examples would settle what is open: the comparison with the
// champion if it is, else the calibration. The figures assume that the numbers stay what
// they are, and that further accounts repeat as those at hand do.
func (r *Result) needed(best Comparison, gates []Gate) (further float64, words string) {
	have := len(r.Predictions.Fold)
	if gates[0].Passed {
		further = r.neededForCalibration(best.Challenger, gates, have)
		return further, fmt.Sprintf("%s would settle it with 80 %% power if its calibration stays what it is", examples(further))
	}
	further = metrics.FurtherRows(best.Gain, best.StdErr, have, r.Options.Margin, r.family(), power)
	switch {
	case further != further:
		return further, "the gain has no standard error; raise bootstrap, or use primary: auc"
	case math.IsInf(further, 1):
		return further, fmt.Sprintf("the measured gain %.4f does not exceed the margin; more data may well confirm %s", best.Gain, best.Champion)
	case further == 0:
		return further, "a promotion was missed by little: the next period should settle it"
	case further > beyondReach*float64(have):
		return further, fmt.Sprintf("the measured gain, %.2g, is so small that more data will not tell the two apart: it would take more than %d times the examples there are", best.Gain, beyondReach)
	}
	return further, fmt.Sprintf("%s would settle it with 80 %% power if the gain stays %.4f", examples(further), best.Gain)
}

// neededForCalibration is the largest need of the undecided calibration gates.
func (r *Result) neededForCalibration(challenger string, gates []Gate, have int) float64 {
	pooled, most := r.Candidates[r.index(challenger)].Pooled, 0.0
	for _, g := range gates {
		if !g.Undecided {
			continue
		}
		in := r.Options.CalibrationSlope
		if g.Name == CITL {
			in = r.Options.CITL
		}
		if n := furtherWithin(Find(pooled, g.Name), in, have, r.Options.Level); !(n <= most) {
			most = n
		}
	}
	return most
}

// examples words a number of further examples.
func examples(n float64) string {
	switch {
	case n != n || math.IsInf(n, 1):
		return "no number of further examples that could be named"
	case n == 0:
		return "the next period"
	}
	return fmt.Sprintf("about %s further examples", thousands(n))
}

// thousands writes a whole number with commas, as the tables beside the words do.
func thousands(n float64) string {
	digits := fmt.Sprintf("%.0f", n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
