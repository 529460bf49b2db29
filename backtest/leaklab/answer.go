package leaklab

import (
	"fmt"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/features"
)

// answer is how well a column alone tells the positive from the negative of a sample.
type answer struct {
	// strength is the AUC over all examples, at least 0.5: the direction is not at issue.
	strength float64

	// value tells them apart by the value, absence by whether there is one.
	value, absence split
}

// split is one way to tell positive from negative.
type split struct {
	// ks is the Kolmogorov-Smirnov distance over all examples.
	ks float64

	// sure says that there are too many of both for chance to tell them apart.
	sure bool

	// curve counts accounts.
	curve curve
}

// The questions, in this order: of the labels; of the fates, that is whether the account
// ever churned, as seen from its first example, because a column that was overwritten when
// the account left gives that away long before a label does; and of the labels without the
// accounts that churned later, which may bear the mark of a leak before they are labelled.
const (
	ofLabels = iota
	ofFates
	ofParted
)

// answersOf asks a column all questions; the answers are in their order.
func (l *lab) answersOf(c *column) []answer {
	return []answer{l.answerOf(c, l.labels, l.drawn), l.answerOf(c, l.fates, l.fates), l.answerOf(c, l.drawn, l.parted)}
}

// answerOf asks one question: all of the sample for AUC and KS, and of those drawn from it
// for the curve.
func (l *lab) answerOf(c *column, q, drawn sample) answer {
	scores := l.scored(c, q)
	a := answer{strength: 0.5}
	all, values := l.ask(scores, q)
	alone := metrics.CurveOf(values, all.positive)
	a.value.ks, a.absence.ks = alone.KS, metrics.KS(l.gaps(c, q), q.positive)
	some, of := l.ask(scores, drawn)
	a.value.trace(of, some)
	a.absence.trace(l.gaps(c, drawn), drawn)
	if alone.AUC == alone.AUC {
		a.strength = max(alone.AUC, 1-alone.AUC)
	}
	return a
}

// trace draws the curve and says whether there are enough accounts on it: at least five of
// either kind, and so many of both that a random column parts them once in a million times at
// most. values are by the example of q.
func (s *split) trace(values []float64, q sample) {
	s.curve = trace(values, q)
	churned, renewed := float64(s.curve.positives), float64(s.curve.negatives)
	s.sure = features.BeyondChance(churned, renewed)
}

// knows says whether the split is practically complete, by the limits of features.Leaks, which
// guards every load.
func (s split) knows() bool { return s.sure && s.ks >= features.LeakKS }

// knowsTheAnswer finds columns that are the outcome, or any recoding of it: KS does not mind
// the direction, and levels are ranked by what became of their accounts. The value is asked
// before its absence, and the labels before the fates.
func (l *lab) knowsTheAnswer(x *exhibit) (Finding, bool) {
	for i, a := range x.answers {
		what := [...]string{ofLabels: "tells churned from renewed", ofFates: "tells who will ever churn from who will not",
			ofParted: "tells who churned from who never did"}[i]
		if a.value.knows() {
			r, _ := a.value.curve.beyond(0)
			return x.finding("leak_answer", Refuse, a.value.ks, "KS distance", l.look(r), fmt.Sprintf(
				"%s alone %s (KS %.3f): it was probably recorded after the outcome; leave it out", dataset.Quote(x.factor.Source()), what, a.value.ks)), true
		}
		if a.absence.knows() {
			r, _ := a.absence.curve.beyond(0)
			return x.finding("leak_missing", Refuse, a.absence.ks, "KS distance of being missing", l.look(r), fmt.Sprintf(
				"whether %s is missing %s (KS %.3f): it was probably filled in after the outcome; leave it out", dataset.Quote(x.factor.Source()), what, a.absence.ks)), true
		}
	}
	return Finding{}, false
}

// tooGood finds columns that know the answer for some of the accounts, or with some noise:
// a region of their values that is purer than an honest factor beside these others can be.
func (l *lab) tooGood(x *exhibit, limit float64) (Finding, bool) {
	for i, a := range x.answers {
		for _, by := range []struct {
			split split
			words string
		}{{a.value, ""}, {a.absence, "whether it is missing in "}} {
			r, ok := by.split.curve.beyond(limit)
			if !ok {
				continue
			}
			return x.finding("leak_too_good", Refuse, x.answers[i].strength, "AUC alone", l.look(r), fmt.Sprintf(
				"%s%s singles out %s: far more than an honest factor can beside the others of this project; if it was recorded after the outcome, leave it out",
				by.words, dataset.Quote(x.factor.Source()), r.words(i))), true
		}
	}
	return Finding{}, false
}

// words says what a region holds.
func (r region) words(question int) string {
	kinds := [...][2]string{ofLabels: {"that churned", "that renewed"}, ofFates: {"that ever churned", "that never did"},
		ofParted: {"that churned", "that never did"}}[question]
	if !r.churned {
		kinds[0], kinds[1] = kinds[1], kinds[0]
	}
	return fmt.Sprintf("%.0f %% of the accounts %s and %.1f %% of those %s", 100*r.caught, kinds[0], 100*r.wrong, kinds[1])
}
