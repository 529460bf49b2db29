package platform

import "math"

// Card is a score as a platform computes it: plain data, all of it in the model file, where
// a person can read what every measure was worth. Nothing in it is learned. Sheet.Card makes
// one, and Check must have passed one that comes from a file; after that it is only read, by
// any number of goroutines.
type Card struct {
	Kind     Kind      `json:"kind"`
	Measures []Measure `json:"measures"` // in the order of the values they are given
	Groups   []Group   `json:"groups"`
	Total    Step      `json:"total"`
}

// Measure is one input, such as a factor of the candidate.
type Measure struct {
	Name   string  `json:"name"`
	Group  int     `json:"group"`  // index into Card.Groups
	Weight float64 `json:"weight"` // within its group
	Points Points  `json:"points"`
}

// Group is a set of measures that count as one number. A measure outside of all groups is a
// group of its own, so that a score has two levels always and one arithmetic.
type Group struct {
	Name   string  `json:"name,omitempty"` // empty: a measure that stands alone, or those outside of groups that count as one
	Weight float64 `json:"weight"`         // within the total
	Step
}

// Score scores rows: values has one column for each measure, and out gets one score for
// each row, NaN where there is none. Columns are as long as out, NaN in them is missing, and
// neither is kept. O(rows times measures), with one allocation for all rows.
func (c *Card) Score(values [][]float64, out []float64) {
	s := c.newScorer()
	for i := range out {
		for j := range c.Measures {
			s.values[j] = values[j][i]
		}
		out[i] = s.score()
	}
}

// Parts splits the score of one row among its measures: parts, of one more than there are
// measures, sum to the score. The last is what starts, rounding and limits add. Where the
// worst counts, the measures that are worst share what is lacking to good in equal parts,
// the others have none, and the last part is good. A row without a score has NaN for its last
// part and 0 for all others.
//
// The split is the one that an explanation needs: each part is a weight times points, so that
// parts of two rows can be held against each other.
func (c *Card) Parts(values, parts []float64) (score float64) {
	s := c.newScorer()
	copy(s.values, values)
	score = s.score()
	clear(parts)
	rest, full := score, 0.0
	if c.Total.Combine == Worst {
		full = goodPoints
	}
	outer := s.shares(c.Total, s.groups, s.weights)
	for g, group := range c.Groups {
		if outer[g] == 0 {
			continue
		}
		points, weights := s.members(g)
		inner := s.shares(group.Step, points, weights)
		for k, j := range s.of[g] {
			if inner[k] != 0 {
				parts[j] = float64(outer[g] * float64(inner[k]*(s.points[j]-full)))
				rest -= parts[j]
			}
		}
	}
	if math.Abs(rest) <= noise*max(1, math.Abs(score)) {
		rest = 0
	}
	parts[len(c.Measures)] = rest
	return score
}

// noise is what the sums of a split may differ by for no other reason than float64. A rest
// below it is 0, so that a score that rounds nothing shows no part for rounding.
const noise = 1e-12

// Shares are the points that the score moves by for each point of a measure when every
// value is there: NaN where that depends on the others, because the worst of them counts.
func (c *Card) Shares() []float64 {
	s := c.newScorer()
	outer := s.shares(c.Total, s.groups, s.weights) // of zeros: all are there, and all are equal
	shares := make([]float64, len(c.Measures))
	for g, group := range c.Groups {
		points, weights := s.members(g)
		inner := s.shares(group.Step, points, weights)
		for k, j := range s.of[g] {
			shares[j] = float64(outer[g] * inner[k])
			if c.Total.Combine == Worst || group.Combine == Worst {
				shares[j] = math.NaN()
			}
		}
	}
	return shares
}

// scorer is the memory of one row, so that a block of rows costs one allocation of each.
type scorer struct {
	card    *Card
	of      [][]int   // the measures of each group
	values  []float64 // of each measure
	points  []float64 // of each measure
	groups  []float64 // the number of each group
	weights []float64 // of each group
	member  []float64 // the points of the measures of one group
	weigh   []float64 // and their weights
}

// newScorer makes room for a row.
func (c *Card) newScorer() *scorer {
	n := len(c.Measures)
	s := &scorer{card: c, of: make([][]int, len(c.Groups)), values: make([]float64, n), points: make([]float64, n),
		groups: make([]float64, len(c.Groups)), member: make([]float64, n), weigh: make([]float64, n)}
	for j, m := range c.Measures {
		s.of[m.Group] = append(s.of[m.Group], j)
	}
	for _, g := range c.Groups {
		s.weights = append(s.weights, g.Weight)
	}
	return s
}

// score computes the row of s.values.
func (s *scorer) score() float64 {
	for j, m := range s.card.Measures {
		s.points[j] = m.Points.of(s.values[j])
	}
	for g, group := range s.card.Groups {
		s.groups[g] = group.of(s.members(g))
	}
	return s.card.Total.of(s.groups, s.weights)
}

// members are the points and weights of the measures of a group, until it is called again.
func (s *scorer) members(g int) (points, weights []float64) {
	n := len(s.of[g])
	for k, j := range s.of[g] {
		s.member[k], s.weigh[k] = s.points[j], s.card.Measures[j].Weight
	}
	return s.member[:n], s.weigh[:n]
}

// shares are Step.shares, all 0 where the step has no number.
func (s *scorer) shares(step Step, points, weights []float64) []float64 {
	shares := make([]float64, len(points))
	step.shares(points, weights, shares)
	return shares
}

// missing says whether there is no value. NaN is the only mark of that from the columns of a
// batch to the score of a row, so that no mask has to be carried along.
func missing(v float64) bool { return math.IsNaN(v) }
