package metrics

import (
	"math"
	"math/rand/v2"
)

// splits is how many times the accounts are halved: the bits of a byte.
const splits = 8

// GapBias is by how much KS, the largest of many gaps, lies above its own in an endless
// company. With b the bias of all accounts, halves of them have 2^(2/3) b: the height of a
// smooth peak is off by n^(-2/3) (Kim and Pollard 1990), so that over random halves
//
//	b = (mean KS of both halves - KS) / (2^(2/3) - 1)
//
// (the half samples of Quenouille 1949, generalised to a known rate by Gray and Schucany
// 1972). What is smooth in the outcomes is the same in the mean of two halves and in the
// whole, so that eight splits are enough. Bootstrap replicates, which know the peak that
// they were drawn from, show half of the bias.
//
// A row counts by its value, or once if value is nil; value is in the row order given to
// [NewRanking]. Neighbouring accounts are parted, each pair by a bit of the PCG stream (seed,
// 0), so that halves differ by at most one account. Splits in which a half has no churned or no
// renewed value are left out; NaN if all are, and for less than two accounts.
func (r *Ranking) GapBias(value []float64, seed uint64) float64 {
	if value != nil {
		mustMatch(len(r.code), len(value))
	}
	if r.undefined || len(r.account) < 2 {
		return math.NaN()
	}
	h := r.halve(value, seed)
	var bias float64
	used := 0
	for s := range splits {
		if gap := h.gaps[s]; gap == gap {
			bias += gap - h.whole
			used++
		}
	}
	return bias / float64(used) / (math.Cbrt(4) - 1)
}

// halves are the gaps that [Ranking.GapBias] compares.
type halves struct {
	whole float64
	gaps  [splits]float64 // mean of both halves of each split
}

// halve finds them in one sweep: what is not in one half of a split is in the other.
func (r *Ranking) halve(value []float64, seed uint64) (h halves) {
	side := sides(len(r.account), seed)
	var all, at [2]float64 // by outcome, as the churned bit has it
	var half, above [splits][2]float64
	var peaks [splits][2]float64
	sweep := func(total *[2]float64, parts *[splits][2]float64, atTie func()) {
		for i, c := range r.code {
			v := 1.0
			if value != nil {
				v = value[r.row[i]]
			}
			y := c & churnedBit
			total[y] += v
			for s, bits := 0, side[c>>accountShift]; bits != 0; s, bits = s+1, bits>>1 {
				parts[s][y] += v * float64(bits&1)
			}
			if c&lastOfTieBit != 0 {
				atTie()
			}
		}
	}
	sweep(&all, &half, func() {})
	sweep(&at, &above, func() {
		h.whole = max(h.whole, math.Abs(at[1]/all[1]-at[0]/all[0]))
		for s := range splits {
			in, out := above[s], [2]float64{at[0] - above[s][0], at[1] - above[s][1]}
			peaks[s][0] = max(peaks[s][0], math.Abs(in[1]/half[s][1]-in[0]/half[s][0]))
			peaks[s][1] = max(peaks[s][1], math.Abs(out[1]/(all[1]-half[s][1])-out[0]/(all[0]-half[s][0])))
		}
	})
	for s, p := range peaks {
		h.gaps[s] = (p[0] + p[1]) / 2
	}
	return h
}

// sides says by the bits of a byte in which half of each split an account is.
func sides(accounts int, seed uint64) []uint8 {
	side, stream := make([]uint8, accounts), rand.NewPCG(seed, 0)
	for g := 0; g < accounts; g += 2 {
		bits := uint8(stream.Uint64() >> 56)
		side[g] = bits
		if g+1 < accounts {
			side[g+1] = ^bits
		}
	}
	return side
}
