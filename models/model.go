package models

import (
	"context"
	"fmt"
	"math"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// Format is the version of the model file that this package writes. It reads no
// other.
const Format = 1

// Model is a fitted candidate. Every kind is the same arithmetic:
//
//	score = Intercept + sum_j Coef[j] * design[j]     higher = riskier
//	eta   = Calibration.Intercept + Calibration.Slope * score
//	p     = 1 / (1 + exp(-eta))                       probability of churn
//
// so that one scorer, one file format and one export serve all of them.
type Model struct {
	Format      int               `json:"format"`
	Name        string            `json:"name"`
	Kind        Kind              `json:"kind"`
	Target      string            `json:"target"` // the event that p is the probability of
	Columns     dataset.Columns   `json:"columns"`
	Types       map[string]string `json:"types"` // of the snapshot columns that the model reads
	Clock       dataset.Clock     `json:"clock"`
	Training    Training          `json:"training"`
	Encoder     *features.Encoder `json:"encoder"`
	Intercept   float64           `json:"intercept"`
	Coef        []float64         `json:"coef"` // per design column, as encoded
	Calibration Calibration       `json:"calibration"`
	Penalty     float64           `json:"ridge,omitempty"` // lambda of the mean log likelihood
	Fit         *FitStatistics    `json:"fit,omitempty"`   // of logistic fits
	Weights     []Weight          `json:"weights"`         // for people: what Coef means per unit of each factor

	Warnings []dataset.Warning `json:"warnings,omitempty"`
}

// Calibration turns a score into log-odds of churn.
type Calibration struct {
	Intercept float64 `json:"intercept"`
	Slope     float64 `json:"slope"`
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
}

// Intercept is the factor name of the constant among the weights.
const Intercept = "(intercept)"

// Predictions are the scores of a block of rows. Both are NaN for a row that
// cannot be scored.
type Predictions struct {
	Score []float64 // ranks: higher = riskier
	Eta   []float64 // log-odds of churn
}

// Predict scores rows. Only what the model has stored is used.
func (m *Model) Predict(ctx context.Context, rows int, source dataset.Source) (*Predictions, []dataset.Warning, error) {
	d, warnings, err := m.Encoder.Encode(ctx, rows, source)
	if err != nil {
		return nil, nil, err
	}
	return m.predict(d), warnings, nil
}

func (m *Model) predict(d *features.Design) *Predictions {
	p := &Predictions{Score: make([]float64, d.Rows), Eta: make([]float64, d.Rows)}
	for i := range p.Score {
		p.Score[i] = m.Intercept
	}
	for j, column := range d.Columns {
		for i, x := range column {
			// The conversion forbids fusing multiplication and addition, so that
			// every processor gives the same bits.
			p.Score[i] += float64(m.Coef[j] * x)
		}
	}
	for i, s := range p.Score {
		p.Eta[i] = m.Calibration.Intercept + float64(m.Calibration.Slope*s)
	}
	return p
}

// Probability is the probability of churn at log-odds eta.
func Probability(eta float64) float64 {
	if eta >= 0 {
		return 1 / (1 + math.Exp(-eta))
	}
	e := math.Exp(eta)
	return e / (1 + e)
}

// Health is 0-100 with 100 = healthy: the probability of staying, in percent.
func Health(eta float64) float64 { return 100 * Probability(-eta) }

// Uses returns the snapshot columns that the model reads.
func (m *Model) Uses() (expr.Columns, error) {
	uses := make(expr.Columns, len(m.Types))
	for name, kind := range m.Types {
		t, ok := map[string]expr.Type{"number": expr.Number, "bool": expr.Bool, "text": expr.Text}[kind]
		if !ok {
			return nil, fmt.Errorf("models: column %q has the unknown type %q", name, kind)
		}
		uses[name] = t
	}
	return uses, nil
}
