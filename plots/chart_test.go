package plots

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"holdfast/plots/internal/fixture"
)

func TestEveryCaseIsDrawnAsWellFormedSVG(t *testing.T) {
	for _, c := range append(fixture.Cases(), fixture.WatchedCases()...) {
		for _, chart := range all(t, c) {
			svg, err := chart.SVG()
			if err != nil {
				t.Errorf("%s: %s: %v", c.Fact, chart.Name, err)
				continue
			}
			wellFormed(t, c.Fact+": "+chart.Name, svg)
		}
	}
}

func TestPNGHasTwoPixelsPerUnit(t *testing.T) {
	for _, chart := range all(t, fixture.Case{Fact: "small company", Result: fixture.Company(2, 2, 3)}) {
		raw, err := chart.PNG()
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.DecodeConfig(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%s: %v", chart.Name, err)
		}
		if img.Width != int(2*chart.Width+0.5) || img.Height != int(2*chart.Height+0.5) {
			t.Errorf("%s: %d x %d pixels for %g x %g units", chart.Name, img.Width, img.Height, chart.Width, chart.Height)
		}
	}
}

func TestHostileNamesReachNoFormat(t *testing.T) {
	charts := all(t, fixture.Case{Fact: "hostile names", Result: fixture.Hostile()})
	for _, c := range fixture.WatchedCases() {
		if c.Fact == "hostile names over time" {
			charts = append(charts, all(t, c)...)
		}
	}
	for _, chart := range charts {
		svg, err := chart.SVG()
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(svg, []byte("<script")) {
			t.Errorf("%s: a name became markup", chart.Name)
		}
		for _, text := range []string{string(svg), chart.Title, chart.Alt} {
			printable(t, chart.Name, text)
		}
		if _, err := chart.PNG(); err != nil {
			t.Error(err)
		}
	}
}

func TestChartsAreTheSameBytesOnAnyGOMAXPROCS(t *testing.T) {
	first := render(t)
	for _, procs := range []int{1, 2} {
		old := runtime.GOMAXPROCS(procs)
		again := render(t)
		runtime.GOMAXPROCS(old)
		for i := range first {
			if !bytes.Equal(first[i], again[i]) {
				t.Errorf("file %d differs at GOMAXPROCS %d", i, procs)
			}
		}
	}
}

// Drawn all at once, as the command does; the race detector watches where it runs.
func TestChartsAreTheSameBytesDrawnAllAtOnce(t *testing.T) {
	charts := all(t, fixture.Case{Fact: "company", Result: fixture.Watched(5, 9, 6)})
	var group sync.WaitGroup
	for _, c := range charts {
		for range 2 {
			group.Go(func() {
				svg, err := c.SVG()
				png, err2 := c.PNG()
				if again, err3 := c.PNG(); err != nil || err2 != nil || err3 != nil || len(svg) == 0 || !bytes.Equal(png, again) {
					t.Errorf("%s: drawn beside others it differs, or fails: %v, %v, %v", c.Name, err, err2, err3)
				}
			})
		}
	}
	group.Wait()
}

func TestChartNamesAreUniqueAndInReportOrder(t *testing.T) {
	var names []string
	r := fixture.Watched(4, 9, 20)
	for _, c := range all(t, fixture.Case{Fact: "company", Result: r}) {
		names = append(names, c.Name)
	}
	want := []string{"gains", "money", "value_at_capacity", "lead_time", "decision_curve", "roc", "precision_recall", "cumulative_gains",
		"calibration", "calibration_others", "score_histogram", "bands", "band_transitions", "segment_forest",
		"weights", "weights_over_folds", "rollout", "auc_over_folds", "log_loss_over_folds", "lead", "timetable", "quarters"}
	if !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
}

func TestPicturesWithoutDataAreLeftOut(t *testing.T) {
	spoilt := []string{"undefined numbers", "infinite numbers", "undefined numbers over time", "infinite numbers over time"}
	absent := [2][]string{{"gains", "money", "roc", "auc_over_folds"}, {"value_at_capacity", "lead_time", "bands", "segment_forest"}}
	for _, c := range append(fixture.Cases(), fixture.WatchedCases()...) {
		i := slices.Index(spoilt, c.Fact)
		if i < 0 {
			continue
		}
		for _, chart := range all(t, c) {
			if slices.Contains(absent[i/2], chart.Name) {
				t.Errorf("%s: %s was drawn", c.Fact, chart.Name)
			}
		}
	}
}

func TestNilResultAndZeroChartAreErrors(t *testing.T) {
	if _, err := All(nil); err == nil {
		t.Error("All(nil) drew something")
	}
	if _, err := (Chart{}).SVG(); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("SVG of the zero chart: %v", err)
	}
	if _, err := (Chart{}).PNG(); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("PNG of the zero chart: %v", err)
	}
}

func TestSVGNamesFontsThatBrowsersHaveAndNothingOutside(t *testing.T) {
	for _, chart := range all(t, fixture.Case{Fact: "company", Result: fixture.Company(4, 9, 20)}) {
		svg, err := chart.InlineSVG()
		if err != nil {
			t.Fatal(err)
		}
		text := string(svg)
		if strings.Contains(text, `font-family:Liberation Sans;`) || !strings.Contains(text, "Arial,Helvetica,sans-serif") {
			t.Errorf("%s: a label names only the Liberation font", chart.Name)
		}
		for _, bad := range []string{"http", "href", "src=", "url(", "<?xml", "<!--"} {
			if strings.Contains(text, bad) {
				t.Errorf("%s holds %q", chart.Name, bad)
			}
		}
	}
}

func all(t *testing.T, c fixture.Case) []Chart {
	t.Helper()
	charts, err := All(c.Result)
	if err != nil {
		t.Fatalf("%s: %v", c.Fact, err)
	}
	return charts
}

func render(t *testing.T) [][]byte {
	var files [][]byte
	for _, chart := range all(t, fixture.Case{Fact: "company", Result: fixture.Watched(3, 4, 6)}) {
		svg, err := chart.SVG()
		if err != nil {
			t.Fatal(err)
		}
		raster, err := chart.PNG()
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, svg, raster)
	}
	return files
}

// wellFormed parses the SVG; coordinates must be numbers.
func wellFormed(t *testing.T, what string, svg []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			if a.Name.Local != "aria-label" && (strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf")) {
				t.Errorf("%s: <%s %s=%q>", what, start.Name.Local, a.Name.Local, a.Value)
			}
		}
	}
}

func printable(t *testing.T, what, text string) {
	t.Helper()
	if !utf8.ValidString(text) {
		t.Errorf("%s is not valid UTF-8", what)
	}
	for _, r := range text {
		if !unicode.IsPrint(r) && r != '\n' && r != '\t' {
			t.Errorf("%s holds %U", what, r)
		}
	}
}
