package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/isotonic"
	"holdfast/models/logit"
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

// Calibrate says how, and on which rows, a score becomes a probability.
type Calibrate struct {
	Method Method
	Later  bool    // learned on the latest Share of the training rows, which the score is not fitted on
	Share  float64 // 0: defaultShare
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
// from the later slice of them.
func (c Candidate) calibrate(ctx context.Context, m *Model, train dataset.View) error {
	if c.method() == Uncalibrated {
		return nil
	}
	if c.later != nil {
		train = *c.later
	}
	p, _, err := m.Predict(ctx, train.Len(), train.Batches())
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

// line learns logit(p) = a + b * score (Platt 1999) and keeps b >= 0: the direction of a
// score is declared, and data may weaken it but never turn it round. A score without signal
// gets the base rate.
func (c Candidate) line(ctx context.Context, m *Model, score, y []float64) error {
	m.Calibration = Calibration{Intercept: logOdds(mean(y))}
	fitted, err := logit.Fit(ctx, logit.Problem{Columns: [][]float64{score}, Y: y}, logit.Settings{})
	var separation *logit.SeparationError
	separated := errors.As(err, &separation)
	if separated && !separation.Complete && meanGap(score, y) > 0 {
		fitted, err = logit.Fit(ctx, logit.Problem{Columns: [][]float64{score}, Y: softened(y)}, logit.Settings{})
		separated = false
		m.warn("soft_calibration", "beyond one value of the score the training rows churned all or not at all; its probabilities are those of Platt's softened outcomes")
	}
	switch {
	case separated && meanGap(score, y) > 0:
		return c.tellsAll()
	case err != nil && !separated:
		return c.explain(err, nil)
	case !separated && len(fitted.Aliased) > 0:
		m.warn("constant_score", "the score is the same for every training row; everyone gets the base rate")
	case separated || fitted.Coef[0] < 0:
		m.warn("wrong_way", wrongWay)
	default:
		m.Calibration = Calibration{Intercept: fitted.Intercept, Slope: fitted.Coef[0]}
	}
	return nil
}

// wrongWay is said of a score whose declared direction the data deny.
const wrongWay = "the score runs against its declared direction in the training rows; everyone gets the base rate"

// tellsAll is the error of a score that knows the answer.
func (c Candidate) tellsAll() error {
	return &FitError{Candidate: c.Name, Factors: inputNames(c.inputs),
		Reason: "the score tells churned from renewed without error in the training rows; check it for leakage"}
}

// climb learns a rising staircase. Scores on one step have one probability; lists and
// ranking metrics go on using the score itself, which tells them apart.
func (c Candidate) climb(m *Model, score, y []float64) error {
	stairs, err := isotonic.Fit(score, y, nil)
	if err != nil {
		return fmt.Errorf("models: candidate %q: %w", c.Name, err)
	}
	base := mean(y)
	if len(stairs) == 1 {
		m.Calibration = Calibration{Intercept: logOdds(base)}
		m.warn("wrong_way", wrongWay)
		return nil
	}
	if len(stairs) == 2 && stairs[0].Mean == 0 && stairs[1].Mean == 1 {
		return c.tellsAll()
	}
	m.Calibration = Calibration{}
	for k, p := range softEnds(stairs, base) {
		eta := logOdds(p)
		m.Calibration.Knots = append(m.Calibration.Knots, Knot{stairs[k].Low, eta})
		if stairs[k].High > stairs[k].Low {
			m.Calibration.Knots = append(m.Calibration.Knots, Knot{stairs[k].High, eta})
		}
	}
	return nil
}

// softEnds are the heights of the stairs. Only the lowest can be 0 and only the highest 1:
// such a step is given one more example of average risk, as far as the order allows, so
// that its probability can be wrong.
func softEnds(stairs []isotonic.Stair, base float64) []float64 {
	p := make([]float64, len(stairs))
	for k, s := range stairs {
		p[k] = s.Mean
	}
	last := len(p) - 1
	if p[0] == 0 {
		p[0] = min(base/(stairs[0].Weight+1), p[1])
	}
	if p[last] == 1 {
		p[last] = max((stairs[last].Weight+base)/(stairs[last].Weight+1), p[last-1])
	}
	return p
}

// centre moves log-odds so that their mean probability is that of the outcomes.
func (c Candidate) centre(ctx context.Context, m *Model, score, y []float64) error {
	by, err := moved(ctx, score, y)
	if err != nil {
		return c.explain(err, nil)
	}
	m.Calibration = Calibration{Intercept: by, Slope: 1}
	return nil
}

// moved is the addition to log-odds under which they expect as many events as happened.
func moved(ctx context.Context, eta, y []float64) (float64, error) {
	fitted, err := logit.Fit(ctx, logit.Problem{Y: y, Offset: eta}, logit.Settings{})
	if err != nil {
		return 0, err
	}
	return fitted.Intercept, nil
}

// shift moves the log-odds of every segment that has enough events by itself.
func (c Candidate) shift(ctx context.Context, m *Model, score []float64, rows dataset.View) error {
	routes, err := m.route(ctx, rows.Len(), rows.Batches())
	if err != nil {
		return err
	}
	happened := rows.Happened()
	for k := range m.Segments {
		var eta, y []float64
		here := SegmentFit{}
		for i, r := range routes {
			if int(r) == k && score[i] == score[i] {
				eta, y = append(eta, m.Calibration.Eta(score[i])), append(y, oneIf(happened[i]))
				here.Examples++
				here.Churned += int(oneIf(happened[i]))
			}
		}
		if !here.enough(max(1, c.Segments.MinEvents)) {
			continue
		}
		if m.Segments[k].Shift, err = moved(ctx, eta, y); err != nil {
			return c.explain(err, nil)
		}
	}
	return nil
}

// Eta is the log-odds of a score, NaN where there is none.
func (c Calibration) Eta(score float64) float64 {
	switch {
	case c.Bands != nil:
		return c.banded(score)
	case c.Knots != nil:
		return c.between(score)
	}
	// The conversion forbids fusing multiplication and addition.
	return c.Intercept + float64(c.Slope*score)
}

// line is the calibration as a line, for what people are told of weights: of a staircase
// that from its first step to its last.
func (c Calibration) line() (intercept, slope float64) {
	if c.Knots == nil {
		return c.Intercept, c.Slope
	}
	first, last := c.Knots[0], c.Knots[len(c.Knots)-1]
	slope = (last.Eta - first.Eta) / (last.Score - first.Score)
	return first.Eta - slope*first.Score, slope
}

// between goes in a straight line from knot to knot, and is level beyond the outermost. No
// training row lies between two steps: what is there is a guess, and rises as it must.
func (c Calibration) between(score float64) float64 {
	if score != score {
		return score
	}
	k, exact := slices.BinarySearchFunc(c.Knots, score, func(k Knot, score float64) int {
		switch {
		case k.Score < score:
			return -1
		case k.Score > score:
			return 1
		}
		return 0
	})
	switch {
	case exact || k == 0:
		return c.Knots[k].Eta
	case k == len(c.Knots):
		return c.Knots[k-1].Eta
	}
	low, high := c.Knots[k-1], c.Knots[k]
	part := (score - low.Score) / (high.Score - low.Score)
	return min(low.Eta+float64(part*(high.Eta-low.Eta)), high.Eta)
}

// check refuses a calibration that no fit could have written.
func (c Calibration) check() error {
	flat := c.Method == Isotonic && c.Slope == 0 // of a score that runs the wrong way
	if !c.Method.known() || (c.Method == Isotonic) != (len(c.Knots) > 0) && !flat {
		return fmt.Errorf("calibration %q has %d knots", c.Method, len(c.Knots))
	}
	if c.Slope < 0 || c.Bands != nil && c.Method != "" {
		return errors.New("the calibration turns its score round, or calibrates bands")
	}
	for k, at := range c.Knots {
		if !finite(at.Score) || !finite(at.Eta) {
			return errors.New("a knot of the calibration is not a finite number")
		}
		if k > 0 && !(c.Knots[k-1].Score < at.Score && c.Knots[k-1].Eta <= at.Eta) {
			return fmt.Errorf("knot %d of the calibration does not rise", k+1)
		}
	}
	return nil
}

// mean is that of outcomes, exact below 2^53 of them.
func mean(y []float64) float64 {
	sum := 0.0
	for _, v := range y {
		sum += v
	}
	return sum / float64(len(y))
}

// meanGap is the mean score of the churned less that of the renewed. Where a score
// separates the two, its sign says which way.
func meanGap(score, y []float64) float64 {
	var sum, n [2]float64
	for i, s := range score {
		sum[int(y[i])] += s
		n[int(y[i])]++
	}
	return sum[1]/n[1] - sum[0]/n[0]
}

func inputNames(inputs []features.Factor) []string {
	names := make([]string, len(inputs))
	for i, f := range inputs {
		names[i] = f.Name
	}
	return names
}

func (m *Model) warn(code, message string) {
	m.Warnings = append(m.Warnings, dataset.Warning{Code: code, Where: "candidate " + m.Name, Message: message})
}

// logOdds is the inverse of Probability.
func logOdds(p float64) float64 { return math.Log(p / (1 - p)) }
