package dataset

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/parquetio"
)

// numbered are examples 0, 1, 2, … with as-of date i, known date 2i, churned where i
// is a multiple of 3.
func numbered(n int) *Examples {
	e := &Examples{Accounts: []string{"a", "b"}, Account: make([]int32, n), AsOf: make([]Date, n), Known: make([]Date, n), Churned: make([]bool, n)}
	numbers, codes := make([]float64, n), make([]int32, n)
	for i := range n {
		e.Account[i], e.AsOf[i], e.Known[i], e.Churned[i] = int32(i%2), Date(i), Date(2*i), i%3 == 0
		numbers[i], codes[i] = float64(i), int32(i%3)-1
	}
	e.Table = newTable(n, []parquetio.Column{
		{Name: "i", As: parquetio.AsNumber, Numbers: numbers},
		{Name: "t", As: parquetio.AsText, Codes: codes, Levels: []string{"x", "y"}},
	})
	return e
}

func TestBatchesHoldTheRowsInOrder(t *testing.T) {
	for _, n := range []int{0, 1, BatchRows - 1, BatchRows, BatchRows + 1, 2 * BatchRows, 2*BatchRows + 5} {
		e := numbered(n)
		want := 0
		for b, err := range e.All().Batches() {
			if err != nil {
				t.Fatal(err)
			}
			if b.Len() != min(BatchRows, n-want) {
				t.Fatalf("%d rows: a batch of %d at row %d", n, b.Len(), want)
			}
			for i, v := range b.Column("i").Numbers {
				if v != float64(want) || b.Column("t").Codes[i] != int32(want%3)-1 {
					t.Fatalf("%d rows: row %d holds %v", n, want, v)
				}
				want++
			}
		}
		if want != n {
			t.Errorf("%d of %d rows came in batches", want, n)
		}
	}
}

func TestBatchesCanBeReadAgain(t *testing.T) {
	source := numbered(BatchRows + 10).All().Batches()
	for pass := range 3 {
		rows := 0
		for b := range source {
			rows += b.Len()
		}
		if rows != BatchRows+10 {
			t.Errorf("pass %d read %d rows", pass, rows)
		}
	}
	for range source {
		break // stopping early must not shorten the next pass
	}
	batches := 0
	for range source {
		batches++
	}
	if batches != 2 {
		t.Errorf("%d batches after a pass that stopped early", batches)
	}
}

func TestABatchKnowsItsColumnsOnly(t *testing.T) {
	for b := range numbered(3).Table.Batches([]int32{2, 0}) {
		if v := b.Column("nowhere"); v.Numbers != nil || v.Codes != nil {
			t.Errorf("a column that is not there holds %v", v)
		}
		if got := b.Column("i").Numbers; !slices.Equal(got, []float64{2, 0}) || &got[0] != &b.Column("i").Numbers[0] {
			t.Errorf("column i holds %v, gathered twice or wrong", got)
		}
		if got := b.Column("t"); !slices.Equal(got.Codes, []int32{1, -1}) || !slices.Equal(got.Levels, []string{"x", "y"}) {
			t.Errorf("column t holds %v", got)
		}
	}
}

func TestTheEmbargoKeepsItsBoundaries(t *testing.T) {
	view := numbered(10).All() // known on 2i, as of i
	for _, c := range []struct {
		cutoff, since Date
		want          []int32
	}{
		{8, NoDate, []int32{0, 1, 2, 3, 4}}, // known on the cutoff itself
		{7, NoDate, []int32{0, 1, 2, 3}},    // known one day later
		{8, 1, []int32{2, 3, 4}},            // as of the first day of the window: out
		{-1, NoDate, []int32{}},
	} {
		if got := view.KnownBy(c.cutoff, c.since).Rows; !slices.Equal(got, c.want) {
			t.Errorf("known by %d, as of after %d: %v, want %v", c.cutoff, c.since, got, c.want)
		}
	}
}

func TestTheTestWindowIsHalfOpen(t *testing.T) {
	view := numbered(10).All()
	if got := view.ScoredIn(3, 6).Rows; !slices.Equal(got, []int32{3, 4, 5}) {
		t.Errorf("scored in [3, 6): %v", got)
	}
	if got := view.ScoredIn(3, 3).Len(); got != 0 {
		t.Errorf("an empty window holds %d examples", got)
	}
}

func TestAViewTellsLabelsAccountsAndEvents(t *testing.T) {
	view := numbered(7).All().Where(func(r int32) bool { return r != 3 })
	if !slices.Equal(view.Churned(), []bool{true, false, false, false, false, true}) || !slices.Equal(view.Accounts(), []int32{0, 1, 0, 0, 1, 0}) || view.Events() != 2 || view.Len() != 6 {
		t.Errorf("labels %v, accounts %v, %d events of %d", view.Churned(), view.Accounts(), view.Events(), view.Len())
	}
}

// TestTrainingNeverMeetsTesting is the embargo as an invariant: whatever the cutoff,
// no example that a model may train on is scored in the window it is tested in,
// unless its label was known before the window began.
func TestTrainingNeverMeetsTesting(t *testing.T) {
	e := numbered(60)
	rapid.Check(t, func(t *rapid.T) {
		cutoff := Date(rapid.IntRange(0, 60).Draw(t, "cutoff"))
		next := cutoff + Date(rapid.IntRange(1, 20).Draw(t, "step"))
		train, test := e.All().KnownBy(cutoff, NoDate), e.All().ScoredIn(cutoff, next)
		for _, r := range train.Rows {
			if e.Known[r] > cutoff {
				t.Fatalf("example %d is known on %d, after the cutoff %d", r, e.Known[r], cutoff)
			}
			if slices.Contains(test.Rows, r) && e.AsOf[r] != e.Known[r] {
				t.Fatalf("example %d is trained on and tested", r)
			}
		}
	})
}

// Batches that come in turn hold what others hold, whatever the columns are selected from, and so does a
// column that is gathered as a whole.
func TestBatchesInTurnHoldTheSame(t *testing.T) {
	e := numbered(2*BatchRows + 5)
	order := e.All().Rows
	slices.Reverse(order)
	for name, table := range map[string]*Table{"whole": e.Table, "selected": e.Table.take(order)} {
		var numbers []float64
		var codes []int32
		for b, err := range table.Batches(order[3:]) {
			if err != nil {
				t.Fatal(err)
			}
			numbers, codes = append(numbers, b.Column("i").Numbers...), append(codes, b.Column("t").Codes...)
		}
		at := 0
		for b, err := range table.InTurn(order[3:]) {
			if err != nil {
				t.Fatal(err)
			}
			to := at + b.Len()
			if !slices.Equal(b.Column("i").Numbers, numbers[at:to]) || !slices.Equal(b.Column("t").Codes, codes[at:to]) || b.Column("nowhere").Numbers != nil {
				t.Errorf("%s: rows %d to %d differ", name, at, to)
			}
			at = to
		}
		if at != len(numbers) {
			t.Errorf("%s: %d rows, want %d", name, at, len(numbers))
		}
		view := View{Examples: &Examples{Table: table}, Rows: order[3:]}
		if got, ok := view.Numbers([]float64{-1}, "i"); !ok || !slices.Equal(got, append([]float64{-1}, numbers...)) {
			t.Errorf("%s: gathered are %d numbers (%v), want %d", name, len(got), ok, len(numbers)+1)
		}
		for _, other := range []string{"t", "nowhere"} {
			if got, ok := view.Numbers(nil, other); ok || got != nil {
				t.Errorf("%s: column %s has %d numbers", name, other, len(got))
			}
		}
	}
}
