package backtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"holdfast/dataset"
	"holdfast/models"
)

// rolloutReasons is how many differences are kept of each account that changes.
const rolloutReasons = 3

// Difference is what one factor does to an account under either model, in log-odds against
// the average training account of that model. A factor that a model does not use adds 0.
type Difference struct {
	Factor     string
	Value      models.Reading // of the account
	Champion   float64
	Challenger float64
}

// String is the difference in words, such as "usage 0.21: +0.92, was +0.10".
func (d Difference) String() string {
	s := d.Factor
	if v := d.Value.String(); v != "" {
		s += " " + v
	}
	return fmt.Sprintf("%s: %+.2f, was %+.2f", s, d.Challenger, d.Champion)
}

// explain lists the accounts that change, with what the models differ in. Explanations are
// many times larger than what is kept of them, so they are made a batch at a time.
func (roll *Rollout) explain(ctx context.Context, t *dataset.Timeline, pair [2]*CandidateResult, changed []standing) error {
	slices.SortStableFunc(changed, func(a, b standing) int { return -cmp.Compare(a.value, b.value) })
	for block := range slices.Chunk(changed, dataset.BatchRows) {
		rows := make([]int32, len(block))
		for i, s := range block {
			rows[i] = s.row
		}
		var explained [2][]models.Explanation
		for k, cand := range pair {
			var err error
			if explained[k], _, err = cand.Final.Explanations(ctx, len(rows), t.Batches(rows)); err != nil {
				return err
			}
		}
		for i, s := range block {
			roll.Changed = append(roll.Changed, changeOf(t, s, explained[0][i], explained[1][i]))
		}
	}
	return nil
}

// changeOf is one account that changes its band.
func changeOf(t *dataset.Timeline, s standing, champion, challenger models.Explanation) RolloutChange {
	return RolloutChange{
		Account: t.Accounts[t.Account[s.row]], Segment: s.segment, Value: s.value,
		From: colours[s.band[0]], To: colours[s.band[1]], PFrom: s.p[0], PTo: s.p[1],
		Differences: differences(champion, challenger, s.band[1] > s.band[0]),
	}
}

// differences are the factors that move an account to the worse, or to the better, most.
func differences(champion, challenger models.Explanation, worse bool) []Difference {
	var list []Difference
	for _, p := range challenger.Parts {
		list = append(list, Difference{Factor: p.Factor, Value: p.Value, Challenger: p.LogOdds})
	}
	for _, p := range champion.Parts {
		at := slices.IndexFunc(list, func(d Difference) bool { return d.Factor == p.Factor })
		if at < 0 {
			at = len(list)
			list = append(list, Difference{Factor: p.Factor, Value: p.Value})
		}
		list[at].Champion = p.LogOdds
	}
	sign := -1.0
	if worse {
		sign = 1
	}
	toward := func(d Difference) float64 { return sign * (d.Challenger - d.Champion) }
	slices.SortStableFunc(list, func(a, b Difference) int { return cmp.Compare(toward(b), toward(a)) })
	list = slices.DeleteFunc(list, func(d Difference) bool { return !(toward(d) > 0) })
	return list[:min(len(list), rolloutReasons)]
}
