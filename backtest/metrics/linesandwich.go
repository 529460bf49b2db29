package metrics

import "math"

// sandwich is the cluster-robust covariance (00, 01, 11) of beta:
// B^-1 (sum_g u_g u_g') B^-1 G/(G-1) with B the information matrix, u_g the sum
// of account g's score vectors and G the accounts that have rows. An account's
// rows are added in canonical order, the accounts exactly, so neither the order
// of the rows nor the numbering of the accounts shows in the result.
//
// With rows that weigh differently it is joined by how much beta falls without each account,
// (B - B_g)^-1 u_g with B_g the account's part of B: one Newton step from beta (Pregibon 1981).
func (f *lineFit) sandwich(d design, beta [2]float64) (covariance [3]float64, without [][2]float64) {
	residuals := make([]float64, len(d.z))
	_, bread := d.derivatives(beta, residuals)
	accounts := f.sides(d, residuals)
	present := 0
	var meat [3]exactSum
	for _, a := range accounts {
		if !a.seen {
			continue
		}
		present++
		// Solving first gives each account's influence on beta itself.
		v := solve(bread, a.score)
		meat[0].add(v[0] * v[0])
		meat[1].add(v[0] * v[1])
		meat[2].add(v[1] * v[1])
		if f.heavy {
			without = append(without, a.left(bread, v))
		}
	}
	c := ratio(float64(present), float64(present-1))
	return [3]float64{c * meat[0].value(), c * meat[1].value(), c * meat[2].value()}, without
}

// lineSide is what the rows of one account put into a line: score vector and information.
type lineSide struct {
	score       [2]float64
	information [3]float64
	seen        bool
}

// sides adds them up; the information only where rows weigh differently.
func (f *lineFit) sides(d design, residuals []float64) []lineSide {
	accounts := make([]lineSide, f.groups)
	for i, u := range residuals {
		a, z := &accounts[f.cluster[i]], d.z[i]
		a.score[0] += u
		a.score[1] += float64(u * z)
		a.seen = true
		if f.heavy {
			miss := math.Abs(u) // weight times p of a renewed row, q of a churned one
			w := miss * (1 - miss/f.weight[i])
			a.information[0] += w
			a.information[1] += float64(w * z)
			a.information[2] += float64(w * z * z)
		}
	}
	return accounts
}

// left is how much beta falls without the account: its influence v, where the others do not
// pin the line down.
func (a lineSide) left(bread [3]float64, v [2]float64) [2]float64 {
	var rest [3]float64
	for k, h := range bread {
		rest[k] = h - a.information[k]
	}
	if !(rest[0] > 0) || bread[2] != 0 && !(determinant(rest) > collinear*rest[0]*rest[2]) {
		return v
	}
	return solve(rest, a.score)
}
