package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/models"
	"holdfast/plots"
	"holdfast/plots/report"
)

// writeRun fills a run directory with everything a backtest has to say.
func writeRun(ctx context.Context, d *rundir.Dir, p *opened, r *backtest.Result, e *dataset.Examples, state *health.Report, card runCard) error {
	charts, err := plots.All(r)
	if err != nil {
		return err
	}
	ofData, err := plots.Health(state)
	if err != nil {
		return err
	}
	charts = append(charts, ofData...)
	if charts, err = drawEffects(ctx, charts, r, e); err != nil {
		return err
	}
	weights, err := weighFinals(ctx, r, e)
	if err != nil {
		return err
	}
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"report.html", func(w io.Writer) error {
			return report.Write(w, report.Page{Title: "holdfast backtest", Result: r, Health: state, Charts: charts, Version: version, ConfigName: card.Config.Name})
		}},
		{"verdict.json", func(w io.Writer) error { return writeJSON(w, verdictOf(r)) }},
		{"metrics.csv", func(w io.Writer) error { return writeMetrics(w, r) }},
		{"predictions.parquet", func(w io.Writer) error { return writePredictions(w, r) }},
		{"weights.csv", func(w io.Writer) error { return writeWeights(w, weights) }},
		{rundir.Marker, func(w io.Writer) error { return writeJSON(w, card) }},
	}
	for _, f := range files {
		if err := d.Write(f.name, f.write); err != nil {
			return err
		}
	}
	if m := r.Winner(); m != nil {
		if m, err = p.describe(ctx, m, e); err != nil {
			return err
		}
		if err := p.complete(m, finalOf(r)); err != nil {
			return err
		}
		if err := d.Write("model.json", m.Write); err != nil {
			return err
		}
	}
	if o := p.outlookOf(r); o != nil {
		if err := d.Write("outlook.parquet", func(w io.Writer) error { return writeOutlook(w, r, o) }); err != nil {
			return err
		}
	}
	return writeCharts(ctx, d, charts)
}

// drawEffects adds the picture of what each factor does in the winner, where it has one.
func drawEffects(ctx context.Context, charts []plots.Chart, r *backtest.Result, e *dataset.Examples) ([]plots.Chart, error) {
	m := r.Winner()
	if m == nil {
		return charts, nil
	}
	effects, err := m.Effects(ctx, e.All())
	if err != nil {
		return nil, err
	}
	chart, err := plots.Effects(m.Name, effects)
	if errors.Is(err, plots.ErrNothingToDraw) {
		return charts, nil
	}
	return append(charts, chart), err
}

// writeCharts draws every chart twice. Drawing is the longest step that knows no
// context, so the context is asked before each picture.
func writeCharts(ctx context.Context, d *rundir.Dir, charts []plots.Chart) error {
	for _, c := range charts {
		for _, format := range []struct {
			ending string
			draw   func() ([]byte, error)
		}{{"svg", c.SVG}, {"png", c.PNG}} {
			if err := ctx.Err(); err != nil {
				return err
			}
			picture, err := format.draw()
			if err != nil {
				return err
			}
			name := "plots/" + c.Name + "." + format.ending
			if err := d.Write(name, func(w io.Writer) error { _, err := w.Write(picture); return err }); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// describe adds what a model file needs to be used without the project.
func (p *opened) describe(ctx context.Context, m *models.Model, e *dataset.Examples) (*models.Model, error) {
	c := columnsOf(p.config)
	m.Columns = dataset.Columns{Account: c.Account, SnapshotDate: c.SnapshotDate, Value: c.Value}
	if m.Clock == (dataset.Clock{}) { // an earlier model answers the question that it was fitted for
		m.Clock = clockOf(p.config)
	}
	return m, m.Introduce(ctx, e.All(), bandRulesOf(p.config))
}

func finalModels(r *backtest.Result) []*models.Model {
	var list []*models.Model
	for _, c := range r.Candidates {
		if c.Final != nil {
			list = append(list, c.Final)
		}
	}
	for _, further := range r.Further { // the base rate is of the first target
		for _, m := range finalModels(further) {
			if m.Kind != models.Baseline {
				list = append(list, m)
			}
		}
	}
	return list
}

// runCard says what a run was made from, without a clock, so that the same inputs
// give the same bytes.
type runCard struct {
	Tool     string            `json:"tool"`
	Version  string            `json:"version"`
	Command  string            `json:"command"`
	Config   hashedFile        `json:"config"`
	Inputs   dataset.Hashes    `json:"inputs"` // of the rows in canonical order: the order of rows and files does not matter
	AsOf     string            `json:"as_of,omitempty"`
	Seed     uint64            `json:"seed"`
	Counts   dataset.Counts    `json:"counts"`
	Warnings []dataset.Warning `json:"warnings"`
}

type hashedFile struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// verdictFile is verdict.json.
type verdictFile struct {
	Target      models.Target     `json:"target"`
	Decision    backtest.Decision `json:"decision"`
	Headline    string            `json:"headline"`
	Champion    string            `json:"champion"`
	Challenger  string            `json:"challenger,omitempty"`
	Primary     string            `json:"primary"`
	Margin      float64           `json:"margin"`
	More        models.Stat       `json:"further_examples"` // that would settle what is undecided; null where no number would do
	Gates       []gateFile        `json:"gates"`
	Reasons     []string          `json:"reasons"`
	Comparisons []comparisonFile  `json:"comparisons"`
	Further     []verdictFile     `json:"further,omitempty"` // of further targets, each compared among its own candidates
}

type gateFile struct {
	Name   string      `json:"name"`
	Passed bool        `json:"passed"`
	Open   bool        `json:"undecided"` // not passed, but more data may open it
	Value  models.Stat `json:"value"`
	Limit  models.Stat `json:"limit"`
	Words  string      `json:"words"`
}

type comparisonFile struct {
	Challenger string      `json:"challenger"`
	Champion   string      `json:"champion"`
	Metric     string      `json:"metric"`
	Gain       models.Stat `json:"gain"` // positive: better for the challenger
	StdErr     models.Stat `json:"std_error"`
	Low        models.Stat `json:"ci_low"`
	High       models.Stat `json:"ci_high"`
	P          models.Stat `json:"p_value"`
	FamilyLow  models.Stat `json:"family_ci_low"`
	FamilyHigh models.Stat `json:"family_ci_high"`
	Method     string      `json:"method"`
}

func verdictOf(r *backtest.Result) verdictFile {
	v := r.Verdict
	out := verdictFile{Target: r.Target, Decision: v.Decision, Headline: v.Headline, Champion: v.Champion, Challenger: v.Challenger,
		Primary: v.Primary, Margin: v.Margin, More: models.Stat(v.FurtherExamples), Reasons: v.Reasons, Gates: []gateFile{}, Comparisons: []comparisonFile{}}
	for _, g := range v.Gates {
		out.Gates = append(out.Gates, gateFile{g.Name, g.Passed, g.Undecided, models.Stat(g.Value), models.Stat(g.Limit), g.Words})
	}
	for _, c := range r.Comparisons {
		out.Comparisons = append(out.Comparisons, comparisonFile{c.Challenger, c.Champion, c.Metric, models.Stat(c.Gain), models.Stat(c.StdErr),
			models.Stat(c.Low), models.Stat(c.High), models.Stat(c.P), models.Stat(c.FamilyLow), models.Stat(c.FamilyHigh), c.Method})
	}
	for _, further := range r.Further {
		out.Further = append(out.Further, verdictOf(further))
	}
	return out
}

// writeMetrics writes metrics.csv: one number a row.
func writeMetrics(w io.Writer, r *backtest.Result) error {
	c := csv.NewWriter(w)
	c.Write([]string{"candidate", "fold", "segment", "metric", "value", "ci_low", "ci_high", "n", "churned", "target"})
	for _, r := range append([]*backtest.Result{r}, r.Further...) {
		writeTargetMetrics(c, r)
	}
	c.Flush()
	return c.Error()
}

// writeTargetMetrics writes the candidates for one target; churned counts its event.
func writeTargetMetrics(c *csv.Writer, r *backtest.Result) {
	for _, cand := range r.Candidates {
		rows := func(fold, segment string, list []backtest.Metric) {
			for _, m := range list {
				c.Write([]string{cell(cand.Name), fold, cell(segment), m.Name, number(m.Value), number(m.Low), number(m.High), strconv.Itoa(m.N), strconv.Itoa(m.Churned), string(r.Target)})
			}
		}
		rows("pooled", "", cand.Pooled)
		for k, list := range cand.ByFold {
			rows(r.Folds[k].Cutoff.String(), "", list)
		}
		if cand.Worth != nil {
			rows("pooled", "", cand.Worth.Weighted)
		}
		for _, g := range cand.Groups {
			rows("pooled", groupName(g), g.Metrics)
		}
	}
}

// groupName is the segment column of metrics.csv: a segment by its name, a cohort said to
// be one.
func groupName(g backtest.Group) string {
	if g.By == backtest.BySegment {
		return g.Name
	}
	return g.By + ": " + g.Name
}

// cell makes text from data safe in a spreadsheet: a cell that would be read as a
// formula gets an apostrophe in front.
func cell(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// number writes a number so that it reads back to the same bits; undefined is empty.
func number(v float64) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// writePredictions writes predictions.parquet: every candidate's test predictions,
// one candidate after the other.
func writePredictions(w io.Writer, r *backtest.Result) error {
	fields := []parquetio.Field{
		{Name: "candidate", Kind: parquetio.Text}, {Name: "fold", Kind: parquetio.Day}, {Name: "account", Kind: parquetio.Text},
		{Name: "as_of", Kind: parquetio.Day}, {Name: "p", Kind: parquetio.Float}, {Name: "score", Kind: parquetio.Float},
		{Name: "churned", Kind: parquetio.Bool}, {Name: "value", Kind: parquetio.Float, Nullable: true},
		{Name: "segment", Kind: parquetio.Text, Nullable: true}, {Name: "target", Kind: parquetio.Text},
	}
	out, err := parquetio.NewWriter(w, fields)
	if err != nil {
		return err
	}
	for _, r := range append([]*backtest.Result{r}, r.Further...) {
		n := len(r.Predictions.Fold)
		for c, cand := range r.Candidates {
			for from := 0; from < n; from += predictionRows {
				if err := out.Write(predictionBlock(r, c, cand.Name, from, min(from+predictionRows, n))); err != nil {
					return fmt.Errorf("predictions: %w", err)
				}
			}
		}
	}
	return out.Close()
}

// predictionRows is how many predictions are written at a time.
const predictionRows = 65_536

func predictionBlock(r *backtest.Result, c int, candidate string, from, to int) []parquetio.Column {
	p := &r.Predictions
	n := to - from
	fold, asOf := make([]int32, n), make([]int32, n)
	prob, churned, value := make([]float64, n), make([]float64, n), make([]float64, n)
	segment := make([]int32, n)
	for i := range n {
		row := from + i
		fold[i], asOf[i] = int32(r.Folds[p.Fold[row]].Cutoff), int32(p.AsOf[row])
		prob[i] = models.Probability(p.Eta[c][row])
		if p.Churned[row] {
			churned[i] = 1
		}
		value[i], segment[i] = math.NaN(), -1
		if p.Value != nil {
			value[i] = p.Value[row]
		}
		if p.Segment != nil {
			segment[i] = p.Segment[row]
		}
	}
	return []parquetio.Column{
		{Name: "candidate", Codes: make([]int32, n), Levels: []string{candidate}},
		{Name: "fold", Days: fold},
		{Name: "account", Codes: p.Account[from:to], Levels: p.Accounts},
		{Name: "as_of", Days: asOf},
		{Name: "p", Numbers: prob},
		{Name: "score", Numbers: p.Score[c][from:to]},
		{Name: "churned", Numbers: churned},
		{Name: "value", Numbers: value},
		{Name: "segment", Codes: segment, Levels: p.Segments},
		{Name: "target", Codes: make([]int32, n), Levels: []string{string(r.Target)}},
	}
}
