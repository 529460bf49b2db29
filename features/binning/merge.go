package binning

import "math"

// step is a direction that WoE must take from one bin to the next.
type step int

const (
	anyStep step = iota
	upward
	downward
)

// phases are the directions of a trend, in their order along the values. A way through the
// bins goes from phase to phase and never back; a peak without a rise is a fall.
func phases(t Trend) []step {
	switch t {
	case Ascending:
		return []step{upward}
	case Descending:
		return []step{downward}
	case Peak:
		return []step{upward, downward}
	case Valley:
		return []step{downward, upward}
	}
	return []step{anyStep}
}

// merge joins fine bins and returns the cuts that remain, with the trend they follow. Auto is
// settled by the larger information value, ascending at a tie.
func merge(fine []fineBin, total tally, o Options) ([]float64, Trend) {
	if len(fine) == 0 {
		return nil, o.Trend
	}
	rows := 0
	for _, f := range fine {
		rows += f.n
	}
	least := smallest(rows, o.MinShare)
	if o.Trend != Auto {
		cuts, _ := newMerger(fine, total, phases(o.Trend), least, o.MaxBins).best()
		return cuts, o.Trend
	}
	up, upIV := newMerger(fine, total, phases(Ascending), least, o.MaxBins).best()
	down, downIV := newMerger(fine, total, phases(Descending), least, o.MaxBins).best()
	if downIV > upIV {
		return down, Descending
	}
	return up, Ascending
}

// merger finds, among all ways to join neighbouring fine bins, the one of largest
// information value that follows the phases. The state is the last bin, [i, j) in fine
// bins, the number of bins so far and the phase; what a state is worth does not depend
// on how the bins before its last were cut, so Bellman's principle holds and the search
// is exact. It takes MaxBins * PreBins^3 steps.
//
//	value(b, p, i, j) = iv(i, j) + max over h < i and q in {p-1, p} of value(b-1, q, h, i)
//	                    where the step from woe(h, i) to woe(i, j) is allowed in phase p
//
// b bins so far, the last of them [i, j), in phase p; value(1, 0, 0, j) = iv(0, j).
type merger struct {
	fine   []fineBin
	before []tally // rows of the fine bins before each
	phases []step
	least  int       // rows in a bin
	most   int       // bins
	woe    []float64 // of fine bins [i, j)
	iv     []float64 // likewise
	value  []float64 // of a state: the information value so far; -Inf: it cannot be
	origin []state   // of a state: the one before it
}

// state is one cell of the dynamic programme.
type state struct{ bins, phase, i, j int }

// newMerger lays the tables out: evidence of every run of fine bins, and states that cannot be
// reached yet. Nothing is allocated after it.
func newMerger(fine []fineBin, total tally, p []step, least, most int) *merger {
	n := len(fine) + 1
	m := &merger{fine: fine, before: make([]tally, n), phases: p, least: least, most: min(most, len(fine))}
	m.woe, m.iv = make([]float64, n*n), make([]float64, n*n)
	for i, f := range fine {
		m.before[i+1] = m.before[i].plus(f.tally)
	}
	for i := range fine {
		for j := i + 1; j < n; j++ {
			m.woe[i*n+j], m.iv[i*n+j] = m.before[j].minus(m.before[i]).evidence(total)
		}
	}
	size := (m.most + 1) * len(p) * n * n
	m.value, m.origin = make([]float64, size), make([]state, size)
	for i := range m.value {
		m.value[i] = math.Inf(-1)
	}
	return m
}

// at is the place of a state in the tables.
func (m *merger) at(s state) int {
	n := len(m.fine) + 1
	return ((s.bins*len(m.phases)+s.phase)*n+s.i)*n + s.j
}

// span is the place of fine bins [i, j) in the tables of runs.
func (m *merger) span(i, j int) int { return i*(len(m.fine)+1) + j }

// best fills the tables and returns the cuts of the best way with its information value.
// Ties go to fewer bins. One bin always satisfies every trend.
func (m *merger) best() ([]float64, float64) {
	n := len(m.fine)
	for j := 1; j <= n; j++ {
		for i := range j {
			m.extend(i, j)
		}
	}
	found, worth := state{bins: 1, i: 0, j: n}, math.Inf(-1)
	for bins := 1; bins <= m.most; bins++ {
		for phase := range m.phases {
			for i := range n {
				s := state{bins, phase, i, n}
				if v := m.value[m.at(s)]; v > worth+1e-12 {
					found, worth = s, v
				}
			}
		}
	}
	return m.cuts(found), worth
}

// extend values every state whose last bin is [i, j), unless that has too few rows. States that
// it builds on end at i < j, and were valued before.
func (m *merger) extend(i, j int) {
	if m.before[j].n-m.before[i].n < m.least {
		return
	}
	if i == 0 {
		m.value[m.at(state{1, 0, 0, j})] = m.iv[m.span(0, j)]
		return
	}
	for bins := 2; bins <= m.most; bins++ {
		for phase := range m.phases {
			m.follow(state{bins, phase, i, j})
		}
	}
}

// follow finds the best state before s: one bin fewer, in the same phase or the one
// before it, with a WoE that s may follow.
func (m *merger) follow(s state) {
	best, at, own := math.Inf(-1), m.at(s), m.span(s.i, s.j)
	for from := max(0, s.phase-1); from <= s.phase; from++ {
		for h := range s.i {
			before := state{s.bins - 1, from, h, s.i}
			v := m.value[m.at(before)]
			if v > best && allowed(m.phases[s.phase], m.woe[m.span(h, s.i)], m.woe[own]) {
				best, m.origin[at] = v, before
			}
		}
	}
	if best > math.Inf(-1) {
		m.value[at] = best + m.iv[own]
	}
}

// allowed says whether WoE may go from a to b. Equal bins may as well be one, which is
// worth the same.
func allowed(d step, a, b float64) bool {
	return d == anyStep || d == upward && b > a || d == downward && b < a
}

// cuts walks back from the last bin along the states that each came from, and returns the edges
// between them in ascending order.
func (m *merger) cuts(s state) []float64 {
	cuts := make([]float64, s.bins-1)
	for s.bins > 1 {
		s = m.origin[m.at(s)]
		cuts[s.bins-1] = m.fine[s.j-1].edge
	}
	return cuts
}
