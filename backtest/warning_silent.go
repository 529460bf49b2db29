package backtest

import (
	"cmp"
	"context"
	"slices"

	"holdfast/dataset"
	"holdfast/models"
)

// silentListed bounds the list of silent churners of a candidate at one distance; they are
// counted whatever the bound.
const silentListed = 100

// calmed is how many reasons a silent churner gets for having been green.
const calmed = 3

// Silent are the churners that were green so many days before they left.
type Silent struct {
	Days   int
	Churns int     // that had a score by then
	Green  int     // of them
	Value  float64 // money of the green ones, as it was then; NaN without values
	Stake  float64 // money of all Churns, as it was then; NaN without values
	List   []SilentChurner
}

// SilentChurner is one of them, the one with the most money first.
type SilentChurner struct {
	Account string
	AsOf    dataset.Date // of the score that was green
	Churned dataset.Date
	P       float64 // then
	Value   float64 // then; NaN where unknown

	// Calmed are the factors that spoke most for staying, the strongest first: what hid the
	// churn. They are those of the model fitted on all labels, because the models of the
	// folds are not kept; nil where there is none.
	Calmed []string

	row int32 // of the timeline
}

// silentAt looks at the newest score that is at least so many days before each churn.
func silentAt(w *watched, events []ending, c, days int) Silent {
	s := Silent{Days: days, Value: nan(), Stake: nan()}
	if w.timeline.Value != nil {
		s.Value, s.Stake = 0, 0
	}
	for _, e := range events {
		i := e.to - 1
		for i >= e.from && int(e.day-w.asOf[i]) < days {
			i--
		}
		if i < e.from || w.band[c][i] == uncoloured {
			continue
		}
		s.Churns++
		s.Stake += orZero(w.value[i])
		if w.band[c][i] != int8(models.Green.Risk()) {
			continue
		}
		s.Green++
		s.Value += orZero(w.value[i])
		s.List = append(s.List, SilentChurner{Account: w.timeline.Accounts[e.account], AsOf: w.asOf[i], Churned: e.day,
			P: models.Probability(w.eta[c][i]), Value: w.value[i], row: w.row[i]})
	}
	slices.SortStableFunc(s.List, func(a, b SilentChurner) int { return -cmp.Compare(a.Value, b.Value) }) // NaN is below all
	s.List = s.List[:min(len(s.List), silentListed)]
	return s
}

// whySilent says of the listed churners what spoke for them.
func whySilent(ctx context.Context, r *Result, t *dataset.Timeline) error {
	return r.eachCandidate(func(_ int, cand *CandidateResult) error {
		if cand.Warning == nil || cand.Final == nil {
			return nil
		}
		for k := range cand.Warning.Silent {
			list := cand.Warning.Silent[k].List
			rows := make([]int32, len(list))
			for i, s := range list {
				rows[i] = s.row
			}
			explained, _, err := cand.Final.Explanations(ctx, len(rows), t.Batches(rows))
			if err != nil {
				return err
			}
			for i, e := range explained {
				list[i].Calmed = calming(e)
			}
		}
		return nil
	})
}

// calming are the parts that lower the risk most, in words.
func calming(e models.Explanation) []string {
	var words []string
	for _, p := range slices.Backward(e.Parts) {
		if len(words) == calmed || p.LogOdds >= 0 {
			break
		}
		words = append(words, p.String())
	}
	return words
}
