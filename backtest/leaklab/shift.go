package leaklab

import (
	"fmt"
	"math"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/radix"
	"holdfast/models"
)

// Shift compares a factor alone at t with itself one snapshot later, on the examples that
// have one. It is no verdict: usage honestly falls as the end comes near, and where the
// label is made of what happens next (no purchase in 90 days) a later snapshot has seen a
// part of the answer. Of CD buyers, recency honestly jumps from an AUC of 0.64 to 0.82.
type Shift struct {
	Factor   string      `json:"factor"`
	Examples int         `json:"examples"`
	AUC      models.Stat `json:"auc"`     // at t
	Later    models.Stat `json:"later"`   // one snapshot later
	Jump     models.Stat `json:"jump"`    // Later - AUC, in the direction in which AUC is above 0.5
	StdErr   models.Stat `json:"std_err"` // of Jump: paired, accounts kept together
	Z        models.Stat `json:"z"`

	marks marking
}

// marking is a shift reduced to one question: has the column left the value at which it
// rests with those who stay?
//
//	months before the churn   5   4   3   2   1   0
//	harmless                  .   .   .   .   x   x    set when the account gives notice
//	dated back by chance      .   .   x   x   x   x    set then too, and written over
//	                          .   x   x   x   x   x    some of the months before
//	                          .   .   .   x   x   x
//	                                  t   next
//
// At t the first column is empty for everybody; the second marks some of those that will
// leave and nobody else, and one snapshot later marks more of them.
type marking struct {
	// rests says that nearly all renewed examples hold one value.
	rests bool

	// curve counts the accounts marked one snapshot later.
	curve curve

	// jump is the AUC of the mark one snapshot later less that at t, z the same in
	// standard errors.
	jump, z float64

	// share of the churned accounts are marked at t, and others of the renewed ones.
	share, others float64

	// look are some churned accounts that are marked one snapshot later.
	look []string
}

// restingShare is how many of the renewed examples hold the value at which a column rests.
const restingShare = 0.8

// shiftOf measures both: the factor as it is, and whether it has left its resting value. A
// factor without a pair of snapshots has an undefined shift. Errors: those of metrics.DeLong.
func (l *lab) shiftOf(c *column) (Shift, error) {
	s := noShift(c.factor.Name)
	pairs, now, later := l.pairs(l.scored(c, l.labels))
	s.Examples = len(now)
	aucs, gap, err := paired(now, later, pairs)
	if err != nil {
		return s, err
	}
	turn := math.Copysign(1, aucs[0]-0.5)
	s.AUC, s.Later = models.Stat(aucs[0]), models.Stat(aucs[1])
	s.Jump, s.StdErr, s.Z = models.Stat(turn*gap.Value), models.Stat(gap.StdErr), models.Stat(turn*gap.Z)
	s.marks, err = l.marksOf(c)
	return s, err
}

// noShift is the shift of a factor of which nothing is known.
func noShift(factor string) Shift {
	u := models.Undefined()
	return Shift{Factor: factor, AUC: u, Later: u, Jump: u, StdErr: u, Z: u}
}

// pairs are the examples with a value at t and one snapshot later; now[i] and later[i] are of
// example i of q.
func (l *lab) pairs(of score) (q sample, now, later []float64) {
	now, later = make([]float64, 0, len(l.labels.about)), make([]float64, 0, len(l.labels.about))
	q = l.labels.where(func(i int) bool {
		row := l.rows[l.labels.about[i]]
		if row == none || l.next(row) == none {
			return false
		}
		x, y := of(row), of(l.next(row))
		if x != x || y != y {
			return false
		}
		now, later = append(now, x), append(later, y)
		return true
	})
	return q, now, later
}

// paired is the AUC at t and later, and their difference (later - now); NaN throughout without
// a pair.
func paired(now, later []float64, q sample) (auc [2]float64, gap metrics.Difference, err error) {
	auc = [2]float64{math.NaN(), math.NaN()}
	if len(now) == 0 {
		nan := math.NaN()
		return auc, metrics.Difference{Value: nan, StdErr: nan, Z: nan, P: nan}, nil
	}
	d, err := metrics.DeLong([][]float64{now, later}, q.positive, q.account)
	if err != nil {
		return auc, gap, err
	}
	return [2]float64{d.AUC[0], d.AUC[1]}, d.Difference(1, 0, 0.95), nil
}

// marksOf finds the resting value and compares the marks.
func (l *lab) marksOf(c *column) (marking, error) {
	var m marking
	rest, ok := l.restingValue(c)
	if !ok {
		return m, nil
	}
	q, now, later := l.pairs(func(row int32) float64 {
		if v := c.values[row]; v != rest && (v == v || rest == rest) {
			return 1
		}
		return 0
	})
	_, gap, err := paired(now, later, q)
	if err != nil {
		return m, err
	}
	m.rests, m.jump, m.z = true, gap.Value, gap.Z
	m.curve = trace(later, q)
	for _, p := range trace(now, q).points {
		if p.above && p.edge == 1 {
			m.share = float64(p.positives) / float64(m.curve.positives)
			m.others = float64(p.negatives) / float64(m.curve.negatives)
		}
	}
	for _, p := range m.curve.points {
		if p.above && p.edge == 1 {
			m.look = l.look(region{point: p, churned: true})
		}
	}
	return m, nil
}

// restingValue is the value (NaN: missing) that nearly all renewed examples hold.
func (l *lab) restingValue(c *column) (rest float64, ok bool) {
	var values []float64
	absent := 0
	for i, example := range l.labels.about {
		row := l.rows[example]
		switch {
		case l.labels.positive[i]:
		case c.has(row):
			values = append(values, c.values[row])
		default:
			absent++
		}
	}
	need := restingShare * float64(len(values)+absent)
	if absent > 0 && float64(absent) >= need {
		return math.NaN(), true
	}
	values = radix.Sort(values)
	// A value that so many hold is in the middle of all.
	if len(values) == 0 {
		return 0, false
	}
	rest = values[len(values)/2]
	first, _ := slices.BinarySearch(values, rest)
	last, _ := slices.BinarySearch(values, math.Nextafter(rest, math.Inf(1)))
	return rest, float64(last-first) >= need
}

// Limits of shifts.
const (
	// leastJump is an AUC: 6 % of the churned accounts get their mark between the two
	// snapshots.
	leastJump = 0.03

	// leastZ is in standard errors, one-sided 0.1 %.
	leastZ = 3
)

// filledLater finds columns that are filled in, or leave their resting value, as the churn
// happens: the mark is a leak by itself one snapshot later, more have it then than at t,
// and some had it at t already, where nobody can have known. Without the last the
// column is harmless: at t, all that a later snapshot knows better is forgiven, because
// usage honestly falls as the end comes near.
func (l *lab) filledLater(x *exhibit) (Finding, bool) {
	m := x.shift.marks
	if !m.rests || !(m.jump >= leastJump && m.z >= leastZ) {
		return Finding{}, false
	}
	// The other two conditions stand in for the leap that a factor alone must make.
	if r, ok := m.curve.beyond(honestReach); !ok || !r.churned {
		return Finding{}, false
	}
	// Marked at t already, and not by accident: three standard errors of a share.
	if sure := 3 * math.Sqrt(m.share*(1-m.share)/float64(m.curve.positives)); !(m.share-m.others > sure) {
		return Finding{}, false
	}
	return x.finding("leak_time_shift", Refuse, m.jump, "jump of the AUC one snapshot later", m.look, fmt.Sprintf(
		"%s is filled in as accounts leave: %.0f %% of those that churned are marked at the as-of date (%.1f %% of the others), and its AUC jumps by %.2f (z %.1f) one snapshot later; leave it out, or take it from an earlier snapshot",
		dataset.Quote(x.factor.Source()), 100*m.share, 100*m.others, m.jump, m.z)), true
}
