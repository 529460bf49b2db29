package report

import (
	"bytes"
	_ "embed" // the template and its style
	"encoding/json"
	"fmt"
	"html/template"
	"io"
)

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// view is a document as the template sees it.
type view struct {
	*Document
	Policy   string // Content-Security-Policy
	Style    template.CSS
	Script   template.JS
	Sections []sectionView
}

// sectionView is a section with its drawn figures and its panel.
type sectionView struct {
	Section
	Figures []figureView
	Trial   *trialView
}

// figureView is a drawn figure.
type figureView struct {
	SVG   template.HTML
	Aside string // its caption, if it stands in the appendix on paper
}

// trialView is a panel with the values that page.js looks up.
type trialView struct {
	*Trial
	Said   string // at the start
	Values template.JS
}

// Write renders the document as HTML: a whole page, or nothing but an error. figure
// gives the picture of a chart, the bytes of [plots.Chart.SVG], and is called once for each in
// the order of the page; one that is not the picture of the document, or does more than draw, is
// refused by its name.
//
// Errors: those of check, of figure and of w. The page is made in memory first, so that an
// error leaves w as it was unless it is w's own.
func (d *Document) Write(w io.Writer, figure func(name string) ([]byte, error)) error {
	if err := d.check(); err != nil {
		return err
	}
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	v, err := d.view(figure)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, v); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

// view adds what is markup, style and script to the text of the document.
func (d *Document) view(figure func(string) ([]byte, error)) (view, error) {
	v := view{
		Document: d,
		Policy:   policy(),
		Style:    template.CSS(pageCSS), //nolint:gosec // a constant of this package
		Script:   template.JS(pageJS),   //nolint:gosec // likewise
	}
	for _, s := range d.Sections {
		drawn := sectionView{Section: s, Trial: s.Trial.view()}
		for _, f := range s.Figures {
			svg, err := f.inline(figure)
			if err != nil {
				return view{}, fmt.Errorf("chart %s: %w", f.Name, err)
			}
			drawn.Figures = append(drawn.Figures, figureView{SVG: svg, Aside: f.aside(svg)})
		}
		v.Sections = append(v.Sections, drawn)
	}
	return v, nil
}

// view adds the values of the panel as page.js reads them.
func (t *Trial) view() *trialView {
	if t == nil {
		return nil
	}
	return &trialView{Trial: t, Said: t.Said[t.start()], Values: embedded(t)}
}

// start is the position at which the controls begin.
func (t *Trial) start() int {
	at := 0
	for _, c := range t.Controls {
		at = at*len(c.Options) + c.At
	}
	return at
}

// trialValues is what page.js looks up, cells as pairs of value and interval.
type trialValues struct {
	Controls []trialControl  `json:"controls"`
	Said     []string        `json:"said"` // by position
	Rows     [][][][2]string `json:"rows"` // by candidate, position, column after the name
}

// trialControl is what page.js needs of a control.
type trialControl struct {
	ID      string   `json:"id"`
	Options []string `json:"options"`
}

// embedded are the values of a panel as JSON in which no name can end the script
// element: encoding/json writes <, > and & as escapes.
func embedded(t *Trial) template.JS {
	v := trialValues{Said: t.Said, Rows: make([][][][2]string, len(t.Rows))}
	for _, c := range t.Controls {
		v.Controls = append(v.Controls, trialControl{c.ID, c.Options})
	}
	for i, positions := range t.Rows {
		for _, row := range positions {
			line := make([][2]string, len(row))
			for k, c := range row {
				line[k] = [2]string{c.Value, c.Interval}
			}
			v.Rows[i] = append(v.Rows[i], line)
		}
	}
	text, err := json.Marshal(v)
	if err != nil { // of strings only: there is nothing that cannot be written
		return "null"
	}
	return template.JS(text) //nolint:gosec // see above
}

// Last is the last setting; 0 means that there is nothing to slide. The template asks.
func (c Control) Last() int { return len(c.Options) - 1 }

// Chosen is what the control shows at the start. The template asks.
func (c Control) Chosen() string { return c.Options[c.At] }

// Figure says whether column i holds figures: the template asks per cell.
func (t Table) Figure(i int) bool { return i < len(t.Head) && t.Head[i].Figure }
