package dataset

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// fourEvents are renewals of every kind: churned, contracted, flat, expanded, and one of which an
// amount is missing.
func fourEvents() *Examples {
	e := numbered(5)
	e.Event = []Event{ChurnedEvent, ContractedEvent, FlatEvent, ExpandedEvent, UnknownEvent}
	e.Churned = []bool{true, false, false, false, false}
	return e
}

// An amount that is missing may have been any renewal: it says nothing about expansion, and all
// about churn.
func TestAViewAsksAboutOneEvent(t *testing.T) {
	for _, c := range []struct {
		event    Event
		rows     []int32
		happened []bool
		worse    []bool // an expansion that did not come is the worse
	}{
		{ChurnedEvent, []int32{0, 1, 2, 3, 4}, []bool{true, false, false, false, false}, []bool{true, false, false, false, false}},
		{ContractedEvent, []int32{0, 1, 2, 3}, []bool{false, true, false, false}, []bool{false, true, false, false}},
		{FlatEvent, []int32{0, 1, 2, 3}, []bool{false, false, true, false}, []bool{false, false, true, false}},
		{ExpandedEvent, []int32{0, 1, 2, 3}, []bool{false, false, false, true}, []bool{true, true, true, false}},
	} {
		v := fourEvents().All().For(c.event)
		if v.Event() != c.event || !slices.Equal(v.Rows, c.rows) || !slices.Equal(v.Happened(), c.happened) || !slices.Equal(v.Worse(), c.worse) || v.Events() != 1 {
			t.Errorf("%s: asks about %s in rows %v: %v, worse %v, %d events", c.event, v.Event(), v.Rows, v.Happened(), v.Worse(), v.Events())
		}
		if part := v.Where(func(r int32) bool { return r > 0 }); part.Event() != c.event || part.Len() != v.Len()-1 {
			t.Errorf("%s: a part of the view asks about %s in %d rows", c.event, part.Event(), part.Len())
		}
	}
}

func TestWithoutAmountsOnlyChurnCanBeAskedAbout(t *testing.T) {
	all := numbered(9).All()
	if v := all.For(ExpandedEvent); v.Len() != 0 {
		t.Errorf("%d rows are asked about expansion", v.Len())
	}
	if v := all.For(ChurnedEvent); v.Len() != 9 || v.Events() != 3 {
		t.Errorf("%d churned of %d", v.Events(), v.Len())
	}
}

// A cache keyed by a view must not answer for another one, and need not for an equal one.
func TestAViewIsTheSameOnlyAsItself(t *testing.T) {
	e := fourEvents()
	v := e.All()
	other := fourEvents().All()
	for name, c := range map[string]struct {
		of   View
		want bool
	}{
		"itself": {v, true}, "equal rows elsewhere": {e.All(), false}, "other examples": {other, false}, "another event": {View{Examples: e, Rows: v.Rows, target: FlatEvent}, false},
		"fewer rows": {v.Of(v.Rows[:3]), false}, "the same rows": {v.Of(v.Rows), true}, "no rows": {v.Of(nil), false},
	} {
		if got := v.Same(c.of); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if !v.Of(nil).Same(v.Of([]int32{})) {
		t.Error("two views without rows are not the same")
	}
}

// The name of a segment is the same wherever it is asked: of examples, of rows of snapshots, of a
// batch, and of a timeline.
func TestASegmentHasOneNameEverywhere(t *testing.T) {
	numbers := []float64{1, 0, math.NaN(), 2.5, 1}
	s := &Snapshots{Accounts: []string{"a"}, Account: make([]int32, 5), Date: []Date{1, 2, 3, 4, 5}, Table: newTable(5, []parquetio.Column{
		{Name: "x", As: parquetio.AsNumber, Numbers: numbers},
		{Name: "plan", As: parquetio.AsText, Codes: []int32{1, 0, -1, 1, 0}, Levels: []string{"free", "pro"}},
	})}
	types := expr.Columns{"x": expr.Number, "plan": expr.Text}
	rows := []int32{4, 2, 0, 3, 1}
	for source, want := range map[string][]string{
		"x":     {"1", "", "1", "2.5", "0"},
		"x > 1": {"false", "", "false", "true", "false"},
		"plan":  {"free", "", "pro", "pro", "free"},
	} {
		got, err := s.SegmentsOf(rows, source, types)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s of snapshots: %q (%v), want %q", source, got, err, want)
		}
		segment, err := expr.Parse(source, types)
		if err != nil {
			t.Fatal(err)
		}
		for b := range s.Table.Batches(rows) {
			if got := b.Segments(segment); !slices.Equal(got, want) {
				t.Errorf("%s of a batch: %q, want %q", source, got, want)
			}
		}
		timeline := &Timeline{table: s.Table, rows: []int32{0, 1, 2, 3, 4}, segment: segment}
		if got, err := timeline.Segments(rows); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s of a timeline: %q (%v), want %q", source, got, err, want)
		}
	}
	if _, err := s.SegmentsOf(rows, "colour", types); err == nil {
		t.Error("a segment of a column that is not there")
	}
	if got, err := (&Timeline{table: s.Table}).Segments(rows); got != nil || err != nil {
		t.Errorf("without segments: %q, %v", got, err)
	}
}

// Sorted snapshots come in groups of pieces, each row once and with its own values.
func TestSortedSnapshotsComeInPieces(t *testing.T) {
	n := sortedGroup + BatchRows + 3
	s := &Snapshots{Accounts: []string{"a", "b"}, Account: make([]int32, n), Date: make([]Date, n), Value: make([]float64, n)}
	numbers := make([]float64, n)
	for i := range n {
		s.Date[i], s.Value[i], numbers[i] = Date(i), float64(2*i), float64(3*i)
		s.Account[i] = int32(2 * i / n)
	}
	s.Table = newTable(n, []parquetio.Column{{Name: "x", As: parquetio.AsNumber, Numbers: numbers}})
	if s.Groups() != 2 {
		t.Fatalf("%d groups", s.Groups())
	}
	next := 0
	for group := range s.Groups() {
		for p, err := range s.Group(t.Context(), group) {
			if err != nil {
				t.Fatal(err)
			}
			x := p.Batch.Column("x").Numbers
			for i, date := range p.Date {
				if int(date) != next || p.Row(i) != next || p.Value[i] != float64(2*next) || x[i] != float64(3*next) || string(p.Account.At(i)) != s.Accounts[s.Account[next]] {
					t.Fatalf("row %d of group %d is %d of %s, want %d", i, group, p.Row(i), p.Account.At(i), next)
				}
				next++
			}
			if len(p.Date) > BatchRows {
				t.Fatalf("a piece of %d rows", len(p.Date))
			}
		}
	}
	if next != n {
		t.Errorf("%d rows of %d", next, n)
	}
	if empty := (&Snapshots{}); empty.Groups() != 0 {
		t.Error("no rows make a group")
	}
}

func TestAWarningIsOneLine(t *testing.T) {
	for want, w := range map[string]Warning{"a.parquet: 3 rows": {Where: "a.parquet", Message: "3 rows"}, "3 rows": {Message: "3 rows"}} {
		if got := w.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// Of a hundred findings alike four are told and the rest is counted; none is no error.
func TestManyFindingsAreToldByTheirNumber(t *testing.T) {
	var f findings
	if f.err() != nil {
		t.Error("nothing was found, and it is an error")
	}
	for i := range 100 {
		f.add(Warning{Code: "odd", Where: "a.parquet", Message: fmt.Sprint("row ", i)})
	}
	const want = "a.parquet: row 0\na.parquet: row 1\na.parquet: row 2\na.parquet: row 3\na.parquet: and 96 more like these"
	if got := f.err(); got.Error() != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Accounts keep their numbers while the table grows, and keys that share a prefix are two.
func TestAnAccountKeepsItsNumber(t *testing.T) {
	x := NewAccountIndex()
	const n = 5000 // beyond three doublings of the table
	for pass := range 2 {
		for i := range n {
			got, known := x.Number(fmt.Appendf(nil, "A%d", i))
			if int(got) != i || known != (pass == 1) {
				t.Fatalf("pass %d: account %d has number %d, known: %v", pass, i, got, known)
			}
		}
	}
	names := x.names()
	if x.Len() != n || len(names) != n || names[12] != "A12" || string(x.Key(n-1)) != "A4999" {
		t.Errorf("%d accounts, %d names", x.Len(), len(names))
	}
	if empty, known := x.Number(nil); known || int(empty) != n {
		t.Error("the empty key is an account of its own")
	}
}
