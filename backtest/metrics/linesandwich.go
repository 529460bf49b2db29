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
	sides := f.newSides(d)
	_, bread := d.derivatives(beta, sides.add)
	score, information := sides.score, sides.information
	present, solving := countTrue(f.seen), newSolving(bread)
	if f.heavy() {
		without = make([][2]float64, 0, present)
	}
	for g, u := range score {
		// Solving first gives each account's influence on beta itself. That of an account
		// without rows is 0.
		v := solving.solve(u)
		if f.heavy() && f.seen[g] {
			without = append(without, left(bread, information[g], u, v))
		}
		score[g] = v
	}
	c := ratio(float64(present), float64(present-1))
	for k, meat := range squaresOf(score) {
		covariance[k] = c * meat
	}
	return covariance, without
}

// squaresOf are the sums of squares and products (00, 01, 11) of pairs of numbers.
func squaresOf(pairs [][2]float64) (out [3]float64) {
	var sums [3]exactSum
	var some [3][gatherBlock]float64
	for from := 0; from < len(pairs); from += gatherBlock {
		part := pairs[from:min(from+gatherBlock, len(pairs))]
		for i, v := range part {
			some[0][i], some[1][i], some[2][i] = v[0]*v[0], v[0]*v[1], v[1]*v[1]
		}
		for k := range sums {
			sums[k].addAll(some[k][:len(part)])
		}
	}
	for k := range out {
		out[k] = sums[k].value()
	}
	return out
}

// accountSides are what the rows of every account put into a line: score vector, and where rows weigh
// differently information.
type accountSides struct {
	score       [][2]float64
	information [][3]float64

	of    *lineFit
	z     []float64
	slope float64 // 0 of a design without
}

// newSides are those of no rows yet.
func (f *lineFit) newSides(d design) *accountSides {
	s := &accountSides{score: make([][2]float64, f.groups), of: f, z: d.z, slope: 1}
	if d.held {
		s.slope = 0
	}
	if f.heavy() {
		s.information = make([][3]float64, f.groups)
	}
	return s
}

// add takes in the rows from a number on, by their weighted y - p.
func (s *accountSides) add(residuals []float64, from int) {
	z, cluster := s.z[from:][:len(residuals)], s.of.cluster[from:][:len(residuals)]
	for i, u := range residuals {
		score := &s.score[cluster[i]]
		score[0] += u
		score[1] += float64(u * z[i] * s.slope)
	}
	if s.information == nil {
		return
	}
	weight := s.of.weight[from:][:len(residuals)]
	for i, u := range residuals {
		miss, z := math.Abs(u), z[i]*s.slope // weight times p of a renewed row, q of a churned one
		w := miss * (1 - miss/weight[i])
		h := &s.information[cluster[i]]
		h[0] += w
		h[1] += float64(w * z)
		h[2] += float64(w * z * z)
	}
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
