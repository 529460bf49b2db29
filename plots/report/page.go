package report

import (
	"bytes"
	_ "embed" // the template and its style
	"errors"
	"fmt"
	"html/template"
	"io"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/plots"
	"holdfast/plots/words"
)

// Page is what a report is made of.
type Page struct {
	Title      string // empty: "Churn backtest"
	Result     *backtest.Result
	Health     *health.Report // of the data; nil: its section is left out
	Charts     []plots.Chart  // from [plots.All] and [plots.Health]; each appears in the section that it belongs to
	Version    string         // of holdfast, for the last section
	ConfigName string         // the project file, for the last section
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// view is a page as the template sees it.
type view struct {
	Title    string
	Policy   string // Content-Security-Policy
	Style    template.CSS
	Script   template.JS
	Banner   banner
	Choices  []choice // candidates to show or hide
	Sections []section
	Footer   string
}

// section is one question and its answer.
type section struct {
	ID      string // fragment identifier
	Title   string
	Lead    string   // the answer in one sentence without statistics
	Text    []string // further paragraphs
	Trial   *trial   // sliders; nil: none
	Tables  []table
	Figures []figure
	Notes   []string // footnotes
	Details []detail // fold-outs
}

// figure is a chart within the page.
type figure struct {
	SVG     template.HTML
	Caption string
}

// detail is a fold-out for readers who want to know more.
type detail struct {
	Summary string
	Text    []string
	Terms   []term
	Tables  []table
}

// term is an entry of a glossary.
type term struct{ Name, Meaning string }

// Write writes the report to w: a whole page, or nothing but an error.
func Write(w io.Writer, p Page) error {
	if p.Result == nil {
		return errors.New("report: no result to report; run a backtest first")
	}
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	figures, err := draw(p.Charts)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, p.view(figures)); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// view lays out the page.
func (p Page) view(f figures) view {
	r := p.Result
	v := view{
		Title:   words.Clean(p.Title),
		Policy:  policy(),
		Style:   template.CSS(pageCSS), //nolint:gosec // a constant of this package
		Script:  template.JS(pageJS),   //nolint:gosec // likewise
		Banner:  verdictBanner(r),
		Choices: choices(r),
		Footer:  footer(p),
	}
	if v.Title == "" {
		v.Title = "Churn backtest"
	}
	for _, build := range []func(*backtest.Result) section{
		verdictSection, capacitySection, rankingSection, calibrationSection, weightsSection, foldsSection, dataSection,
	} {
		v.Sections = append(v.Sections, f.place(build(r)))
	}
	if p.Health != nil {
		v.Sections = append(v.Sections, f.place(healthSection(p.Health)))
	}
	v.Sections = append(v.Sections, f.place(methodSection(p)))
	return v
}

// footer names the program and the project. It has no date: the same data gives the
// same page tomorrow.
func footer(p Page) string {
	text := "holdfast"
	if p.Version != "" {
		text += " " + words.Clean(p.Version)
	}
	if p.ConfigName != "" {
		text += " · " + words.Label(p.ConfigName, 120)
	}
	return text
}
