package models

import "holdfast/models/logit"

// stand says where the rows of a batch stand, given their scores and log-odds: probability,
// health, and the band of a row that nobody has looked at before. It counts the rows without
// a score. The numbers are those of Probability, Health and BandOf, to the bit.
func (m *Model) stand(out *Scores) (unscored int) {
	logit.Logistics(out.P, out.Health, out.Eta)
	for i, stays := range out.Health {
		out.Health[i] = 100 * stays
	}
	if m.Calibration.Bands != nil || m.Bands == nil {
		return m.bandEach(out)
	}
	return m.Bands.codes(out.Band, out.P)
}

// codes sets codes to the bands of probabilities, and counts those that are none. Neighbours
// in a batch are often in other bands, so that it counts thresholds and does not branch.
func (t *Thresholds) codes(codes []int32, p []float64) (none int) {
	red, yellow := leastOf(t.Red), leastOf(t.Yellow) // red is not below yellow
	for i, v := range p {
		missing := bit(v != v)
		codes[i] = bit(v >= yellow) + bit(v >= red) - missing
		none += int(missing)
	}
	return none
}

// bandEach is codes for bands that are not cut out of probabilities.
func (m *Model) bandEach(out *Scores) (none int) {
	for i, eta := range out.Eta {
		out.Band[i] = int32(m.BandOf(m.Bands, "", out.Score[i], eta).Code())
		none += int(bit(eta != eta))
	}
	return none
}

// bit is 1 for yes, without a branch.
func bit(yes bool) int32 {
	if yes {
		return 1
	}
	return 0
}
