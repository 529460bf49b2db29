package dataset

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The oracle is the label clock as its definition reads: for every outcome or snapshot
// it looks at all rows there are. It shares no code with the clock.

// entry is a snapshot row; recorded is NoDate where that is null.
type entry struct {
	account        string
	date, recorded Date
	value          float64
}

// known is the day from which anyone had the row.
func (e entry) known() Date { return max(e.date, e.recorded) }

// newer orders rows of one account: by the day they are of, then by version.
func (e entry) newer(than entry) bool {
	return e.date > than.date || e.date == than.date && e.recorded > than.recorded
}

// decision is an outcome row with its amounts.
type decision struct {
	event
	before, after float64
}

// panel is the data an oracle is asked about.
type panel struct {
	entries   []entry
	decisions []decision
	observed  Date
}

// newestKnown is the newest row of an account that was known on a day.
func (p panel) newestKnown(account string, by Date) (newest entry, ok bool) {
	for _, e := range p.entries {
		if e.account == account && e.known() <= by && (!ok || e.newer(newest)) {
			newest, ok = e, true
		}
	}
	return newest, ok
}

// newestDated is the newest row of an account that is dated on or before a day, whenever
// it was recorded.
func (p panel) newestDated(account string, by Date) (newest entry, ok bool) {
	for _, e := range p.entries {
		if e.account == account && e.date <= by && (!ok || e.newer(newest)) {
			newest, ok = e, true
		}
	}
	return newest, ok
}

// example is an example as a text.
func example(e entry, outcome, known Date, churned bool, ev Event, after float64) string {
	return fmt.Sprint(e.account, " of ", e.known(), " value ", e.value, " outcome ", outcome, " known ", known, " churned ", churned, " ", ev, " ", after)
}

// eventBetween compares amounts in words of its own.
func eventBetween(before, after float64) Event {
	switch {
	case math.IsNaN(before) || math.IsNaN(after):
		return UnknownEvent
	case after == before:
		return FlatEvent
	case after > before:
		return ExpandedEvent
	}
	return ContractedEvent
}

// renewal is renewal mode.
func (p panel) renewal(c Clock) ([]string, Counts) {
	counts := Counts{Total: len(p.decisions)}
	var found []string
	for _, d := range p.decisions {
		by := d.date - Date(c.Lead)
		chosen, ok := p.newestKnown(d.account, by)
		dated, exists := p.newestDated(d.account, by)
		old := func(e entry) bool { return e.date < d.date-Date(c.Lead)-Date(c.MaxAge) }
		switch {
		case d.known > p.observed:
			counts.Immature++
		case d.label == Unknown:
			counts.Unknown++
		case !exists:
			counts.NoSnapshot++
		case old(dated):
			counts.Stale++
		case !ok || old(chosen):
			counts.Late++
		case d.known < d.date && d.known <= chosen.known():
			counts.NotAtRisk++
		default:
			before := d.before
			if math.IsNaN(before) {
				before = chosen.value
			}
			ev := eventBetween(before, d.after)
			if d.label == Churned {
				ev = ChurnedEvent
			}
			found = append(found, example(chosen, d.date, d.known, d.label == Churned, ev, d.after))
		}
	}
	return found, counts
}

// horizon is horizon mode.
func (p panel) horizon(c Clock) ([]string, Counts) {
	counts := Counts{Total: len(p.entries)}
	var found []string
	for _, e := range p.entries {
		t := e.known()
		if newest, _ := p.newestKnown(e.account, t); newest.newer(e) {
			counts.Late++
			continue
		}
		end := t + Date(c.Horizon)
		last, first, final := decision{event: event{date: NoDate}}, decision{event: event{date: math.MaxInt32}}, decision{event: event{date: NoDate}}
		churned, null, known := false, false, end
		for _, d := range p.decisions {
			if d.account != e.account {
				continue
			}
			if d.date <= t && d.label != Unknown && d.date > last.date {
				last = d
			}
			if d.date <= t || d.date > end {
				continue
			}
			switch d.label {
			case Unknown:
				null = true
			case Renewed:
				if d.date < first.date {
					first = d
				}
				if d.date > final.date {
					final = d
				}
			case Churned:
				if !churned || d.known < known {
					known = d.known
				}
				churned = true
			}
		}
		switch {
		case last.label == Churned:
			counts.NotAtRisk++
		case end > p.observed:
			counts.Immature++
		case null && !churned:
			counts.Unknown++
		case churned:
			found = append(found, example(e, end, max(end, known), true, ChurnedEvent, p.firstChurn(e.account, t, end).after))
		case final.date == NoDate:
			found = append(found, example(e, end, end, false, FlatEvent, e.value))
		default:
			before := first.before
			if math.IsNaN(before) {
				before = e.value
			}
			found = append(found, example(e, end, end, false, eventBetween(before, final.after), final.after))
		}
	}
	return found, counts
}

// firstChurn is the first churn of an account in (after, until].
func (p panel) firstChurn(account string, after, until Date) decision {
	first := decision{event: event{date: math.MaxInt32}}
	for _, d := range p.decisions {
		if d.account == account && d.label == Churned && d.date > after && d.date <= until && d.date < first.date {
			first = d
		}
	}
	return first
}

// snapshots puts the entries into canonical form.
func (p panel) snapshots(recorded bool) *Snapshots {
	rows := slices.SortedFunc(slices.Values(p.entries), func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.account, b.account), cmp.Compare(a.date, b.date), cmp.Compare(a.recorded, b.recorded))
	})
	s := &Snapshots{Table: newTable(len(rows), nil)}
	for _, e := range rows {
		if n := len(s.Accounts); n == 0 || s.Accounts[n-1] != e.account {
			s.Accounts = append(s.Accounts, e.account)
		}
		s.Account = append(s.Account, int32(len(s.Accounts)-1))
		s.Date, s.Value = append(s.Date, e.date), append(s.Value, e.value)
		if recorded {
			s.Known = append(s.Known, e.known())
		}
	}
	return s
}

// outcomes puts the decisions into canonical form.
func (p panel) outcomes() *Outcomes {
	var events []event
	for _, d := range p.decisions {
		events = append(events, d.event)
	}
	o := outcomesOf(events)
	o.Value, o.ValueAfter = []float64{}, []float64{} // not nil: there are such columns
	for i := range o.Date {
		at := slices.IndexFunc(p.decisions, func(d decision) bool { return d.account == o.Accounts[o.Account[i]] && d.date == o.Date[i] })
		o.Value, o.ValueAfter = append(o.Value, p.decisions[at].before), append(o.ValueAfter, p.decisions[at].after)
	}
	return o
}

// drawPanel makes a small company: few days, so that every coincidence comes up. Small numbers
// are drawn more often than large ones; multiplied around a circle they are scattered.
func drawPanel(t *rapid.T, recorded bool) panel {
	day := func(label string) Date { return Date(17 * rapid.IntRange(0, 30).Draw(t, label) % 31) }
	amount := func(label string) float64 { return rapid.SampledFrom([]float64{nan, 0, 1, 2}).Draw(t, label) }
	p := panel{observed: 45 - Date(rapid.IntRange(0, 45).Draw(t, "days unobserved"))}
	for range rapid.SampledFrom([]int{20, 30, 10, 5, 2, 1}).Draw(t, "snapshots") {
		e := entry{account: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "account"), date: day("snapshot"), recorded: NoDate, value: amount("value")}
		if recorded && rapid.Bool().Draw(t, "recorded on a day") {
			e.recorded = e.date + Date(7*rapid.IntRange(0, 12).Draw(t, "recorded after")%13) - 2
		}
		if !slices.ContainsFunc(p.entries, func(o entry) bool { return o.account == e.account && o.date == e.date && o.recorded == e.recorded }) {
			p.entries = append(p.entries, e)
		}
	}
	for range rapid.SampledFrom([]int{10, 20, 5, 3, 1, 0}).Draw(t, "outcomes") {
		d := decision{event: event{account: rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "account"), date: day("outcome"),
			label: rapid.SampledFrom([]Label{Churned, Renewed, Churned, Unknown}).Draw(t, "label")}, before: amount("before"), after: amount("after")}
		if d.known = d.date; rapid.Bool().Draw(t, "decided at another day") {
			d.known = day("decided")
		}
		if !slices.ContainsFunc(p.decisions, func(o decision) bool { return o.account == d.account && o.date == d.date }) {
			p.decisions = append(p.decisions, d)
		}
	}
	return p
}

// labelled are the examples of the real clock as texts, and its counts.
func (p panel) labelled(c Clock, recorded bool) (*Panel, []string, Counts) {
	s, o := p.snapshots(recorded), p.outcomes()
	matches, counts := c.label(pair(s, o), p.observed)
	o.settleBy(pair(s, o), matches, c)
	e := gatherExamples(pair(s, o), matches, c)
	e.ObservedUntil = p.observed
	var got []string
	for i := range e.AsOf {
		row := entry{account: e.Accounts[e.Account[i]], date: e.AsOf[i], recorded: NoDate, value: e.Value[i]}
		got = append(got, example(row, e.Outcome[i], e.Known[i], e.Churned[i], e.Event[i], e.ValueAfter[i]))
	}
	return &Panel{Snapshots: s, Outcomes: o, Examples: e}, got, counts
}

func TestTheClockLabelsAsItsDefinitionReads(t *testing.T) {
	for _, mode := range []Mode{Renewal, Horizon} {
		for _, recorded := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s mode, recorded_at %v", mode, recorded), func(t *testing.T) {
				late := 0
				rapid.Check(t, func(t *rapid.T) {
					clock := Clock{Mode: mode, Lead: rapid.IntRange(0, 8).Draw(t, "lead"), MaxAge: rapid.SampledFrom([]int{8, 20, 3, 1, 0}).Draw(t, "max age"), Horizon: rapid.IntRange(1, 12).Draw(t, "horizon")}
					p := drawPanel(t, recorded)
					naive := p.renewal
					if mode == Horizon {
						naive = p.horizon
					}
					want, wantCounts := naive(clock)
					real, got, counts := p.labelled(clock, recorded)
					if !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) {
						t.Fatalf("examples %q, want %q", got, want)
					}
					if counts != wantCounts {
						t.Fatalf("counts %+v, want %+v", counts, wantCounts)
					}
					if sum := len(got) + counts.Immature + counts.NotAtRisk + counts.NoSnapshot + counts.Stale + counts.Late + counts.Unknown; sum != counts.Total {
						t.Fatalf("counts %+v and %d examples add up to %d", counts, len(got), sum)
					}
					checkOrder(t, real.Examples)
					checkLeads(t, p, real)
					late += counts.Late
				})
				if recorded && late == 0 {
					t.Error("no drawn row came late: the test says nothing about recorded_at")
				}
			})
		}
	}
}

// checkOrder holds examples to their canonical order.
func checkOrder(t *rapid.T, e *Examples) {
	for i := 1; i < len(e.AsOf); i++ {
		if c := cmp.Or(cmp.Compare(e.Account[i-1], e.Account[i]), cmp.Compare(e.AsOf[i-1], e.AsOf[i]), cmp.Compare(e.Outcome[i-1], e.Outcome[i])); c > 0 {
			t.Fatal("the examples are not in canonical order")
		}
	}
}

// checkLeads holds Panel.AtLead to the oracle at that lead.
func checkLeads(t *rapid.T, p panel, real *Panel) {
	if real.Examples.Clock.Mode == Horizon {
		return
	}
	for _, lead := range []int{0, 3, 20} {
		clock := real.Examples.Clock
		clock.Lead = lead
		found, want := p.renewal(clock)
		got := real.AtLead(lead)
		if got.Mature != len(found) || got.Accounts+got.Open != len(real.Snapshots.Accounts) {
			t.Fatalf("at lead %d: %+v, want %d examples", lead, got, len(found))
		}
		if got.Mature, got.Churned, got.Accounts, got.Open = 0, 0, 0, 0; got != want {
			t.Fatalf("at lead %d: %+v, want %+v", lead, got, want)
		}
	}
}
