package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/registry"
)

// This file keeps what people decided: what they took from its place does not come back by
// itself on the next night, for the job would find on the same data what it found before.

// respectPeople turns a promotion into a hold where a person has taken the same recipe,
// learned from the same data, from its place.
func (run *retraining) respectPeople(r *backtest.Result) {
	m := r.Winner().Final
	if r.Verdict.Decision != backtest.Promote || m == nil {
		return
	}
	line, ok := ousted(run.journal, m.Name, recipeOf(run.p.config, m.Name), run.note)
	if !ok {
		return
	}
	v := &r.Verdict
	v.Decision = backtest.Hold
	v.Headline = fmt.Sprintf("Hold: %s beats %s, but a person took it from its place (line %d of the journal), and the data are the same.", v.Challenger, v.Champion, line.N)
	v.Reasons = append([]string{fmt.Sprintf("%s was learned from these data in the same way, and by line %d of the journal a person chose %s over it; "+
		"new data are judged anew, and models promote brings it back at once", line.Before, line.N, line.After)}, v.Reasons...)
}

// ousted finds the line by which a person took the model of that name and recipe, learned
// from the data of a run, from its place; false when there is none, or it has served since.
func ousted(journal []registry.Entry, name, recipe string, run runNote) (registry.Entry, bool) {
	var byHand []registry.Entry
	for _, e := range journal {
		byHand = slices.DeleteFunc(byHand, func(o registry.Entry) bool { return o.Before == e.After })
		if e.Event != registry.Retrain && e.Before != e.After {
			byHand = append(byHand, e)
		}
	}
	for _, e := range slices.Backward(byHand) {
		made, ok := madeBy(journal, e.Before)
		if ok && e.Before.Name == name && made.Recipe == recipe && made.Data == run.Data && made.AsOf == run.AsOf {
			return e, true
		}
	}
	return registry.Entry{}, false
}

// madeBy is the run that made a version the champion; false when it was a person.
func madeBy(journal []registry.Entry, ref registry.Ref) (n runNote, ok bool) {
	for _, e := range journal {
		if e.Event == registry.Retrain && e.After == ref && e.Before != ref {
			return n, json.Unmarshal(e.Run, &n) == nil
		}
	}
	return n, false
}
