package metrics

// Order is [Order] of the rows that were ranked: position by position, the highest score first.
func (r *Ranking) Order() []int32 {
	order := make([]int32, len(r.row))
	for i, row := range r.row {
		order[i] = int32(row)
	}
	return order
}

// OrderAlong is [Ranking.Order] with the rows of one score and outcome as they come in a list of all
// rows, such as by their value, instead of by number. It takes no sort: the list is dealt out.
func (r *Ranking) OrderAlong(rows []int32) []int32 {
	mustMatch(len(r.row), len(rows))
	if countLast(r.code) == len(r.code) {
		return r.Order()
	}
	group, next := make([]uint32, len(rows)), make([]uint32, len(rows)) // of a row the place where its likes begin; of that place the next free one
	for i, row := range r.row {
		start := uint32(i)
		if i > 0 && r.code[i-1]&lastOfTieBit == 0 && (r.code[i-1]^r.code[i])&churnedBit == 0 {
			start = group[r.row[i-1]]
		}
		group[row], next[i] = start, uint32(i)
	}
	order := make([]int32, len(rows))
	for _, row := range rows {
		at := &next[group[row]]
		order[*at] = row
		*at++
	}
	return order
}

// countLast counts the ties.
func countLast(code []uint32) int {
	n := uint32(0)
	for _, c := range code {
		n += c & lastOfTieBit / lastOfTieBit
	}
	return int(n)
}

// InOrder is the same ranking of rows that were put into [Ranking.Order], or [Ranking.OrderAlong]
// others; cluster gives their accounts.
func (r *Ranking) InOrder(cluster []int32) *Ranking {
	mustMatch(len(r.code), len(cluster))
	sorted := &Ranking{code: make([]uint32, len(r.code)), row: make([]uint32, len(r.row)), account: r.account, undefined: r.undefined}
	for i, g := range cluster {
		sorted.code[i] = uint32(g)<<accountShift | r.code[i]&(lastOfTieBit|churnedBit)
		sorted.row[i] = uint32(i)
	}
	return sorted
}

// Part is some of the rows of rankings, such as those of a period: their numbers, which rise, and
// the account of each, numbered from 0 as the part would have it.
type Part struct {
	Rows    []int32
	Cluster []int32
}

// PartRankings are the rankings of parts of the rows, by candidate and part, without another
// sort: [NewRankings] of the rows of each part. No row may be in two. churned is that of all rows,
// which the rankings are of.
func PartRankings(rankings []*Ranking, churned []bool, parts []Part) [][]*Ranking {
	places, accounts := make([]placement32, len(churned)), make([][]counts, len(parts))
	sideBySide(len(parts), func(k int) {
		rows, cluster := parts[k].Rows, parts[k].Cluster
		mustMatch(len(rows), len(cluster))
		accounts[k] = make([]counts, clusterCount(cluster))
		for at, i := range rows {
			places[i] = placement32{part: int32(k + 1), row: uint32(at), account: uint32(cluster[at])}
			accounts[k][cluster[at]].add(churned[i])
		}
	})
	out := make([][]*Ranking, len(rankings))
	sideBySide(len(rankings), func(c int) { out[c] = rankings[c].parts(places, parts, accounts) })
	return out
}

// placement32 is where a row went: the part, from 1, its number there and its account; part 0 is none.
type placement32 struct {
	part         int32
	row, account uint32
}

// parts deals the rows out in their order. A tie may lose its last row to another part, so
// that a part's own last row of every tie is marked anew.
func (r *Ranking) parts(places []placement32, parts []Part, accounts [][]counts) []*Ranking {
	out, tie := make([]*Ranking, len(parts)), make([]int, len(parts)) // the tie of the last row of each part
	for k, part := range parts {
		n := len(part.Rows)
		out[k] = &Ranking{account: accounts[k], undefined: r.undefined, code: make([]uint32, 0, n), row: make([]uint32, 0, n)}
	}
	at := 0 // the number of the tie
	var some [gatherBlock]placement32
	for from := 0; from < len(r.row); from += gatherBlock {
		rows := r.row[from:min(from+gatherBlock, len(r.row))]
		for i, row := range rows { // rows come at random: that many wait for memory together
			some[i] = places[row]
		}
		for i, to := range some[:len(rows)] {
			code := r.code[from+i]
			if to.part > 0 {
				k := to.part - 1
				p := out[k]
				if tie[k] != at {
					p.endTie()
				}
				p.code, p.row, tie[k] = append(p.code, to.account<<accountShift|code&churnedBit), append(p.row, to.row), at
			}
			at += int(code & lastOfTieBit / lastOfTieBit)
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
