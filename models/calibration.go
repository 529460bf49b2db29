package models

import (
	"errors"
	"fmt"
	"slices"
)

// This file uses a calibration: what a score is worth, and what a file may say of it.

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
