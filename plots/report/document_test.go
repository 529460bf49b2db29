package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/plots"
	"holdfast/plots/internal/fixture"
)

// saved is a document after it was written and read, and the pictures of its run.
func saved(t *testing.T, p Page) (*Document, pictures) {
	t.Helper()
	d, drawn, err := p.compose()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := json.NewEncoder(&file).Encode(d); err != nil {
		t.Fatal(err)
	}
	back, err := Read(&file)
	if err != nil {
		t.Fatal(err)
	}
	return back, drawn
}

// pageOf is the page that write draws.
func pageOf(t *testing.T, r *backtest.Result) Page {
	t.Helper()
	charts, err := plots.All(r)
	if err != nil {
		t.Fatal(err)
	}
	return Page{Result: r, Charts: charts, Version: "0.1.0", ConfigName: "holdfast.yaml"}
}

func TestSavedDocumentGivesTheSamePage(t *testing.T) {
	list := append(append(fixture.Cases(), fixture.WatchedCases()...), fixture.Case{Fact: "everything is known", Result: furtherTargets(told())}, fixture.Case{Fact: "a panel of sliders", Result: withWorth(fixture.Company(4, 5, 6))})
	for _, c := range list {
		d, drawn := saved(t, pageOf(t, c.Result))
		var page strings.Builder
		if err := d.Write(&page, drawn.find); err != nil {
			t.Fatalf("%s: %v", c.Fact, err)
		}
		if want := write(t, c.Result); page.String() != want {
			t.Errorf("%s: the page of the saved document differs at %q", c.Fact, firstDifference(page.String(), want))
		}
	}
}

func TestForeignPictureIsRefusedByName(t *testing.T) {
	d, drawn := saved(t, pageOf(t, fixture.Company(4, 5, 6)))
	for fact, figure := range map[string]func(string) ([]byte, error){
		"one byte more": func(name string) ([]byte, error) {
			svg, err := drawn.find(name)
			if name == "roc" {
				svg = append(bytes.Clone(svg), '\n')
			}
			return svg, err
		},
		"no such file": func(name string) ([]byte, error) {
			if name == "roc" {
				return nil, errDisk
			}
			return drawn.find(name)
		},
	} {
		var page strings.Builder
		err := d.Write(&page, figure)
		if err == nil || !strings.Contains(err.Error(), "chart roc") || page.Len() > 0 {
			t.Errorf("%s: error %v and %d bytes", fact, err, page.Len())
		}
		if fact == "no such file" && !errors.Is(err, errDisk) {
			t.Errorf("the reason is lost: %v", err)
		}
	}
}

// Whoever can change a picture can change its hash in the document too.
func TestPictureThatDoesMoreThanDrawIsRefused(t *testing.T) {
	const head = "<svg" + namespace + ">"
	for fact, svg := range map[string]string{
		"a script":                   head + "<script>alert(1)</script></svg>",
		"an event":                   head + `<g onclick="alert(1)"/></svg>`,
		"a link":                     head + `<g xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/passwd"/></svg>`,
		"a style that loads":         head + `<g style="fill:URL(x)"/></svg>`,
		"HTML in the drawing":        head + "<foreignObject/></svg>",
		"HTML after the drawing":     head + "</svg><h1>Promote</h1>",
		"text after the drawing":     head + "</svg>Promote",
		"a drawing in the drawing":   head + "<svg/></svg>",
		"a comment":                  head + "<!-- --><g/></svg>",
		"a section of raw text":      head + "<title><![CDATA[<h1>]]></title></svg>",
		"an instruction":             head + "<?php ?></svg>",
		"an end that is not there":   head + "<g>",
		"no drawing":                 "<p>Promote</p>",
		"nothing":                    "",
		"a drawing without its name": "<svg></svg>",
	} {
		d := &Document{Format: Format, Sections: []Section{{ID: "ranking", Figures: []Figure{{Name: "roc", SHA256: digest([]byte(svg))}}}}}
		var page strings.Builder
		if err := d.Write(&page, func(string) ([]byte, error) { return []byte(svg), nil }); err == nil || !strings.Contains(err.Error(), "chart roc") {
			t.Errorf("%s: %v", fact, err)
		}
	}
}

func TestTextOfADocumentStaysText(t *testing.T) {
	bad := `</title></style></script>"><script>alert(1)</script><!--`
	d := &Document{
		Format: Format, Title: bad, Footer: bad, Banner: Banner{bad, bad, bad}, Choices: []Choice{{bad, bad, bad}},
		Sections: []Section{{
			ID: bad, Title: bad, Lead: bad, Text: []string{bad}, Notes: []string{bad},
			Trial: &Trial{
				Controls: []Control{{ID: bad, Label: bad, Options: []string{bad}}},
				Said:     []string{bad}, Rows: [][][]Cell{{{{bad, bad}}}},
			},
			Tables:  []Table{{Caption: bad, Head: []Column{{Name: bad}}, Rows: []Row{{bad, bad, []Cell{{bad, bad}}}}}},
			Details: []Detail{{Summary: bad, Text: []string{bad}, Terms: []Term{{bad, bad}}}},
		}},
	}
	var page strings.Builder
	if err := d.Write(&page, nil); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "<script>alert") || strings.Contains(page.String(), "ZgotmplZ") {
		t.Error("a text of the document became markup")
	}
	if n := strings.Count(page.String(), "<script"); n != 2 { // the page's own and its values
		t.Errorf("%d scripts", n)
	}
}

func TestDocumentThatCannotBeDrawnIsRefused(t *testing.T) {
	for _, c := range []struct{ fact, file, want string }{
		{"a newer format", `{"format": 2}`, "use a newer holdfast"},
		{"no format", `{}`, "no format of a saved report"},
		{"not JSON", `<html>`, "not a saved report"},
		{"two documents", `{"format": 1}{"format": 1}`, "followed by something else"},
		{"a chart elsewhere", `{"format": 1, "sections": [{"id": "s", "figures": [{"name": "../../etc/passwd"}]}]}`, "not the name of a chart"},
		{"a control beyond its end", `{"format": 1, "sections": [{"trial": {"controls": [{"options": ["1"], "at": 1}], "said": [""]}}]}`, "starts at setting 1 of 1"},
		{"a control of nothing", `{"format": 1, "sections": [{"trial": {"controls": [{"at": 0}]}}]}`, "starts at setting 0 of 0"},
		{"a setting without a sentence", `{"format": 1, "sections": [{"trial": {"controls": [{"options": ["1", "2"]}], "said": [""]}}]}`, "sentences for 1"},
		{"a setting without values", `{"format": 1, "sections": [{"trial": {"controls": [{"options": ["1"]}], "said": [""], "rows": [[]]}}]}`, "values for 0"},
	} {
		if _, err := Read(strings.NewReader(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", c.fact, err, c.want)
		}
	}
}

// A document that can be read can be drawn or is refused: it is never a panic, and
// nothing of it is markup.
func FuzzRead(f *testing.F) {
	d, err := Build(Page{Result: withWorth(fixture.Company(3, 2, 2))})
	if err != nil {
		f.Fatal(err)
	}
	whole, err := json.Marshal(d)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add([]byte(`{"format": 1, "sections": [{"id": "</script>", "trial": {"controls": [{"options": ["1"]}], "said": [""]}}]}`))
	f.Add([]byte(`{"format": 1, "sections": null}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		d, err := Read(bytes.NewReader(file))
		if err != nil {
			return
		}
		var page strings.Builder
		if err := d.Write(&page, pictures{}.find); err == nil && strings.Count(page.String(), "<script>") != 1 {
			t.Errorf("%q has a script of its own", file)
		}
	})
}
