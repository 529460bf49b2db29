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
	score, information := f.sides(d, residuals)
	present := countTrue(f.seen)
	if f.heavy {
		without = make([][2]float64, 0, present)
	}
	for g, u := range score {
		// Solving first gives each account's influence on beta itself. That of an account
		// without rows is 0.
		v := solve(bread, u)
		if f.heavy && f.seen[g] {
			without = append(without, left(bread, information[g], u, v))
		}
		score[g] = v
	}
	c := ratio(float64(present), float64(present-1))
	for k, of := range [3][2]int{{0, 0}, {0, 1}, {1, 1}} {
		var meat exactSum
		meat.addEach(len(score), func(g int) float64 { return score[g][of[0]] * score[g][of[1]] })
		covariance[k] = c * meat.value()
	}
	return covariance, without
}

// sides adds up what the rows of every account put into a line: score vector, and where rows
// weigh differently information.
func (f *lineFit) sides(d design, residuals []float64) (score [][2]float64, information [][3]float64) {
	score = make([][2]float64, f.groups)
	slope := 1.0
	if d.held {
		slope = 0
	}
	for i, u := range residuals {
		s := &score[f.cluster[i]]
		s[0] += u
		s[1] += float64(u * d.z[i] * slope)
	}
	if !f.heavy {
		return score, nil
	}
	information = make([][3]float64, f.groups)
	for i, u := range residuals {
		miss, z := math.Abs(u), d.z[i]*slope // weight times p of a renewed row, q of a churned one
		w := miss * (1 - miss/f.weight[i])
		h := &information[f.cluster[i]]
		h[0] += w
		h[1] += float64(w * z)
		h[2] += float64(w * z * z)
	}
	return score, information
}

// left is how much beta falls without an account of a score vector and information: its
// influence v, where the others do not pin the line down.
func left(bread, information [3]float64, score, v [2]float64) [2]float64 {
	var rest [3]float64
	for k, h := range bread {
		rest[k] = h - information[k]
	}
	if !(rest[0] > 0) || bread[2] != 0 && !(determinant(rest) > collinear*rest[0]*rest[2]) {
		return v
	}
	return solve(rest, score)
}
