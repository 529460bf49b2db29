package models

import (
	"cmp"
	"context"
	"math"
	"slices"

	"holdfast/models/logit"
)

// The search for whole points: up to so many roundings are looked at one by one, and so
// many of the best are fitted. With k factors between two whole points there are at most
// choose(k, k/2) roundings: 92,378 of 19 factors; beyond that nearest begins the search.
const (
	mostRoundings = 100_000
	fittedPoints  = 12
)

// rounded are whole points with what the quadratic model thinks of them (parabola.fall, the
// more the better).
type rounded struct {
	points []float64
	fall   float64
}

// whole searches the whole points that cost least log loss: all ways to round the exact
// points up or down that the limits allow, and whatever moving single points from factor
// to factor makes of the best of them, are put in order by the quadratic model of the
// likelihood at the fit; the best few are then fitted, and the likelihood decides. Rounding
// by largest remainders looks at the points alone; but what a point costs depends on how
// the likelihood curves there, and on the scores that could take its place.
//
// No method can promise the best of all divisions of 100 points without trying them all.
// That the answer is it on every problem small enough to try is what the tests check.
func (t *task) whole(ctx context.Context, f *logit.Constrained, exact []float64) ([]float64, *logit.Fitted, error) {
	g := grid{task: t, model: t.parabola(f)}
	g.limit()
	g.round(exact)
	if len(g.best) == 0 { // too many roundings, or the limits allow none of them
		g.offer(g.nearest(exact))
	}
	for _, start := range slices.Clone(g.best) {
		g.exchange(start)
	}
	var points []float64
	var best *logit.Fitted
	for _, r := range g.best {
		fitted, err := t.profiled(ctx, r.points)
		if err != nil {
			return nil, nil, err
		}
		if best == nil || fitted.LogLik > best.LogLik {
			points, best = r.points, fitted
		}
	}
	return points, best, nil
}

// grid is the search for whole points.
type grid struct {
	task      *task
	model     *parabola
	low, high []float64 // whole points
	best      []rounded // the best so far, best first
}

// limit turns bounds into whole points.
func (g *grid) limit() {
	for j, n := range g.task.names {
		b := g.task.c.Fitting.bound(n.Factor)
		g.low, g.high = append(g.low, math.Ceil(b.Low)), append(g.high, math.Floor(b.High))
		if g.task.standing(j) {
			g.high[j] = g.low[j]
		}
	}
}

// offer keeps points that the limits allow if they are among the best. Ties go to the
// points that give earlier factors more, so that the order of the search does not show.
func (g *grid) offer(points []float64) bool {
	if !g.allowed(points) {
		return false
	}
	r := rounded{points: slices.Clone(points), fall: g.model.fall(points)}
	at, known := slices.BinarySearchFunc(g.best, r, func(a, b rounded) int {
		return cmp.Or(cmp.Compare(b.fall, a.fall), slices.Compare(b.points, a.points))
	})
	if known || at >= fittedPoints {
		return false
	}
	g.best = slices.Insert(g.best, at, r)
	g.best = g.best[:min(len(g.best), fittedPoints)]
	return true
}

// allowed says whether points sum to 100 within bounds and caps.
func (g *grid) allowed(points []float64) bool {
	sum := 0.0
	for j, w := range points {
		if w < g.low[j] || w > g.high[j] {
			return false
		}
		sum += w
	}
	if sum != 100 {
		return false
	}
	for _, c := range g.task.c.Fitting.Caps {
		if g.of(points, c.Category) > g.task.c.Fitting.capPoints(c.Category) {
			return false
		}
	}
	return true
}

// of are the points of one category.
func (g *grid) of(points []float64, category string) float64 {
	sum := 0.0
	for j, w := range points {
		if g.task.names[j].Category == category {
			sum += w
		}
	}
	return sum
}

// round offers all ways to round up or down that give 100, unless there are too many.
func (g *grid) round(exact []float64) {
	up := 100.0 // points that are left to give out
	var open []int
	points := make([]float64, len(exact))
	for j, w := range exact {
		points[j] = math.Floor(w + 1e-9)
		up -= points[j]
		if w-points[j] > 1e-9 {
			open = append(open, j)
		}
	}
	if choices(len(open), int(up)) > mostRoundings {
		return
	}
	g.choose(points, open, int(up))
}

// choose gives out the points that are left, one to a factor.
func (g *grid) choose(points []float64, open []int, left int) {
	if left < 0 || left > len(open) {
		return
	}
	if left == 0 {
		g.offer(points)
		return
	}
	points[open[0]]++
	g.choose(points, open[1:], left-1)
	points[open[0]]--
	g.choose(points, open[1:], left)
}

// choices is the number of ways to choose k of n, as a float64 that cannot overflow.
func choices(n, k int) float64 {
	ways := 1.0
	for i := range k {
		ways *= float64(n-i) / float64(i+1)
	}
	return ways
}

// nearest divides the points by largest remainders and moves points one by one to where
// the limits allow them, at most 200 of them. What comes out may still break a cap, which
// offer refuses.
func (g *grid) nearest(exact []float64) []float64 {
	points := make([]float64, len(exact))
	for j, w := range exact {
		points[j] = min(max(math.Floor(w+1e-9), g.low[j]), g.high[j])
	}
	for range 200 {
		left := 100.0
		for _, w := range points {
			left -= w
		}
		at, step := -1, math.Copysign(1, left)
		if left == 0 {
			break
		}
		for j, w := range points {
			if to := w + step; to >= g.low[j] && to <= g.high[j] && (step < 0 || g.fits(points, j)) &&
				(at < 0 || step*(exact[j]-w) > step*(exact[at]-points[at])) {
				at = j
			}
		}
		if at < 0 {
			break
		}
		points[at] += step
	}
	return points
}

// fits says whether the category of a factor has room for one more point.
func (g *grid) fits(points []float64, j int) bool {
	category := g.task.names[j].Category
	return g.of(points, category)+1 <= g.task.c.Fitting.capPoints(category)
}

// exchange moves one point at a time from factor to factor, as long as the model gains: the
// best of all pairs each time. It ends, because the gain is strict and divisions of 100 points
// are finitely many. O(k^4) a step for k factors, k^2 pairs with a fall of k^2 each.
func (g *grid) exchange(start rounded) {
	points, fall := slices.Clone(start.points), start.fall
	for {
		from, to := -1, -1
		for i := range points {
			for j := range points {
				if i == j {
					continue
				}
				points[i]--
				points[j]++
				if g.allowed(points) {
					if gain := g.model.fall(points); gain > fall {
						fall, from, to = gain, i, j
					}
				}
				points[i]++
				points[j]--
			}
		}
		if from < 0 {
			g.offer(points)
			return
		}
		points[from]--
		points[to]++
	}
}
