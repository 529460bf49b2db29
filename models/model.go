package models

import (
	"fmt"
	"maps"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/features"
	"holdfast/models/logit"
	"holdfast/models/platform"
	"holdfast/models/trigger"
)

// Format is the version of the model file that this package writes. It reads no
// other.
const Format = 1

// Model is a fitted candidate. Every kind is the same arithmetic:
//
//	score = Intercept + sum_j Coef[j] * design[j]     higher = riskier
//	eta   = Calibration.Eta(score)                    for most a line, + the shift of its segment
//	p     = 1 / (1 + exp(-eta))                       probability of churn
//
// so that one scorer, one file format and one export serve all of them. Where there is a
// Card, it makes one column of the design first: the score of a platform.
type Model struct {
	Format      int               `json:"format"`
	Name        string            `json:"name"`
	Kind        Kind              `json:"kind"`
	Target      Target            `json:"target"` // the event that p is the probability of
	Columns     dataset.Columns   `json:"columns"`
	Types       map[string]string `json:"types"` // of the snapshot columns that the model reads
	Clock       dataset.Clock     `json:"clock"`
	Training    Training          `json:"training"`
	Encoder     *features.Encoder `json:"encoder"`
	Card        *platform.Card    `json:"card,omitempty"`    // of a platform's score: what it makes of the design
	Recipes     *Recipes          `json:"recipes,omitempty"` // of rules: in words what the encoder computes
	Typical     []float64         `json:"typical,omitempty"` // of the average training account: what each measure of the card gives, then rounding and limits; the log-odds of its band
	Intercept   float64           `json:"intercept"`
	Coef        []float64         `json:"coef"`               // per design column, as encoded
	Routing     *Routing          `json:"routing,omitempty"`  // which segment a row is of
	Segments    []SegmentFit      `json:"segments,omitempty"` // in byte order
	Calibration Calibration       `json:"calibration"`
	Penalty     Penalty           `json:"penalty,omitzero"`    // of logistic fits, with the strength that was used
	Fitting     *Fitting          `json:"fitting,omitempty"`   // of logistic fits that are not plain
	Percents    *Percents         `json:"percents,omitempty"`  // of percent weights
	Fit         *FitStatistics    `json:"fit,omitempty"`       // of logistic fits
	Weights     []Weight          `json:"weights"`             // for people: what Coef means per unit of each factor
	Bands       *Thresholds       `json:"bands,omitempty"`     // where red and yellow begin; rules have their own
	Peers       []Peer            `json:"peers,omitempty"`     // what is usual for each factor of the encoder
	Outlook     *Outlook          `json:"outlook,omitempty"`   // models of what else may happen
	Reference   *Reference        `json:"reference,omitempty"` // what a monitor holds later quarters against
	Playbooks   []trigger.Rule    `json:"playbooks,omitempty"` // what to do with an account of which a condition holds

	Warnings []dataset.Warning `json:"warnings,omitempty"`

	solution *logit.Fitted // of the task that was solved for Coef, for Candidate.From; nil: of a file
}

// Calibration turns a score into log-odds of churn.
type Calibration struct {
	Intercept float64 `json:"intercept"`
	Slope     float64 `json:"slope"`

	Bands []float64 `json:"bands,omitempty"` // of a score that is 0, 1 or 2: the log-odds of each instead
	Knots []Knot    `json:"knots,omitempty"` // Isotonic: the steps of a staircase, by rising score

	Method Method `json:"method,omitempty"`
	Later  *Later `json:"later,omitempty"` // the rows it was learned on; nil: those that the score was fitted on
}

// Knot is a step of a staircase: the log-odds from a score on, up to the next step. Scores
// below the first step stand on it too.
type Knot struct {
	Score float64 `json:"score"`
	Eta   float64 `json:"eta"`
}

// Later is the slice of the training rows that a calibration was learned on: as-of dates
// from a day on. The score was fitted on labels that were known on that day.
type Later struct {
	From     dataset.Date `json:"from"`
	Share    float64      `json:"share"` // that was asked for
	Examples int          `json:"examples"`
	Churned  int          `json:"churned"`
}

// Training says what a model was fitted on.
type Training struct {
	Examples  int          `json:"examples"`
	Churned   int          `json:"churned"`
	Accounts  int          `json:"accounts"`
	FirstAsOf dataset.Date `json:"first_as_of"`
	LastAsOf  dataset.Date `json:"last_as_of"`
	KnownBy   dataset.Date `json:"known_by"` // the last day on which one of its labels became known
}

// FitStatistics are those of a maximum-likelihood fit.
type FitStatistics struct {
	LogLik     float64 `json:"log_lik"`
	NullLogLik float64 `json:"null_log_lik"`
	Deviance   float64 `json:"deviance"`
	AIC        float64 `json:"aic"`
	Iterations int     `json:"iterations"`
	Gradient   float64 `json:"gradient"` // largest absolute component at the end
}

// Weight is one coefficient with its inference, in the words of weights.csv.
type Weight struct {
	Segment  string `json:"segment,omitempty"`
	Factor   string `json:"factor"` // Intercept names the constant
	Level    string `json:"level,omitempty"`
	Category string `json:"category,omitempty"`
	Weight   Stat   `json:"weight"`        // log-odds of churn per unit of the factor as it enters the fit
	PerSD    Stat   `json:"weight_per_sd"` // per standard deviation of it; of Intercept: log-odds at the mean
	StdErr   Stat   `json:"std_error"`     // of Weight
	Z        Stat   `json:"z"`
	P        Stat   `json:"p_value"`
	Low      Stat   `json:"ci_low"` // 95 % Wald interval of Weight
	High     Stat   `json:"ci_high"`
	Share    Stat   `json:"share"` // of the sum of |PerSD|, the intercept apart

	Points *float64 `json:"points,omitempty"` // of weights that are points out of 100 of health; nil: they are not
}

// Intercept is the factor name of the constant among the weights.
const Intercept = "(intercept)"

// Probability is the probability of churn at log-odds eta.
func Probability(eta float64) float64 {
	p, _ := logit.Logistic(eta)
	return p
}

// Probabilities sets p to [Probability] of every eta, many at a time. Both are as long, and do not
// overlap.
func Probabilities(p, eta []float64) {
	eachLogistic(eta, func(from int, leave, _ []float64) { copy(p[from:], leave) })
}

// Health is 0-100 with 100 = healthy: the probability of staying, in percent.
func Health(eta float64) float64 { return 100 * Probability(-eta) }

// Healths sets health to [Health] of every eta, as Probabilities does.
func Healths(health, eta []float64) {
	eachLogistic(eta, func(from int, _, stay []float64) {
		for i, q := range stay {
			health[from+i] = 100 * q
		}
	})
}

// eachLogistic hands out the probabilities to leave and to stay, some rows at a time.
func eachLogistic(eta []float64, take func(from int, leave, stay []float64)) {
	var leave, stay [1 << 10]float64 // stay in the first-level cache
	for from := 0; from < len(eta); from += len(leave) {
		n := min(len(eta)-from, len(leave))
		logit.Logistics(leave[:n], stay[:n], eta[from:from+n])
		take(from, leave[:n], stay[:n])
	}
}

// Uses returns the snapshot columns that the model reads.
func (m *Model) Uses() (expr.Columns, error) {
	uses := make(expr.Columns, len(m.Types))
	for _, c := range m.companions() {
		theirs, err := c.Uses()
		if err != nil {
			return nil, err
		}
		maps.Copy(uses, theirs)
	}
	for name, kind := range m.Types {
		t, ok := map[string]expr.Type{"number": expr.Number, "bool": expr.Bool, "text": expr.Text, "date": expr.Day}[kind]
		if !ok {
			return nil, fmt.Errorf("models: column %q has the unknown type %q", name, kind)
		}
		uses[name] = t
	}
	return uses, nil
}

// Histories returns the histories that the model reads, to be computed from the
// snapshots of the past beside the newest.
func (m *Model) Histories() []history.Spec {
	return features.Histories(m.allFactors())
}
