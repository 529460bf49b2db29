package leaklab

import (
	"context"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/features"
)

// none stands for no row.
const none = -1

// lab is a panel made ready for the tests.
type lab struct {
	e        *dataset.Examples
	s        *dataset.Snapshots
	all      []int32          // every row of the snapshots
	rows     []int32          // of each example: its snapshot row
	churn    []dataset.Date   // of each account: the day it left for good, or dataset.NoDate
	renewals [][]dataset.Date // of each account: the days on which it renewed, ascending
	labels   sample           // every example in which something was decided, or those of labelRows: did it churn?
	drawn    sample           // of the labels, one example of each kind for every account
	fates    sample           // the first example of every account: did it ever?
	parted   sample           // of drawn, without the renewed examples of accounts that churned later
}

// sample is a question to the factor: which of these examples are positive? Its slices are of
// one length; examples rise, and those of one account lie together. The zero value asks about
// nothing.
type sample struct {
	about    []int32 // examples, by their row in dataset.Examples
	positive []bool
	account  []int32 // index into Examples.Accounts
}

// labelRows is about how many examples the questions are put to: all of whole accounts. An
// AUC of a million is known to 0.001 where one in twenty churns; ten million would change
// no verdict and take ten times the memory of every factor.
const labelRows = 1 << 20

// newLab finds the way from examples to snapshot rows and on to the next one.
func newLab(p *dataset.Panel) *lab {
	l := &lab{e: p.Examples, s: p.Snapshots}
	l.all = make([]int32, len(l.s.Date))
	for i := range l.all {
		l.all[i] = int32(i)
	}
	l.rows = exampleRows(l.e, l.s)
	l.readOutcomes(p.Outcomes)
	asked := l.e.All().WholeAccounts(labelRows)
	every := sample{about: asked.Rows, account: asked.Accounts(), positive: asked.Churned()}
	l.labels = every.where(func(i int) bool { return l.e.IsDecided(every.about[i]) })
	l.fates = every.where(func(i int) bool { return i == 0 || every.account[i-1] != every.account[i] })
	for i, a := range l.fates.account {
		l.fates.positive[i] = l.e.EverChurned[a]
	}
	l.drawn = l.labels.draw(len(l.s.Accounts))
	l.parted = l.part()
	return l
}

// part leaves the renewed examples of accounts that churned later out of the drawn ones.
// It returns nothing where most accounts churn sooner or later, as buyers do who pause: who
// never did is then the rare one who always bought, and anything honest tells that.
func (l *lab) part() sample {
	stayed := func(i int) bool { return !l.e.EverChurned[l.drawn.account[i]] }
	parted := l.drawn.where(func(i int) bool { return l.drawn.positive[i] || stayed(i) })
	if 2*parted.negatives() < l.drawn.negatives() {
		return sample{}
	}
	return parted
}

// negatives counts the examples that are not positive.
func (q sample) negatives() int {
	n := 0
	for _, yes := range q.positive {
		if !yes {
			n++
		}
	}
	return n
}

// where keeps a part of the sample, in slices of its own; keep is asked once per example, in
// order.
func (q sample) where(keep func(i int) bool) sample {
	var out sample
	for i := range q.about {
		if keep(i) {
			out.about = append(out.about, q.about[i])
			out.positive, out.account = append(out.positive, q.positive[i]), append(out.account, q.account[i])
		}
	}
	return out
}

// draw keeps one positive and one negative example of every account: which one follows
// from the account's number, so that the examples of all are spread over time alike. Who
// stays longer has more examples and would else be more often in any region.
func (q sample) draw(accounts int) sample {
	const spread = 2654435761 // Knuth's multiplier of the golden ratio
	counts := make([][2]uint64, accounts)
	kind := func(i int) int {
		if q.positive[i] {
			return 1
		}
		return 0
	}
	for i, a := range q.account {
		counts[a][kind(i)]++
	}
	seen := make([][2]uint64, accounts)
	return q.where(func(i int) bool {
		a, k := q.account[i], kind(i)
		seen[a][k]++
		return seen[a][k] == 1+(uint64(a)*spread>>7)%counts[a][k]
	})
}

// exampleRows returns the snapshot row behind each example: the last row of the account
// that became known on the as-of date, or none. Both are sorted by account, and the accounts
// of the examples are numbered as those of the snapshots.
func exampleRows(e *dataset.Examples, s *dataset.Snapshots) []int32 {
	known := s.Known
	if known == nil {
		known = s.Date
	}
	rows := make([]int32, len(e.Account))
	from := accountStarts(s)
	for i, a := range e.Account {
		rows[i] = none
		for r := from[a+1] - 1; r >= from[a]; r-- {
			if known[r] == e.AsOf[i] {
				rows[i] = r
				break
			}
		}
	}
	return rows
}

// accountStarts returns the first row of each account, and the number of rows.
func accountStarts(s *dataset.Snapshots) []int32 {
	from := make([]int32, len(s.Accounts)+1)
	for _, a := range s.Account {
		from[a+1]++
	}
	for a := range s.Accounts {
		from[a+1] += from[a]
	}
	return from
}

// next returns the account's first row of a later day than that of the row, or none. Rows
// of the same day are other versions of it.
func (l *lab) next(row int32) int32 {
	for i := int(row) + 1; i < len(l.s.Date) && l.s.Account[i] == l.s.Account[row]; i++ {
		if l.s.Date[i] > l.s.Date[row] {
			return int32(i)
		}
	}
	return none
}

// readOutcomes notes when each account of the snapshots renewed, and when it left. Who
// came back has not left.
func (l *lab) readOutcomes(o *dataset.Outcomes) {
	l.churn = slices.Repeat([]dataset.Date{dataset.NoDate}, len(l.s.Accounts))
	l.renewals = make([][]dataset.Date, len(l.s.Accounts))
	at := make([]int32, len(o.Accounts))
	j := 0
	for i, key := range o.Accounts { // both lists are in byte order
		for j < len(l.s.Accounts) && l.s.Accounts[j] < key {
			j++
		}
		at[i] = none
		if j < len(l.s.Accounts) && l.s.Accounts[j] == key {
			at[i] = int32(j)
		}
	}
	for i, n := range o.Account {
		a := at[n]
		switch {
		case a == none || o.Label[i] == dataset.Unknown:
		case o.Label[i] == dataset.Churned:
			l.churn[a] = o.Date[i]
		default:
			l.churn[a] = dataset.NoDate
			l.renewals[a] = append(l.renewals[a], o.Date[i])
		}
	}
}

// column is a factor evaluated on every row of the snapshots.
type column struct {
	factor features.Factor
	values []float64 // numbers, or codes of levels; NaN where missing
	levels []string  // of a category
}

// evaluate reads the columns of a factor, on every row of the snapshots: 8 bytes a row.
func (l *lab) evaluate(ctx context.Context, f features.Factor) (*column, error) {
	v, err := f.Values(ctx, len(l.all), l.s.Table.InTurn(l.all))
	if err != nil {
		return nil, err
	}
	c := &column{factor: f, values: v.Numbers, levels: v.Levels}
	if v.Codes != nil {
		c.values = make([]float64, len(v.Codes))
		for i, code := range v.Codes {
			c.values[i] = float64(code)
			if code < 0 {
				c.values[i] = math.NaN()
			}
		}
	}
	return c, nil
}

// has says whether a row has a value.
func (c *column) has(row int32) bool { return row != none && c.values[row] == c.values[row] }

// text says whether the column is a category.
func (c *column) text() bool { return c.factor.Kind == features.Category }

// same says whether two rows agree, missing being a value like any other.
func (c *column) same(a, b int32) bool {
	x, y := c.values[a], c.values[b]
	return x == y || x != x && y != y
}
