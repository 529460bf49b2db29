package backtest

import (
	"fmt"
	"math"
	"slices"
)

// judge turns comparisons into a verdict. A challenger is promoted when every gate is open:
// the lower bound of its paired gain over the champion clears the margin, it ranks, it beats
// the base rate, its probabilities can be taken at face value, no segment loses for certain,
// and its predictions have not moved. Where all that is missing could be opened by more
// data, the verdict says how much; otherwise the champion holds. More data about a gain is not
// asked for where something else already lies beyond its limit with its whole interval.
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
	v.Decision, v.Headline = r.decide(v)
	for _, g := range v.Gates {
		v.Reasons = append(v.Reasons, g.Words)
	}
	if v.Decision == NeedMoreData {
		var words string
		v.FurtherExamples, words = r.needed(best, v.Gates)
		v.Reasons = append(v.Reasons, words)
	}
	if closed, _ := notPassed(v.Gates); v.Decision == Hold && v.Gates[0].Passed {
		v.Reasons = append(v.Reasons, advice(closed)...)
	} else if v.Decision == Hold {
		v.Reasons = append(v.Reasons, advice(beyond(v.Gates))...)
	}
	for _, caution := range []string{r.costlier(best.Challenger), r.poorer(best.Challenger), r.miscalibrated(best.Challenger)} {
		if caution != "" {
			v.Reasons = append(v.Reasons, caution)
		}
	}
	return v
}

// decide reads the gates, the comparison with the champion first.
func (r *Result) decide(v Verdict) (Decision, string) {
	closed, undecided := notPassed(v.Gates)
	switch {
	case len(closed)+len(undecided) == 0:
		return Promote, fmt.Sprintf("Promote %s: on %s it had not seen it beat %s by more than chance explains.", v.Challenger, r.Data.Clock.Examples(), v.Champion)
	case !v.Gates[0].Passed && r.undecided():
		return NeedMoreData, fmt.Sprintf("Need more data: %s and %s cannot be told apart yet.", v.Challenger, v.Champion)
	case !v.Gates[0].Passed && v.Gates[0].Undecided:
		return Hold, fmt.Sprintf("Hold: whether %s beats %s cannot be told yet, but it is not fit for a rollout either way: %s.",
			v.Challenger, v.Champion, unfit(beyond(v.Gates)))
	case !v.Gates[0].Passed:
		return Hold, fmt.Sprintf("Hold: no challenger beats %s.", v.Champion)
	case len(closed) == 0:
		return NeedMoreData, fmt.Sprintf("Need more data: %s beats %s, but %s cannot be told yet.", v.Challenger, v.Champion, gateWords(undecided[0]))
	}
	return Hold, fmt.Sprintf("Hold: %s beats %s but is not fit for a rollout: %s.", v.Challenger, v.Champion, unfit(closed))
}

// notPassed sorts the gates that are not open: closed for certain, or undecided.
func notPassed(gates []Gate) (closed, undecided []Gate) {
	for _, g := range gates {
		switch {
		case g.Passed:
		case g.Undecided:
			undecided = append(undecided, g)
		default:
			closed = append(closed, g)
		}
	}
	return closed, undecided
}

// beyond are the gates, but for the comparison with the champion, whose whole interval lies on
// the wrong side of the limit.
func beyond(gates []Gate) []Gate {
	return slices.DeleteFunc(slices.Clone(gates[1:]), func(g Gate) bool { return g.Passed || !g.beyond })
}

// gateWords names what a calibration gate asks, for a headline.
func gateWords(g Gate) string {
	if g.Name == CITL {
		return "whether its percentages are right on the whole"
	}
	return "whether its percentages are as extreme as they should be"
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
// the margin, or else among those that nothing else rules out, or else among all, the one
// with the largest gain.
func (r *Result) best() (best Comparison, ok bool) {
	for _, c := range r.challengers() {
		cmp, found := r.comparison(r.Candidates[c].Name, r.Options.Primary)
		if !found {
			continue
		}
		here, before := r.nearness(cmp), nowhere
		if ok {
			before = r.nearness(best)
		}
		if here > before || here == before && cmp.Gain > best.Gain {
			best, ok = cmp, true
		}
	}
	return best, ok
}

// nearness is how near a challenger is to a promotion.
type nearness int

const (
	nowhere  nearness = iota
	ruledOut          // something other than its gain lies beyond its limit
	open
	clears // its gain clears the margin
)

func (r *Result) nearness(c Comparison) nearness {
	switch {
	case c.FamilyLow > r.Options.Margin:
		return clears
	case len(beyond(r.gates(c))) > 0:
		return ruledOut
	}
	return open
}

// gates are the conditions of a promotion, the comparison with the champion first.
func (r *Result) gates(best Comparison) []Gate {
	name := best.Challenger
	gates := []Gate{r.championGate(best), r.rankingGate(name)}
	if r.Candidates[r.Champion].Kind != baseline {
		gates = append(gates, r.baselineGate(name))
	}
	gates = append(gates, r.calibrationGates(name)...)
	if g, ok := r.segmentGate(name); ok {
		gates = append(gates, g)
	}
	if g, ok := r.stabilityGate(name); ok {
		gates = append(gates, g)
	}
	return gates
}

// championGate asks for a gain beyond the margin, family-wise over the challengers.
func (r *Result) championGate(best Comparison) Gate {
	margin := r.Options.Margin
	return Gate{
		Name: "beats_champion", Value: best.FamilyLow, Limit: margin, Passed: best.FamilyLow > margin,
		Undecided: !(best.FamilyLow > margin) && !(best.FamilyHigh <= margin),
		Words: fmt.Sprintf("%s against %s: gain in %s %.4f, interval [%.4f, %.4f]; its lower end must be above %.4g",
			best.Challenger, best.Champion, metricWords(r.Options.Primary), best.Gain, best.FamilyLow, best.FamilyHigh, margin),
	}
}

// rankingGate asks for an AUC above that of a coin.
func (r *Result) rankingGate(challenger string) Gate {
	auc := Find(r.Candidates[r.index(challenger)].Pooled, AUC)
	return Gate{
		Name: "ranks_better_than_chance", Value: auc.Low, Limit: 0.5, Passed: auc.Low > 0.5, beyond: auc.High < 0.5,
		Words: fmt.Sprintf("%s ranks %s with AUC %.3f, interval [%.3f, %.3f]; its lower end must be above 0.5",
			challenger, r.said().who, auc.Value, auc.Low, auc.High),
	}
}

// baselineGate asks for a gain over saying the base rate to everyone.
func (r *Result) baselineGate(challenger string) Gate {
	low, high, gain := r.gainOverBaseline(challenger)
	return Gate{
		Name: "beats_base_rate", Value: low, Limit: 0, Passed: low > 0, beyond: high < 0,
		Words: fmt.Sprintf("%s against saying the base rate to everyone: gain in log loss %.4f, interval [%.4f, %.4f]; its lower end must be above 0",
			challenger, gain, low, high),
	}
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
	low, high, _ = r.boot.of(b, LogLoss).less(r.boot.of(c, LogLoss)).interval(r.Options.Level)
	return low, high, Find(r.Candidates[b].Pooled, LogLoss).Value - Find(r.Candidates[c].Pooled, LogLoss).Value
}

// undecided says whether the interval of some challenger spans the margin that nothing else
// rules out. An interval that could not be computed decides nothing.
func (r *Result) undecided() bool {
	for _, c := range r.challengers() {
		cmp, ok := r.comparison(r.Candidates[c].Name, r.Options.Primary)
		if ok && r.nearness(cmp) == open && !(cmp.FamilyHigh <= r.Options.Margin) {
			return true
		}
	}
	return false
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
