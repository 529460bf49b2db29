package metrics

// Order is [Order] of the rows that were ranked: position by position, the highest score first.
func (r *Ranking) Order() []int {
	order := make([]int, len(r.row))
	for i, row := range r.row {
		order[i] = int(row)
	}
	return order
}

// InOrder is the same ranking of rows that were put into [Ranking.Order].
func (r *Ranking) InOrder() *Ranking {
	sorted := &Ranking{code: r.code, row: make([]uint32, len(r.row)), account: r.account, undefined: r.undefined}
	for i := range sorted.row {
		sorted.row[i] = uint32(i)
	}
	return sorted
}

// PartRankings are the rankings of parts of the rows, such as periods, by candidate and part,
// without another sort: [NewRankings] of the rows of each part, in which accounts keep their
// numbers. parts list their rows by rising number; no row may be in two. churned and cluster
// are those of all rows, which the rankings are of.
func PartRankings(rankings []*Ranking, churned []bool, cluster []int32, parts [][]int) [][]*Ranking {
	places, accounts := make([]placement32, len(churned)), make([][]tally, len(parts))
	for k, rows := range parts {
		accounts[k] = make([]tally, clusterCount(cluster))
		for at, i := range rows {
			places[i] = placement32{part: int32(k + 1), row: uint32(at)}
			accounts[k][cluster[i]].add(churned[i])
		}
	}
	out := make([][]*Ranking, len(rankings))
	sideBySide(len(rankings), func(c int) { out[c] = rankings[c].parts(places, parts, accounts) })
	return out
}

// placement32 is where a row went: the part, from 1, and its number there; part 0 is none.
type placement32 struct {
	part int32
	row  uint32
}

// parts deals the rows out in their order. A tie may lose its last row to another part, so
// that a part's own last row of every tie is marked anew.
func (r *Ranking) parts(places []placement32, parts [][]int, accounts [][]tally) []*Ranking {
	out, tie := make([]*Ranking, len(parts)), make([]int, len(parts)) // the tie of the last row of each part
	for k, rows := range parts {
		out[k] = &Ranking{account: accounts[k], undefined: r.undefined}
		out[k].code, out[k].row = make([]uint32, 0, len(rows)), make([]uint32, 0, len(rows))
	}
	at := 0 // the number of the tie
	for i, row := range r.row {
		if to := places[row]; to.part > 0 {
			k := to.part - 1
			p := out[k]
			if tie[k] != at {
				p.endTie()
			}
			p.code, p.row, tie[k] = append(p.code, r.code[i]&^lastOfTieBit), append(p.row, to.row), at
		}
		if r.code[i]&lastOfTieBit != 0 {
			at++
		}
	}
	for _, p := range out {
		p.endTie()
	}
	return out
}

// endTie marks the last row so far, if any, as that of a tie.
func (r *Ranking) endTie() {
	if last := len(r.code) - 1; last >= 0 {
		r.code[last] |= lastOfTieBit
	}
}

// Listed writes the chance of each row to be on a list of the k riskiest, by its number: 1
// above the cut, and for the rows that tie there the share of them that finds room. The
// others are left as they are.
func (r *Ranking) Listed(k int, chance []float64) {
	room := float64(k)
	for from := 0; from < len(r.code) && room > 0; {
		to := from + 1
		for r.code[to-1]&lastOfTieBit == 0 {
			to++
		}
		share := min(1, room/float64(to-from))
		for _, row := range r.row[from:to] {
			chance[row] = share
		}
		room -= float64(to - from)
		from = to
	}
}
