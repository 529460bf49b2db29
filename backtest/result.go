package backtest

import (
	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// Result is a finished backtest: everything that is printed, drawn or written.
type Result struct {
	Target      models.Target // the event that all candidates below give the probability of
	Options     Options
	Data        Data
	Folds       []Fold            // in time order, those left out included
	Candidates  []CandidateResult // in the order of the project, the baseline last
	Champion    int               // index into Candidates
	Comparisons []Comparison      // of every other candidate with the champion
	Dollars     []DollarGain      // of every challenger against the champion, by save rate; nil without values
	Touched     *Touched          // what the team's own work does to the figures; nil without a column of it
	Immature    *Immature         // as-of dates whose labels are not in yet; nil without a Timeline
	Audition    *Audition         // which rule would have chosen well; nil with one candidate or fold
	Segments    []SegmentGain     // the challengers' gains by segment; nil without segments
	Leads       []Lead            // AUC by distance from the renewal, shortest first; nil with a single lead
	Predictions Predictions
	Verdict     Verdict
	Further     []*Result // of the further targets, each with candidates, folds and a verdict of its own
	Rollout     *Rollout  // what changes on the day of the rollout; nil without a Timeline, or if nobody challenges
	boot        *resampled
	banding     *banding // until the bands are measured
	Warnings    []dataset.Warning
}

// Data describes the examples that a run is about.
type Data struct {
	Counts        dataset.Counts
	Clock         dataset.Clock
	ObservedUntil dataset.Date
	Hashes        dataset.Hashes
	Quarters      []Quarter // churn over time
	HasValue      bool      // whether money is known
}

// Quarter is the churn, or whatever the target is, of the examples whose label became known in one quarter.
type Quarter struct {
	Start   dataset.Date
	N       int
	Churned int
}

// Fold is one step of the walk forward.
type Fold struct {
	Index   int
	Cutoff  dataset.Date // the day the models are trained on
	Next    dataset.Date // the next cutoff: the test window is [Cutoff, Next)
	Since   dataset.Date // sliding window: training as-of dates are after it; NoDate: expanding
	Train   Extent
	Test    Extent
	Skipped string // why the fold was left out; empty: it was used
}

// Extent describes one side of a fold.
type Extent struct {
	Examples  int
	Churned   int
	FirstAsOf dataset.Date
	LastAsOf  dataset.Date
}

// CandidateResult is how one candidate did on the test windows.
type CandidateResult struct {
	Name      string
	Kind      models.Kind
	Pooled    []Metric                 // over all test windows; see MetricNames
	ByFold    [][]Metric               // per fold of Result.Folds, nil where skipped
	ROC       []metrics.Point          // pooled, from (0,0) to (1,1), in steps of 1/4096 where there are as many
	ROCBand   []metrics.BandPoint      // pointwise, over draws of accounts; nil for one score for everybody
	Bins      []metrics.CalibrationBin // pooled
	Histogram []int                    // of p, 50 equal bins over [0, 1]
	Gains     []Slice                  // the gains table, pooled, in deciles
	Decision  []DecisionPoint          // pooled, at every percent from 1 to 99
	Money     []MoneyRow               // at capacity; nil without values
	Worth     *Worth                   // everything in money; nil without values
	Groups    []Group                  // by segment, then by cohort; nil without either
	Stability metrics.Stability        // of p: the latest test window against its training window
	ValueMove metrics.Stability        // the same of the shares of value; zero without values
	Bands     *Bands                   // what its colours were worth; nil if it has none
	Goal      *Goal                    // nil without one
	Warning   *EarlyWarning            // nil without a Timeline or bands
	Triggers  []TriggerResult          // in the order of Options.Triggers; nil without a Timeline or bands
	Playbooks []TriggerResult          // likewise
	Final     *models.Model            // refitted on every mature label; nil when that failed
	FinalErr  string                   // why Final is nil
	Inference *models.Inference        // of the weights of Final; nil without it

	ChurnedHistogram []int             // as Histogram, of the churned rows alone
	FoldWeights      [][]models.Weight // of the model of each fold of Result.Folds, nil where skipped
}

// Metric is a named number with its 95 % interval. Undefined numbers are NaN.
type Metric struct {
	Name    string
	Value   float64
	Low     float64
	High    float64
	N       int // test examples
	Churned int
}

// Comparison is a candidate against the champion on the same test rows. A
// positive Gain is better for the challenger, whatever the metric.
type Comparison struct {
	Challenger string
	Champion   string
	Metric     string // log_loss, brier, auc, …
	Gain       float64
	StdErr     float64
	Low        float64
	High       float64
	P          float64 // two-sided
	FamilyLow  float64 // the interval widened for the number of challengers (Bonferroni): what the verdict uses
	FamilyHigh float64
	Method     string // as Options.IntervalMethod says it
}

// MoneyRow is what working the list at capacity is worth, over all periods.
type MoneyRow struct {
	SaveRate       float64 // share of worked churners that stay
	CostEach       float64 // of one contact
	ValueProtected float64 // SaveRate * churned value on the lists
	ContactCost    float64 // accounts worked * cost of each
	Net            float64
	Low, High      float64 // 95 % interval of Net
}

// Predictions are all test predictions, one block of rows per fold; Score and
// Eta have one slice per candidate.
type Predictions struct {
	Fold    []int32
	Row     []int32 // of the examples
	Account []int32
	AsOf    []dataset.Date
	Churned []bool          // whether the event of the target happened
	Event   []dataset.Event // nil without amounts
	Value   []float64       // nil without values
	Segment []int32         // nil without segments
	Score   [][]float64
	Eta     [][]float64
	Band    [][]int8 // models.Band.Risk, 0 to 2; -1 for no band

	Accounts []string
	Segments []string
}

// Decision is the outcome of a backtest.
type Decision string

// The decisions.
const (
	Promote      Decision = "promote"
	Hold         Decision = "hold"
	NeedMoreData Decision = "need_more_data"
)

// Verdict says what to do, and why.
type Verdict struct {
	Decision   Decision
	Champion   string
	Challenger string // the candidate that would be promoted, or the best of those that were not
	Primary    string
	Margin     float64
	Gates      []Gate
	Headline   string   // one sentence for the CS leader
	Reasons    []string // in words, one a line

	// FurtherExamples is how many more examples like those at hand would settle, with a
	// power of 80 %, what is not decided: the largest need of any gate that more data
	// could open. 0 where nothing is undecided, +Inf where no number would do, NaN where
	// it cannot be told.
	FurtherExamples float64
}

// Gate is one condition of a promotion.
type Gate struct {
	Name      string
	Passed    bool
	Undecided bool    // not passed, but the interval spans the limit: more data may open it
	Value     float64 // what is held against the limit, as a rule the end of an interval
	Limit     float64
	AtMost    bool // the value must stay below the limit; otherwise above
	Words     string

	beyond bool // the whole interval lies on the wrong side of the limit: no more data will open it
}
