package backtest

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/radix"
)

// What a Group is a group by.
const (
	BySegment = "segment"
	ByCohort  = "cohort"
)

// Group is how one candidate did on a part of the test rows. Its metrics are AUC, log loss
// and Brier score within the group, capture and value capture of the group's churners by the
// lists of the whole team, its base rate and mean probability, each with its interval. The
// lists are those of all accounts: a team has one capacity, and what the groups capture adds
// up to what is captured.
type Group struct {
	By      string // BySegment or ByCohort
	Name    string
	Metrics []Metric
}

// measureGroups fills in the metrics of every candidate by segment and by cohort, and within each
// of its colours: whether the order and the probabilities still say something where everybody is
// red already.
func measureGroups(r *Result, pooled *field, e *dataset.Examples) error {
	groups := [][]part{r.Predictions.bySegment(), r.byCohort(e)}
	rankings := make([][][]*metrics.Ranking, len(groups)) // by candidate and group
	for k, parts := range groups {
		rankings[k] = pooled.rankingsWithin(parts, pooled.rankings)
	}
	return r.eachCandidate(func(c int, cand *CandidateResult) error {
		chance := pooled.lists[c].chances(len(pooled.churned), r.Options.Capacity)
		terms := metrics.NewTerms(pooled.eta[c], pooled.churned)
		for k, by := range []string{BySegment, ByCohort} {
			lists, err := r.partMetrics(groups[k], rankings[k][c], terms, chance)
			if err != nil {
				return err
			}
			for i, list := range lists {
				cand.Groups = append(cand.Groups, Group{By: by, Name: groups[k][i].name, Metrics: list})
			}
		}
		if cand.Bands == nil {
			return nil
		}
		parts := r.byColour(c)
		lists, err := r.partMetrics(parts, pooled.rankingsWithin(parts, pooled.rankings[c:c+1])[0], terms, chance)
		for i, list := range lists {
			cand.Bands.put(parts[i].name, list)
		}
		return err
	})
}

// partMetrics are those of a candidate on some parts of the rows. Its terms, and the chances to be
// on a list, are of all rows.
func (r *Result) partMetrics(parts []part, rankings []*metrics.Ranking, terms metrics.Terms, chance []float64) ([][]Metric, error) {
	lists := make([][]Metric, len(parts))
	for k, p := range parts {
		list, err := r.groupMetrics(p.sample, rankings[k], terms, pick(chance, p.rows))
		if err != nil {
			return nil, err
		}
		lists[k] = list
	}
	return lists, nil
}

// rankingsWithin are those of groups of the rows, by ranking and group. The rows of a group are
// the first of their account in its period as they are among all rows, also of an account that
// changes its group within the period.
func (f *field) rankingsWithin(groups []part, rankings []*metrics.Ranking) [][]*metrics.Ranking {
	parts := make([]metrics.Part, len(groups))
	for k, p := range groups {
		p.first = pick(f.first, p.rows)
		parts[k] = metrics.Part{Rows: p.rows, Cluster: p.cluster}
	}
	return metrics.PartRankings(rankings, f.churned, parts)
}

// rankingIn is that of candidate c on some rows.
func (r *Result) rankingIn(s *sample, c int) *metrics.Ranking {
	return metrics.NewRanking(pick(r.Predictions.Score[c], s.rows), s.churned, s.cluster)
}

// groupMetrics measures a candidate on some rows, which it ranks; terms are its terms of all rows of
// the predictions, and chance is that of each row to be on a
// list. Intervals respect accounts: DeLong's for the AUC, Wilson's at the effective number
// of rows for the rate and for what is captured, and those of linearised ratios for the
// rest; the cut of the lists is taken as given.
func (r *Result) groupMetrics(s *sample, ranking *metrics.Ranking, terms metrics.Terms, chance []float64) ([]Metric, error) {
	level := r.Options.Level
	auc := metrics.Estimate{Value: math.NaN(), Low: math.NaN(), High: math.NaN()}
	churned := s.events()
	if churned > 0 && churned < len(s.churned) {
		aucs, err := metrics.DeLongOf([]*metrics.Ranking{ranking})
		if err != nil {
			return nil, fmt.Errorf("backtest: %w", err)
		}
		auc = aucs.Interval(0, level)
	}
	rate := metrics.ClusteredRate(s.churned, s.cluster, level)
	said, logLoss, brier := s.meanTerms(terms)
	list := []Metric{
		estimated(AUC, auc), estimated(LogLoss, logLoss.estimate(level)), estimated(Brier, brier.estimate(level)),
		estimated(Capture, s.captured(chance, nil, level)),
	}
	if s.value != nil {
		list = append(list, estimated(ValueCapture, s.captured(chance, s.value, level)))
	}
	list = append(list, Metric{Name: BaseRate, Value: rate.Value, Low: rate.Low, High: rate.High}, estimated(MeanP, said.estimate(level)))
	for i := range list {
		list[i].N, list[i].Churned = len(s.churned), churned
	}
	return list, nil
}

// meanTerms are the means over rows of the probability and of both losses, of which all rows of
// the predictions have terms.
func (s *sample) meanTerms(terms metrics.Terms) (p, logLoss, brier tilted) {
	sums, rows := make([][4]float64, s.accounts), s.rowsOf()
	for i, g := range s.cluster {
		row, of := int32(i), &sums[g]
		if s.rows != nil {
			row = s.rows[i]
		}
		of[0] += terms.P[row]
		of[1] += terms.LogLoss[row]
		of[2] += terms.Brier[row]
	}
	columns := columnsOf(sums)
	return ratioOf(columns[0], rows), ratioOf(columns[1], rows), ratioOf(columns[2], rows)
}

// captured is the share of the churners that could be listed, or with values of their
// money, that is on the lists, with Wilson's interval at the effective number of accounts
// (Kish 1965, where none or all is captured); a share of money in between has the interval of
// the others ([tilted.share]). NaN where there is nothing to capture.
func (s *sample) captured(chance, value []float64, level float64) metrics.Estimate {
	stake, on := make([]float64, s.accounts), make([]float64, s.accounts)
	for i, g := range s.cluster {
		if !s.churned[i] || !s.first[i] {
			continue
		}
		w := weighed(value, i)
		stake[g] += w
		on[g] += float64(chance[i] * w)
	}
	t := ratioOf(on, stake)
	if value != nil {
		return t.shareOf(stake, level)
	}
	return t.counted(equalWeights(stake), level)
}

// byCohort splits the test rows by the cohort expression, or by quartiles of tenure where
// there is none but a column of that name; nil otherwise.
func (r *Result) byCohort(e *dataset.Examples) []part {
	cohort, kind := r.Options.Cohort, expr.Number
	var values expr.Vector
	name := ""
	if cohort != nil {
		kind = cohort.Type()
		values = cohort.Eval(e.Len(), func(name string) expr.Vector { c, _ := e.Table.Column(name); return c.Vector() })
	} else if tenure, ok := tenureOf(e); ok {
		values, name = tenure.Vector(), tenure.Name
	} else {
		return nil
	}
	rows := r.Predictions.Row
	if kind == expr.Text {
		return r.Predictions.split(gatherCodes(values.Codes, rows), values.Levels)
	}
	of := make([]float64, len(rows))
	for i, row := range rows {
		of[i] = values.Numbers[row]
	}
	if kind == expr.Bool {
		return r.Predictions.split(truths(of), []string{"false", "true"})
	}
	code, names := quartiles(of, name)
	return r.Predictions.split(code, names)
}

// tenureOf is the column of numbers that says how long an account has been a customer: the
// first whose name begins with tenure.
func tenureOf(e *dataset.Examples) (dataset.Column, bool) {
	if e.Table == nil {
		return dataset.Column{}, false
	}
	columns := e.Table.Columns()
	at := slices.IndexFunc(columns, func(c dataset.Column) bool {
		return strings.HasPrefix(strings.ToLower(c.Name), "tenure") && c.Days() == nil && c.Vector().Numbers != nil
	})
	if at < 0 {
		return dataset.Column{}, false
	}
	return columns[at], true
}

// gatherCodes are the codes of the given rows of the examples.
func gatherCodes(codes, rows []int32) []int32 {
	out := make([]int32, len(rows))
	for i, row := range rows {
		out[i] = codes[row]
	}
	return out
}

// truths turns booleans held as numbers into codes, -1 for missing.
func truths(values []float64) []int32 {
	codes := make([]int32, len(values))
	for i, v := range values {
		switch {
		case v != v:
			codes[i] = -1
		case v != 0:
			codes[i] = 1
		}
	}
	return codes
}

// quartiles codes numbers by quarter, -1 for missing, and names the quarters by their
// limits. Equal values are in one, so that there may be fewer.
func quartiles(values []float64, name string) (codes []int32, names []string) {
	sorted := radix.Sort(slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return v != v }))
	edges := behindTies(sorted, metrics.Edges(sorted, 4))
	codes = make([]int32, len(values))
	for i, v := range values {
		if codes[i] = metrics.BinOf(edges, v); v != v {
			codes[i] = -1
		}
	}
	return codes, limits(edges, name)
}

// behindTies moves a limit to the next greater value where the rows below it are then
// nearer to a quarter, a half or three: many accounts may share one value, such as the
// tenure of everybody before a first renewal, and would leave next to nobody below it.
func behindTies(sorted, edges []float64) []float64 {
	if len(slices.Compact(slices.Clone(sorted))) <= 4 {
		return edges // every value is a group
	}
	off := func(rows int) float64 {
		share := float64(rows) / float64(len(sorted))
		return min(math.Abs(share-0.25), math.Abs(share-0.5), math.Abs(share-0.75))
	}
	var moved []float64
	for _, edge := range edges {
		below, _ := slices.BinarySearch(sorted, edge)
		upTo, _ := slices.BinarySearch(sorted, math.Nextafter(edge, math.Inf(1)))
		if upTo < len(sorted) && off(upTo) < off(below) {
			edge = sorted[upTo]
		}
		if len(moved) == 0 || edge > moved[len(moved)-1] {
			moved = append(moved, edge)
		}
	}
	return moved
}

// limits names what lies between edges.
func limits(edges []float64, name string) (names []string) {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
	for b := 0; b <= len(edges); b++ {
		var words string
		switch {
		case len(edges) == 0:
			words = "all"
		case b == 0:
			words = "below " + number(edges[0])
		case b == len(edges):
			words = "from " + number(edges[b-1])
		default:
			words = number(edges[b-1]) + " to below " + number(edges[b])
		}
		names = append(names, strings.TrimSpace(name+" "+words))
	}
	return names
}
