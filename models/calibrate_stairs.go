package models

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"holdfast/models/isotonic"
)

// This file learns a staircase, and sees to it that no row can fall off a step by rounding.
// A step is between scores of training rows, and a training row that is scored again, or by a
// database that adds in another order, has its score up to the last digits:
//
//  1. together makes one place of scores that are apart by rounding, so that no step is
//     between them.
//  2. A step begins midway between the last place below it and its own first (begin): as far
//     from both as can be.
//  3. It begins Tie/4 of the score below that, so that a score that is itself midway, as that
//     of a whole number no training row had, is on the upper step whatever rounding does.
//
// Log-odds are not interpolated between steps, as some do: what lies between two scores would
// be a guess, and where they are near each other one that rounding moves.

// climb learns a rising staircase (package isotonic: pool adjacent violators, O(n log n) for
// the sorting). Scores on one step have one probability; lists and ranking metrics go on using
// the score itself, which tells them apart. One step is no staircase: a score that only falls
// gets the base rate and a warning. Two steps at 0 and 1 are a score that knows the answer.
func (c Candidate) climb(m *Model, score, y []float64) error {
	typical := typicalSize(score)
	stairs, err := isotonic.Fit(together(score, typical), y, nil)
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
		from := stairs[k].Low
		if k > 0 {
			from = begin(stairs[k-1].High, from, typical)
		}
		m.Calibration.Knots = append(m.Calibration.Knots, Knot{from, logOdds(p)})
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

// typicalSize is the median size of the scores that are not 0; 0 where all are.
func typicalSize(score []float64) float64 {
	var sizes []float64
	for _, s := range score {
		if s != 0 {
			sizes = append(sizes, math.Abs(s))
		}
	}
	if len(sizes) == 0 {
		return 0
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2]
}

// rounding is what sums of another order may make of a score: Tie of its size, or of the
// size that scores have where it came out near 0 by terms that take each other off.
func rounding(score, typical float64) float64 { return Tie * max(math.Abs(score), typical) }

// together returns the scores, those that follow each other within rounding as the first of
// them: a chain of neighbours becomes one place, however long it is. It is as long as score
// and in its order.
func together(score []float64, typical float64) []float64 {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(score[a], score[b]) })
	out := slices.Clone(score)
	for k := 1; k < len(order); k++ {
		before, at := order[k-1], order[k]
		if score[at]-score[before] <= rounding(score[at], typical) {
			out[at] = out[before]
		}
	}
	return out
}

// begin is where a step begins whose first score is high, after one that ends with low. Halves
// are taken before they are added, since a sum of two scores may be too large for a double.
func begin(low, high, typical float64) float64 {
	middle := low/2 + high/2
	return middle - min(rounding(middle, typical)/4, (high-low)/4)
}
