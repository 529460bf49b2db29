package backtest

import (
	"fmt"
	"math"
)

// power80 is the sum of the normal quantiles of a two-sided 5 % test with 80 %
// power: z(0.975) + z(0.80).
const power80 = 1.959963984540054 + 0.8416212335729143

// judge turns comparisons into a verdict. A challenger is promoted when the lower
// bound of its paired gain over the champion clears the margin and it beats the base
// rate for certain. When no challenger does and some interval spans the margin, the
// data cannot tell; otherwise the champion holds.
func judge(r *Result) Verdict {
	v := Verdict{Champion: r.Candidates[r.Champion].Name, Primary: r.Options.Primary, Margin: r.Options.Margin}
	best, ok := r.best()
	if !ok {
		v.Decision = Hold
		v.Headline = fmt.Sprintf("Keep %s: there is no challenger to compare it with.", v.Champion)
		v.Reasons = []string{"add candidates to the project to compare them"}
		return v
	}
	v.Challenger = best.Challenger
	v.Gates = r.gates(best)
	switch {
	case allPassed(v.Gates):
		v.Decision = Promote
		v.Headline = fmt.Sprintf("Promote %s: on renewals it had not seen it beat %s by more than chance explains.", v.Challenger, v.Champion)
	case !v.Gates[0].Passed && r.undecided():
		v.Decision = NeedMoreData
		v.Headline = fmt.Sprintf("Need more data: %s and %s cannot be told apart yet.", v.Challenger, v.Champion)
	case !v.Gates[0].Passed:
		v.Decision = Hold
		v.Headline = fmt.Sprintf("Hold: no challenger beats %s.", v.Champion)
	default:
		v.Decision = Hold
		v.Headline = fmt.Sprintf("Hold: %s beats %s but is not fit for a rollout.", v.Challenger, v.Champion)
	}
	for _, g := range v.Gates {
		v.Reasons = append(v.Reasons, g.Words)
	}
	if v.Decision == NeedMoreData {
		v.Reasons = append(v.Reasons, r.needed(best))
	}
	for _, caution := range []string{r.costlier(best.Challenger), r.miscalibrated(best.Challenger)} {
		if caution != "" {
			v.Reasons = append(v.Reasons, caution)
		}
	}
	return v
}

// costlier is a caution for a challenger whose lists at capacity held less churned
// value than the champion's: a better probability need not find the big accounts.
func (r *Result) costlier(name string) string {
	c, ok := r.comparison(name, ValueCapture)
	if !ok || !(c.Gain < 0) {
		return ""
	}
	certain := "which chance may explain"
	if c.High < 0 {
		certain = "more than chance explains"
	}
	return fmt.Sprintf("caution: at capacity %s put %.1f %% of the %s value on the lists, %.1f points less than %s, %s",
		name, 100*Find(r.Candidates[r.index(name)].Pooled, ValueCapture).Value, r.said().happened, -100*c.Gain, c.Champion, certain)
}

// looseCITL is the calibration in the large, in log-odds, from which predicted and
// observed churn differ enough to be worth a word: about a fifth of the odds.
const looseCITL = 0.2

// miscalibrated is a caution for a score whose probabilities are off for certain; it
// can still rank well. Empty when they are not.
func (r *Result) miscalibrated(name string) string {
	list := r.Candidates[r.index(name)].Pooled
	citl := Find(list, CITL)
	if !(math.Abs(citl.Value) > looseCITL && (citl.Low > 0 || citl.High < 0)) {
		return ""
	}
	return fmt.Sprintf("caution: %s predicted %.1f %% %s where %.1f %% happened; its order can be used, its percentages need recalibration or a shorter training window",
		name, 100*Find(list, MeanP).Value, r.said().noun, 100*Find(list, BaseRate).Value)
}

// best is the primary comparison of the challenger to judge: among those that clear
// the margin, or else among all, the one with the largest gain.
func (r *Result) best() (best Comparison, ok bool) {
	for _, c := range r.challengers() {
		cmp, found := r.comparison(r.Candidates[c].Name, r.Options.Primary)
		if !found {
			continue
		}
		clears, before := cmp.FamilyLow > r.Options.Margin, best.FamilyLow > r.Options.Margin
		if !ok || clears && !before || clears == before && cmp.Gain > best.Gain {
			best, ok = cmp, true
		}
	}
	return best, ok
}

// gates are the conditions of a promotion, the comparison with the champion first.
func (r *Result) gates(best Comparison) []Gate {
	name := metricWords(r.Options.Primary)
	gates := []Gate{{
		Name: "beats_champion", Value: best.FamilyLow, Limit: r.Options.Margin, Passed: best.FamilyLow > r.Options.Margin,
		Words: fmt.Sprintf("%s against %s: gain in %s %.4f, interval [%.4f, %.4f]; its lower end must be above %.4g",
			best.Challenger, best.Champion, name, best.Gain, best.FamilyLow, best.FamilyHigh, r.Options.Margin),
	}}
	auc := Find(r.Candidates[r.index(best.Challenger)].Pooled, AUC)
	gates = append(gates, Gate{
		Name: "ranks_better_than_chance", Value: auc.Low, Limit: 0.5, Passed: auc.Low > 0.5,
		Words: fmt.Sprintf("%s ranks %s with AUC %.3f, interval [%.3f, %.3f]; its lower end must be above 0.5",
			best.Challenger, r.said().who, auc.Value, auc.Low, auc.High),
	})
	if r.Candidates[r.Champion].Kind == baseline {
		return gates
	}
	low, high, gain := r.gainOverBaseline(best.Challenger)
	return append(gates, Gate{
		Name: "beats_base_rate", Value: low, Limit: 0, Passed: low > 0,
		Words: fmt.Sprintf("%s against saying the base rate to everyone: gain in log loss %.4f, interval [%.4f, %.4f]; its lower end must be above 0",
			best.Challenger, gain, low, high),
	})
}

// index finds a candidate by name, -1 when there is none.
func (r *Result) index(name string) int {
	for c := range r.Candidates {
		if r.Candidates[c].Name == name {
			return c
		}
	}
	return -1
}

// gainOverBaseline is the paired gain in log loss over the baseline, from the same
// replicates as the comparisons with the champion.
func (r *Result) gainOverBaseline(name string) (low, high, gain float64) {
	c, b := r.index(name), len(r.Candidates)-1
	mine, base := r.boot.column(c, LogLoss), r.boot.column(b, LogLoss)
	gains := make([]float64, len(mine))
	for i := range mine {
		gains[i] = base[i] - mine[i]
	}
	low, high = percentile(gains, r.Options.Level)
	return low, high, Find(r.Candidates[b].Pooled, LogLoss).Value - Find(r.Candidates[c].Pooled, LogLoss).Value
}

// allPassed says whether every gate is open.
func allPassed(gates []Gate) bool {
	for _, g := range gates {
		if !g.Passed {
			return false
		}
	}
	return true
}

// undecided says whether the interval of some challenger spans the margin. An
// interval that could not be computed decides nothing.
func (r *Result) undecided() bool {
	for _, c := range r.challengers() {
		cmp, ok := r.comparison(r.Candidates[c].Name, r.Options.Primary)
		if ok && !(cmp.FamilyLow > r.Options.Margin) && !(cmp.FamilyHigh <= r.Options.Margin) {
			return true
		}
	}
	return false
}

// needed says how many renewals would settle the question, if the gain stays what
// it is: n ((z(0.975) + z(0.80)) SE / (gain - margin))^2.
func (r *Result) needed(best Comparison) string {
	edge := best.Gain - r.Options.Margin
	if best.StdErr != best.StdErr {
		return "the gain has no standard error; raise bootstrap, or use primary: auc"
	}
	if edge <= 0 {
		return fmt.Sprintf("the measured gain %.4f does not exceed the margin; more data may well confirm %s", best.Gain, best.Champion)
	}
	have := float64(len(r.Predictions.Fold))
	total := have * math.Pow(power80*best.StdErr/edge, 2)
	if total <= have {
		return "a promotion was missed by little: the next period should settle it"
	}
	return fmt.Sprintf("about %d further examples would settle it with 80 %% power if the gain stays %.4f", int64(math.Ceil(total-have)), best.Gain)
}

// metricWords names a primary metric in prose.
func metricWords(metric string) string {
	switch metric {
	case LogLoss:
		return "log loss"
	case AUC:
		return "AUC"
	}
	return "Brier score"
}
