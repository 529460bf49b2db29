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
// Neighbouring accounts are parted, each pair by a bit of the PCG stream (seed, 0), so that
// halves differ by at most one account. Splits in which a half has no churned or no renewed row
// are left out; NaN if all are, and for less than two accounts.
func (r *Ranking) GapBias(seed uint64) float64 {
	if r.undefined || len(r.account) < 2 {
		return math.NaN()
	}
	h := r.halve(seed)
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

// halve finds them in two sweeps, one for all and one for what is above: what is not in one
// half of a split is in the other. While only churned rows come the gap of no half falls, and
// while only renewed ones come none rises, so that the places where the one turns into the
// other, and the end, are all that has to be looked at.
func (r *Ranking) halve(seed uint64) (h halves) {
	side, picks := sides(len(r.account), seed), chosen()
	var all, at splitSums
	all.add(r, 0, len(r.code), side, picks)
	var peaks [splits][2]float64
	for from := 0; from < len(r.code); {
		end := r.turn(from)
		at.add(r, from, end, side, picks)
		from = end
		h.whole = max(h.whole, math.Abs(at.all[1]/all.all[1]-at.all[0]/all.all[0]))
		for s := range splits {
			in, out, of, others := at.half(s), at.rest(s), all.half(s), all.rest(s)
			peaks[s][0] = max(peaks[s][0], math.Abs(in[1]/of[1]-in[0]/of[0]))
			peaks[s][1] = max(peaks[s][1], math.Abs(out[1]/others[1]-out[0]/others[0]))
		}
	}
	for s, p := range peaks {
		h.gaps[s] = (p[0] + p[1]) / 2
	}
	return h
}

// turn is the end of the ties from a position on that hold rows of one outcome only, the same in
// all of them; a tie of both outcomes is a stretch by itself.
func (r *Ranking) turn(from int) (end int) {
	first := r.code[from] & churnedBit
	for i := from; i < len(r.code); i++ {
		if r.code[i]&churnedBit != first {
			if end == 0 { // not even the first tie is of one outcome
				for r.code[i]&lastOfTieBit == 0 {
					i++
				}
				return i + 1
			}
			return end
		}
		if r.code[i]&lastOfTieBit != 0 {
			end = i + 1
		}
	}
	return end
}

// splitSums are the numbers of some rows by outcome, as the churned bit has it, and of those of
// them that are in the first half of each split.
type splitSums struct {
	all   [2]float64
	halfs [2][splits]float64
}

// half is the number in the first half of a split, rest that in the other.
func (s *splitSums) half(split int) [2]float64 {
	return [2]float64{s.halfs[0][split], s.halfs[1][split]}
}

func (s *splitSums) rest(split int) [2]float64 {
	return [2]float64{s.all[0] - s.halfs[0][split], s.all[1] - s.halfs[1][split]}
}

// add takes in the rows at the positions [from, to).
func (s *splitSums) add(r *Ranking, from, to int, side []uint8, picks *[1 << splits][splits]float64) {
	for i := from; i < to; i++ {
		c := r.code[i]
		y := c & churnedBit
		s.all[y]++
		half, pick := &s.halfs[y], &picks[side[c>>accountShift]]
		for k, in := range pick {
			half[k] += in
		}
	}
}

// chosen are the bits of every byte as numbers, 0 or 1: to multiply by them takes no branch.
func chosen() *[1 << splits][splits]float64 {
	var picks [1 << splits][splits]float64
	for bits := range picks {
		for s := range splits {
			picks[bits][s] = float64(bits >> s & 1)
		}
	}
	return &picks
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
