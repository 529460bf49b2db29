package report

import (
	"fmt"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// segmentsSection answers: does it work for everybody? It is empty without segments and
// cohorts.
func segmentsSection(r *backtest.Result) Section {
	s := Section{ID: "segments", Title: "Does it work for everybody?"}
	parts := groupTables(r)
	if len(parts) == 0 {
		return s
	}
	s.Lead = segmentsLead(r)
	if t, left := segmentTable(r); len(t.Rows) > 0 {
		s.Tables, s.Text = append(s.Tables, t), left
		s.Notes = []string{"A gain is positive where the candidate is better than the champion within the segment. Its interval allows for looking at several segments; " +
			"~ marks a gain that chance may explain. Segments with too little churn are shown, but have no say in the verdict."}
	}
	for _, p := range parts {
		s.Tables = append(s.Tables, p.short)
	}
	for _, p := range parts {
		s.Details = append(s.Details, Detail{
			Summary: "Every candidate by " + p.by,
			Text:    append([]string{"The lists are those of the whole team: it has one capacity, and what the groups capture adds up to what is captured."}, p.left...),
			Tables:  []Table{p.long},
		})
	}
	return s
}

// segmentsLead counts the segments in which the challenger is clearly better or worse: by
// more than chance explains.
func segmentsLead(r *backtest.Result) string {
	judged, better, worse := 0, 0, 0
	for _, g := range r.Segments {
		if !g.Enough || g.Challenger != r.Verdict.Challenger {
			continue
		}
		judged++
		switch {
		case g.Low > 0:
			better++
		case g.High < 0:
			worse++
		}
	}
	switch {
	case len(r.Segments) == 0:
		return "The tables show how the scores do for each group of accounts by itself."
	case judged == 0:
		return "No segment holds enough churn to be judged alone; what the tables show of each may well be chance."
	}
	return fmt.Sprintf("Of %s with enough churn to be judged alone, %s is clearly better than %s in %s of them and clearly worse in %s.",
		words.Plural(judged, "segment", "segments"), name(r.Verdict.Challenger), name(r.Verdict.Champion), countOrNone(better), countOrNone(worse))
}

// countOrNone is a number as it is read aloud.
func countOrNone(n int) string {
	if n == 0 {
		return "none"
	}
	return words.Count(n)
}

// segmentTable has a row per segment and challenger.
func segmentTable(r *backtest.Result) (t Table, left []string) {
	t = Table{Caption: "Gain over " + name(r.Verdict.Champion) + " in " + words.Metric(r.Verdict.Primary).Label + ", by segment", Head: []Column{
		text("Segment"), text("Candidate"), number("Examples"), number("Churned"), number("Gain"), text("Has a say"),
	}}
	for _, g := range r.Segments[:min(len(r.Segments), mostGroupRows)] {
		gain := difference(r.Verdict.Primary, g.Gain)
		if g.Low <= 0 && g.High >= 0 {
			gain = "~ " + gain
		}
		say := "yes"
		if !g.Enough {
			say = "too little churn"
		}
		t.Rows = append(t.Rows, Row{Candidate: placeOf(r, g.Challenger), Cells: []Cell{
			{Value: name(g.Segment)}, {Value: name(g.Challenger)}, {Value: words.Count(g.N)}, {Value: words.Count(g.Churned)},
			{gain, words.Interval(difference(r.Verdict.Primary, g.Low), difference(r.Verdict.Primary, g.High))}, {Value: say},
		}})
	}
	return t, leftOut(len(r.Segments), len(t.Rows), "gains in segments")
}

// parting is one way to part the accounts: in short for challenger and champion, at length
// for all.
type parting struct {
	by          string
	short, long Table
	left        []string
}

// groupTables are the partings that the candidates have groups of.
func groupTables(r *backtest.Result) []parting {
	var list []parting
	for _, by := range []string{backtest.BySegment, backtest.ByCohort} {
		if anyCandidate(r, func(c backtest.CandidateResult) bool { return len(groupsBy(c, by)) > 0 }) {
			long, left := longGroups(r, by)
			list = append(list, parting{by, shortGroups(r, by), long, left})
		}
	}
	return list
}

// groupsBy are the groups of a candidate of one kind.
func groupsBy(c backtest.CandidateResult, by string) []backtest.Group {
	var list []backtest.Group
	for _, g := range c.Groups {
		if g.By == by {
			list = append(list, g)
		}
	}
	return list
}

// shortGroups has a row per group, with the ranking and the lists of challenger and
// champion.
func shortGroups(r *backtest.Result, by string) Table {
	t := Table{Caption: "By " + byWords(r, by), Head: []Column{text(words.Capital(by)), number("Examples"), number("Churned"), number("Churn rate")}}
	shown := contenders(r)
	for _, c := range shown {
		who := words.Label(c.Name, 30)
		t.Head = append(t.Head, number("AUC of "+who), number("Capture of "+who))
	}
	if len(shown) == 0 {
		return t
	}
	for _, g := range groupsBy(shown[0], by) {
		base := backtest.Find(g.Metrics, backtest.BaseRate)
		line := cells(name(g.Name), words.Count(base.N), words.Count(base.Churned))
		line = append(line, estimate(base))
		for _, c := range shown {
			of := groupNamed(c, g)
			line = append(line, estimate(backtest.Find(of, backtest.AUC)), estimate(backtest.Find(of, backtest.Capture)))
		}
		t.Rows = append(t.Rows, Row{Cells: line})
	}
	return t
}

// groupNamed are the metrics of a candidate in the same group as another.
func groupNamed(c backtest.CandidateResult, g backtest.Group) []backtest.Metric {
	for _, x := range c.Groups {
		if x.By == g.By && x.Name == g.Name {
			return x.Metrics
		}
	}
	return nil
}

// byWords says what the groups are.
func byWords(r *backtest.Result, by string) string {
	if by == backtest.ByCohort && r.Options.Cohort != nil {
		return "cohort of " + name(r.Options.Cohort.String())
	}
	return by
}

// mostGroupRows is how many rows a table of all candidates and groups shows; the text beneath
// says how many there are.
const mostGroupRows = 60

// longGroups has a row per group and candidate, with every metric that groups have.
func longGroups(r *backtest.Result, by string) (t Table, left []string) {
	columns := []string{backtest.MeanP, backtest.BaseRate, backtest.AUC, backtest.LogLoss, backtest.Brier, backtest.Capture}
	if r.Data.HasValue {
		columns = append(columns, backtest.ValueCapture)
	}
	t = Table{Caption: "Every candidate by " + byWords(r, by), Head: []Column{text(words.Capital(by)), text("Candidate")}}
	for _, m := range columns {
		t.Head = append(t.Head, number(words.Capital(words.Metric(m).Label)))
	}
	all := 0
	for _, i := range order(r) {
		for _, g := range groupsBy(r.Candidates[i], by) {
			if all++; all > mostGroupRows {
				continue
			}
			line := cells(name(g.Name), title(r, i))
			for _, m := range columns {
				line = append(line, estimate(backtest.Find(g.Metrics, m)))
			}
			t.Rows = append(t.Rows, Row{Candidate: placeOf(r, r.Candidates[i].Name), Cells: line})
		}
	}
	return t, leftOut(all, len(t.Rows), "candidates and groups")
}
