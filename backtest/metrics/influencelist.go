package metrics

import "math"

// influenceOnLists fills in the columns of the lists: a row on a list of fixed length brings
// its own outcome and pushes out one at the cut, of which a share tau churned. So it moves the
// churned rows listed by share (y - tau), with share the part of it that is listed. A list with
// room for all rows grows with them instead.
//
// The rows of an account differ in their outcome only, so that its own counts of listed rows
// are enough: the rows are gone through once, from list to list, and the accounts once a list.
// Precision, lift and capture of list i go to the columns that columns(i) names and that are not nil; then comes done(i).
func (r *Ranking) influenceOnLists(all tally, lists []int, columns func(i int) [3][]float64, done func(i int)) {
	if len(lists) == 0 {
		return
	}
	d, passed := r.depths(), descent{of: make([]counts, len(r.account))}
	for i, k := range lists {
		to := columns(i)
		if k < 1 {
			for _, column := range to {
				fill(column, math.NaN())
			}
			done(i)
			continue
		}
		l := listInfluence{all: all, size: min(int64(k), all.churned+all.renewed)}
		l.everything = l.size == all.churned+all.renewed
		cut := d.cutAt(int(l.size))
		l.hits = float64(cut.above.churned) + cut.share()*float64(cut.tied.churned)
		l.tau = d.rateAround(int(l.size))
		passed.reach(r, cut.from)
		l.fill(r, passed.of, cut, to)
		done(i)
	}
}

// listInfluence is what the influences on one list have in common.
type listInfluence struct {
	all        tally
	size       int64
	everything bool    // the list has room for all rows
	hits, tau  float64 // churned rows listed, and the churn rate at the cut
}

// fill writes the columns that are asked for: precision, lift and capture.
func (l listInfluence) fill(r *Ranking, above []counts, c cut, to [3][]float64) {
	moved := make([]float64, len(above)) // churned rows listed
	tau := l.tau
	for g, t := range above {
		moved[g] = float64(t.churned) - float64(tau*float64(t.churned+t.renewed))
	}
	for _, code := range r.code[c.from:c.to] {
		moved[code>>accountShift] += float64(c.share() * (float64(code&churnedBit) - l.tau))
	}
	rows, events, size := float64(l.all.churned+l.all.renewed), float64(l.all.churned), float64(l.size)
	listed, captured, rate := l.hits/size, l.hits/events, events/rows
	precision, lift, capture := to[0], to[1], to[2]
	for g, t := range r.account {
		y, n := float64(t.churned), float64(t.churned+t.renewed)
		m, precise := moved[g], moved[g]/size
		if l.everything {
			m, precise = y, (y-float64(rate*n))/rows
		}
		if precision != nil {
			precision[g] = precise
		}
		if lift != nil {
			lift[g] = float64(precise*rows/events) + listed*(n/events-float64(y*rows/(events*events)))
		}
		if capture != nil {
			capture[g] = (m - float64(captured*y)) / events
		}
	}
}

// descent is a walk down a ranking that counts the rows it passed by account.
type descent struct {
	of []counts
	at int
}

// reach goes on to a position, or from the top again to one that lies above.
func (d *descent) reach(r *Ranking, position int) {
	if position < d.at {
		clear(d.of)
		d.at = 0
	}
	for _, c := range r.code[d.at:position] {
		d.of[c>>accountShift].add(c&churnedBit != 0)
	}
	d.at = position
}

// depths knows of every position of a ranking how many rows above it churned, every account
// counted once, so that any list is there without a sweep.
type depths struct {
	code    []uint32
	churned []uint32
}

func (r *Ranking) depths() depths {
	d := depths{r.code, make([]uint32, len(r.code)+1)}
	for i, c := range r.code {
		d.churned[i+1] = d.churned[i] + c&churnedBit
	}
	return d
}

// cutAt is [Ranking.cutAt] of one of the rows.
func (d depths) cutAt(k int) cut {
	c := cut{from: k - 1, to: k}
	for c.from > 0 && d.code[c.from-1]&lastOfTieBit == 0 {
		c.from--
	}
	for d.code[c.to-1]&lastOfTieBit == 0 {
		c.to++
	}
	c.above, c.tied, c.room = d.between(0, c.from), d.between(c.from, c.to), int64(k-c.from)
	return c
}

// between counts the rows at positions [from,to).
func (d depths) between(from, to int) tally {
	churned := int64(d.churned[to] - d.churned[from])
	return tally{churned: churned, renewed: int64(to-from) - churned}
}

// listed is the churned rows on a list of k, in expectation over ties.
func (d depths) listed(k int) float64 {
	if k == 0 {
		return 0
	}
	c := d.cutAt(k)
	return float64(c.above.churned) + c.share()*float64(c.tied.churned)
}

// rateAround is the churn rate near row k of the ranking. The one row at the cut, churned or
// not, is no estimate of it and would double the standard error; the n^(2/3) rows on
// either side are, and come ever closer to the cut as n grows.
func (d depths) rateAround(k int) float64 {
	n := len(d.code)
	reach := int(math.Ceil(math.Pow(float64(n), 2.0/3)))
	reach = max(1, min(reach, k, n-k))
	low, high := min(k+reach, n), max(k-reach, 0)
	return (d.listed(low) - d.listed(high)) / float64(low-high)
}
