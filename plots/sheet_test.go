package plots

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
	"gonum.org/v1/plot/vg/vgsvg"

	"holdfast/backtest"
	"holdfast/plots/internal/fixture"
)

// What a candidate has in a chart is in groups with its name: all of them in the charts of
// all, champion and challenger in those of the two.
func TestGroupsNameTheCandidatesOfTheirChart(t *testing.T) {
	r := fixture.Watched(5, 9, 6)
	everybody := []string{"baseline", "logistic", "logistic_3", "today", "vendor"}
	fitted, two := []string{"logistic", "logistic_3", "today", "vendor"}, []string{"logistic_3", "today"}
	want := map[string][]string{
		"gains": {"baseline", "logistic", "logistic_3", "vendor"}, "money": everybody, "value_at_capacity": everybody, "lead_time": fitted,
		"decision_curve": everybody, "roc": everybody, "precision_recall": everybody, "cumulative_gains": everybody,
		"calibration": two, "calibration_others": {"baseline", "logistic", "vendor"}, "score_histogram": two,
		"bands": fitted, "band_transitions": two, "auc_over_folds": everybody, "log_loss_over_folds": everybody, "lead": everybody,
	}
	for _, chart := range all(t, fixture.Case{Fact: "company", Result: r}) {
		names, _ := groupsOf(t, chart)
		if !slices.Equal(names, want[chart.Name]) {
			t.Errorf("%s: groups of %q, want %q", chart.Name, names, want[chart.Name])
		}
	}
}

func TestMarksTellTheirValues(t *testing.T) {
	r := fixture.Watched(4, 5, 6)
	for _, c := range []struct {
		picture func(*backtest.Result) (Chart, error)
		number  int // of titles; 0: several along each line
		want    string
	}{
		{Money, 4 * 3, "today, 10% saved: 200,722 (144,578 to 256,866)"},
		{Gains, 3, "vendor: +0.0138 (+0.0021 to +0.0256), too close to call"},
		{Quarters, 12, "Q3 2023: 44 of 380 churned (11.6%)"},
		{Leads, 4 * 3, "today: AUC 0.780 (0.760 to 0.800) at 30 days"},
		{Calibration, 2 * 10, "2.0% predicted, 1.6% observed (6 of 370)"},
		{Bands, 3 * 3, "red: 23.4% (20.1% to 27.1%) churned, 130 of 555, 22% of all churn"},
		{BandTransitions, 2 * 9, "green to yellow 13.0% (1,170)"},
		{SegmentForest, 4, "starter: −0.0050 (−0.0350 to +0.0250), too close to call, 14 churned of 117"},
		{Rollout, 5, "green to red: 258,000, 12 accounts"},
		{metricOverFolds(backtest.AUC), 4 * 4, "vendor, 2023-07-01: AUC 0.774 (0.704 to 0.844)"},
		{ROC, 0, "today: 0% of the churners found with 0% of those who stayed on the list"},
		{CumulativeGains, 0, "vendor: 14% of the churners are in the top 5%"},
		{PrecisionRecall, 0, "baseline: 13% of the list churned when 100% of the churners are on it"},
		{Decision, 0, "today: 11.8 per 100 accounts, working from 1% on"},
		{LeadTime, 0, "vendor: 90% had been yellow or red 0 days before"},
		{ValueAtCapacity, 0, "today: 0 with 0 accounts worked in a period"},
	} {
		chart, err := c.picture(r)
		if err != nil {
			t.Fatal(err)
		}
		_, titles := groupsOf(t, chart)
		if c.number > 0 && len(titles) != c.number || len(titles) < 8 && c.number == 0 {
			t.Errorf("%s: %d marks tell something, want %d", chart.Name, len(titles), c.number)
		}
		if !slices.Contains(titles, c.want) {
			t.Errorf("%s: %q is not among %q", chart.Name, c.want, titles)
		}
	}
}

// The paths and texts of a sheet are those of one drawing of vgsvg, in its order, but for
// the glass of the tips.
func TestGroupsChangeNothingThatIsDrawn(t *testing.T) {
	extra := regexp.MustCompile(`<g data-candidate="[^"]*">\n|<g><title>[^<]*</title>\n|<path d="[^"]*" style="fill:#FFFFFF;fill-opacity:0\.0039216" />\n|</g>\n|</svg>\n`)
	for _, chart := range all(t, fixture.Case{Fact: "company", Result: fixture.Watched(4, 5, 6)}) {
		plain := vgsvg.New(vg.Length(chart.Width), vg.Length(chart.Height))
		chart.paint(draw.New(plain))
		var want bytes.Buffer
		if _, err := plain.WriteTo(&want); err != nil {
			t.Fatal(err)
		}
		paper := newSheet(chart.Width, chart.Height)
		chart.paint(draw.New(paper))
		got, err := paper.elements()
		if err != nil {
			t.Fatal(err)
		}
		_, drawn, _ := strings.Cut(want.String(), "xlink\">\n")
		if a, b := extra.ReplaceAllString(string(got), ""), extra.ReplaceAllString(drawn, ""); a != b {
			t.Errorf("%s: %d bytes on a sheet, %d in one drawing", chart.Name, len(a), len(b))
		}
	}
}

// A PNG has no pointer: nothing is laid over its lines.
func TestTipsAreForSheetsOnly(t *testing.T) {
	var rec recorder.Canvas
	tips(draw.NewCanvas(&rec, 100, 100), []tip{{vg.Point{X: 50, Y: 50}, "a value"}})
	if len(rec.Actions) > 0 {
		t.Errorf("%d actions on a canvas without groups", len(rec.Actions))
	}
}

func TestTipsKeepTheirDistanceAndStayInThePlot(t *testing.T) {
	paper := newSheet(100, 100)
	var list []tip
	for x := range 140 { // the last 40 beyond the edge
		list = append(list, tip{vg.Point{X: vg.Length(x), Y: 50}, "a value"})
	}
	tips(draw.New(paper), list)
	got, err := paper.elements()
	if err != nil {
		t.Fatal(err)
	}
	// At 0, 24, 48, 72 and 96.
	if n := strings.Count(string(got), "<title>"); n != 5 {
		t.Errorf("%d tips on 100 units, want 5", n)
	}
}

func TestNamesInGroupsAreClean(t *testing.T) {
	paper := newSheet(10, 10)
	ofCandidate(draw.New(paper), "a\x00\u202e\"<b>\n&c", func() {})
	telling(draw.New(paper), "<script>\x1b", func() {})
	got, err := paper.elements()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<g data-candidate="a&#34;&lt;b&gt; &amp;c">`, `<title>&lt;script&gt;</title>`} {
		if !strings.Contains(string(got), want) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
}

// groupsOf returns the candidates that have groups, sorted, and every title.
func groupsOf(t *testing.T, chart Chart) (names, titles []string) {
	t.Helper()
	svg, err := chart.SVG()
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", chart.Name, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range start.Attr {
			if a.Name.Local == "data-candidate" {
				names = append(names, a.Value)
			}
		}
		if start.Name.Local == "title" {
			var text string
			if err := d.DecodeElement(&text, &start); err != nil {
				t.Fatal(err)
			}
			titles = append(titles, text)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), titles
}
