package monitor

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/models"
)

// Kind says what a finding is about. The values are in files that others read, and stay.
type Kind string

// The kinds.
const (
	// FactorDrift is a factor whose values have moved.
	FactorDrift Kind = "factor_drift"
	// ScoreDrift is the same of the log-odds.
	ScoreDrift Kind = "score_drift"
	// MissingMore is a factor that is missing more often, or less.
	MissingMore Kind = "missing"
	// NewLevels are levels of a category that training never saw.
	NewLevels Kind = "unseen_levels"
	// Unscored is more accounts without a score.
	Unscored Kind = "coverage"
	// BandShift is another share of red, yellow or green.
	BandShift Kind = "bands"
	// Performance is a promise of the backtest that was not kept.
	Performance Kind = "performance"
)

// Finding is something that somebody should look at.
type Finding struct {
	Kind Kind

	// Subject is the factor, the band that has changed most, the metric, or "score".
	Subject string

	// Quarter is the one in which it began, and Until the last in which it holds without a
	// gap, by their first days. A finding that is Pooled is of all matured labels together,
	// from the first quarter to the last.
	Quarter dataset.Date
	Until   dataset.Date
	Pooled  bool

	// Value is the figure in the quarter in which it began, and Limit what it is beyond.
	// Null95 is what chance alone exceeds once in twenty times, NaN for what is no index,
	// and P the probability by chance, adjusted for all tests of the quarter.
	Value  float64
	Limit  float64
	Null95 float64
	P      float64

	// Words say what has happened, with the numbers, and Do what to do about it.
	Words string
	Do    string
}

// suspicion is a test, and the finding that it would be. P is not adjusted yet; a test
// without one, as of a side without rows, is none. The value is beyond its limit, or is not,
// whatever chance may do.
type suspicion struct {
	Finding
	beyond bool // its limit
}

// find tests every quarter as a family of its own, and all matured labels together: a single
// quarter may have too few labels to show what a year of them does.
func (w *watch) find() {
	for i := range w.report.Quarters {
		q := &w.report.Quarters[i]
		for _, f := range rejected(w.suspect(q), 1-w.options.Level) {
			f.Quarter, f.Until = q.Start, q.Start
			w.report.add(f, i)
		}
	}
	if s := w.report.Since; s != nil && s.Judged {
		first, last := w.report.Quarters[0].Start, w.report.Quarters[len(w.report.Quarters)-1].Start
		for _, f := range rejected(broken(s), 1-w.options.Level) {
			f.Quarter, f.Until, f.Pooled = first, last, true
			w.report.Findings = append(w.report.Findings, f)
		}
	}
}

// add records a finding of a quarter, or lets one of the judged quarter before last on: the
// same kind and subject. Quarters that were not judged in between neither end a finding nor
// hold it. It is called in time order; quarter is the index of its quarter.
func (r *Report) add(f Finding, quarter int) {
	before := r.lastJudged(quarter)
	for i := range r.Findings {
		if old := &r.Findings[i]; old.Kind == f.Kind && old.Subject == f.Subject && old.Until == before {
			old.Until = f.Until
			return
		}
	}
	r.Findings = append(r.Findings, f)
}

// rejected are the suspicions that are beyond their limit and beyond chance: Holm's rule
// over all tests of the family, also over those within their limits, as it is not known
// beforehand which those will be. P becomes the adjusted probability,
//
//	P_(k) = max over j <= k of min(1, (m-j+1) p_(j))
//
// with p_(1) <= .. <= p_(m) (Holm 1979). The order of the family stays. It is overwritten.
func rejected(family []suspicion, alpha float64) []Finding {
	family = slices.DeleteFunc(family, func(s suspicion) bool { return s.P != s.P })
	order := make([]int, len(family))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(family[a].P, family[b].P) })
	largest := 0.0
	for rank, i := range order {
		largest = max(largest, min(1, family[i].P*float64(len(family)-rank)))
		family[i].P = largest
	}
	var list []Finding
	for _, s := range family {
		if s.beyond && s.P < alpha {
			list = append(list, s.Finding)
		}
	}
	return list
}

// suspect lists the tests of a quarter: two for a factor, three for a category, and those
// of the score, the coverage, the bands and the promises. A quarter with too few accounts has
// none.
func (w *watch) suspect(q *Quarter) []suspicion {
	if !q.Judged {
		return nil
	}
	var list []suspicion
	for i := range q.Factors {
		list = append(list, w.suspectFactor(&q.Factors[i])...)
	}
	list = append(list, moved(ScoreDrift, "score", q.Score, w.options.PSI,
		"see which factors have moved and by how many points (explain, score --diff); if the accounts have changed for good, retrain"))
	list = append(list, w.suspectCoverage(q)...)
	if q.Matured != nil && q.Matured.Judged {
		list = append(list, broken(q.Matured)...)
	}
	return list
}

// suspectFactor lists the tests of one factor: whether its values have moved, whether it is
// missing more or less often, and whether it has levels that nobody knows. The first holds
// what is missing as a bin, so that a factor that is lost may be found by both.
func (w *watch) suspectFactor(f *FactorShift) []suspicion {
	list := []suspicion{moved(FactorDrift, f.Factor, f.Shift, w.options.PSI,
		"ask who fills its columns whether they are counted as before; if the accounts have changed, retrain")}
	m, o := f.Missing, w.options
	list = append(list, suspicion{beyond: math.Abs(m.Now-m.Then) > o.Missing, Finding: Finding{
		Kind: MissingMore, Subject: f.Factor, Value: m.Now, Limit: limitOf(m, o.Missing), Null95: math.NaN(), P: m.P,
		Words: fmt.Sprintf("%s is missing for %s of the accounts, and was for %s; a change of more than %s is too much", f.Factor, percent(m.Now), percent(m.Then), percent(o.Missing)),
		Do:    "see whether the column is still delivered; a factor that stays like this should leave the model, or get missing: own, and retrain"}})
	if u := f.Unseen; u.Now == u.Now {
		list = append(list, suspicion{beyond: u.Now > o.Unseen, Finding: Finding{
			Kind: NewLevels, Subject: f.Factor, Value: u.Now, Limit: o.Unseen, Null95: math.NaN(), P: u.P,
			Words: fmt.Sprintf("%s of the accounts have a level of %s that training never saw%s; more than %s is too much", percent(u.Now), f.Factor, named(f.Levels), percent(o.Unseen)),
			Do:    "if they are old levels by new names, map them; if they are new, retrain"}})
	}
	return list
}

// limitOf is the end of what a share may be on the side to which it has gone; by is how far it
// may go.
func limitOf(s Share, by float64) float64 {
	if s.Now < s.Then {
		return s.Then - by
	}
	return s.Then + by
}

// named lists levels with their accounts behind a colon; nothing for none.
func named(levels []Level) string {
	text := ""
	for i, l := range levels {
		text += map[bool]string{true: ": ", false: ", "}[i == 0] + fmt.Sprintf("%s (%d)", dataset.Quote(l.Name), l.Accounts)
	}
	return text
}

// moved is the test of an index. It must be beyond the rule of thumb, which alone calls
// noise a drift where rows are few, and beyond chance, which alone calls a drift what is
// too small to matter where they are many.
func moved(kind Kind, subject string, s Shift, limit float64, do string) suspicion {
	return suspicion{beyond: s.PSI > limit, Finding: Finding{
		Kind: kind, Subject: subject, Value: s.PSI, Limit: limit, Null95: s.Null95, P: s.P,
		Words: fmt.Sprintf("%s has moved by a PSI of %.2f; more than %.2f is too much, and chance alone stays below %.3f in 95 of 100 cases", subject, s.PSI, limit, s.Null95),
		Do:    do}}
}

// suspectBands tests the shares of all bands at once; the finding is of the one that has
// changed most. Three tests of one table would spend the family on saying one thing thrice.
// Red is told first.
func (w *watch) suspectBands(q *Quarter) suspicion {
	most, said := 0, ""
	for b, s := range q.Bands {
		if math.Abs(s.Now-s.Then) > math.Abs(q.Bands[most].Now-q.Bands[most].Then) {
			most = b
		}
		said = fmt.Sprintf("%s %s (%s)", bandNames[b], percent(s.Now), percent(s.Then)) + map[bool]string{true: ", "}[b > 0] + said
	}
	s, limit := q.Bands[most], w.options.Bands
	return suspicion{beyond: math.Abs(s.Now-s.Then) > limit, Finding: Finding{
		Kind: BandShift, Subject: string(bandNames[most]), Value: s.Now, Limit: limitOf(s, limit), Null95: math.NaN(), P: q.Moved.P,
		Words: fmt.Sprintf("the bands have shifted: %s of the accounts, in brackets before; a change of more than %s is too much", said, percent(limit)),
		Do:    "see whether the team can work as many; if the change is real, retrain, which sets the bands anew"}}
}

// bandNames are the bands in the order of their risk.
var bandNames = [...]models.Band{models.Green, models.Yellow, models.Red}

// suspectCoverage tests the share of accounts with a score, of which only a fall is too much,
// and the bands where the model has any.
func (w *watch) suspectCoverage(q *Quarter) []suspicion {
	c, o := q.Coverage, w.options
	why := ""
	if len(q.Unscored) > 0 {
		why = fmt.Sprintf("; the most frequent reason is %s of %s", q.Unscored[0].Code, q.Unscored[0].Factor)
	}
	list := []suspicion{{beyond: c.Then-c.Now > o.Coverage, Finding: Finding{
		Kind: Unscored, Subject: "score", Value: c.Now, Limit: c.Then - o.Coverage, Null95: math.NaN(), P: c.P,
		Words: fmt.Sprintf("%s of the accounts have a score, and %s had one%s", percent(c.Now), percent(c.Then), why),
		Do:    "mend the column, or give the factor a policy for what is missing or unseen and retrain"}}}
	if q.Bands != nil {
		list = append(list, w.suspectBands(q))
	}
	return list
}

// broken tests every promise. The limits are those of the promised interval: what lies
// within was promised.
func broken(m *Matured) []suspicion {
	var list []suspicion
	for _, k := range m.Metrics {
		limit := k.Promised.Low
		if k.Observed.Value > k.Promised.Value {
			limit = k.Promised.High
		}
		list = append(list, suspicion{beyond: !k.Inside, Finding: Finding{
			Kind: Performance, Subject: k.Name, Value: k.Observed.Value, Limit: limit, Null95: math.NaN(), P: k.P,
			Words: fmt.Sprintf("%s is %.3f on %s matured labels, %s of them churned; the backtest promised %.3f [%.3f, %.3f]",
				called(k.Name), k.Observed.Value, grouped(m.N), grouped(m.Churned), k.Promised.Value, k.Promised.Low, k.Promised.High),
			Do: doAbout(k.Name)}})
	}
	return list
}

// doAbout says what helps against a broken promise: a new calibration where only the
// probabilities are off, another model where the order of the accounts is.
func doAbout(metric string) string {
	switch metric {
	case Slope, InLarge:
		return "the order of the accounts may still be right; retrain, which learns the calibration anew"
	case AUC:
		return "the score orders the accounts worse than it did; see which factors have drifted, and retrain"
	}
	return "the probabilities are worse than they were; see the calibration, and retrain"
}

// called is a metric as the report calls it.
func called(metric string) string {
	switch metric {
	case AUC:
		return "AUC"
	case LogLoss:
		return "log loss"
	case Brier:
		return "Brier score"
	case Slope:
		return "calibration slope"
	case InLarge:
		return "calibration in the large"
	}
	return metric
}

// grouped writes a count with commas.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// percent is a share for people.
func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }
