package backtest

import (
	"cmp"
	"context"
	"slices"

	"holdfast/dataset"
	"holdfast/models"
)

// Rollout is what changes on the day the challenger replaces the champion: the accounts
// that can be scored today, by both models as they would be shipped. Bands are green,
// yellow, red; tables are indexed [champion's][challenger's].
type Rollout struct {
	Champion, Challenger string
	AsOf                 dataset.Date // of the newest snapshot
	Accounts             int          // that both have a band for
	Counts               [3][3]int
	Values               [3][3]float64 // money at stake; all 0 without values
	Segments             []RolloutSegment
	Changed              []RolloutChange // the most money first, then by account

	Capacity int // accounts on either call list: Options.Capacity, or all there are
	OnBoth   int // of them, by falling p, then value, then account
}

// RolloutSegment counts the changes of one segment, "" for accounts without one.
type RolloutSegment struct {
	Segment       string
	Accounts      int
	Worse, Better int     // that change to a worse or to a better band
	WorseValue    float64 // money at stake with them
	BetterValue   float64
}

// RolloutChange is an account that changes its band, and why.
type RolloutChange struct {
	Account     string
	Segment     string
	Value       float64 // NaN where unknown
	From, To    models.Band
	PFrom, PTo  float64
	Differences []Difference // what moves it that way, the strongest first
}

// standing is an account today.
type standing struct {
	row     int32 // of the timeline
	segment string
	value   float64
	p       [2]float64 // champion, challenger
	band    [2]int8
}

// measureRollout sets the champion's final model beside that of the challenger of the
// verdict; nothing without a Timeline, or if either has no bands.
func measureRollout(ctx context.Context, e *dataset.Examples, r *Result) error {
	c := r.index(r.Verdict.Challenger)
	if e.Timeline == nil || c < 0 || c == r.Champion || len(e.Timeline.Current) == 0 || r.Target != models.Churn {
		return nil
	}
	pair := [2]*CandidateResult{&r.Candidates[r.Champion], &r.Candidates[c]}
	for _, cand := range pair {
		if cand.Final == nil || cand.Bands == nil {
			return nil
		}
	}
	list, err := standingsToday(ctx, e.Timeline, pair)
	if err != nil {
		return err
	}
	roll := &Rollout{Champion: pair[0].Name, Challenger: pair[1].Name, AsOf: newestDay(e.Timeline, list), Accounts: len(list)}
	var changed []standing
	for _, s := range list {
		roll.Counts[s.band[0]][s.band[1]]++
		if s.value == s.value {
			roll.Values[s.band[0]][s.band[1]] += s.value
		}
		if s.band[0] != s.band[1] {
			changed = append(changed, s)
		}
	}
	roll.Segments = rolloutSegments(list)
	roll.overlap(list, r.Options.Capacity)
	r.Rollout = roll
	return roll.explain(ctx, e.Timeline, pair, changed)
}

// newestDay is the day of the newest of the accounts' snapshots; NoDate of none.
func newestDay(t *dataset.Timeline, list []standing) dataset.Date {
	day := dataset.NoDate
	for _, s := range list {
		day = max(day, t.AsOf[s.row])
	}
	return day
}

// standingsToday scores the accounts of today with both models, and leaves out those that
// one of them has no band for.
func standingsToday(ctx context.Context, t *dataset.Timeline, pair [2]*CandidateResult) ([]standing, error) {
	list := make([]standing, len(t.Current))
	segments, err := t.Segments(t.Current)
	if err != nil {
		return nil, err
	}
	for i, row := range t.Current {
		list[i] = standing{row: row, value: nan()}
		if t.Value != nil {
			list[i].value = t.Value[row]
		}
		if segments != nil {
			list[i].segment = segments[i]
		}
	}
	for k, cand := range pair {
		p, _, err := cand.Final.Predict(ctx, len(t.Current), t.Batches(t.Current))
		if err != nil {
			return nil, err
		}
		thresholds := cand.Bands.shipped()
		for i := range list {
			list[i].p[k] = models.Probability(p.Eta[i])
			list[i].band[k] = int8(cand.Final.BandOf(thresholds, "", p.Score[i], p.Eta[i]).Risk())
		}
	}
	return slices.DeleteFunc(list, func(s standing) bool { return min(s.band[0], s.band[1]) == uncoloured }), nil
}

// shipped are the thresholds of the final model, nil for recipes.
func (b *Bands) shipped() *models.Thresholds {
	if b.Final == nil {
		return nil
	}
	return &models.Thresholds{Red: b.Final.Red.Value, Yellow: b.Final.Yellow.Value, Hysteresis: b.Rules.Hysteresis}
}

// rolloutSegments counts by segment, in byte order; nil without segments.
func rolloutSegments(list []standing) []RolloutSegment {
	if !slices.ContainsFunc(list, func(s standing) bool { return s.segment != "" }) {
		return nil
	}
	index := make(map[string]int)
	var out []RolloutSegment
	for _, s := range list {
		k, seen := index[s.segment]
		if !seen {
			k = len(out)
			index[s.segment] = k
			out = append(out, RolloutSegment{Segment: s.segment})
		}
		out[k].count(s)
	}
	slices.SortFunc(out, func(a, b RolloutSegment) int { return cmp.Compare(a.Segment, b.Segment) })
	return out
}

// count adds one account.
func (g *RolloutSegment) count(s standing) {
	value := s.value
	if value != value {
		value = 0
	}
	g.Accounts++
	switch {
	case s.band[1] > s.band[0]:
		g.Worse, g.WorseValue = g.Worse+1, g.WorseValue+value
	case s.band[1] < s.band[0]:
		g.Better, g.BetterValue = g.Better+1, g.BetterValue+value
	}
}

// overlap counts the accounts that are on the call lists of both.
func (roll *Rollout) overlap(list []standing, capacity int) {
	roll.Capacity = min(capacity, len(list))
	var lists [2]map[int32]bool
	for k := range lists {
		order := slices.Clone(list)
		slices.SortStableFunc(order, func(a, b standing) int {
			return cmp.Or(-cmp.Compare(a.p[k], b.p[k]), -cmp.Compare(a.value, b.value))
		})
		lists[k] = make(map[int32]bool)
		for _, s := range order[:roll.Capacity] {
			lists[k][s.row] = true
		}
	}
	for row := range lists[0] { // the sum does not depend on the order
		if lists[1][row] {
			roll.OnBoth++
		}
	}
}
