package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Format is the number of the form that a saved [Document] has: [Read] refuses a greater one.
const Format = 1

// Document is a report before it is drawn: plain data, which JSON keeps as it is.
// [Build] makes it of a backtest, [Read] of what was saved. All of it is text; only
// the pictures are markup, and they are not in it but named, each with its hash. What Build
// made is clean (words.Clean); of what was read only what check looks at is known, and the
// template escapes the rest.
type Document struct {
	Format int    `json:"format"` // 1 to [Format]; 0 is no document
	Title  string `json:"title"`
	Banner Banner `json:"banner"`

	// Choices are the candidates that the reader may show or hide, as a reader expects
	// them: nil where there are fewer than two.
	Choices []Choice `json:"choices,omitempty"`

	// Sections are in the order in which they are read. Their IDs differ.
	Sections []Section `json:"sections"`

	Footer string `json:"footer"`
}

// Banner is the verdict at the top of the page.
type Banner struct {
	Word     string `json:"word"`  // "Promote"
	Class    string `json:"class"` // colours it: "promote", "hold" or "wait"
	Headline string `json:"headline"`
}

// Choice is a candidate that the reader may show or hide.
type Choice struct {
	Candidate string `json:"candidate"` // its number, as in Row.Candidate
	Name      string `json:"name"`
	Series    string `json:"series"` // data-candidate of its marks in the pictures
}

// Section is one question and its answer, in the order of its fields.
type Section struct {
	ID      string   `json:"id"`                // fragment identifier; figures find their section by it
	Title   string   `json:"title"`             // the question
	Lead    string   `json:"lead"`              // the answer in one sentence without statistics; empty: nothing to say
	Text    []string `json:"text,omitempty"`    // further paragraphs
	Trial   *Trial   `json:"trial,omitempty"`   // sliders; nil: none
	Figures []Figure `json:"figures,omitempty"` // before the tables
	Tables  []Table  `json:"tables,omitempty"`
	Notes   []string `json:"notes,omitempty"`   // footnotes
	Details []Detail `json:"details,omitempty"` // fold-outs
}

// Figure names a chart of the run. The picture itself is asked for when the page is written.
type Figure struct {
	Name    string `json:"name"` // of the chart: its file stem, and no path
	Caption string `json:"caption"`
	Alt     string `json:"alt"`
	SHA256  string `json:"sha256"` // of the bytes of [plots.Chart.SVG], in hexadecimal digits
}

// Detail is a fold-out for readers who want to know more.
type Detail struct {
	Summary string   `json:"summary"`
	Text    []string `json:"text,omitempty"`
	Terms   []Term   `json:"terms,omitempty"`
	Tables  []Table  `json:"tables,omitempty"`
}

// Term is an entry of a glossary.
type Term struct {
	Name    string `json:"name"`
	Meaning string `json:"meaning"`
}

// Table is a table of the page. The first cell of each row is its header. A row has as many
// cells as the head has columns; without rows there is nothing to show, and sections leave it
// out.
type Table struct {
	Caption string   `json:"caption"`
	Head    []Column `json:"head"`
	Rows    []Row    `json:"rows"`
}

// Column heads a column; figures are set flush right, in digits of equal width.
type Column struct {
	Name      string `json:"name"`
	Figure    bool   `json:"figure,omitempty"`
	Candidate string `json:"candidate,omitempty"` // whom the column is about, as in Row.Candidate
}

// Row is a line of a table, in the order of its head.
type Row struct {
	Class     string `json:"class,omitempty"`     // "champion", "passed", …: see page.css
	Candidate string `json:"candidate,omitempty"` // whom the row is about, a number for page.js; empty: nobody in particular
	Cells     []Cell `json:"cells"`
}

// Cell is a value with, beneath it and smaller, its interval, or another remark. Numbers are as
// package words writes them; page.js reads them back to sort by.
type Cell struct {
	Value    string `json:"value"`
	Interval string `json:"interval,omitempty"`
}

// Trial is the panel in which a reader tries other capacities, save rates and contact
// costs. The page carries the answer to every setting, in words, so that what the
// sliders show is what the report says elsewhere, rounded and grouped alike. A position
// counts through the settings of the controls like the digits of a number, the last
// control fastest: with 3 capacities, 4 save rates and 2 costs, capacity 1, rate 2 and cost 0
// (all from 0) are at position (1*4 + 2)*2 + 0 = 12 of 24.
type Trial struct {
	Controls []Control  `json:"controls"`
	Said     []string   `json:"said"`  // a sentence by position
	Rows     [][][]Cell `json:"rows"`  // by candidate, position and column after the name
	Table    Table      `json:"table"` // as it is at first
}

// Control is a slider over a few settings.
type Control struct {
	ID      string   `json:"id"`
	Label   string   `json:"label"`
	Options []string `json:"options"` // what it shows at each setting
	At      int      `json:"at"`      // where it starts
}

// Read reads a document that was saved as JSON, to its end. The error says in words what is
// wrong: it is no such document, it is of a newer format, something follows it, or it names a
// chart by a path or has a panel without values, so that it cannot be drawn. Its pictures are
// looked at when it is written.
func Read(r io.Reader) (*Document, error) {
	var d Document
	in := json.NewDecoder(r)
	if err := in.Decode(&d); err != nil {
		return nil, fmt.Errorf("report: this is not a saved report: %w", err)
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("report: a saved report is followed by something else; the file is damaged")
	}
	return &d, d.check()
}
