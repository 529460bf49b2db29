package plots

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
	"pgregory.net/rapid"

	"holdfast/backtest"
	"holdfast/backtest/health"
	"holdfast/backtest/metrics"
	"holdfast/backtest/monitor"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
	"holdfast/plots/internal/fixture"
)

// canvasOf is a canvas that remembers, of a hundred units.
func canvasOf(rec *recorder.Canvas) draw.Canvas { return draw.NewCanvas(rec, 100, 100) }

// fills are the corners of every filled shape, in the order of painting.
func fills(rec *recorder.Canvas) [][]vg.Point {
	var shapes [][]vg.Point
	for _, action := range rec.Actions {
		if f, ok := action.(*recorder.Fill); ok {
			var shape []vg.Point
			for _, c := range f.Path {
				if c.Type == vg.MoveComp || c.Type == vg.LineComp {
					shape = append(shape, c.Pos)
				}
			}
			shapes = append(shapes, shape)
		}
	}
	return shapes
}

// identity takes data for places.
func identity(v float64) vg.Length { return vg.Length(v) }

func TestOnlyWhatHasNothingToDrawIsLeftOut(t *testing.T) {
	named := func(name string) func(int) (Chart, error) {
		return func(int) (Chart, error) { return Chart{Name: name}, nil }
	}
	empty := func(int) (Chart, error) { return Chart{}, nothing("b", "why") }
	charts, err := pictures(1, named("a"), empty, named("c"))
	if err != nil || len(charts) != 2 || charts[0].Name != "a" || charts[1].Name != "c" {
		t.Errorf("%v, %v", charts, err)
	}
	broken := errors.New("broken")
	if _, err := pictures(1, named("a"), func(int) (Chart, error) { return Chart{}, broken }, named("c")); !errors.Is(err, broken) {
		t.Errorf("another error is passed over: %v", err)
	}
	if _, err := empty(0); err.Error() != "plots: b: nothing to draw: why" {
		t.Errorf("the error is %q", err)
	}
}

func TestACanvasIsCutIntoTwoThatTouch(t *testing.T) {
	var rec recorder.Canvas
	left, right := columns(canvasOf(&rec), 30)
	if left.Min.X != 0 || left.Max.X != 30 || right.Min.X != 30 || right.Max.X != 100 || left.Max.Y != 100 || right.Min.Y != 0 {
		t.Errorf("%v and %v", left.Rectangle, right.Rectangle)
	}
	tall := draw.NewCanvas(&rec, 600, 600)
	if s := square(tall); s.Max.Y-s.Min.Y != squareSide || s.Max.Y != 600 {
		t.Errorf("a square of %v", s.Rectangle)
	}
	if s := square(canvasOf(&rec)); s.Max.Y-s.Min.Y != 100 {
		t.Errorf("a low canvas became %v", s.Rectangle)
	}
}

func TestAnOutlineIsClosedAndAPolygonIsNot(t *testing.T) {
	var rec recorder.Canvas
	outline(canvasOf(&rec), solid(ink, 1), 10, 20, 30, 40)
	points := strokes(&rec)
	if len(points) != 5 || points[0] != points[4] || points[2] != (vg.Point{X: 30, Y: 40}) {
		t.Errorf("%v", points)
	}
	if c := corners(10, 20, 30, 40); len(c) != 4 {
		t.Errorf("a rectangle with corners %v", c)
	}
}

// A ribbon runs along the lower curve and back along the upper one.
func TestARibbonIsFilledBetweenItsCurves(t *testing.T) {
	var rec recorder.Canvas
	ribbon(canvasOf(&rec), []spot{{10, 10}, {50, 20}}, []spot{{10, 30}, {50, 60}}, shade(ink), identity, identity)
	want := []vg.Point{{X: 10, Y: 10}, {X: 50, Y: 20}, {X: 50, Y: 60}, {X: 10, Y: 30}}
	if got := fills(&rec); len(got) != 1 || !slices.Equal(got[0][:4], want) {
		t.Errorf("%v, want %v", got, want)
	}
	rec.Reset()
	ribbon(canvasOf(&rec), []spot{{10, 10}}, []spot{{10, 30}}, shade(ink), identity, identity)
	if got := fills(&rec); len(got) != 0 {
		t.Errorf("one place has an area: %v", got)
	}
}

func TestTheChampionIsDrawnLastAndTheOthersInTheirOrder(t *testing.T) {
	entries := []entry{{name: "a"}, {trace: trace{champion: true}, name: "b"}, {name: "c"}}
	if got := championLast(entries); !slices.Equal(got, []int{0, 2, 1}) {
		t.Errorf("%v", got)
	}
	if got := championLast(nil); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestThinningKeepsShortCurvesAndDropsWhatHasNoPlace(t *testing.T) {
	short := []spot{{0, 0}, {1e-9, 1e-9}}
	if got := thin(short); !slices.Equal(got, short) {
		t.Errorf("%v", got)
	}
	if got := thin([]spot{{0, 0}, {math.NaN(), 0.5}, {0.5, math.Inf(1)}, {0.0001, 0.0001}, {0.5, 0.5}, {1, 1}}); !slices.Equal(got, []spot{{0, 0}, {0.5, 0.5}, {1, 1}}) {
		t.Errorf("%v", got)
	}
}

func TestADrawingWithoutItsOuterGroupIsAnError(t *testing.T) {
	for _, file := range []string{"", "<svg >", "<svg ><g x>", "no picture"} {
		s := newSheet(10, 10)
		s.keep([]byte(file))
		if s.err == nil {
			t.Errorf("%q was taken", file)
		}
	}
	s := newSheet(10, 10)
	s.keep([]byte("<?xml?><svg a><g b>\n<path/></g></svg>"))
	if s.err != nil || s.body.String() != "<path/>" || string(s.origin) != "<g b>" {
		t.Errorf("%q in %q: %v", s.body.String(), s.origin, s.err)
	}
}

func TestWordsOfAChartAreAttributesOfItsSVG(t *testing.T) {
	c := Chart{Title: `a "b" <c>`, Alt: "d & e\nf", Width: 10, Height: 20}
	got := string(c.dress([]byte(`<text style="font-family:Liberation Sans;x"/>`), ""))
	if !strings.HasPrefix(got, `<svg width="10" height="20" viewBox="0 0 10 20" role="img" aria-label="a &#34;b&#34; &lt;c&gt;. d &amp; e&#xA;f">`) {
		t.Errorf("%s", got)
	}
	if !strings.Contains(got, "'Liberation Sans',Arial") || !bytes.HasSuffix([]byte(got), []byte("</svg>\n")) {
		t.Errorf("%s", got)
	}
}

func TestMonthsAreCountedFromJanuary(t *testing.T) {
	from, to := dataset.NewDate(2024, 11, 15), dataset.NewDate(2026, 2, 1)
	for n, want := range map[int][]string{3: {"Jan 2025", "Apr 2025", "Jul 2025", "Oct 2025", "Jan 2026"}, 6: {"Jan 2025", "Jul 2025", "Jan 2026"}, 12: {"Jan 2025", "Jan 2026"}} {
		var got []string
		for _, tick := range monthStarts(from, to, n) {
			got = append(got, tick.Label)
		}
		if !slices.Equal(got, want) {
			t.Errorf("every %d months: %v, want %v", n, got, want)
		}
	}
}

// Numbers lie at their values, rows without one left of them, levels side by side.
func TestPointsOfAnEffectHaveTheirPlaces(t *testing.T) {
	at, ticks := places(effect("usage", 0.1, 0.2, 3))
	if !slices.Equal(at[:3], []float64{0, 1, 2}) || !(at[3] < 0) || ticks[len(ticks)-1].Label != "none" || ticks[len(ticks)-1].Value != at[3] {
		t.Errorf("numbers at %v, ticks %v", at, ticks)
	}
	plan := levels("plan", 0.1, 0.2)
	plan.Points = append(plan.Points, models.EffectPoint{Level: features.MissingLevel, Value: models.Undefined(), P: 0.1})
	at, ticks = places(plan)
	if !slices.Equal(at, []float64{0, 1, 2}) || ticks[2].Label != "none" || !strings.HasPrefix(ticks[0].Label, "level") {
		t.Errorf("levels at %v, ticks %v", at, ticks)
	}
	low, high := ends(at)
	if !(low < 0 && high > 2) {
		t.Errorf("the axis reaches from %v to %v", low, high)
	}
}

func TestEffectsMoveTheProbabilityFromEndToEnd(t *testing.T) {
	if got := reach(effect("usage", 0.5, 0.05, 9)); math.Abs(got-0.45) > 1e-12 {
		t.Errorf("it moves the probability by %v, want 0.45", got)
	}
	if got := reach(models.Effect{}); got >= 0 {
		t.Errorf("without a point it moves the probability by %v", got)
	}
	steps := models.Effect{Steps: true, Points: []models.EffectPoint{{Value: 1, From: 0, To: 10, P: 0.2, Examples: 30, Churned: 6}, {Value: 15, From: 10, To: 20, P: 0.4, Examples: 9, Churned: 9}}}
	var rec recorder.Canvas
	drawEffect(canvasOf(&rec), steps, []float64{1, 15}, identity, func(v float64) vg.Length { return vg.Length(100 * v) })
	// One line along both steps; a ring for the first only, as nine rows are too few.
	var line []vg.Point
	for _, p := range strokes(&rec) {
		if p.Y == 20 || p.Y == 40 {
			line = append(line, p)
		}
	}
	for _, want := range []vg.Point{{X: 0, Y: 20}, {X: 10, Y: 20}, {X: 10, Y: 40}, {X: 20, Y: 40}} {
		if !slices.Contains(line, want) {
			t.Errorf("%v is not on the line %v", want, line)
		}
	}
}

func TestTheScoreStandsFirstAndTheFactorsByHowFarTheyMoved(t *testing.T) {
	r := watchedModel(4, 12, "f")
	lines := driftOf(r)
	if len(lines) != driftLines || lines[0].name != "score" || lines[1].name != "f0" || lines[2].name != "f11" {
		t.Fatalf("%d lines: %+v", len(lines), lines)
	}
	if !math.IsNaN(lines[1].psi[1]) || lines[1].psi[2] != 4.8 || lines[1].most != 4.8 {
		t.Errorf("the second quarter was not judged: %+v", lines[1])
	}
	// A quarter with no factors, as of a report that was cut off, is a gap and no crash.
	r.Quarters[3].Factors = nil
	if lines := driftOf(r); !math.IsNaN(lines[1].psi[3]) {
		t.Errorf("%+v", lines[1])
	}
	if got := promisedOf(keptOf(r, "no such metric")); finite(got.Value) {
		t.Errorf("%+v was promised of a metric that there is not", got)
	}
	if n := len(watchedScale(&monitor.Report{Quarters: make([]monitor.Quarter, 23)}).ticks); n > 6 {
		t.Errorf("%d quarters are named, and six fit", n)
	}
}

func TestFactorsThatLackMostInAMonthComeFirst(t *testing.T) {
	h := healthOf(12, "late")
	h.Factors = append(h.Factors, health.Factor{Name: "half", MissingByMonth: []models.Stat{0.5}}, health.Factor{Name: "never measured", MissingByMonth: []models.Stat{models.Undefined()}})
	var names []string
	for _, f := range lacking(h) {
		names = append(names, f.Name)
	}
	if !slices.Equal(names, []string{"lost", "late", "half"}) {
		t.Errorf("%v", names)
	}
	for range 40 {
		h.Factors = append(h.Factors, h.Factors[1])
	}
	if n := len(lacking(h)); n != missingRows {
		t.Errorf("%d rows, at most %d fit", n, missingRows)
	}
	if got := monthAfter(h); got != dataset.NewDate(2025, 1, 1) {
		t.Errorf("the last month with snapshots ends before %s", got)
	}
}

// Bars stand on zero and are as high as they say; the churned are a part of the outcomes.
func TestBarsOfAMonthAreTheirCounts(t *testing.T) {
	m := health.Month{Accounts: 7, Renewed: 5, Churned: 2, Unknown: 1}
	if total, part := outcomesDue(m); total != 8 || part != 2 {
		t.Errorf("%d outcomes, %d churned", total, part)
	}
	if total, part := accountsSeen(m); total != 7 || part != 0 {
		t.Errorf("%d accounts, of which %d stand out", total, part)
	}
	s := monthScale(&health.Report{Months: []health.Month{m}}, "outcomes", outcomesDue)
	if s.min != 0 || s.max < 8 {
		t.Errorf("the scale reaches from %v to %v", s.min, s.max)
	}
	if s := monthScale(&health.Report{}, "outcomes", outcomesDue); s.min != 0 || !(s.max >= 1) {
		t.Errorf("without months it reaches from %v to %v", s.min, s.max)
	}
}

func TestQuartersAreNamedAsManyAsFit(t *testing.T) {
	quarters := make([]backtest.Quarter, 30)
	for i := range quarters {
		quarters[i] = backtest.Quarter{Start: dataset.NewDate(2020, 1, 1).AddMonths(3 * i), N: 10, Churned: i % 10}
	}
	ticks := quarterTicks(quarters, 3)
	if len(ticks) != 10 || ticks[1].Label != "Q4 2020" || ticks[1].Value != 3 {
		t.Errorf("%v", ticks)
	}
	for month, want := range map[int]string{1: "Q1 2025", 4: "Q2 2025", 7: "Q3 2025", 10: "Q4 2025"} {
		start := dataset.NewDate(2025, 1, 1).AddMonths(month - 1)
		if got := quarterName(backtest.Quarter{Start: start}); got != want || watchedName(start) != want {
			t.Errorf("month %d is in %s and %s, want %s", month, got, watchedName(start), want)
		}
	}
	// 30 quarters of which none has a label: only those with examples are drawn.
	if _, err := Quarters(&backtest.Result{Data: backtest.Data{Quarters: make([]backtest.Quarter, 30)}}); !errors.Is(err, ErrNothingToDraw) {
		t.Error(err)
	}
}

// The calibration's scale is a whole tenth beyond everything, never more than one.
func TestTheScaleOfTheCalibrationIsAWholeTenth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bins := make([]metrics.CalibrationBin, rapid.IntRange(0, 5).Draw(t, "groups"))
		for i := range bins {
			p := rapid.OneOf(rapid.Float64Range(0, 1), rapid.Just(math.NaN()))
			bins[i] = metrics.CalibrationBin{MeanP: p.Draw(t, "p"), Rate: p.Draw(t, "rate"), High: p.Draw(t, "high"), ConsistentHigh: p.Draw(t, "consistent")}
		}
		limit := commonLimit([]panel{{result: backtest.CandidateResult{Bins: bins}}})
		if limit < 0.1 || limit > 1 || math.Abs(10*limit-math.Round(10*limit)) > 1e-9 {
			t.Fatalf("the scale ends at %v", limit)
		}
		for _, b := range bins {
			for _, v := range []float64{b.MeanP, b.Rate, b.High, b.ConsistentHigh} {
				if v > limit+1e-6 {
					t.Fatalf("%v lies beyond %v", v, limit)
				}
			}
		}
	})
}

func TestAHistogramLeavesOutEmptyCellsAndThoseBeyondTheScale(t *testing.T) {
	var rec recorder.Canvas
	drawHistogram(canvasOf(&rec), []int{4, 0, 2, 1}, 0.75, identity, identity)
	if got := len(fills(&rec)); got != 2 {
		t.Errorf("%d cells are drawn, want the first and the third", got)
	}
	if n := beyond([]int{4, 0, 2, 1}, 0.75); n != 1 {
		t.Errorf("%d predictions lie above 0.75, want 1", n)
	}
}

func TestListsOfOtherLengthsLeaveOutWhatIsNotKnown(t *testing.T) {
	w := &backtest.Worth{Curve: []backtest.ListWorth{{Capacity: 10, Value: 5}, {Capacity: 20, Value: math.NaN()}, {Capacity: 30, Value: 9}}}
	if got := worthLine(w); !slices.Equal(got, []spot{{0, 0}, {10, 5}, {30, 9}}) {
		t.Errorf("%v", got)
	}
	if worthLine(nil) != nil {
		t.Error("without money there is a line")
	}
	w.Captured = metrics.Estimate{Value: 1234, Low: math.NaN(), High: 2000}
	if got := capturedNote(w); got != "1.23k" {
		t.Errorf("half an interval is told: %q", got)
	}
	r := fixture.Watched(3, 2, 2)
	if !carriesInterval(r, r.Verdict.Champion) || !carriesInterval(r, r.Verdict.Challenger) || carriesInterval(r, models.BaselineName) {
		t.Error("champion and challenger carry their intervals, and nobody else")
	}
}

func TestAllChangesOfBandAreOffTheDiagonal(t *testing.T) {
	roll := &backtest.Rollout{Accounts: 45, Counts: [3][3]int{{10, 1, 2}, {3, 9, 4}, {5, 6, 5}}}
	if moves(roll) != 21 || staying(roll) != "24 of 45 accounts keep theirs" {
		t.Errorf("%d moves, %s", moves(roll), staying(roll))
	}
	m := movement{Movement: &backtest.Movement{Counts: [3][3]int{{1, 2, 3}, {}, {4, 0, 0}}}}
	if m.total(0) != 6 || m.total(1) != 0 || m.total(2) != 4 {
		t.Errorf("%d, %d and %d scores have a next one", m.total(0), m.total(1), m.total(2))
	}
	if got := moveInWords(1, 2, math.NaN(), 0); got != "yellow to red n/a (0)" {
		t.Errorf("%q", got)
	}
}
