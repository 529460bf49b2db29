package report

import (
	"strconv"

	"holdfast/backtest"
	"holdfast/models"
	"holdfast/plots/words"
)

// winner is the candidate that is in use after the verdict: the challenger if it is promoted,
// the champion in all other cases. Leads speak of it.
func winner(r *backtest.Result) string {
	if r.Verdict.Decision == backtest.Promote {
		return r.Verdict.Challenger
	}
	return r.Verdict.Champion
}

// find returns a candidate by name; ok is false when there is none.
func find(r *backtest.Result, name string) (c backtest.CandidateResult, ok bool) {
	for _, c := range r.Candidates {
		if c.Name == name {
			return c, true
		}
	}
	return backtest.CandidateResult{}, false
}

// contenders are the challenger, if there is one, and the champion, in this order: the two that
// a reader compares. Short tables hold these, fold-outs the others.
func contenders(r *backtest.Result) []backtest.CandidateResult {
	var out []backtest.CandidateResult
	for _, name := range []string{r.Verdict.Challenger, r.Verdict.Champion} {
		if c, ok := find(r, name); ok && name != "" {
			out = append(out, c)
		}
	}
	return out
}

// title is a candidate in a table, with the part it plays.
func title(r *backtest.Result, i int) string {
	c := r.Candidates[i]
	switch {
	case i == r.Champion:
		return name(c.Name) + " (champion)"
	case r.Verdict.Decision == backtest.Promote && c.Name == r.Verdict.Challenger:
		return name(c.Name) + " (to be promoted)"
	}
	return name(c.Name)
}

// class sets champion, winner and baseline apart, by the names that page.css has for them. A
// champion that stays is the champion and not the winner.
func class(r *backtest.Result, i int) string {
	switch c := r.Candidates[i]; {
	case i == r.Champion:
		return "champion"
	case c.Name == winner(r):
		return "winner"
	case c.Kind == models.Baseline:
		return "baseline"
	}
	return ""
}

// candidateRow is a line about the i-th candidate, coloured by its part and hidden with it.
func candidateRow(r *backtest.Result, i int, line []Cell) Row {
	return Row{Class: class(r, i), Candidate: strconv.Itoa(i), Cells: line}
}

// placeOf is the number of a candidate in rows, empty for a stranger.
func placeOf(r *backtest.Result, name string) string {
	for i, c := range r.Candidates {
		if c.Name == name {
			return strconv.Itoa(i)
		}
	}
	return ""
}

// choices are all candidates in reading order; none where there is nothing to choose between.
// Series is the name as the charts write it into data-candidate (plots, ofCandidate).
func choices(r *backtest.Result) []Choice {
	if len(r.Candidates) < 2 {
		return nil
	}
	var list []Choice
	for _, i := range order(r) {
		list = append(list, Choice{strconv.Itoa(i), title(r, i), words.Clean(r.Candidates[i].Name)})
	}
	return list
}

// order lists the candidates as a reader expects them: the baseline last, where
// the Result has it, unless somebody built one differently.
func order(r *backtest.Result) []int {
	var first, last []int
	for i, c := range r.Candidates {
		if c.Kind == models.Baseline {
			last = append(last, i)
		} else {
			first = append(first, i)
		}
	}
	return append(first, last...)
}
