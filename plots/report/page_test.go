package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"holdfast/backtest"
	"holdfast/plots"
	"holdfast/plots/internal/fixture"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

func TestReportTextIsAsReviewed(t *testing.T) {
	for name, r := range map[string]*backtest.Result{
		"promote": fixture.Company(3, 3, 4), "baseline_alone": fixture.Company(1, 1, 0), "hold": held(),
	} {
		got := readable(write(t, r))
		path := filepath.Join("testdata", name+".golden")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v; run the test with -update and review the file", err)
		}
		if got != string(want) {
			t.Errorf("%s differs from %s at %q; run with -update and review the change", name, path, firstDifference(got, string(want)))
		}
	}
}

func TestEveryCaseIsReportedWithoutReferencesToTheOutside(t *testing.T) {
	for _, c := range append(fixture.Cases(), fixture.WatchedCases()...) {
		page := write(t, c.Result)
		for _, bad := range []string{"http://", "https://", "src=", "<link", "@import", "url(", "ZgotmplZ", "NaN", "%!"} {
			if strings.Contains(page, bad) {
				t.Errorf("%s: the page holds %q", c.Fact, bad)
			}
		}
		if n := strings.Count(page, "<script"); n != 1+strings.Count(page, `<script type="application/json"`) {
			t.Errorf("%s: %d scripts, want the one of the page", c.Fact, n)
		}
		balanced(t, c.Fact, page)
	}
}

func TestHostileNamesStayText(t *testing.T) {
	page := write(t, fixture.Hostile())
	if !utf8.ValidString(page) {
		t.Error("the page is not valid UTF-8")
	}
	for _, r := range page {
		if r != '\n' && r != '\t' && !unicode.IsPrint(r) {
			t.Fatalf("the page holds %U", r)
		}
	}
	if !strings.Contains(page, "&lt;script&gt;") {
		t.Error("the name is not shown at all")
	}
	if strings.Contains(page, "<script>alert") {
		t.Error("the name became markup")
	}
}

func TestReportIsTheSameBytesOnAnyGOMAXPROCS(t *testing.T) {
	first := write(t, furtherTargets(told()))
	for _, procs := range []int{1, 2} {
		old := runtime.GOMAXPROCS(procs)
		again := write(t, furtherTargets(told()))
		runtime.GOMAXPROCS(old)
		if again != first {
			t.Errorf("the page differs at GOMAXPROCS %d", procs)
		}
	}
}

func TestSectionsStandInTheOrderOfTheReadersQuestions(t *testing.T) {
	page, last := write(t, furtherTargets(told())), 0
	for _, id := range []string{
		"verdict", "capacity", "warning", "alerts", "ranking", "calibration", "bands", "segments", "weights", "rollout", "targets",
		"folds", "immature", "touched", "data", "method",
	} {
		at := strings.Index(page, `<section id="`+id+`"`)
		if at <= last {
			t.Errorf("section %s is missing or out of place", id)
		}
		last = at
	}
}

func TestEveryChartIsOnThePageOnceWithItsWords(t *testing.T) {
	r := fixture.Company(4, 9, 20)
	charts, err := plots.All(r)
	if err != nil {
		t.Fatal(err)
	}
	page := write(t, r)
	if n := strings.Count(page, "<svg "); n != len(charts) {
		t.Errorf("%d pictures for %d charts", n, len(charts))
	}
	if n := strings.Count(page, `role="img" aria-label="`); n != len(charts) {
		t.Errorf("%d pictures of %d have alternative text", n, len(charts))
	}
}

func TestTablesAreReadableByEar(t *testing.T) {
	page := write(t, fixture.Company(4, 9, 20))
	tables := strings.Count(page, "<table>")
	if n := strings.Count(page, "<caption>"); n != tables {
		t.Errorf("%d captions for %d tables", n, tables)
	}
	if rows, heads := strings.Count(page, "<tr"), strings.Count(page, `<th scope="row">`); heads != rows-tables {
		t.Errorf("%d row headers for %d rows", heads, rows-tables)
	}
	if strings.Contains(page, "<th>") {
		t.Error("a header has no scope")
	}
}

func TestChampionIsMarkedAndBaselineIsLast(t *testing.T) {
	r := fixture.Company(4, 3, 4)
	r.Candidates[1], r.Candidates[3] = r.Candidates[3], r.Candidates[1] // the baseline in the middle
	rows := metricTable(r, "", nil).Rows
	if got := rows[0].Cells[0].Value; got != "today (champion)" {
		t.Errorf("the first row is %q", got)
	}
	if got := rows[3].Cells[0].Value; got != "baseline" {
		t.Errorf("the last row is %q", got)
	}
}

func TestDifferenceThatSpansZeroHasATilde(t *testing.T) {
	for _, c := range []struct {
		low, gain, high float64
		want            string
	}{{-0.01, 0.002, 0.014, "~ +0.0020"}, {0.001, 0.002, 0.003, "+0.0020"}, {-0.03, -0.02, -0.01, "−0.0200"}} {
		if got := gain(backtest.Comparison{Metric: backtest.LogLoss, Gain: c.gain, Low: c.low, High: c.high}); got != c.want {
			t.Errorf("gain of %v in [%v, %v] is %q, want %q", c.gain, c.low, c.high, got, c.want)
		}
	}
	if got := difference(backtest.Capture, 0.031); got != "+3.1 pp" {
		t.Errorf("a difference of shares is %q", got)
	}
}

func TestCountsOfTheLabelClockAddUp(t *testing.T) {
	c := fixture.Company(1, 1, 0).Data.Counts
	if sum := c.Mature + c.Immature + c.NotAtRisk + c.NoSnapshot + c.Stale + c.Unknown + c.Incomplete; sum != c.Total {
		t.Fatalf("the fixture counts %d of %d", sum, c.Total)
	}
	page := write(t, fixture.Company(1, 1, 0))
	for _, want := range []string{"too early to tell", "not at risk", "no snapshot", "stale snapshot", "unknown outcome", "incomplete"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestNoResultAndFailingWriterAreErrors(t *testing.T) {
	if err := Write(&bytes.Buffer{}, Page{}); err == nil {
		t.Error("a page without a result was written")
	}
	if err := Write(broken{}, Page{Result: fixture.Company(1, 1, 0)}); !errors.Is(err, errDisk) {
		t.Errorf("a failing disk gives %v", err)
	}
	var out bytes.Buffer
	if err := Write(&out, Page{Result: fixture.Company(1, 1, 0), Charts: make([]plots.Chart, 1)}); err == nil || out.Len() > 0 {
		t.Errorf("a chart that cannot be drawn gives %v and %d bytes", err, out.Len())
	}
}

var errDisk = errors.New("no space left")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errDisk }

func write(t *testing.T, r *backtest.Result) string {
	t.Helper()
	charts, err := plots.All(r)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Write(&out, Page{Result: r, Charts: charts, Version: "0.1.0", ConfigName: "holdfast.yaml"}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func held() *backtest.Result {
	r := fixture.Company(4, 3, 15)
	r.Verdict.Decision = backtest.Hold
	r.Verdict.Headline = "Hold: no challenger beats today."
	r.Verdict.Gates[0].Passed = false
	r.Verdict.Gates[0].Value = -0.0021
	return r
}

// readable is what is left of a page for a reader without pictures and style: a
// line per paragraph, heading and row.
func readable(page string) string {
	for _, drop := range []string{`(?s)<style>.*?</style>`, `(?s)<script.*?</script>`, `(?s)<svg .*?</svg>`, `(?s)<nav.*?</nav>`} {
		page = regexp.MustCompile(drop).ReplaceAllString(page, "")
	}
	page = regexp.MustCompile(`</(th|td)><`).ReplaceAllString(page, " | <")
	page = regexp.MustCompile(`</?(dt|dd)>`).ReplaceAllString(page, "\n")
	page = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, "")
	page = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#39;", "'", "&#43;", "+", "&amp;", "&").Replace(page)
	var lines []string
	for _, line := range strings.Split(page, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

func firstDifference(got, want string) string {
	lines := strings.Split(want, "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(lines) || line != lines[i] {
			return line
		}
	}
	return "the end"
}

// balanced reads the page as HTML whose elements all end.
func balanced(t *testing.T, fact, page string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!DOCTYPE html>")))
	d.Strict = false
	d.AutoClose = []string{"meta"}
	d.Entity = xml.HTMLEntity
	depth := 0
	for {
		token, err := d.Token()
		if err != nil {
			if depth != 0 {
				t.Errorf("%s: %v at depth %d", fact, err, depth)
			}
			return
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
}
