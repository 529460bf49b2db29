package project

import (
	"path/filepath"
	"time"

	"holdfast/dataset/store"
	"holdfast/models/platform"
)

// Words of the file that the commands branch on. A field that holds one of them says so.
const (
	LabelRenewal = "renewal" // one example per outcome and lead
	LabelHorizon = "horizon" // one example per snapshot

	MissingColumnsRefuse = "refuse" // part files that lack a column in use are refused
	MissingColumnsNull   = "null"   // the column is missing in their rows

	FactorNumeric  = "numeric"
	FactorCategory = "category"

	ScaleNone  = "none"
	ScaleLog1p = "log1p"
	ScaleAsinh = "asinh"

	MissingMedian = "median"
	MissingMean   = "mean"
	MissingZero   = "zero"
	MissingNumber = "number" // the file gives the number itself
	MissingOwn    = "own"    // a flag, or a level, of its own
	MissingDrop   = "drop"   // the example is left out

	LowerChurn  = "lower_churn"
	HigherChurn = "higher_churn"

	UnseenReference = "reference"
	UnseenOther     = "other"
	UnseenError     = "error"

	CandidateWeights  = "weights"
	CandidateColumn   = "column"
	CandidateLogistic = "logistic"

	HigherIsHealthier = "healthier"
	HigherIsRiskier   = "riskier"

	PrimaryLogLoss = "log_loss"
	PrimaryAUC     = "auc"
	PrimaryBrier   = "brier"

	IntervalsPercentile = "percentile"
	IntervalsBCa        = "bca"

	// Baseline is the name of the built-in candidate that gives everybody the churn rate of the
	// training rows. It is always there, so no candidate of the file may take the name.
	Baseline = "baseline"
)

// Config is one holdfast.yaml, checked, with the defaults filled in. It mirrors the file: one
// struct per mapping, in the order of the reference that Keys returns. Dates are midnight UTC of the
// calendar day; durations are whole days.
type Config struct {
	Version    int
	Data       Data
	Columns    Columns
	Label      Label
	Factors    []Factor
	Candidates []Candidate
	Backtest   Backtest
	Bands      Bands
	Triggers   []Rule
	Playbooks  []Rule
	Segments   Segments
	Outlook    Outlook
	Output     string // as written: see Path
	Registry   string // likewise
	Retrain    Retrain
	Monitor    Monitor

	source *source
	nodes  map[string]*node // by path, for At; every value that is in the file
}

// Data says where the history lies. The paths are as written: see Config.Path. That they exist
// is not known here.
type Data struct {
	Snapshots     string
	Outcomes      string
	ObservedUntil time.Time      // zero: the last date seen in the outcomes
	Timezone      *time.Location // in which timestamps become calendar days

	MissingColumns string // MissingColumnsRefuse or MissingColumnsNull
}

// Columns names the columns that carry a role. An optional role that is not used is "".
type Columns struct {
	Account      string
	SnapshotDate string
	RecordedAt   string
	OutcomeDate  string
	Outcome      string
	ChurnedWhen  []string // values of Outcome that mean churned; nil: the column is boolean
	RenewedWhen  []string // values that mean renewed; nil: all that are not in ChurnedWhen or OpenWhen
	OpenWhen     []string // values of what is not decided yet
	DecidedAt    string
	TouchedAt    string // of the outcomes
	Value        string
	ValueAfter   string
	ValueBefore  string
	Segment      string // a column or an expression
}

// Label says what is predicted. Fields of the other mode are zero; all are days.
type Label struct {
	Mode        string // LabelRenewal or LabelHorizon
	LeadDays    []int  // renewal: the first is the main one
	MaxAgeDays  int    // renewal: the newest snapshot is at most this much older than the lead asks
	HorizonDays int    // horizon
}

// Factor is one named input of the scores.
type Factor struct {
	Name      string
	Category  string
	Expr      string   // "" when the factor is something else
	Column    string   // "" when the factor is something else
	History   *History // nil: the factor is of one snapshot
	Kind      string   // one of the Factor constants
	Clip      *Clip    // nil: values are used as they are
	Scale     string
	Missing   Missing
	Expect    string // LowerChurn, HigherChurn, or "" when no direction is declared
	Reference string // category: the level the others are compared with; "": the first in byte order
	Rare      int    // category: levels with fewer training rows are pooled; 0: none is
	Unseen    string // category: what a level that training never saw counts as

	Rule    string   // a recipe over factors and columns; "": none
	Bins    *Bins    // bins
	Points  []Pair   // points
	Tiers   []Tier   // tiers
	Spline  *Spline  // spline
	Members []string // interaction, group

	Segments   []string // those the factor is for; nil: all
	MaxAgeDays int      // 0: values do not age
	Dated      string   // the date column of MaxAgeDays
	Actionable bool

	Redistribute bool // the weight of a missing value goes to the other factors
}

// History is a factor that is computed from an account's own snapshots.
type History struct {
	Of       string // an expression
	OverDays int
	As       string // one of history.Functions
}

// Clip holds values between two bounds, of which Low is below High where both are numbers or
// both percentiles; a number and a percentile can only be compared once training rows are there.
type Clip struct{ Low, High Bound }

// Bound is one end of a Clip: a number, or a percentile (0 to 100) of the training rows.
type Bound struct {
	Value      float64
	Percentile bool
}

// Missing says what stands in for a missing value. Value counts only for MissingNumber.
type Missing struct {
	Rule  string
	Value float64
}

// Candidate is one score to backtest. Fields of other kinds are zero.
type Candidate struct {
	Name     string
	Kind     string   // one of the Candidate constants, or a platform.Kind
	Weights  []Weight // weights: in the order of Config.Factors, whatever the order in the file
	Column   string   // column, predictions
	HigherIs string   // column, predictions, platforms: HigherIsHealthier or HigherIsRiskier
	Penalty  Penalty  // logistic
	Fitting  Fitting  // logistic
	Factors  []string // logistic: the factors it uses, all of them when the file names none

	Target     string // TargetContraction or TargetExpansion; "": churn
	PerSegment bool   // logistic
	Calibrate  Calibrate

	Categories  []CategoryPoints // weights: in the order of their first factors
	Missing     string           // weights, platforms: a policy of package platform, or ""
	Sheet       *platform.Sheet  // platforms: without its Kind and Missing
	Recipes     Recipes          // rules
	File        string           // model, predictions: as written, see Path
	Refit       bool             // model
	Predictions Predictions      // predictions
}

// Weight is what a factor counts for in a hand-set score, in points of health. Only the ratios of a
// candidate's weights matter.
type Weight struct {
	Factor string
	Points float64
}

// Backtest says how the candidates are put to the test.
type Backtest struct {
	Every       Step
	FirstCutoff time.Time // zero: the first that leaves enough history
	LastCutoff  time.Time // zero: the last that has an outcome after it
	Window      Step      // how far back training looks; zero: to the beginning
	Champion    string    // a candidate's name, or Baseline
	Champions   []string  // of further targets
	Primary     string    // PrimaryLogLoss, PrimaryAUC or PrimaryBrier
	Margin      float64   // the challenger must win by more than this, in units of Primary
	Capacity    int       // accounts the team can work per period
	SaveRates   []float64 // nil: no assumption is made, so no money is counted as saved
	ContactCost float64   // per account contacted, in the currency of Columns.Value
	Bootstrap   int       // replicates
	Intervals   string    // IntervalsPercentile or IntervalsBCa
	Seed        uint64

	Gates        Gates
	Cohort       string    // an expression, or ""
	ContactCosts []float64 // further ones
	Tiers        []Team
}

// Step is a calendar period: N days, months, quarters or years. The zero Step is no period.
type Step struct {
	N    int
	Unit byte // one of the Unit constants; 0 in the zero Step
}

// The units of a Step, as they are written in the file.
const (
	UnitDay     = 'd'
	UnitMonth   = 'm'
	UnitQuarter = 'q'
	UnitYear    = 'y'
)

// Path resolves a path of the file. A relative one starts at the folder the file lies in, not at the
// working directory, so that a project can be run from anywhere. URLs are left as they are.
func (c *Config) Path(p string) string {
	if p == "" || filepath.IsAbs(p) || store.IsURL(p) {
		return p
	}
	return filepath.Join(filepath.Dir(c.source.file), p)
}
