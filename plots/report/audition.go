package report

import (
	"fmt"
	"strings"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// leaderTable is the record of every candidate over the folds, the best first, as the audition
// ranked them. Ties share a rank and a fold that was won.
func leaderTable(r *backtest.Result, a *backtest.Audition) Table {
	metric := words.Metric(a.Metric)
	t := Table{Caption: "Leaderboard over the folds, by " + metric.Label, Head: []Column{
		text("Candidate"), number("Mean rank"), number("Folds won"), number("Mean gap to the best"),
	}}
	for _, l := range a.Leaders {
		if l.Candidate < 0 || l.Candidate >= len(r.Candidates) {
			continue
		}
		t.Rows = append(t.Rows, candidateRow(r, l.Candidate, cells(
			title(r, l.Candidate), words.Fixed(l.MeanRank, 2), words.Tally(l.Won), words.Fixed(l.MeanGap, 4),
		)))
	}
	return t
}

// auditionDetails are the ranks in time, and the rules of choice.
func auditionDetails(r *backtest.Result, a *backtest.Audition) []Detail {
	list := []Detail{{Summary: "Rank in each fold", Tables: []Table{rankTable(r, a)}}}
	if t := ruleTable(a); len(t.Rows) > 0 && len(a.Rounds) > 0 {
		list = append(list, Detail{
			Summary: "Would choosing anew each time have paid?",
			Text: []string{fmt.Sprintf("In %s there was something to choose by. Each rule saw the folds whose outcomes were all known by then, picked, and was judged by the next window. "+
				"Regret is what it lost, in %s, against the candidate that was best there (as in triage's audition).", words.Plural(len(a.Rounds), "fold", "folds"), words.Metric(a.Metric).Label)},
			Tables: []Table{t},
		})
	}
	return list
}

// rankTable has a row per fold and a column per candidate.
func rankTable(r *backtest.Result, a *backtest.Audition) Table {
	t := Table{Caption: "Rank in each fold, 1 is the best", Head: []Column{text("Trained on")}}
	for _, l := range a.Leaders {
		if l.Candidate >= 0 && l.Candidate < len(r.Candidates) {
			t.Head = append(t.Head, candidateColumn(r, r.Candidates[l.Candidate].Name))
		}
	}
	for k, f := range r.Folds {
		if f.Skipped != "" {
			continue
		}
		line := cells(f.Cutoff.String())
		for _, l := range a.Leaders {
			if l.Candidate < 0 || l.Candidate >= len(r.Candidates) {
				continue
			}
			rank := words.Undefined
			if k < len(l.Ranks) {
				rank = strings.TrimSuffix(words.Fixed(l.Ranks[k], 1), ".0") // a tie is a half
			}
			line = append(line, Cell{Value: rank})
		}
		t.Rows = append(t.Rows, Row{Cells: line})
	}
	return t
}

// ruleTable says what each way to choose would have lost.
func ruleTable(a *backtest.Audition) Table {
	t := Table{Caption: "Ways to choose", Head: []Column{text("Rule"), number("Mean regret"), number("Worst regret"), number("Picked the best")}}
	for _, rule := range a.Rules {
		t.Rows = append(t.Rows, Row{Cells: cells(ruleName(rule.Name), words.Fixed(rule.Mean, 4), words.Fixed(rule.Worst, 4), words.Percent(rule.Hits, 0))})
	}
	return t
}

// ruleName is a rule of choice in words.
func ruleName(rule string) string {
	switch rule {
	case backtest.RuleCurrent:
		return "take the best of the newest fold"
	case backtest.RuleAverage:
		return "take the best on average so far"
	case backtest.RuleFrequent:
		return "take the one most often close to the best"
	case backtest.RuleChampion:
		return "keep the champion"
	case backtest.RuleRandom:
		return "pick one at random"
	}
	return words.Label(rule, 60)
}
