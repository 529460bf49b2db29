package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
	"holdfast/plots"
	"holdfast/plots/report"
)

// writeRun fills a run directory with everything a backtest has to say.
func writeRun(ctx context.Context, d *rundir.Dir, p *opened, r *backtest.Result, e *dataset.Examples, state *health.Report, card runCard) error {
	shipped, charts, err := p.illustrate(ctx, d, r, e, state)
	if err != nil {
		return err
	}
	page, err := report.Build(report.Page{Title: "holdfast backtest", Result: r, Health: state, Charts: charts.of, Version: version, ConfigName: card.Config.Name, Outlook: p.outlookOf(r)})
	if err != nil {
		return err
	}
	files := []struct {
		name  string
		write func(io.Writer) error
	}{
		{reportPage, func(w io.Writer) error { return page.Write(w, charts.find) }},
		{reportDocument, func(w io.Writer) error { return writeFolded(w, page) }},
		{"verdict.json", func(w io.Writer) error { return writeFolded(w, resultOf(r)) }},
		{"metrics.csv", func(w io.Writer) error { return writeMetrics(w, r) }},
		{"weights.csv", func(w io.Writer) error { return writeWeights(w, weighedFinals(r)) }},
		{rundir.Marker, func(w io.Writer) error { return writeJSON(w, card) }},
	}
	for _, f := range files {
		if err := d.Write(f.name, f.write); err != nil {
			return err
		}
	}
	if err := writePictures(d, charts); err != nil {
		return err
	}
	if shipped != nil {
		if err := p.complete(shipped, finalOf(r)); err != nil {
			return err
		}
		promise(shipped, r)
		if err := d.Write("model.json", shipped.Write); err != nil {
			return err
		}
		if err := writeModelSQL(d, shipped); err != nil {
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

// illustrate writes the predictions, and meanwhile draws the charts and describes the winner, nil
// if it has no model: a copy, as the other files show it as it was fitted.
func (p *opened) illustrate(ctx context.Context, d *rundir.Dir, r *backtest.Result, e *dataset.Examples, state *health.Report) (shipped *models.Model, drawn *pictures, err error) {
	group, ctx := errgroup.WithContext(ctx)
	if m := r.Winner().Final; m != nil {
		described := *m
		shipped = &described
		group.Go(func() error { return p.describe(ctx, shipped, e.All(), nil) })
	}
	group.Go(func() error {
		charts, err := chartsOf(ctx, r, e, state)
		if err == nil {
			drawn, err = drawCharts(ctx, charts, p.svgOnly)
		}
		return err
	})
	group.Go(func() error {
		return d.Write("predictions.parquet", func(w io.Writer) error { return writePredictions(ctx, w, r) })
	})
	err = group.Wait()
	return shipped, drawn, err
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
	m := r.Winner().Final
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

// pictures are the charts of a run, drawn: each as SVG, and as PNG unless it was not wanted.
type pictures struct {
	of       []plots.Chart
	svg, png [][]byte
}

// find gives the report the pictures that are saved beside it, as SVG.
func (p *pictures) find(name string) ([]byte, error) {
	i := slices.IndexFunc(p.of, func(c plots.Chart) bool { return c.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("the run has no chart %q", name)
	}
	return p.svg[i], nil
}

// drawCharts draws every chart twice, or with svgOnly once, on all processors.
func drawCharts(ctx context.Context, charts []plots.Chart, svgOnly bool) (*pictures, error) {
	p := &pictures{of: charts, svg: make([][]byte, len(charts)), png: make([][]byte, len(charts))}
	group, drawing := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, c := range charts {
		group.Go(func() (err error) {
			if err := drawing.Err(); err != nil { // no picture knows a context: it is asked before each
				return err
			}
			if p.svg[i], err = c.SVG(); err == nil && !svgOnly {
				p.png[i], err = c.PNG()
			}
			return err
		})
	}
	return p, group.Wait()
}

// writePictures saves the pictures of a run.
func writePictures(d *rundir.Dir, p *pictures) error {
	for i, c := range p.of {
		for _, picture := range []struct {
			ending string
			bytes  []byte
		}{{"svg", p.svg[i]}, {"png", p.png[i]}} {
			if picture.bytes == nil {
				continue
			}
			if err := d.Write(picturePath(c.Name, picture.ending), func(w io.Writer) error { _, err := w.Write(picture.bytes); return err }); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeCharts draws and saves the charts of a run that has no page.
func writeCharts(ctx context.Context, d *rundir.Dir, charts []plots.Chart) error {
	p, err := drawCharts(ctx, charts, false)
	if err != nil {
		return err
	}
	return writePictures(d, p)
}

// describe adds what a model file needs to be used without the project. The view is the one that the
// model was fitted on, and the notebook of that fit may be nil.
func (p *opened) describe(ctx context.Context, m *models.Model, train dataset.View, n *features.Notebook) error {
	c := columnsOf(p.config)
	m.Columns = dataset.Columns{Account: c.Account, SnapshotDate: c.SnapshotDate, RecordedAt: c.RecordedAt, Value: c.Value}
	if m.Clock == (dataset.Clock{}) { // an earlier model answers the question that it was fitted for
		m.Clock = clockOf(p.config)
	}
	if err := p.addPlaybooks(m); err != nil {
		return err
	}
	if err := m.Introduce(ctx, train, bandRulesOf(p.config), n); err != nil {
		return err
	}
	return refer(ctx, m, train.Examples)
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
