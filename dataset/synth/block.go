package synth

import (
	"fmt"
	"iter"

	"holdfast/dataset/parquetio"
)

// Block is what a run of consecutive accounts did. Its slices are reused for
// the next block: copy what must outlive the iteration.
type Block struct {
	First    int // index of the first account, from 0
	Accounts int // number of accounts

	Snapshots Table // an account's month ends, by account and date
	Outcomes  Table // an account's renewals, by account and date
	Truth     Table // row by row the truth behind Outcomes
}

// Table is a set of columns of equal length, as parquetio.Writer takes them.
type Table struct {
	Rows    int
	Columns []parquetio.Column
}

// Blocks generates the company in blocks of the given number of accounts, the
// last one smaller. The rows do not depend on the block size. The error of a
// company that cannot be simulated comes as the only pair; there is no other.
func (c Company) Blocks(accounts int) iter.Seq2[*Block, error] {
	return func(yield func(*Block, error) bool) {
		w, err := newWorld(c)
		if err == nil && accounts < 1 {
			err = fmt.Errorf("synth: blocks of %d accounts asked for; choose 1 or more", accounts)
		}
		if err != nil {
			yield(nil, err)
			return
		}
		m := newMaker(w)
		block := w.newBlock()
		for first := 0; first < w.Accounts; first += accounts {
			m.fill(block, first, min(accounts, w.Accounts-first))
			if !yield(block, nil) {
				return
			}
		}
	}
}

// maker turns histories, which hold rows, into blocks, which hold columns. The
// positions of columns are those of snapshotFields, outcomeFields, truthFields.
type maker struct {
	history *history
	factors [columnCount]factor
	leak    planter
	recount *recounter
}

func newMaker(w *world) *maker {
	h := newHistory(w)
	return &maker{history: h, factors: factors(), leak: planter{history: h, dice: newDice()}, recount: newRecounter(w.Recount)}
}

// fill replaces the contents of the block by those of n accounts from first on.
func (m *maker) fill(b *Block, first, n int) {
	b.reset(first, n)
	for i := range n {
		index := first + i
		m.history.run(index)
		m.leak.plant()
		m.addSnapshots(&b.Snapshots, m.history.accountID(index))
		m.addOutcomes(b, m.history.accountID(index))
	}
}

// addSnapshots appends the snapshots of the account just simulated.
func (m *maker) addSnapshots(t *Table, id string) {
	h := m.history
	if len(h.snapshots) == 0 {
		return
	}
	t.addID(id, len(h.snapshots))
	t.Columns[1].Days = append(t.Columns[1].Days, h.days...)
	for j := range m.factors {
		c := &t.Columns[2+j]
		if m.factors[j].kind == parquetio.Text {
			c.Codes = appendCodes(c.Codes, h.snapshots, j)
		} else {
			c.Numbers = appendNumbers(c.Numbers, h.snapshots, j)
			m.recount.recount(c.Numbers[len(c.Numbers)-len(h.days):], h.days, j)
		}
	}
	m.addLeak(t)
	t.Rows += len(h.snapshots)
}

// addLeak appends the columns of the leak, where one is planted: they stand last.
func (m *maker) addLeak(t *Table) {
	if m.leak.Leak == NoLeak {
		return
	}
	c := &t.Columns[2+len(m.factors)]
	if c.Levels == nil {
		c.Numbers = append(c.Numbers, m.leak.values...)
	} else {
		for _, level := range m.leak.values {
			c.Codes = append(c.Codes, int32(level))
		}
	}
	if m.leak.Leak == LateWrite {
		c = &t.Columns[3+len(m.factors)]
		c.Days = append(c.Days, m.leak.recorded...)
	}
}

// appendNumbers appends one column of the rows; NaN stands for a null already.
func appendNumbers(to []float64, rows []row, column int) []float64 {
	for i := range rows {
		to = append(to, rows[i][column])
	}
	return to
}

// appendCodes turns levels into codes, and NaN into the code of a null.
func appendCodes(to []int32, rows []row, column int) []int32 {
	for i := range rows {
		// NaN fails every comparison, so this code stands for it.
		code := int32(-1)
		if level := rows[i][column]; level >= 0 {
			code = int32(level)
		}
		to = append(to, code)
	}
	return to
}

// addOutcomes appends the decisions of the account just simulated, and in step
// with them the truth. An account without any leaves no id in the levels.
func (m *maker) addOutcomes(b *Block, id string) {
	decisions := m.history.decisions
	if len(decisions) == 0 {
		return
	}
	b.Outcomes.addID(id, len(decisions))
	b.Truth.addID(id, len(decisions))
	for i := range decisions {
		b.Outcomes.addOutcome(&decisions[i])
		b.Truth.addTruth(&decisions[i])
	}
}

// addOutcome appends a row in the order of outcomeFields.
func (t *Table) addOutcome(d *decision) {
	t.Rows++
	appendDay(&t.Columns[1], d.renewal)
	appendNumber(&t.Columns[2], flag(d.churned))
	appendDay(&t.Columns[3], d.decided)
	appendNumber(&t.Columns[4], d.arrBefore)
	appendNumber(&t.Columns[5], d.arrAfter)
}

// addTruth appends a row in the order of truthFields.
func (t *Table) addTruth(d *decision) {
	t.Rows++
	appendDay(&t.Columns[1], d.renewal)
	appendDay(&t.Columns[2], d.asOf)
	t.Columns[3].Codes = append(t.Columns[3].Codes, int32(d.stage))
	appendNumber(&t.Columns[4], d.odds.churn)
	appendNumber(&t.Columns[5], d.odds.churnFactors)
	appendNumber(&t.Columns[6], d.odds.contractAfter)
	appendNumber(&t.Columns[7], d.odds.expandAfter)
}

func appendNumber(c *parquetio.Column, x float64) { c.Numbers = append(c.Numbers, x) }
func appendDay(c *parquetio.Column, day int32)    { c.Days = append(c.Days, day) }

// addID appends an account id for n rows. The id is the first column. Its levels
// are those of the block alone and come in ascending order.
func (t *Table) addID(id string, n int) {
	c := &t.Columns[0]
	code := int32(len(c.Levels))
	c.Levels = append(c.Levels, id)
	for range n {
		c.Codes = append(c.Codes, code)
	}
}

// newBlock returns a block with named, empty columns. Levels of plan, stage and
// the like are set here once; reset leaves them alone.
func newBlock() *Block {
	b := &Block{}
	b.Snapshots.Columns = namedColumns(snapshotFields())
	b.Outcomes.Columns = namedColumns(outcomeFields())
	b.Truth.Columns = namedColumns(truthFields())
	for j, f := range factors() {
		b.Snapshots.Columns[2+j].Levels = f.levels
	}
	b.Truth.Columns[3].Levels = []string{Onboarding.String(), Mature.String()}
	return b
}

// newBlock returns an empty block with the columns of the leak, if there is one.
func (w *world) newBlock() *Block {
	b := newBlock()
	b.Snapshots.Columns = append(b.Snapshots.Columns, namedColumns(w.Leak.fields())...)
	if w.Leak == PostChurnStatus {
		b.Snapshots.Columns[2+columnCount].Levels = exitReasons()
	}
	return b
}

// namedColumns returns empty columns with the names of the fields.
func namedColumns(fields []parquetio.Field) []parquetio.Column {
	columns := make([]parquetio.Column, len(fields))
	for i, f := range fields {
		columns[i].Name = f.Name
	}
	return columns
}

// reset empties the block and keeps its memory.
func (b *Block) reset(first, accounts int) {
	b.First, b.Accounts = first, accounts
	for _, t := range []*Table{&b.Snapshots, &b.Outcomes, &b.Truth} {
		t.Rows = 0
		t.Columns[0].Levels = t.Columns[0].Levels[:0]
		for i := range t.Columns {
			c := &t.Columns[i]
			c.Numbers, c.Codes, c.Days = c.Numbers[:0], c.Codes[:0], c.Days[:0]
		}
	}
}
