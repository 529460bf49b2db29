package metrics

import "slices"

// span is the places [from, to) of rows in order: a tie, or several that stand side by side.
type span struct{ from, to int }

// tieEnd is the place after the tie that starts at i, of scores in order.
func tieEnd(score []float64, i int) int {
	end := i + 1
	for end < len(score) && score[end] == score[i] {
		end++
	}
	return end
}

// tieStart is where the tie starts that ends before the given place.
func tieStart(score []float64, end int) int {
	from := end - 1
	for from > 0 && score[from-1] == score[from] {
		from--
	}
	return from
}

// countTies counts the distinct scores of rows in order.
func countTies(score []float64) int {
	n := min(1, len(score))
	for i := 1; i < len(score); i++ {
		if score[i] != score[i-1] {
			n++
		}
	}
	return n
}

// ofEqualCount are the rows in at most so many groups of about equal count, by rising eta, the
// groups of [CalibrationBins]: a tie goes where its highest rank falls. Only their ends are looked
// for, each from where it would be without ties.
func (f *Forecast) ofEqualCount(bins int) (groups []span) {
	if !f.ok || bins < 1 {
		return nil
	}
	n := len(f.eta)
	for from := 0; from < n; {
		to := n
		if b := binOfRank(n-1-from, n, bins); b > 0 {
			to = n - leastRank(b, n, bins) // the first place of a lower rank than the group's
			for to < n && f.eta[to] == f.eta[to-1] {
				to++
			}
		}
		groups = append(groups, span{from, to})
		from = to
	}
	slices.Reverse(groups)
	return groups
}

// binOfRank counts the inner percentiles, (n-1)i/bins for 0 < i < bins, that do
// not lie above a rank counted from 0: in integers, so that no edge is missed by
// a rounding error of the interpolation.
func binOfRank(rank, n, bins int) int {
	if rank == 0 {
		return 0
	}
	return min(rank*bins/(n-1), bins-1)
}

// leastRank is the lowest rank that [binOfRank] puts into a bin above 0.
func leastRank(bin, n, bins int) int { return (bin*(n-1) + bins - 1) / bins }

// closedAbove are the rows in the groups of [HosmerLemeshow] that are not empty, by falling p: a
// tie goes where its lowest rank falls.
func (f *Forecast) closedAbove(bins int) (groups []span) {
	n := len(f.eta)
	for from := 0; from < n; {
		end, to := tieEnd(f.eta, from), n
		if b := closedBin(n-end, n, bins); b > 0 {
			to = n - (b*(n-1)+bins)/bins // after the last place of a rank of the group
			for f.eta[to] == f.eta[to-1] {
				to--
			}
		}
		groups = append(groups, span{from, to})
		from = to
	}
	return groups
}

// closedBin is the bin of a tie whose lowest rank, from 0, is given: the number of inner
// quantiles, at (n-1)i/bins, that lie below it. In integers, as [binOfRank].
func closedBin(rank, n, bins int) int {
	if rank == 0 {
		return 0
	}
	return min((rank*bins-1)/(n-1), bins-1)
}

// inPlacesOf are the rows by rising p in at most so many places, 0 for [DefaultPlaces]: ties, and
// beyond that number runs of ties of about equal count, each ending where the next tie begins a new
// share of the rows.
func (f *Forecast) inPlacesOf(most int) (places []span, ok bool) {
	if most == 0 {
		most = DefaultPlaces
	}
	if !f.ok || most < 1 {
		return nil, false
	}
	n := len(f.eta)
	gather, edge := countTies(f.eta) > most, 0
	for to, end := n, n; end > 0; {
		from := tieStart(f.eta, end)
		if gather && end == to {
			edge = n // the last share has no next
			if b := binOfRank(n-end, n, most); b+1 < most {
				edge = leastRank(b+1, n, most)
			}
		}
		if from == 0 || !gather || n-from >= edge {
			places = append(places, span{from, to})
			to = from
		}
		end = from
	}
	return places, true
}
