package leaklab

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"holdfast/dataset"
)

// fewStratum is how many accounts a stratum has at least: among fewer, too many would keep
// their own labels.
const fewStratum = 10

// permute gives every account the labels of another one that entered in the same quarter,
// example by example of the same quarter. Whole histories move, so that what one churn
// means for the overlapping windows around it stays as it was, and base rates stay what
// they were in each quarter; the days between an as-of date and the day its label became
// known move along. Examples for which the other account has none are left out: it had
// left, or was not due.
//
// Within a stratum each account is as likely to get the labels of one as of any other, its
// own included. Among the examples of one stratum and one quarter the mean AUC over all
// permutations is therefore 0.5; between strata it is not: who entered early has other
// base rates, and other values, than who came late.
func permute(e *dataset.Examples, seed uint64, replicate int) permuted {
	rng := rand.New(rand.NewPCG(seed, uint64(replicate)))
	histories := historiesOf(e)
	var rows, from []int32
	entry := make([]int, len(e.Accounts))
	for number, stratum := range strata(histories) {
		for i, j := range rng.Perm(len(stratum)) {
			own, other := stratum[i], stratum[j]
			entry[e.Account[own.first]] = number
			for k, slot := range own.slots {
				if at, ok := slices.BinarySearchFunc(other.slots, slot, compareSlots); ok {
					rows, from = append(rows, own.first+int32(k)), append(from, other.first+int32(at))
				}
			}
		}
	}
	return permuted{relabel(e, rows, from), entry}
}

// permuted are examples with the labels of others.
type permuted struct {
	examples *dataset.Examples
	entry    []int // of each account: its stratum
}

// history is where the examples of one account lie.
type history struct {
	first int32
	slots []slot
}

// slot is the place of an example in time: which one of which quarter.
type slot struct{ quarter, place int }

// compareSlots orders slots in time, as the examples of an account are.
func compareSlots(a, b slot) int {
	return cmp.Or(cmp.Compare(a.quarter, b.quarter), cmp.Compare(a.place, b.place))
}

// historiesOf lists the accounts that have examples, in their canonical order.
func historiesOf(e *dataset.Examples) []history {
	var list []history
	for i, a := range e.Account {
		if i == 0 || e.Account[i-1] != a {
			list = append(list, history{first: int32(i)})
		}
		h := &list[len(list)-1]
		s := slot{quarter: quarter(e.AsOf[i])}
		if n := len(h.slots); n > 0 && h.slots[n-1].quarter == s.quarter {
			s.place = h.slots[n-1].place + 1
		}
		h.slots = append(h.slots, s)
	}
	return list
}

// strata groups histories by the quarter of their first example, earliest first; a small
// group joins the next one, the last of all the one before it.
func strata(histories []history) [][]history {
	sorted := slices.Clone(histories)
	slices.SortStableFunc(sorted, func(a, b history) int { return cmp.Compare(a.slots[0].quarter, b.slots[0].quarter) })
	var groups [][]history
	from := 0
	for i := range sorted {
		last := i+1 == len(sorted)
		if !last && (sorted[i+1].slots[0].quarter == sorted[i].slots[0].quarter || i+1-from < fewStratum) {
			continue
		}
		if last && i+1-from < fewStratum && len(groups) > 0 {
			from -= len(groups[len(groups)-1])
			groups = groups[:len(groups)-1]
		}
		groups = append(groups, sorted[from:i+1])
		from = i + 1
	}
	return groups
}

// relabel returns the examples of the rows with the labels of others: example rows[i] with that
// of from[i]. It sorts rows, which no caller needs any more. Further leads and warnings are
// left behind.
func relabel(e *dataset.Examples, rows, from []int32) *dataset.Examples {
	label := make([]int32, e.Len())
	for i := range label {
		label[i] = none
	}
	for i, r := range rows {
		label[r] = from[i]
	}
	slices.Sort(rows)
	out := e.Keep(rows, 0)
	out.OtherLeads, out.Warnings = nil, nil
	for i, r := range rows {
		other := label[r]
		out.Churned[i] = e.Churned[other]
		out.Known[i] = e.AsOf[r] + e.Known[other] - e.AsOf[other]
	}
	return out
}

// thin keeps whole accounts, drawn at random, so that about Options.Rows examples are left; all
// of them where they fit. The draw is of the seed alone, in the order of the accounts.
func thin(e *dataset.Examples, o Options) *dataset.Examples {
	limit := o.Rows
	if limit == 0 {
		limit = scrambleRows
	}
	if limit < 0 || e.Len() <= limit {
		return e
	}
	share := float64(limit) / float64(e.Len())
	rng := rand.New(rand.NewPCG(o.Seed, 1<<63))
	kept := make([]bool, len(e.Accounts))
	for a := range kept {
		kept[a] = rng.Float64() < share
	}
	return e.Keep(e.All().Where(func(r int32) bool { return kept[e.Account[r]] }).Rows, 0)
}
