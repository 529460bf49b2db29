package dataset

import (
	"slices"
	"testing"
)

// panelOf are rows of (account, day) and outcomes of (account, day, known, label), both
// sorted; account 0 is "a".
func panelOf(rows [][2]int, outcomes []Decision, labels []Label) *Panel {
	s := &Snapshots{Accounts: []string{"a", "b", "c"}}
	for _, r := range rows {
		s.Account, s.Date = append(s.Account, int32(r[0])), append(s.Date, Date(r[1]))
		s.Value = append(s.Value, float64(r[1]))
	}
	s.Table = &Table{rows: len(rows)}
	o := &Outcomes{Accounts: []string{"a", "b", "c"}}
	for i, d := range outcomes {
		o.Account, o.Date, o.Known = append(o.Account, d.Account), append(o.Date, d.Date), append(o.Known, d.Known)
		o.Label = append(o.Label, labels[i])
	}
	return &Panel{Snapshots: s, Outcomes: o, Examples: &Examples{Clock: Clock{Mode: Horizon, Horizon: 30}, ObservedUntil: 300}}
}

// Account a churns on day 100, which is known on day 80, and is back on day 150. Account b
// renews on day 50; what it does on day 400 is known on day 350, after the end of the data.
func TestTimelineHasTheDaysOnWhichAnAccountCouldStillBeSaved(t *testing.T) {
	p := panelOf([][2]int{{0, 10}, {0, 70}, {0, 90}, {0, 120}, {0, 160}, {1, 40}, {1, 60}, {2, 290}},
		[]Decision{{Account: 0, Date: 100, Known: 80}, {Account: 0, Date: 150, Known: 150}, {Account: 1, Date: 50, Known: 50}, {Account: 1, Date: 60, Known: 60}, {Account: 1, Date: 400, Known: 350}},
		[]Label{Churned, Renewed, Renewed, Unknown, Churned})
	l := p.Timeline()
	if want := []Date{10, 70, 160, 40, 60, 290}; !slices.Equal(l.AsOf, want) || !slices.Equal(l.Account, []int32{0, 0, 0, 1, 1, 2}) {
		t.Errorf("days %v of accounts %v; want %v: a had said on day 80 that it would leave, and was gone on day 120", l.AsOf, l.Account, want)
	}
	if want := []float64{10, 70, 160, 40, 60, 290}; !slices.Equal(l.Value, want) {
		t.Errorf("values %v, want %v", l.Value, want)
	}
	if want := []Decision{{0, 100, 80, true}, {0, 150, 150, false}, {1, 50, 50, false}}; !slices.Equal(l.Decisions, want) {
		t.Errorf("decisions %v, want %v: neither nulls nor what was known after the end", l.Decisions, want)
	}
	if got := l.Between(40, 160, 1); !slices.Equal(got, []int32{1, 3, 4}) {
		t.Errorf("rows %v in [40, 160), want those of days 70, 40 and 60", got)
	}
	if want := []int32{5}; !slices.Equal(l.Current, want) { // the others are older than 45 days
		t.Errorf("today %v can be scored, want %v", l.Current, want)
	}
}

func TestTimelineDrawsWholeAccounts(t *testing.T) {
	l := &Timeline{}
	for a := range int32(1000) {
		l.Account, l.AsOf = append(l.Account, a, a, a), append(l.AsOf, 1, 2, 3)
	}
	rows := l.Between(0, 10, 0.2)
	if len(rows)%3 != 0 || len(rows) < 400 || len(rows) > 800 {
		t.Errorf("%d rows of 3000 at a fifth of the accounts", len(rows))
	}
	for i := 0; i < len(rows); i += 3 {
		if l.Account[rows[i]] != l.Account[rows[i+2]] {
			t.Fatalf("account %d was torn apart", l.Account[rows[i]])
		}
	}
}

func TestTimelineNamesSegments(t *testing.T) {
	if got, err := (&Timeline{}).Segments([]int32{0}); got != nil || err != nil {
		t.Errorf("%v %v without segments", got, err)
	}
}
