package monitor

import (
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// Report is what has become of a model since it was made. Shares and probabilities lie
// between 0 and 1; what is undefined is NaN.
type Report struct {
	// Model is the id of the model: its name and the beginning of its seal.
	Model string

	// KnownBy is the last day on which a label became known that the model learned from:
	// what is watched are as-of dates after it. Nothing is known after ObservedUntil.
	KnownBy       dataset.Date
	ObservedUntil dataset.Date

	// Options are the limits, with the defaults filled in.
	Options Options

	// Reference is what the quarters are held against. It is Rebuilt where the model file
	// has none, of the data as they are today; nothing is promised then.
	Reference *models.Reference
	Rebuilt   bool

	// Quarters are the calendar quarters since, in time order and without gaps.
	Quarters []Quarter

	// Since is all matured labels of as-of dates since then; nil without any.
	Since *Matured

	// Record says how estimates without labels did in the matured quarters, and Open what
	// they say of the labels that are not in yet, by quarter.
	Record Record
	Open   []Open

	// Findings are by the quarter in which they began, those of all matured labels
	// together last.
	Findings []Finding
}

// Judged says whether anything could be held against the reference: whether a quarter had
// enough accounts. Without, no findings of quarters mean nothing.
func (r *Report) Judged() bool {
	return slices.ContainsFunc(r.Quarters, func(q Quarter) bool { return q.Judged })
}

// Standing are the findings that hold in the newest quarter that was judged, and those of
// all matured labels together: what somebody has to act on. The others are the history of
// the model; nil when there is nothing to do.
func (r *Report) Standing() []Finding {
	last := r.lastJudged(len(r.Quarters))
	var list []Finding
	for _, f := range r.Findings {
		if f.Until >= last || f.Pooled {
			list = append(list, f)
		}
	}
	return list
}

// lastJudged is the start of the last quarter that was judged among the first few; NoDate
// without.
func (r *Report) lastJudged(first int) dataset.Date {
	for k := first - 1; k >= 0; k-- {
		if r.Quarters[k].Judged {
			return r.Quarters[k].Start
		}
	}
	return dataset.NoDate
}

// Quarter is one calendar quarter since the model was made, the first and the last as far
// as there are days of it. Every account counts once, as it last looked in the quarter.
type Quarter struct {
	// Start is the first day of the calendar quarter; From and Until are the first and the
	// last as-of date that there is in it, NoDate in a quarter without accounts.
	Start dataset.Date
	From  dataset.Date
	Until dataset.Date

	// Accounts are those at risk: customers that had neither left nor said that they would.
	// The quarter is Judged if there are enough of them (Options.Accounts); its figures are
	// there in any case.
	Accounts int
	Judged   bool

	// Score is how far the log-odds have moved, having no score being a bin of its own, and
	// Factors are the factors in the order of the encoder.
	Score   Shift
	Factors []FactorShift

	// Coverage is the share with a score, and Unscored are the reasons of the others, the
	// most frequent first.
	Coverage Share
	Unscored []Reason

	// Bands are the shares of green, yellow and red, nil without bands, and Moved is how far
	// they have moved together.
	Bands []Share
	Moved Shift

	// Matured is what came true of the as-of dates in the quarter; nil without labels.
	Matured *Matured
}

// Shift is how far a distribution has moved.
type Shift = metrics.Stability

// Share is a share of accounts in a quarter, Now, and in the reference, Then. P is the
// probability of a difference as large, to either side, by chance.
type Share struct {
	Now  float64
	Then float64
	P    float64
}

// FactorShift is what has become of one factor: how far it has moved over its bins, what is
// missing being one of them.
type FactorShift struct {
	Factor string
	Shift

	// Missing is the share of accounts without a value.
	Missing Share

	// Unseen is the share of accounts with a level of a category that training never saw,
	// and Levels are those levels, the most frequent first, at most five.
	Unseen Share
	Levels []Level
}

// Level is a level of a category with the accounts that have it.
type Level struct {
	Name     string
	Accounts int
}

// Reason is why some accounts have no score: models.MissingFactor or models.UnseenLevel, of
// the first factor that is to blame.
type Reason struct {
	Code     string
	Factor   string
	Accounts int
}

// Matured is what came true on labels that were not known when the model was made.
type Matured struct {
	// N is the number of labels, Churned those of them that churned, and Accounts the
	// accounts that they are of. Labels are Judged if there are enough of both outcomes
	// (Options.Events).
	N        int
	Churned  int
	Accounts int
	Judged   bool

	// Metrics are AUC, LogLoss, Brier, Slope and InLarge, in this order.
	Metrics []Kept

	// MeanP is the share of them that was expected to churn, and Expected what would have
	// been estimated without the labels.
	MeanP    float64
	Expected Expectation
}

// Kept is one metric by its name in metrics.csv, and what was promised of it, NaN
// throughout without a promise.
type Kept struct {
	Name     string
	Observed metrics.Estimate
	Promised metrics.Estimate

	// Inside says whether the observed value lies in the promised interval. P is the
	// probability of a difference as bad by chance, both sides being estimates: one-sided
	// for the AUC and the losses, of which only worse is bad.
	Inside bool
	P      float64
}

// Expectation is what a model expects of accounts without labels, if it is right.
type Expectation struct {
	AUC, Brier, MeanP float64
}

// Record is how far expectations were off in the matured quarters.
type Record struct {
	AUC, Brier metrics.PastErrors // one error a quarter
}

// Open is the accounts of a quarter whose labels are not in yet. The intervals of AUC and
// Brier are those of one more error like the record's. MeanP is the share that is expected to churn.
type Open struct {
	Start      dataset.Date
	N          int
	AUC, Brier metrics.Estimate
	MeanP      float64
}
