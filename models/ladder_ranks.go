package models

import (
	"math"

	"holdfast/dataset/radix"
)

// This file finds thresholds that are ranks of probabilities without sorting all of them: those
// of a fold, for which nobody draws accounts.

// ranked says whether where the band begins is a rank, or given.
func (r BandRule) ranked() bool { return r.Share > 0 || r.Probability > 0 }

// byRank are the thresholds of ranked rules when every account counts once; level: everybody has
// the same probability, and there are none. They are those of descend, to the bit.
func (l *Ladder) byRank() (red, yellow float64, level bool) {
	above := 1 - l.rules.Red.Share // about as many are lower than where red begins, and fewer than where yellow does
	ranks := radix.NewRanks(l.byRow, 0, max(0, above-l.rules.Yellow.Share), above, 1)
	if ranks.At(0) == ranks.At(ranks.Len()-1) {
		return 0, 0, true
	}
	red = reached(ranks, l.rules.Red, 0, 1)
	reds := 0
	for _, p := range l.byRow {
		reds += int(bit(p >= red))
	}
	return red, reached(ranks, l.rules.Yellow, reds, red), false
}

// reached is where a band begins that takes rows after the first so many, the highest ones; a band
// that wants more than there is takes all that is left.
func reached(ranks *radix.Ranks, r BandRule, from int, above float64) float64 {
	if r.Probability > 0 {
		return r.Probability
	}
	wanted := math.Ceil(r.Share * float64(ranks.Len()) * slack)
	if k := ranks.Len() - from - int(max(1, wanted)); k >= 0 {
		return ranks.At(k)
	}
	return math.Min(above, ranks.At(0))
}
