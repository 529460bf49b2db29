package report

import (
	"errors"
	"io"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/plots"
	"holdfast/plots/words"
)

// Page is what a report is made of. It is only read.
type Page struct {
	// Title is of the page and the window; empty: "Churn backtest".
	Title string

	// Result must not be nil. It may be empty: the page then says so.
	Result *backtest.Result

	// Health is of the data; nil: its section is left out.
	Health *health.Report

	// Outlook is of the targets side by side; nil: its table is left out.
	Outlook *backtest.Outlook

	// Charts are from [plots.All] and [plots.Health], in that order; each appears in the
	// section that it belongs to, by its name. nil: a page without pictures.
	Charts []plots.Chart

	// Version is of holdfast and ConfigName the project file, for the last section and the
	// last line; empty: left out.
	Version    string
	ConfigName string
}

// Write writes the report to w: a whole page, or nothing but an error. It is [Build] and
// [Document.Write] in one, with every chart drawn once. Errors: no Result, a chart that cannot
// be drawn, and those of w.
func Write(w io.Writer, p Page) error {
	d, pictures, err := p.compose()
	if err != nil {
		return err
	}
	return d.Write(w, pictures.find)
}

// Build lays out the report without drawing it: [Document.Write] does, with the
// pictures of p.Charts as [plots.Chart.SVG] gives them. They are drawn here all the same, for
// their hashes. Errors: no Result, and a chart that cannot be drawn.
func Build(p Page) (*Document, error) {
	d, _, err := p.compose()
	return d, err
}

// compose lays out the page and draws its charts.
func (p Page) compose() (*Document, pictures, error) {
	if p.Result == nil {
		return nil, nil, errors.New("report: no result to report; run a backtest first")
	}
	figures, drawn, err := draw(p.Charts)
	if err != nil {
		return nil, nil, err
	}
	return p.layout(figures), drawn, nil
}

// layout makes the document of sections that have something to say, and places the figures.
func (p Page) layout(f figures) *Document {
	r := p.Result
	d := &Document{
		Format:  Format,
		Title:   words.Clean(p.Title),
		Banner:  verdictBanner(r),
		Choices: choices(r),
		Footer:  footer(p),
	}
	if d.Title == "" {
		d.Title = "Churn backtest"
	}
	for _, s := range p.sections() {
		if s.Lead != "" {
			d.Sections = append(d.Sections, s)
		}
	}
	f.place(d.Sections)
	return d
}

// sections are the answers in the order of the reader's questions; one without a lead has
// nothing to say, and is left out.
func (p Page) sections() []Section {
	r := p.Result
	list := []Section{
		verdictSection(r), capacitySection(r), warningSection(r), alertsSection(r), rankingSection(r), calibrationSection(r),
		bandsSection(r), segmentsSection(r), weightsSection(r), rolloutSection(r), targetsSection(r, p.Outlook),
		foldsSection(r), immatureSection(r), touchedSection(r), dataSection(r),
	}
	if p.Health != nil {
		list = append(list, healthSection(p.Health))
	}
	return append(list, methodSection(p))
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
