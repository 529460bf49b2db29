package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/models"
	"holdfast/plots"
	"holdfast/plots/report"
)

// writeRun fills a run directory with everything a backtest has to say.
func writeRun(ctx context.Context, d *rundir.Dir, p *opened, r *backtest.Result, e *dataset.Examples, state *health.Report, card runCard) error {
	var weights []weighed
	var charts []plots.Chart
	var pictures pictures
	shown, ahead := errgroup.WithContext(ctx) // of what only computes, and of one that writes files
	shown.Go(func() (err error) {
		weights, err = weighFinals(ahead, r, e)
		return err
	})
	shown.Go(func() (err error) {
		if charts, err = chartsOf(ahead, r, e, state); err == nil {
			pictures, err = drawCharts(ahead, d, charts, p.svgOnly)
		}
		return err
	})
	if err := shown.Wait(); err != nil {
		return err
	}
	page, err := report.Build(report.Page{Title: "holdfast backtest", Result: r, Health: state, Charts: charts, Version: version, ConfigName: card.Config.Name, Outlook: p.outlookOf(r)})
	if err != nil {
		return err
	}
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{reportPage, func(w io.Writer) error { return page.Write(w, pictures.find) }},
		{reportDocument, func(w io.Writer) error { return writeFolded(w, page) }},
		{"verdict.json", func(w io.Writer) error { return writeFolded(w, resultOf(r)) }},
		{"metrics.csv", func(w io.Writer) error { return writeMetrics(w, r) }},
		{"weights.csv", func(w io.Writer) error { return writeWeights(w, weights) }},
		{rundir.Marker, func(w io.Writer) error { return writeJSON(w, card) }},
	}
	for _, f := range files {
		if err := d.Write(f.name, f.write); err != nil {
			return err
		}
	}
	if err := p.predictAndDescribe(ctx, d, r, e); err != nil {
		return err
	}
	if m := r.Winner(); m != nil {
		if err := p.complete(m, finalOf(r)); err != nil {
			return err
		}
		promise(m, r)
		if err := d.Write("model.json", m.Write); err != nil {
			return err
		}
		if err := writeModelSQL(d, m); err != nil {
			return err
		}
	}
	if o := p.outlookOf(r); o != nil {
		if err := d.Write("outlook.parquet", func(w io.Writer) error { return writeOutlook(w, r, o) }); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// predictAndDescribe writes the predictions and meanwhile describes the winner, which the other
// files have shown as it was fitted.
func (p *opened) predictAndDescribe(ctx context.Context, d *rundir.Dir, r *backtest.Result, e *dataset.Examples) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return d.Write("predictions.parquet", func(w io.Writer) error { return writePredictions(ctx, w, r) })
	})
	if m := r.Winner(); m != nil {
		group.Go(func() error {
			_, err := p.describe(ctx, m, e)
			return err
		})
	}
	return group.Wait()
}

// chartsOf are all pictures of a run.
func chartsOf(ctx context.Context, r *backtest.Result, e *dataset.Examples, state *health.Report) ([]plots.Chart, error) {
	charts, err := plots.All(r)
	if err != nil {
		return nil, err
	}
	ofData, err := plots.Health(state)
	if err != nil {
		return nil, err
	}
	return drawEffects(ctx, append(charts, ofData...), r, e)
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

// pictures are the charts of a run as SVG, by name.
type pictures map[string][]byte

// find gives the report the pictures that are saved beside it.
func (p pictures) find(name string) ([]byte, error) {
	svg, drawn := p[name]
	if !drawn {
		return nil, fmt.Errorf("the run has no chart %q", name)
	}
	return svg, nil
}

// writeCharts writes the charts of a run that has no page.
func writeCharts(ctx context.Context, d *rundir.Dir, charts []plots.Chart) error {
	_, err := drawCharts(ctx, d, charts, false)
	return err
}

// drawCharts draws every chart twice, or with svgOnly once, and hands on the SVG. Pictures
// are drawn on all processors and written in order.
func drawCharts(ctx context.Context, d *rundir.Dir, charts []plots.Chart, svgOnly bool) (pictures, error) {
	svg, png := make([][]byte, len(charts)), make([][]byte, len(charts))
	group, drawing := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, c := range charts {
		group.Go(func() (err error) {
			if err := drawing.Err(); err != nil { // no picture knows a context: it is asked before each
				return err
			}
			if svg[i], err = c.SVG(); err == nil && !svgOnly {
				png[i], err = c.PNG()
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	drawn := make(pictures, len(charts))
	for i, c := range charts {
		drawn[c.Name] = svg[i]
		if err := writePicture(d, c.Name, "svg", svg[i]); err != nil {
			return nil, err
		}
		if svgOnly {
			continue
		}
		if err := writePicture(d, c.Name, "png", png[i]); err != nil {
			return nil, err
		}
	}
	return drawn, ctx.Err()
}

func writePicture(d *rundir.Dir, name, ending string, picture []byte) error {
	return d.Write(picturePath(name, ending), func(w io.Writer) error { _, err := w.Write(picture); return err })
}

// describe adds what a model file needs to be used without the project.
func (p *opened) describe(ctx context.Context, m *models.Model, e *dataset.Examples) (*models.Model, error) {
	c := columnsOf(p.config)
	m.Columns = dataset.Columns{Account: c.Account, SnapshotDate: c.SnapshotDate, RecordedAt: c.RecordedAt, Value: c.Value}
	if m.Clock == (dataset.Clock{}) { // an earlier model answers the question that it was fitted for
		m.Clock = clockOf(p.config)
	}
	if err := p.addPlaybooks(m); err != nil {
		return nil, err
	}
	if err := m.Introduce(ctx, e.All(), bandRulesOf(p.config)); err != nil {
		return nil, err
	}
	return m, refer(ctx, m, e)
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
	Drawn    int               `json:"bootstrap,omitempty"` // account draws behind the intervals of a backtest
	Counts   dataset.Counts    `json:"counts"`
	Warnings []dataset.Warning `json:"warnings"`

	Intervals string `json:"intervals,omitempty"` // of these draws, where they are not percentiles
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
