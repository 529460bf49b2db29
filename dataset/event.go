package dataset

import (
	"fmt"
	"math"
	"slices"
)

// Event is an outcome in four values, as far as the amounts allow. The numbers are hashed
// and compared within a run only; files have the words of String.
type Event uint8

// The events. UnknownEvent is a null outcome, or a renewal of which an amount is
// missing.
const (
	UnknownEvent Event = iota
	ChurnedEvent
	ContractedEvent // renewed for less
	FlatEvent       // renewed for exactly as much
	ExpandedEvent   // renewed for more
)

// String returns the event as people say it.
func (e Event) String() string {
	return [...]string{"unknown", "churned", "contracted", "flat", "expanded"}[e]
}

// eventOf compares what an account paid before and after an outcome. There is no
// tolerance: a contract that was renewed for a cent less has contracted. NaN is
// missing and compares with nothing.
func eventOf(label Label, before, after float64) Event {
	switch {
	case label == Churned:
		return ChurnedEvent
	case label != Renewed:
		return UnknownEvent
	case after < before:
		return ContractedEvent
	case after == before:
		return FlatEvent
	case after > before:
		return ExpandedEvent
	}
	return UnknownEvent
}

// orElse is an amount, or another where it is missing.
func orElse(amount, other float64) float64 {
	if math.IsNaN(amount) {
		return other
	}
	return amount
}

// settle says of every outcome which event it is, from its own amounts or those that settleBy
// gave it. Without amounts after there are no events.
func (o *Outcomes) settle() {
	if o.ValueAfter == nil {
		return
	}
	o.Event = make([]Event, len(o.Label))
	for i, label := range o.Label {
		o.Event[i] = eventOf(label, o.Value[i], o.ValueAfter[i])
	}
}

// settleBy takes amounts that the outcomes lack from the snapshots that the clock
// matched with them: in renewal mode that of the example, in horizon mode the newest
// whose window holds the outcome. It must be called once, before events: it keeps Value as it
// was read in own, for eventWithin, and fills the gaps of a copy. The hash of the outcomes has
// been taken by then (join), so that it is of what was read.
func (o *Outcomes) settleBy(p pairing, m matches, c Clock) {
	s := p.s
	if o.own = o.Value; o.ValueAfter == nil || s.Value == nil {
		return
	}
	o.Value = slices.Clone(o.own)
	if c.Mode == Renewal {
		for i, decision := range m.decision {
			o.Value[decision] = orElse(o.own[decision], s.Value[m.snapshot[i]])
		}
	} else {
		newest := p.newChronicle()
		for i, date := range o.Date {
			if row, ok := newest.by(p.number[o.Account[i]], date-1); ok && s.asOf(row) >= date-Date(c.Horizon) {
				o.Value[i] = orElse(o.own[i], s.Value[row])
			}
		}
	}
	o.settle()
}

// events says of every example which event it became, and what the account paid
// afterwards. m are those the examples were gathered from. In renewal mode an
// outcome is the same event at every lead; in horizon mode, where each snapshot has a
// window of its own, what the account paid before is what that snapshot says.
func (e *Examples) events(p pairing, m matches) {
	s, o := p.s, p.o
	if o.ValueAfter == nil {
		return
	}
	e.Event, e.ValueAfter = Room[Event](s.Table, m.len()), Room[float64](s.Table, m.len())
	for i, row := range m.snapshot {
		now := math.NaN()
		if s.Value != nil {
			now = s.Value[row]
		}
		if e.Clock.Mode == Renewal {
			decision := m.decision[i]
			e.ValueAfter[i] = o.ValueAfter[decision]
			e.Event[i] = eventOf(o.Label[decision], orElse(o.Value[decision], now), e.ValueAfter[i])
			continue
		}
		e.Event[i], e.ValueAfter[i] = o.eventWithin(p.outcomes[s.Account[row]], s.asOf(row), m.outcome[i], now)
	}
}

// eventWithin is what became in (after, until] of an account that pays now: churned if
// it churned, else the sum of its renewals, from what it paid before the first to what
// it paid after the last. An account without a renewal in these days stayed as it was.
func (o *Outcomes) eventWithin(run span, after, until Date, now float64) (Event, float64) {
	before, later, renewals := now, now, 0
	for i := outcomesBy(o, run, after); i < run.to && o.Date[i] <= until; i++ {
		switch o.Label[i] {
		case Churned:
			return ChurnedEvent, o.ValueAfter[i]
		case Renewed:
			if renewals == 0 {
				before = orElse(o.own[i], now)
			}
			later = o.ValueAfter[i]
			renewals++
		}
	}
	if renewals == 0 {
		return FlatEvent, now
	}
	return eventOf(Renewed, before, later), later
}

// warnAmounts counts amounts that contradict their outcome or cannot be one. It looks at what
// was read, before settleBy fills gaps from the snapshots.
func (o *Outcomes) warnAmounts(roles Columns) {
	if o.ValueAfter == nil {
		return
	}
	var paying, negative int
	for i, after := range o.ValueAfter {
		if o.Label[i] == Churned && after > 0 {
			paying++
		}
		if after < 0 || o.Value[i] < 0 {
			negative++
		}
	}
	if paying > 0 {
		o.Warnings = append(o.Warnings, Warning{Code: "churned_with_value", Where: o.Path, Message: fmt.Sprintf(
			"%d outcomes are churned and have a positive %s; they count as churned: check the outcome column, or map contractions as renewed", paying, Quote(roles.ValueAfter))})
	}
	if negative > 0 {
		o.Warnings = append(o.Warnings, Warning{Code: "negative_amounts", Where: o.Path, Message: fmt.Sprintf(
			"%d outcomes have a negative amount before or after; they are compared as they are: check whether %s holds changes instead of amounts", negative, Quote(roles.ValueAfter))})
	}
}
