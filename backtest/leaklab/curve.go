package leaklab

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"

	"holdfast/backtest/metrics"
	"holdfast/dataset/radix"
)

// curve is the ROC curve of a column by accounts: of those that have a positive example,
// and of those that have a negative one, how many have it beyond each edge. Rows of one
// account count once, so that a hundred of them prove no more than one.
type curve struct {
	positives, negatives int // accounts
	points               []point
}

// point is one region of a curve: everything at or beyond an edge.
type point struct {
	edge                 float64
	above                bool // values at or above the edge; else at or below it
	positives, negatives int  // accounts with such an example in the region
	seen                 seen // some of them
}

// curveSteps is the resolution of a curve: points closer than that share of either class
// are not looked at.
const curveSteps = 64

// trace walks over the values from both ends: a curve is asked about high values and about low
// ones. values[i] is that of example i of q and not NaN. One sort and three walks over it,
// which leave a few hundred points however many values there are.
func trace(values []float64, q sample) curve {
	order := make([]int32, len(values))
	for i := range order {
		order[i] = int32(i)
	}
	order = radix.Falling(values, order)
	c := curve{}
	w := newWalker(q)
	for _, i := range order {
		w.enter(int(i))
	}
	c.positives, c.negatives = w.positives, w.negatives
	for _, above := range []bool{true, false} {
		c.walk(newWalker(q), order, values, above)
		slices.Reverse(order)
	}
	return c
}

// walk adds the points of one direction.
func (c *curve) walk(w *walker, order []int32, values []float64, above bool) {
	step := func(total int) int { return max(1, total/curveSteps) }
	next := point{positives: step(c.positives), negatives: step(c.negatives)}
	for k, i := range order {
		w.enter(int(i))
		if k+1 < len(order) && values[order[k+1]] == values[i] {
			continue // inside a tie there is no edge
		}
		if w.positives < next.positives && w.negatives < next.negatives {
			continue
		}
		c.points = append(c.points, point{values[i], above, w.positives, w.negatives, w.first})
		next.positives, next.negatives = w.positives+step(c.positives), w.negatives+step(c.negatives)
	}
}

// walker counts the accounts that entered a region.
type walker struct {
	q                    sample
	entered              []uint8 // by account: 1 with a positive row, 2 with a negative one
	positives, negatives int
	first                seen
}

// seen are the first accounts of a region in the order of their keys: of the negative, and
// of the positive. That is all that a finding shows, and far less than what it was
// found in, of which every factor would keep its own.
type seen [2]struct {
	accounts [shown]int32
	n        int
}

// add notes an account that is not there yet.
func (s *seen) add(kind int, account int32) {
	list := &s[kind]
	at := list.n
	for at > 0 && list.accounts[at-1] > account {
		at--
	}
	if at == shown {
		return
	}
	copy(list.accounts[at+1:], list.accounts[at:])
	list.accounts[at], list.n = account, min(list.n+1, shown)
}

// newWalker stands before the first row of a sample.
func newWalker(q sample) *walker {
	accounts := int32(0)
	for _, a := range q.account {
		accounts = max(accounts, a+1)
	}
	return &walker{q: q, entered: make([]uint8, accounts)}
}

// enter adds row i of the sample to the region.
func (w *walker) enter(i int) {
	bit, count, kind := uint8(2), &w.negatives, 0
	if w.q.positive[i] {
		bit, count, kind = 1, &w.positives, 1
	}
	if a := w.q.account[i]; w.entered[a]&bit == 0 {
		w.entered[a] |= bit
		*count++
		w.first.add(kind, a)
	}
}

// Limits of what an honest factor can do.
const (
	// honestReach is the least distance, in standard deviations, between the churned and
	// the renewed at which a factor becomes suspicious. Two normal distributions so far
	// apart have an AUC of Phi(1.5/sqrt 2) = 0.856; a factor of churn with more is rare.
	honestReach = 1.5

	// leap is how far beyond the best of the other factors a factor has to be.
	leap = 1.0

	// restAUC bounds the factors that others are compared with: one above it is itself
	// suspect.
	restAUC = 0.90

	// falseAlarm is the chance that one region of a factor at the limit itself is called a
	// leak. Over all regions of a curve, and with TPR estimated, that adds up to at most
	// one factor at the limit in a hundred (simulated in the tests); of factors a quarter
	// of a deviation below it, to none.
	falseAlarm = 1e-5

	// leastPart is the share of a class that a region must hold, and that of the other which it
	// must leave out, to be worth a finding.
	leastPart = 0.2
)

// honestLimit is the distance, in standard deviations, that factor i has to exceed: leap
// beyond the best other one that is no suspect itself, but at least honestReach.
func honestLimit(exhibits []*exhibit, i int) float64 {
	rest := 0.5
	for j, x := range exhibits {
		if j != i && x.strength <= restAUC {
			rest = max(rest, x.strength)
		}
	}
	return max(honestReach, reach(rest)+leap)
}

// reach is the distance of two normal distributions of unit variance with that AUC:
// AUC = Phi(d/sqrt 2) (Hanley and McNeil 1982; Green and Swets 1966).
func reach(auc float64) float64 { return math.Sqrt2 * mathext.NormalQuantile(auc) }

// region is the most suspicious point of a curve.
type region struct {
	point
	churned       bool    // whether it holds the positive; else it is as pure in the negative
	caught, wrong float64 // shares of the accounts of that class, and of the other, in it
	chance        float64 // that a factor at the limit has a region as good
}

// beyond looks for the region that an honest factor is least likely to have. On the ROC
// curve of two normal distributions at distance d,
//
//	FPR = Phi(Phi^-1(TPR) - d)
//
// The test puts the lower 99 % limit of the share that was caught (Wilson 1927) for TPR
// and asks how likely so few of the others are, when each is in the region with
// probability FPR. ok says that it is less likely than falseAlarm. Regions of the
// positive are preferred: people look at who left.
func (c curve) beyond(limit float64) (worst region, ok bool) {
	for _, churned := range []bool{true, false} {
		worst = region{chance: 1}
		for _, p := range c.points {
			if r, enough := c.region(p, churned, limit); enough && r.chance < worst.chance {
				worst = r
			}
		}
		if worst.chance < falseAlarm {
			return worst, true
		}
	}
	return worst, false
}

// region judges one point; enough says that it holds a part worth a finding. churned says of
// which class the part is; of the other there should be few. The binomial probability takes
// accounts for independent, which is what one example of each is drawn for.
func (c curve) region(p point, churned bool, limit float64) (r region, enough bool) {
	hits, of, wrong, others := p.positives, c.positives, p.negatives, c.negatives
	if !churned {
		hits, of, wrong, others = wrong, others, hits, of
	}
	if of == 0 || others == 0 || float64(hits) < leastPart*float64(of) || float64(others-wrong) < leastPart*float64(others) {
		return r, false
	}
	low, _ := metrics.Wilson(hits, of, 0.98)
	expected := phi(mathext.NormalQuantile(low) - limit)
	chance := distuv.Binomial{N: float64(others), P: expected}.CDF(float64(wrong))
	return region{p, churned, float64(hits) / float64(of), float64(wrong) / float64(others), chance}, true
}

// phi is the standard normal distribution function.
func phi(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }

// look names accounts to look at: the first five in the region, in the order of their
// keys, whose answer is the one the region is about.
func (l *lab) look(r region) []string {
	kind := 0
	if r.churned {
		kind = 1
	}
	var found []string
	for _, a := range r.seen[kind].accounts[:r.seen[kind].n] {
		found = append(found, l.s.Accounts[a])
	}
	return found
}

// shown is how many accounts a finding names.
const shown = 5

// some returns the first few distinct accounts in byte order, and lets go of the others. It
// sorts in place.
func some(accounts []string) []string {
	sort.Strings(accounts)
	accounts = slices.Compact(accounts)
	return slices.Clone(accounts[:min(len(accounts), shown)])
}
