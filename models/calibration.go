package models

import (
	"errors"
	"fmt"
	"sort"
)

// This file uses a calibration: what a score is worth, and what a file may say of it.

// Eta is the log-odds of a score, NaN for NaN, and for a score that is no band where Bands
// are given. It never falls as the score rises: a calibration changes what a rank is worth,
// and never the rank, up to ties. The shift of a segment comes on top (Model.etaOf). O(1), or
// O(log knots) for a staircase.
func (c Calibration) Eta(score float64) float64 {
	switch {
	case c.Bands != nil:
		return c.banded(score)
	case c.Knots != nil:
		return c.stair(score)
	}
	// The conversion forbids fusing multiplication and addition.
	return c.Intercept + float64(c.Slope*score)
}

// etas sets eta to Eta of every score.
func (c Calibration) etas(eta, score []float64) {
	if c.Bands == nil && c.Knots == nil {
		for i, s := range score {
			eta[i] = c.Intercept + float64(c.Slope*s)
		}
		return
	}
	for i, s := range score {
		eta[i] = c.Eta(s)
	}
}

// line is the calibration as a line, for what people are told of weights: of a staircase
// that from its first step to its last, which climb makes at least two. No score is computed
// from it.
func (c Calibration) line() (intercept, slope float64) {
	if c.Knots == nil {
		return c.Intercept, c.Slope
	}
	first, last := c.Knots[0], c.Knots[len(c.Knots)-1]
	slope = (last.Eta - first.Eta) / (last.Score - first.Score)
	return first.Eta - slope*first.Score, slope
}

// stair is the log-odds of the step that the score stands on: the last one that begins at the
// score or below it, and the first one for what is below them all.
func (c Calibration) stair(score float64) float64 {
	if score != score {
		return score
	}
	above := sort.Search(len(c.Knots), func(k int) bool { return c.Knots[k].Score > score })
	return c.Knots[max(above-1, 0)].Eta
}

// check refuses a calibration that no fit could have written: one that falls, one of no
// method, and steps that do not rise, by which stair would search in vain.
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
