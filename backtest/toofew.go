package backtest

import (
	"fmt"
	"math"

	"holdfast/dataset"
)

// minEvents is how many events, and how many examples without, a backtest accepts. Below it no
// interval is narrow enough to decide anything.
const minEvents = 10

// enoughFor refuses fewer, and says how many are missing and how long it takes until they are there.
func enoughFor(what string, all dataset.View) error {
	said := spokenOf(all.Event())
	events := all.Events()
	rest := all.Len() - events
	have, kind := events, said.happened
	if rest < events {
		have, kind = rest, said.not
	}
	if have >= minEvents {
		return nil
	}
	return &PlanError{Reason: fmt.Sprintf(
		"%d examples, of which %d %s and %d %s; a %s needs at least %d events (%s) and %d without: it lacks %d that %s, %s; more accounts or a longer past have them sooner, and holdfast check says what these data can support",
		all.Len(), events, said.happened, rest, said.not, what, minEvents, said.happened, minEvents, minEvents-have, kind, wait(all, have))}
}

// wait says how long it takes until minEvents are there if they come as have of them did, from the
// first as-of date to the last.
func wait(all dataset.View, have int) string {
	if have > 0 {
		if first, last := span(all); first < last {
			days := math.Ceil(float64(minEvents-have) * float64(last-first) / float64(have))
			return fmt.Sprintf("which takes about %.0f days at the pace of those from %s to %s", days, first, last)
		}
	}
	return "and these do not tell how long that takes"
}
