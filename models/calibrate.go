package models

import (
	"context"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/features"
)

// Method is how a score becomes log-odds.
type Method string

// The methods. The empty one is Platt for a score that is no log-odds, and
// Uncalibrated for one that is: that of a logistic fit, or another tool's probability.
const (
	Platt         Method = "platt"     // a line through the score, fitted (Platt 1999)
	Isotonic      Method = "isotonic"  // a rising staircase (package isotonic)
	InterceptOnly Method = "intercept" // the log-odds as they are, moved so that their mean is right
	BySegment     Method = "segment"   // moved in every segment by itself
	Uncalibrated  Method = "none"      // the log-odds as they are
)

// Calibrate says how, and on which rows, a score becomes a probability. The zero value is the
// usual method of the kind, on the rows of the fit.
type Calibrate struct {
	Method Method
	Later  bool    // learned on the latest Share of the training rows, which the score is not fitted on
	Share  float64 // of the rows by as-of date, above 0 and at most 0.5; 0: defaultShare. Without Later it says nothing
}

// defaultShare is that of the training rows which a later calibration learns from.
const defaultShare = 0.2

// leastLater is how many events, and how many rows without one, a later slice needs: a
// line through fewer would be worse than one through rows that the score has seen.
const leastLater = 10

// checkCalibrate refuses a calibration that the kind of a candidate cannot have.
func (c Candidate) checkCalibrate() error {
	method, logOdds := c.Calibrate.Method, c.givesLogOdds()
	switch {
	case !method.known():
		return fmt.Errorf("unknown calibration %q; there are %s, %s, %s, %s and %s", method, Platt, Isotonic, InterceptOnly, BySegment, Uncalibrated)
	case c.Calibrate != Calibrate{} && (c.Kind == Rules || c.Kind == Earlier):
		return fmt.Errorf("kind %s has probabilities of its own and is not calibrated", c.Kind)
	case !logOdds && (method == Uncalibrated || method == InterceptOnly):
		return fmt.Errorf("calibration %s needs a score that is a log-odds, and that of kind %s is not; use %s or %s", method, c.Kind, Platt, Isotonic)
	case c.Fitting.Form == Percent && (method == InterceptOnly || method == BySegment):
		return fmt.Errorf("calibration %s moves log-odds, and the score of form: percent is in points; use %s or %s", method, Platt, Isotonic)
	case c.Calibrate.Later && c.method() == Uncalibrated:
		return fmt.Errorf("calibration on later rows needs a method, such as %s", Platt)
	case !(c.Calibrate.Share >= 0 && c.Calibrate.Share <= 0.5):
		return fmt.Errorf("the share %v of a later calibration must be above 0 and at most 0.5", c.Calibrate.Share)
	}
	return nil
}

// known says whether there is such a method.
func (m Method) known() bool {
	return slices.Contains([]Method{"", Platt, Isotonic, InterceptOnly, BySegment, Uncalibrated}, m)
}

// givesLogOdds says whether the score is a log-odds before any calibration.
func (c Candidate) givesLogOdds() bool {
	switch c.Kind {
	case Logistic:
		return !c.percent()
	case Earlier:
		return c.Earlier.Kind == Logistic && !c.percent()
	}
	return c.Kind == Predicted && c.Foreign != nil && c.Foreign.Probability
}

// method is the calibration with its default.
func (c Candidate) method() Method {
	switch {
	case c.Calibrate.Method != "":
		return c.Calibrate.Method
	case c.givesLogOdds() || c.percent(): // percent weights are fitted with a line
		return Uncalibrated
	}
	return Platt
}

// slices cuts the training rows in time: the score is fitted on labels that were known on
// the first day of the later slice, as it would have been on that day, and is calibrated on
// the as-of dates from that day on. It is not fitted again on all rows afterwards: a
// calibration is of one score, and another one would need its own.
func (c Candidate) slices(train dataset.View) (earlier, later dataset.View, from dataset.Date, ok bool) {
	dates := make([]dataset.Date, train.Len())
	for i, r := range train.Rows {
		dates[i] = train.Examples.AsOf[r]
	}
	slices.Sort(dates)
	from = dates[int((1-c.share())*float64(len(dates)-1))]
	earlier, later = train.KnownBy(from, dataset.NoDate), train.ScoredIn(from, dates[len(dates)-1]+1)
	events := later.Events()
	return earlier, later, from, oneOfEach(earlier) && events >= leastLater && later.Len()-events >= leastLater
}

// holdBack returns the rows that the score is fitted on, and keeps the later ones for its
// calibration where that is asked for and there are enough of them.
func (c *Candidate) holdBack(m *Model, train dataset.View) dataset.View {
	if !c.Calibrate.Later {
		return train
	}
	earlier, later, from, ok := c.slices(train)
	if !ok {
		m.warn("calibration_not_later", fmt.Sprintf("the training rows hold too few outcomes before or after %s to calibrate on a later slice; the calibration is learned on the rows of the fit", from))
		return train
	}
	c.later = &later
	m.Calibration.Later = &Later{From: from, Share: c.share(), Examples: later.Len(), Churned: later.Events()}
	return earlier
}

// share is that of the training rows which calibration learns from.
func (c Candidate) share() float64 {
	if c.Calibrate.Share == 0 {
		return defaultShare
	}
	return c.Calibrate.Share
}

// oneOfEach says whether the event of the view happened in some of its rows and not in all.
func oneOfEach(v dataset.View) bool {
	events := v.Events()
	return events > 0 && events < v.Len()
}

// calibrate learns how the score of the model becomes log-odds, from the training rows or
// from the later slice of them. Rows without a score teach nothing (rated). Encoder, Coef and
// Card are set. It looks at scores and never at log-odds, so that what Calibration was before
// does not show.
func (c Candidate) calibrate(ctx context.Context, m *Model, train dataset.View) error {
	if c.method() == Uncalibrated {
		return nil
	}
	if c.later != nil {
		train = *c.later
	}
	p, err := m.PredictView(ctx, train, c.notebook)
	if err != nil {
		return err
	}
	score, y, err := c.rated(m, p.Score, responses(train))
	if err != nil {
		return err
	}
	learned := m.Calibration.Later
	switch c.method() {
	case Isotonic:
		err = c.climb(m, score, y)
	case InterceptOnly:
		err = c.centre(ctx, m, score, y)
	case BySegment:
		if c.givesLogOdds() {
			err = c.centre(ctx, m, score, y)
		} else {
			err = c.line(ctx, m, score, y)
		}
		if err == nil {
			err = c.shift(ctx, m, p.Score, train)
		}
	default:
		err = c.line(ctx, m, score, y)
	}
	m.Calibration.Method, m.Calibration.Later = c.method(), learned
	if m.Card == nil && m.Kind != Logistic {
		m.Weights = scoreWeights(m)
	}
	return err
}

// inputNames are the names of factors, in their order.
func inputNames(inputs []features.Factor) []string {
	names := make([]string, len(inputs))
	for i, f := range inputs {
		names[i] = f.Name
	}
	return names
}

// warn notes something about the whole candidate; what is about one factor or segment says so
// in Where and is appended by hand.
func (m *Model) warn(code, message string) {
	m.Warnings = append(m.Warnings, dataset.Warning{Code: code, Where: "candidate " + m.Name, Message: message})
}

// logOdds is the inverse of Probability: infinite at 0 and 1, NaN outside.
func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }
