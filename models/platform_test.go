package models

import (
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/platform"
)

func given(x float64) *float64 { return &x }

// sparse is noisy with a number that is missing in a third of the rows.
func sparse(n int, seed uint64) table {
	tab := noisy(n, seed)
	pulse := make([]float64, n)
	for i := range pulse {
		pulse[i] = 5 - tab.numbers[1].values[i]/3
		if i%3 == 0 {
			pulse[i] = math.NaN()
		}
	}
	tab.numbers = append(tab.numbers, numberColumn{"pulse", pulse})
	return tab
}

// sparseFactors are the numbers of sparse with directions.
func sparseFactors(t testing.TB, tab table) []features.Factor {
	return compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Category: "usage", Expr: "usage", Clip: fixedClip(0, 100), Expect: features.LowerChurn},
		features.Factor{Name: "tickets", Expr: "tickets", Clip: fixedClip(0, 20), Expect: features.HigherChurn},
		features.Factor{Name: "pulse", Expr: "pulse", Clip: fixedClip(0, 10), Expect: features.LowerChurn, Missing: features.Zero},
		features.Factor{Name: "plan", Expr: "plan", Kind: features.Category},
	)
}

// platforms has one candidate of each kind.
func platforms() []Candidate {
	e := func(name string, fill func(*platform.Entry)) platform.Entry {
		entry := platform.Entry{Name: name}
		fill(&entry)
		return entry
	}
	points := func(name string, x float64) platform.Entry {
		return e(name, func(e *platform.Entry) { e.Points = &x })
	}
	bands := func(name string, good, poor float64) platform.Entry {
		return e(name, func(e *platform.Entry) { e.Good, e.Poor = &good, &poor })
	}
	anchors := func(name string, at0, at100 float64) platform.Entry {
		return e(name, func(e *platform.Entry) { e.At0, e.At100 = &at0, &at100 })
	}
	tiers := func(name string, low, end, high float64) platform.Entry {
		return e(name, func(e *platform.Entry) { e.Tiers = []platform.Tier{{UpTo: &end, Points: low}, {Points: high}} })
	}
	in := func(group string, entry platform.Entry) platform.Entry { entry.Group = group; return entry }
	sheets := map[platform.Kind]platform.Sheet{
		platform.WeightedMean: {Entries: []platform.Entry{points("usage", 1), points("pulse", 10)}},
		platform.BandPoints:   {Groups: []platform.Heading{{Name: "g"}}, Entries: []platform.Entry{in("g", bands("usage", 60, 30)), in("g", bands("pulse", 4, 2)), bands("tickets", 1, 5)}},
		platform.WorstOf:      {Entries: []platform.Entry{bands("usage", 60, 30), bands("pulse", 4, 2)}},
		platform.TierPoints:   {Entries: []platform.Entry{tiers("usage", 0, 50, 70), tiers("tickets", 30, 2, 0)}},
		platform.OffsetPoints: {Entries: []platform.Entry{points("tickets", -0.5), tiers("usage", -3, 50, 3)}},
		platform.CappedPoints: {Groups: []platform.Heading{{Name: "g", Cap: given(100)}}, Entries: []platform.Entry{in("g", points("usage", 2)), in("g", points("tickets", -10))}},
		platform.AnchoredMean: {Entries: []platform.Entry{anchors("usage", 10, 90), anchors("tickets", 10, 0)}},
		platform.Signals:      {Entries: []platform.Entry{e("pulse", func(e *platform.Entry) { e.Signal = platform.Growth })}},
		platform.LinearCounts: {Entries: []platform.Entry{points("tickets", -4), points("usage", 1)}},
	}
	var candidates []Candidate
	for _, k := range platform.Kinds() {
		sheet := sheets[k]
		candidates = append(candidates, Candidate{Name: string(k), Kind: Kind(k), HigherIs: features.LowerChurn, Sheet: &sheet})
	}
	return append(candidates, Candidate{Name: "reweighted", Kind: Weights, Missing: platform.Reweight,
		Weights: []FactorWeight{{"usage", 50}, {"pulse", 30}, {"tickets", 20}}})
}

// eachForeign fits every candidate of a kind that is computed elsewhere.
func eachForeign(t *testing.T, do func(t *testing.T, tab table, m *Model)) {
	t.Helper()
	tab := sparse(600, 31)
	for _, c := range append(platforms(), recipe()) {
		t.Run(c.Name, func(t *testing.T) { do(t, tab, fitOne(t, tab, c, sparseFactors(t, tab))) })
	}
}

func TestPlatformScoresCountDownFromHealth(t *testing.T) {
	tab := sparse(300, 32)
	m := fitOne(t, tab, platforms()[0], sparseFactors(t, tab))
	p := predict(t, m, tab)
	usage, pulse := tab.numbers[0].values, tab.numbers[2].values
	var score []float64
	var churned []bool
	for i := range usage {
		want := -(usage[i] + 10*pulse[i]) / 2
		if pulse[i] != pulse[i] {
			want = -usage[i]
		}
		if !near(p.Score[i], want, 1e-12) {
			t.Fatalf("row %d scores %v, want %v: minus the mean of what is there", i, p.Score[i], want)
		}
		score, churned = append(score, p.Score[i]), append(churned, tab.churned[i])
	}
	a, b := newton2(score, churned)
	if !near(m.Calibration.Intercept, a, 1e-8) || !near(m.Calibration.Slope, b, 1e-9) {
		t.Errorf("calibration %+v, an independent fit says %v + %v score", m.Calibration, a, b)
	}
}

// With factors at their anchors' scores by hand: usage 0-100, tickets 20-0, pulse 0-10. The
// factor's own policy, zero, would have scored a missing pulse 0.
func TestHandWeightsGoToTheOtherFactorsWhenAskedTo(t *testing.T) {
	tab := sparse(300, 33)
	candidates := platforms()
	m := fitOne(t, tab, candidates[len(candidates)-1], sparseFactors(t, tab))
	p := predict(t, m, tab)
	clip := func(x, low, high float64) float64 { return min(high, max(low, x)) }
	for i := range p.Score {
		usage := clip(tab.numbers[0].values[i], 0, 100)
		tickets := 100 - 5*clip(tab.numbers[1].values[i], 0, 20)
		want := -(50*usage + 20*tickets) / 70
		if pulse := tab.numbers[2].values[i]; pulse == pulse {
			want = -(50*usage + 20*tickets + 30*10*clip(pulse, 0, 10)) / 100
		}
		if !near(p.Score[i], want, 1e-11) {
			t.Fatalf("row %d scores %v, want %v", i, p.Score[i], want)
		}
	}
}

func TestForeignModelsReadBackToTheSameBits(t *testing.T) {
	eachForeign(t, func(t *testing.T, tab table, m *Model) {
		back, err := Read("m", strings.NewReader(text(t, m)))
		if err != nil {
			t.Fatal(err)
		}
		a, b := predict(t, m, tab), predict(t, back, tab)
		if !sameBits(a.Score, b.Score) || !sameBits(a.Eta, b.Eta) {
			t.Error("the model that was read scores differently")
		}
	})
}

func TestForeignModelsScoreARowAloneAsAmongOthers(t *testing.T) {
	eachForeign(t, func(t *testing.T, tab table, m *Model) {
		e := tab.load(t)
		all, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []int32{0, 1, 299, 598} {
			one := dataset.View{Examples: e, Rows: []int32{r}}
			alone, _, err := m.Predict(t.Context(), 1, one.Batches())
			if err != nil {
				t.Fatal(err)
			}
			if !sameBits(alone.Eta, all.Eta[r:r+1]) {
				t.Errorf("row %d: %v alone, %v among others", r, alone.Eta, all.Eta[r])
			}
		}
	})
}

func TestPartsOfForeignModelsSumToTheScore(t *testing.T) {
	eachForeign(t, func(t *testing.T, tab table, m *Model) {
		e := tab.load(t)
		p, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		x, _, err := m.Explanations(t.Context(), e.Len(), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		mean, scored := 0.0, 0.0
		for row, eta := range p.Eta {
			if eta != eta {
				if x[row].Scored() || x[row].Parts != nil {
					t.Fatalf("row %d has no score and %+v", row, x[row])
				}
				continue
			}
			checkSums(t, m.Name, x[row], eta)
			mean, scored = mean+eta, scored+1
		}
		if average := x[slices.IndexFunc(x, Explanation.Scored)].Average.LogOdds; !near(average, mean/scored, 1e-9) {
			t.Errorf("the average account has %v, the mean of all is %v", average, mean/scored)
		}
	})
}

func TestWeightsOfForeignModelsNameEveryMeasure(t *testing.T) {
	eachForeign(t, func(t *testing.T, _ table, m *Model) {
		share := 0.0
		for _, w := range m.Weights[1:] {
			share += float64(w.Share)
			if !w.PerSD.Defined() || w.StdErr.Defined() {
				t.Errorf("%s: %+v, want a size without an error", w.Factor, w)
			}
		}
		if m.Weights[0].Factor != Intercept || !near(share, 1, 1e-12) {
			t.Errorf("first %s, shares sum to %v", m.Weights[0].Factor, share)
		}
		if m.Kind == Kind(platform.WorstOf) && m.Weights[1].Weight.Defined() {
			t.Error("the worst of several has a weight per point")
		}
	})
}

func TestTheReasonOfAPoorAccountIsItsPoorMeasure(t *testing.T) {
	tab := sparse(600, 34)
	var worst Candidate
	for _, c := range platforms() {
		if c.Kind == Kind(platform.WorstOf) {
			worst = c
		}
	}
	m := fitOne(t, tab, worst, sparseFactors(t, tab))
	tab.numbers[0].values = slices.Repeat([]float64{10, 90}, 300) // usage is poor, or good
	tab.numbers[2].values = slices.Repeat([]float64{9}, 600)
	e := tab.load(t)
	x, _, err := m.Explain(t.Context(), e.Len(), e.All().Batches(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Reasons[0]) != 1 || !strings.HasPrefix(x.Reasons[0][0], "usage 10 is poor (+") || len(x.Reasons[1]) != 0 {
		t.Errorf("reasons %q and %q, want usage is poor and none", x.Reasons[0], x.Reasons[1])
	}
}

func TestPlatformsWithoutScoresTeachNothing(t *testing.T) {
	tab := sparse(600, 35)
	sheet := platform.Sheet{Missing: platform.Unscored, Entries: []platform.Entry{{Name: "pulse"}}}
	c := Candidate{Name: "pulse", Kind: Kind(platform.WeightedMean), HigherIs: features.LowerChurn, Sheet: &sheet}
	m := fitOne(t, tab, c, sparseFactors(t, tab))
	if p := predict(t, m, tab); p.Eta[0] == p.Eta[0] || p.Eta[1] != p.Eta[1] {
		t.Errorf("eta %v and %v, want none without a pulse and some with it", p.Eta[0], p.Eta[1])
	}
	if !slices.Contains(codes(m.Warnings), "unscored_training") {
		t.Errorf("warnings %v", m.Warnings)
	}
	for i := range tab.churned { // whoever has a pulse stays
		tab.churned[i] = i%3 == 0 && i%2 == 0
	}
	_, err := tryFit(t, tab, c, sparseFactors(t, tab))
	if err == nil || !strings.Contains(err.Error(), "400 of 600 training examples have a score, of which 0 churned") {
		t.Errorf("%v, want that the rows with a score tell nothing", err)
	}
}

// Whoever scores below 10 left, and at 10 some did: the slope would have no end. Platt's
// outcomes are 5/6 for the 4 churned and 1/6 for the 4 renewed; the fit to them is checked
// by its own equations, sum (y - p) = 0 and sum (y - p) x = 0.
func TestAScoreWithACertainValueIsCalibratedSoftly(t *testing.T) {
	tab := table{churned: yes(1, 1, 1, 0, 0, 0, 0, 1), numbers: []numberColumn{{"score", []float64{5, 6, 9, 10, 10, 10, 10, 10}}}}
	m := fitOne(t, tab, Candidate{Kind: Vendor, Column: "score", HigherIs: features.LowerChurn}, nil)
	var rest, moment float64
	for i, eta := range predict(t, m, tab).Eta {
		y := 1.0 / 6
		if tab.churned[i] {
			y = 5.0 / 6
		}
		rest += y - Probability(eta)
		moment += (y - Probability(eta)) * tab.numbers[0].values[i]
	}
	if !near(rest, 0, 1e-9) || !near(moment, 0, 1e-8) || m.Calibration.Slope <= 0 {
		t.Errorf("calibration %+v leaves %v and %v", m.Calibration, rest, moment)
	}
	if got := codes(m.Warnings); !slices.Equal(got, []string{"soft_calibration"}) {
		t.Errorf("warnings %v", got)
	}
}

func TestCompileSaysWhatIsWrongWithAPlatform(t *testing.T) {
	tab := sparse(12, 36)
	sheet := func(names ...string) *platform.Sheet {
		s := new(platform.Sheet)
		for _, name := range names {
			s.Entries = append(s.Entries, platform.Entry{Name: name, Points: given(1)})
		}
		return s
	}
	counts := Kind(platform.LinearCounts)
	for _, c := range []struct {
		fact string
		c    Candidate
		said string
	}{
		{"no measures", Candidate{Kind: counts}, "says nothing about its measures"},
		{"no direction", Candidate{Kind: counts, Sheet: sheet("usage")}, "the direction of a score is never guessed"},
		{"good that is bad", Candidate{Kind: Kind(platform.WorstOf), HigherIs: features.HigherChurn, Sheet: sheet("usage")}, "higher_is can only be healthier"},
		{"a measure that does not fit", Candidate{Kind: Kind(platform.TierPoints), HigherIs: features.LowerChurn, Sheet: sheet("usage")}, "does not score by points"},
		{"an unknown factor", Candidate{Kind: counts, HigherIs: features.LowerChurn, Sheet: sheet("usages")}, `did you mean "usage"?`},
		{"a factor twice", Candidate{Kind: counts, HigherIs: features.LowerChurn, Sheet: sheet("usage", "usage")}, "listed twice"},
		{"a category", Candidate{Kind: counts, HigherIs: features.LowerChurn, Sheet: sheet("plan")}, "is a category; make it a number"},
	} {
		c.c.Name = "c"
		_, err := Compile([]Candidate{c.c}, sparseFactors(t, tab), tab.types())
		if err == nil || !strings.Contains(err.Error(), c.said) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.said)
		}
	}
}
