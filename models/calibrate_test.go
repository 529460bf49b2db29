package models

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/features"
)

// ranked is a table of one score, rising from 1, with the given outcomes.
func ranked(y ...int) table {
	tab := table{churned: yes(y...)}
	var score []float64
	for i := range y {
		score = append(score, float64(i+1))
	}
	tab.numbers = []numberColumn{{"risk", score}}
	return tab
}

// vendorOf is the candidate that is the score of ranked.
func vendorOf(c Calibrate) Candidate {
	return Candidate{Name: "vendor", Kind: Vendor, Column: "risk", HigherIs: features.HigherChurn, Calibrate: c}
}

// calibrated are candidates of both sorts of score, one per method that they can have.
func calibrated() []Candidate {
	by := Segments{By: "plan", MinEvents: 10}
	var list []Candidate
	for _, method := range []Method{Platt, Isotonic, BySegment} {
		list = append(list,
			Candidate{Name: "vendor " + string(method), Kind: Vendor, Column: "tickets", HigherIs: features.HigherChurn, Segments: by, Calibrate: Calibrate{Method: method}},
			Candidate{Name: "vendor later " + string(method), Kind: Vendor, Column: "tickets", HigherIs: features.HigherChurn, Segments: by, Calibrate: Calibrate{Method: method, Later: true}},
			Candidate{Name: "logistic " + string(method), Kind: Logistic, Segments: by, Calibrate: Calibrate{Method: method, Later: true, Share: 0.3}})
	}
	return append(list, Candidate{Name: "logistic intercept", Kind: Logistic, Calibrate: Calibrate{Method: InterceptOnly}})
}

// Pooled by hand: the rows 0 | 1 0 0 0 | 1 0 | 1 1 1 have the stairs 0, 1/4, 1/2 and 1. The
// lowest gets one more example of average risk 1/2, (0 + 1/2)/(1 + 1) = 1/4, which is no
// more than the next; the highest (3 + 1/2)/(3 + 1) = 7/8.
func TestIsotonicCalibrationByHand(t *testing.T) {
	m := fitOne(t, ranked(0, 1, 0, 0, 0, 1, 0, 1, 1, 1), vendorOf(Calibrate{Method: Isotonic}), nil)
	low, high := math.Log(1.0/3), math.Log(7)
	want := []Knot{{1, low}, {1.5, low}, {5.5, 0}, {7.5, high}} // midway, but for rounding
	if !slices.EqualFunc(m.Calibration.Knots, want, func(a, b Knot) bool { return near(a.Score, b.Score, 1e-11) && near(a.Eta, b.Eta, 1e-14) }) {
		t.Errorf("knots %v, want %v", m.Calibration.Knots, want)
	}
	for _, c := range []struct{ score, want float64 }{
		{-1e9, low}, {1, low}, {3.5, low}, {5.499, low}, {5.5, 0}, {6.5, 0}, {7.499, 0}, {7.5, high}, {9, high}, {1e9, high},
	} {
		if got := m.Calibration.Eta(c.score); !near(got, c.want, 1e-14) {
			t.Errorf("score %v: %v, want %v", c.score, got, c.want)
		}
	}
	if got := m.Calibration.Eta(math.NaN()); got == got {
		t.Errorf("no score has log-odds %v", got)
	}
}

// Scores of training rows, and scores midway between them, are on the same step whatever the
// last three digits of an engine's sum are; and scores that only rounding tells apart are on
// one step.
func TestNoRowFallsOffAStepByRounding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale, offset := rapid.SampledFrom([]float64{1e-6, 1, 37.25, 1e9}).Draw(t, "scale"), rapid.SampledFrom([]float64{0, -50, 1e3}).Draw(t, "offset")
		n := rapid.IntRange(6, 60).Draw(t, "rows")
		score, y := make([]float64, n), make([]float64, n)
		for i := range score {
			score[i] = scale * (offset + float64(rapid.IntRange(0, 40).Draw(t, "place")))
			score[i] *= 1 + rapid.SampledFrom([]float64{0, 0x1p-52, -0x1p-51}).Draw(t, "digit")
			y[i] = float64(rapid.IntRange(0, 1).Draw(t, "event"))
		}
		m := &Model{}
		if err := (Candidate{}).climb(m, score, y); err != nil || m.Calibration.Knots == nil {
			t.Skip("no staircase was drawn: nothing was compared")
		}
		for _, a := range score {
			for _, b := range score {
				middle := a/2 + b/2
				for _, factor := range []float64{1 - 0x1p-49, 1 + 0x1p-49} {
					if x := middle * factor; m.Calibration.Eta(x) != m.Calibration.Eta(middle) {
						t.Fatalf("score %v has log-odds %v, and %v has %v; the steps are %v", middle, m.Calibration.Eta(middle), x, m.Calibration.Eta(x), m.Calibration.Knots)
					}
				}
			}
		}
	})
}

func TestStaircasesNeverFall(t *testing.T) {
	tab := noisy(400, 71)
	m := fitOne(t, tab, Candidate{Kind: Vendor, Column: "tickets", HigherIs: features.HigherChurn, Calibrate: Calibrate{Method: Isotonic}}, nil)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64Range(-5, 40).Draw(t, "a"), rapid.Float64Range(-5, 40).Draw(t, "b")
		if a, b = min(a, b), max(a, b); m.Calibration.Eta(a) > m.Calibration.Eta(b) {
			t.Fatalf("eta(%v) = %v > eta(%v) = %v", a, m.Calibration.Eta(a), b, m.Calibration.Eta(b))
		}
	})
}

// Interior steps keep the mean of their rows; with both ends mixed nothing is softened.
func TestIsotonicCalibrationKeepsTheMeanWhereNoEndIsCertain(t *testing.T) {
	tab := ranked(1, 0, 0, 1, 0, 1, 0, 1, 1, 0)
	m := fitOne(t, tab, vendorOf(Calibrate{Method: Isotonic}), nil)
	sum := 0.0
	for _, eta := range predict(t, m, tab).Eta {
		sum += Probability(eta)
	}
	if !near(sum, 5, 1e-14) {
		t.Errorf("10 rows with 5 events are expected to have %v", sum)
	}
}

func TestCalibrationLeavesTheRankingAsItWas(t *testing.T) {
	tab := noisy(500, 72)
	raw := predict(t, fitOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t)), tab)
	for _, method := range []Method{Platt, Isotonic, InterceptOnly, BySegment} {
		c := Candidate{Kind: Logistic, Segments: Segments{By: "plan", MinEvents: 5}, Calibrate: Calibrate{Method: method}}
		if p := predict(t, fitOne(t, tab, c, tab.factors(t)), tab); !sameBits(p.Score, raw.Score) {
			t.Errorf("%s changes the score", method)
		}
	}
}

// Maximum likelihood with an intercept expects as many events as happened.
func TestShiftsExpectAsManyEventsAsHappened(t *testing.T) {
	tab := noisy(900, 73)
	e := tab.load(t)
	c := compileOne(t, tab, Candidate{Kind: Vendor, Column: "tickets", HigherIs: features.HigherChurn,
		Segments: Segments{By: "plan", MinEvents: 40}, Calibrate: Calibrate{Method: BySegment}}, nil)
	m, err := c.Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	routes, err := m.route(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	for k, s := range m.Segments {
		var expected, happened float64
		for i, r := range routes {
			if int(r) == k {
				expected += Probability(p.Eta[i])
				happened += oneIf(e.Churned[i])
			}
		}
		if !near(expected, happened, 1e-9*happened) || s.Shift == 0 {
			t.Errorf("%s: expected %v, happened %v, shift %v", s.Segment, expected, happened, s.Shift)
		}
	}
}

func TestSegmentsWithFewEventsAreNotShifted(t *testing.T) {
	tab := noisy(300, 74)
	m := fitOne(t, tab, Candidate{Kind: Vendor, Column: "tickets", HigherIs: features.HigherChurn,
		Segments: Segments{By: "plan", MinEvents: 299}, Calibrate: Calibrate{Method: BySegment}}, nil)
	for _, s := range m.Segments {
		if s.Shift != 0 {
			t.Errorf("%s is shifted by %v", s.Segment, s.Shift)
		}
	}
}

// The score of a later calibration is, to the bit, that of a fit on what was known on the
// first day of the slice: nothing of the slice has gone into it.
func TestLaterCalibrationIsOfAScoreThatHasNotSeenItsRows(t *testing.T) {
	tab := noisy(600, 75)
	e := tab.load(t)
	c := compileOne(t, tab, Candidate{Kind: Logistic, Calibrate: Calibrate{Method: Platt, Later: true, Share: 0.25}}, tab.factors(t))
	m, err := c.Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	later := m.Calibration.Later
	if later == nil || later.Examples < 140 || later.Examples > 160 {
		t.Fatalf("a quarter of 600 rows is %+v", later)
	}
	c.Calibrate = Calibrate{}
	earlier, err := c.Fit(t.Context(), e.All().KnownBy(later.From, dataset.NoDate))
	if err != nil {
		t.Fatal(err)
	}
	if !sameBits(m.Coef, earlier.Coef) || m.Intercept != earlier.Intercept {
		t.Errorf("weights %v, on the earlier rows alone %v", m.Coef, earlier.Coef)
	}
	if m.Training.Examples != 600 || m.Training.KnownBy < later.From {
		t.Errorf("training is described as %+v, though the calibration knows later labels", m.Training)
	}
}

func TestLaterLabelsMoveTheCalibrationAndNothingElse(t *testing.T) {
	tab := noisy(600, 76)
	fit := func(e *dataset.Examples) *Model {
		m, err := compileOne(t, tab, Candidate{Kind: Logistic, Calibrate: Calibrate{Method: Platt, Later: true}}, tab.factors(t)).Fit(t.Context(), e.All())
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	e := tab.load(t)
	before := fit(e)
	for i, day := range e.AsOf {
		if day >= before.Calibration.Later.From && i%3 == 0 {
			e.Churned[i] = !e.Churned[i]
		}
	}
	after := fit(e)
	if !sameBits(before.Coef, after.Coef) {
		t.Error("labels of the later slice changed the weights")
	}
	if before.Calibration.Slope == after.Calibration.Slope {
		t.Error("labels of the later slice did not change the calibration")
	}
}

func TestWithoutDatesACalibrationOnLaterRowsSaysThatItIsNone(t *testing.T) {
	tab := noisy(300, 77)
	tab.asOf = nil
	m := fitOne(t, tab, Candidate{Kind: Logistic, Calibrate: Calibrate{Method: Platt, Later: true}}, tab.factors(t))
	if m.Calibration.Later != nil || !slices.Contains(codes(m.Warnings), "calibration_not_later") {
		t.Errorf("%+v, warnings %v", m.Calibration, codes(m.Warnings))
	}
	if !near(m.Calibration.Slope, 1, 1e-9) || !near(m.Calibration.Intercept, 0, 1e-9) {
		t.Errorf("a maximum-likelihood fit is calibrated on its own rows, yet %+v", m.Calibration)
	}
}

func TestAScoreThatRunsTheWrongWayGetsTheBaseRateOfAStaircaseToo(t *testing.T) {
	tab := ranked(1, 1, 1, 0, 1, 0, 0, 0)
	m := fitOne(t, tab, vendorOf(Calibrate{Method: Isotonic}), nil)
	if !slices.Contains(codes(m.Warnings), "wrong_way") || m.Calibration.Eta(3) != 0 {
		t.Errorf("%+v, warnings %v", m.Calibration, codes(m.Warnings))
	}
	text(t, m) // and it can be written
}

func TestAStaircaseThatKnowsTheAnswerIsALeak(t *testing.T) {
	_, err := tryFit(t, ranked(0, 0, 0, 1, 1), vendorOf(Calibrate{Method: Isotonic}), nil)
	if err == nil || !strings.Contains(err.Error(), "without error") {
		t.Errorf("got %v", err)
	}
}

func TestCalibrationsThatCannotBeAreRefused(t *testing.T) {
	tab := noisy(50, 78)
	for _, c := range []struct {
		fact string
		cand Candidate
		want string
	}{
		{"a score is no log-odds as it is", Candidate{Kind: Vendor, Column: "usage", HigherIs: features.LowerChurn, Calibrate: Calibrate{Method: Uncalibrated}}, "needs a score that is a log-odds"},
		{"a score has no intercept to move", Candidate{Kind: Vendor, Column: "usage", HigherIs: features.LowerChurn, Calibrate: Calibrate{Method: InterceptOnly}}, "needs a score that is a log-odds"},
		{"an unknown method", Candidate{Kind: Logistic, Calibrate: Calibrate{Method: "beta"}}, "unknown calibration \"beta\""},
		{"a later slice without a method", Candidate{Kind: Logistic, Calibrate: Calibrate{Later: true}}, "needs a method"},
		{"more than half for the calibration", Candidate{Kind: Logistic, Calibrate: Calibrate{Method: Platt, Later: true, Share: 0.6}}, "at most 0.5"},
		{"segments that nothing defines", Candidate{Kind: Logistic, Calibrate: Calibrate{Method: BySegment}}, "nothing says what a segment is"},
		{"bands have rates of their own", Candidate{Kind: Rules, Recipes: &Recipes{Red: "usage < 1", Else: Green}, Calibrate: Calibrate{Method: Platt}}, "is not calibrated"},
	} {
		c.cand.Name = "candidate"
		if _, err := Compile([]Candidate{c.cand}, tab.factors(t), tab.types()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.want)
		}
	}
}

func TestPointsOfHealthAreNoLogOdds(t *testing.T) {
	c := Candidate{Kind: Logistic, Fitting: Fitting{Form: Percent}}
	for method, refused := range map[Method]bool{"": false, Platt: false, Isotonic: false, InterceptOnly: true, BySegment: true} {
		c.Calibrate.Method = method
		if err := c.checkCalibrate(); (err != nil) != refused {
			t.Errorf("%q: %v", method, err)
		}
	}
}

func TestCalibratedModelsReloadToBitEqualScoresAndScoreRowsAlone(t *testing.T) {
	tab := noisy(400, 79)
	e := tab.load(t)
	for _, c := range calibrated() {
		c = compileOne(t, tab, c, tab.factors(t))
		m, err := c.Fit(t.Context(), e.All())
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		sameAlone(t, m, e)
	}
}

// sameAlone holds a model to its file, and to the scores of rows one by one.
func sameAlone(t *testing.T, m *Model, e *dataset.Examples) {
	t.Helper()
	all, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	back, err := Read("model.json", strings.NewReader(text(t, m)))
	if err != nil {
		t.Fatalf("%s: %v", m.Name, err)
	}
	again, _, err := back.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil || !sameBits(all.Eta, again.Eta) || !sameBits(all.Score, again.Score) {
		t.Errorf("%s: the file scores differently: %v", m.Name, err)
	}
	for i := 0; i < e.Len(); i += 37 {
		one, _, err := back.Predict(t.Context(), 1, e.All().Of([]int32{int32(i)}).Batches())
		if err != nil || !sameBits(one.Eta, all.Eta[i:i+1]) {
			t.Errorf("%s: row %d alone is %v, among all %v: %v", m.Name, i, one.Eta, all.Eta[i], err)
		}
	}
}

func TestDamagedCalibrationsAreRefused(t *testing.T) {
	tab := noisy(300, 80)
	for _, c := range []struct {
		fact   string
		damage func(*Calibration)
	}{
		{"knots out of order", func(c *Calibration) { c.Knots[0], c.Knots[1] = c.Knots[1], c.Knots[0] }},
		{"two knots at one score", func(c *Calibration) { c.Knots[1].Score = c.Knots[0].Score }},
		{"a staircase that falls", func(c *Calibration) { c.Knots[0].Eta = 99 }},
		{"an infinite knot", func(c *Calibration) { c.Knots[0].Eta = math.Inf(-1) }},
		{"knots of a line", func(c *Calibration) { c.Method = Platt }},
		{"a staircase without steps", func(c *Calibration) { c.Knots, c.Slope = nil, 1 }},
		{"a line that falls", func(c *Calibration) { c.Method, c.Knots, c.Slope = Platt, nil, -1 }},
		{"an unknown method", func(c *Calibration) { c.Method, c.Knots = "beta", nil }},
	} {
		m := fitOne(t, tab, Candidate{Kind: Vendor, Column: "tickets", HigherIs: features.HigherChurn, Calibrate: Calibrate{Method: Isotonic}}, nil)
		c.damage(&m.Calibration)
		if err := m.check(); err == nil {
			t.Errorf("%s: accepted", c.fact)
		}
	}
}
