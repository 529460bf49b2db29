package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// births are the low birth weights of Hosmer and Lemeshow (1989) with directions and
// categories as somebody might declare them; smoke is declared against the data.
func births(t *testing.T) (table, []features.Factor) {
	t.Helper()
	tab := published(t, "birthwt.csv", "low")
	used := []features.Factor{
		{Name: "age", Category: "mother", Expect: features.LowerChurn},
		{Name: "lwt", Category: "mother", Expect: features.LowerChurn},
		{Name: "smoke", Category: "habits", Expect: features.LowerChurn},
		{Name: "ptl", Category: "history", Expect: features.HigherChurn},
		{Name: "ht", Category: "history", Expect: features.HigherChurn},
		{Name: "ui", Category: "history", Expect: features.HigherChurn},
	}
	for i := range used {
		used[i].Expr = used[i].Name
	}
	return tab, compileFactors(t, tab.types(), used...)
}

// allBirthFactors are those of the published fits, race a category.
func allBirthFactors(t *testing.T, tab table) []features.Factor {
	t.Helper()
	var factors []features.Factor
	for _, name := range []string{"age", "lwt", "race", "smoke", "ptl", "ht", "ui"} {
		f := features.Factor{Name: name, Expr: name}
		if name == "race" {
			f.Kind = features.Category
		}
		factors = append(factors, f)
	}
	return compileFactors(t, tab.types(), factors...)
}

func checkStandardised(t *testing.T, m *Model, want ...float64) {
	t.Helper()
	for j, b := range append([]float64{m.Intercept}, m.Coef...) {
		if !near(b, want[j], 1e-8) {
			t.Errorf("coefficient %d: %.9f, want %.9f", j, b, want[j])
		}
	}
}

// scipy 1.17 SLSQP, polished by Newton's method on the active set; columns standardised
// with 1/n; intercept, age, lwt, smoke, ptl, ht, ui.
func TestEnforcedSignsAreThoseOfScipy(t *testing.T) {
	tab, factors := births(t)
	m := fitOne(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Signs: true}}, factors)
	checkStandardised(t, m, -0.88441731, -0.23102827, -0.44411659, 0, 0.33662931, 0.46180613, 0.26315088)
	if m.Weights[3].StdErr.Defined() || !m.Weights[2].StdErr.Defined() {
		t.Errorf("errors: of what rests at its limit %v, of what is free %v", m.Weights[3].StdErr, m.Weights[2].StdErr)
	}
	if got := codes(m.Warnings); !slices.Equal(got, []string{"at_limit", "given_limits"}) || m.Warnings[0].Where != "factor smoke" {
		t.Errorf("warnings %v", m.Warnings)
	}
}

// The same solver. Every sign but that of smoke is enforced by hand; the cap asks for the
// signs of the rest.
func TestCapsAreThoseOfScipyWhetherSignsAreDeclaredOrFound(t *testing.T) {
	tab, factors := births(t)
	factors[2].Expect = features.HigherChurn
	want := []float64{-0.91167928, -0.28050663, -0.50298187, 0.34502149, 0.20602578, 0.37695237, 0.16936184}
	for _, signs := range []bool{true, false} {
		m := fitOne(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Signs: signs, Caps: []Cap{{"history", 0.4}}}}, factors)
		checkStandardised(t, m, want...)
		share := 0.0
		for _, w := range m.Weights[1:] {
			if w.Category == "history" {
				share += float64(w.Share)
			}
		}
		if !near(share, 0.4, 1e-9) {
			t.Errorf("signs enforced %v: the category makes %v of the score", signs, share)
		}
	}
	loose := fitOne(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Caps: []Cap{{"history", 0.9}}}}, factors)
	checkStandardised(t, loose, fitOneStandardised(t, tab, factors)...)
}

func fitOneStandardised(t *testing.T, tab table, factors []features.Factor) []float64 {
	m := fitOne(t, tab, Candidate{Kind: Logistic}, factors)
	return append([]float64{m.Intercept}, m.Coef...)
}

// glmnet 4.1-6, alpha 1, lambda 0.05, threshold 1e-14 (x: age, lwt, race2, race3, smoke,
// ptl, ht, ui).
func TestLassoIsThatOfGlmnet(t *testing.T) {
	tab := published(t, "birthwt.csv", "low")
	m := fitOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Lasso, Strength: 0.05}}, allBirthFactors(t, tab))
	for i, want := range []float64{-0.41431600015, 0, -0.00441566909, 0.00298585339, 0, 0.15733919820, 0.26232849013, 0.55253504197, 0.24594546053} {
		if !near(float64(m.Weights[i].Weight), want, 1e-6) { // the path's tolerance is a slope of 1e-7
			t.Errorf("%s %s: %.11f, glmnet %.11f", m.Weights[i].Factor, m.Weights[i].Level, m.Weights[i].Weight, want)
		}
		if m.Weights[i].StdErr.Defined() {
			t.Errorf("%s has a standard error after a lasso", m.Weights[i].Factor)
		}
	}
}

// glmnet 4.1-6 again, alpha 0.5, lambda 0.05; age and ht were printed.
func TestElasticNetIsThatOfGlmnet(t *testing.T) {
	tab := published(t, "birthwt.csv", "low")
	m := fitOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: ElasticNet, Alpha: 0.5, Strength: 0.05}}, allBirthFactors(t, tab))
	for _, w := range m.Weights {
		if want, ok := map[string]float64{"age": -0.01197876124, "ht": 0.98058177831}[w.Factor]; ok && !near(float64(w.Weight), want, 1e-6) {
			t.Errorf("%s: %.11f, glmnet %.11f", w.Factor, w.Weight, want)
		}
	}
}

// brglm2 0.9 and logistf 1.26.1 on the endometrial cancers of Heinze and Schemper (2002);
// profile intervals of the penalised likelihood and the p-value of NV from logistf.
func TestFirthAnswersWhereFactorsSeparate(t *testing.T) {
	tab := published(t, "endometrial.csv", "HG")
	train := tab.load(t).All()
	firth := compileOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: Firth}}, tab.factors(t))
	m, err := firth.Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{Intercept: 3.7745597136471, "NV": 2.9292733531971, "PI": -0.0347517598704, "EH": -2.6041639252937}
	for _, w := range m.Weights {
		if !near(float64(w.Weight), want[w.Factor], 1e-10) {
			t.Errorf("%s: %.13f, logistf %.13f", w.Factor, w.Weight, want[w.Factor])
		}
	}
	inf := inferOn(t, m, train, InferenceOptions{})
	nv := inf.Weights[1]
	if !near(float64(nv.ProfileLow), 0.609724436, 1e-6) || !near(float64(nv.ProfileHigh), 7.854631714, 1e-6) {
		t.Errorf("NV: profile interval %v to %v, logistf 0.609724436 to 7.854631714", nv.ProfileLow, nv.ProfileHigh)
	}
	if p := inf.Factors[0].LRP; !near(float64(p), 0.00912366754709, 1e-9) {
		t.Errorf("NV: p %v, logistf 0.00912366754709", p)
	}
	flic := fitOne(t, tab, Candidate{Kind: Logistic, Penalty: Penalty{Kind: FLIC}}, tab.factors(t))
	sum := 0.0
	for _, eta := range predict(t, flic, tab).Eta {
		sum += Probability(eta)
	}
	if !near(sum, float64(m.Training.Churned), 1e-8) || !near(flic.Coef[0], m.Coef[0], 1e-12) {
		t.Errorf("FLIC expects %v events of %d, and its weights are %v beside %v", sum, m.Training.Churned, flic.Coef, m.Coef)
	}
}

// Doubling the weight of the 74 smokers: statsmodels with freq_weights (const, ht).
func TestValueWeightsAreThoseOfRepeatedRows(t *testing.T) {
	tab := published(t, "birthwt.csv", "low")
	e := tab.load(t)
	smoke := columnOf(t, e, "smoke")
	e.Value = make([]float64, e.Len())
	for i := range e.Value {
		e.Value[i] = 1000 * (1 + smoke[i])
	}
	c := compileOne(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Weigh: Weigh{By: ByValue}}}, allBirthFactors(t, tab))
	m, err := c.Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range m.Weights {
		if want, ok := map[string]float64{Intercept: 0.295408364, "ht": 1.8392775523}[w.Factor]; ok && !near(float64(w.Weight), want, 1e-9) {
			t.Errorf("%s: %.10f, statsmodels %.10f", w.Factor, w.Weight, want)
		}
	}
	if inf := inferOn(t, m, e.All(), InferenceOptions{ProfileRows: -1}); !inf.Weights[1].ClusterStdErr.Defined() {
		t.Errorf("no clustered errors: %v", inf.Warnings)
	}
	e.Value = nil
	if _, err := c.Fit(t.Context(), e.All()); err == nil || !strings.Contains(err.Error(), "columns.value") {
		t.Errorf("without values: %v", err)
	}
}

// columnOf reads a number of the examples' table.
func columnOf(t *testing.T, e *dataset.Examples, name string) []float64 {
	t.Helper()
	c, ok := e.Table.Column(name)
	if !ok {
		t.Fatalf("no column %s", name)
	}
	return c.Vector().Numbers
}

func TestWeightsHalveWithAgeAndCountTheUnknownAsAverage(t *testing.T) {
	tab := noisy(4, 1)
	tab.churned = yes(1, 0, 1, 0)
	tab.asOf = []dataset.Date{day1, day1 + 100, day1 + 200, day1 + 200}
	tab.known = []dataset.Date{day1 + 1, day1 + 101, day1 + 201, day1 + 201}
	e := tab.load(t)
	e.Value = []float64{30, math.NaN(), -5, 60} // the last day on which a label became known is day1+201
	got, err := Weigh{By: ByValue, HalfLife: 100}.of(e.All())
	if err != nil {
		t.Fatal(err)
	}
	want := []float64{30 * math.Exp2(-2.01), 30 * math.Exp2(-1.01), 0, 60 * math.Exp2(-0.01)} // (30+0+60)/3 = 30
	sum := want[0] + want[1] + want[3]
	for i := range want {
		if !near(got[i], 4*want[i]/sum, 1e-12) {
			t.Errorf("row %d: %v, want %v", i, got[i], 4*want[i]/sum)
		}
	}
}

// Of the truth's rows every event is kept and every tenth of the others: the intercept
// comes out as of all rows, and so do the probabilities on rows that were never sampled.
func TestSampledDataGiveTheProbabilitiesOfAllAccounts(t *testing.T) {
	all, rng := noisy(60_000, 71), rand.New(rand.NewPCG(5, 5))
	var keep []int
	for i, churned := range all.churned {
		if churned || rng.Float64() < 0.1 {
			keep = append(keep, i)
		}
	}
	drawn := rowsOf(all, keep)
	c := Candidate{Kind: Logistic, Fitting: Fitting{Sampling: Sampling{Churned: 1, Renewed: 0.1}}}
	m := fitOne(t, drawn, c, drawn.factors(t))
	truth := noisy(20_000, 72)
	expected, happened := 0.0, 0.0
	for i, eta := range predict(t, m, truth).Eta {
		expected += Probability(eta)
		happened += indicator(truth.churned[i])
	}
	// The standard error of a count of some 10 000 events of 20 000 is below 71.
	if !near(expected, happened, 250) {
		t.Errorf("%v events expected, %v happened", expected, happened)
	}
	plain := fitOne(t, drawn, Candidate{Kind: Logistic}, drawn.factors(t))
	if !near(plain.Intercept-m.Intercept, math.Log(10), 1e-9) || !near(plain.Coef[0], m.Coef[0], 1e-9) {
		t.Errorf("intercepts %v and %v, weights %v and %v", plain.Intercept, m.Intercept, plain.Coef, m.Coef)
	}
	if inf := inferOn(t, m, drawn.load(t).All(), InferenceOptions{ProfileRows: -1}); !inf.Weights[0].ClusterStdErr.Defined() {
		t.Errorf("no errors of a sampled fit: %v", inf.Warnings)
	}
}

// rowsOf are some rows of a table, each its own account.
func rowsOf(tab table, rows []int) table {
	out := table{numbers: slices.Clone(tab.numbers), texts: slices.Clone(tab.texts)}
	for _, i := range rows {
		out.churned, out.asOf = append(out.churned, tab.churned[i]), append(out.asOf, tab.asOf[i])
	}
	for j, c := range out.numbers {
		out.numbers[j].values = nil
		for _, i := range rows {
			out.numbers[j].values = append(out.numbers[j].values, c.values[i])
		}
	}
	for j, c := range out.texts {
		out.texts[j].values = nil
		for _, i := range rows {
			out.texts[j].values = append(out.texts[j].values, c.values[i])
		}
	}
	return out
}

// An offset takes part in the score with a weight of 1 per unit, and the others are what
// they are beside it.
func TestAnOffsetCountsOncePerUnit(t *testing.T) {
	tab := noisy(400, 73)
	factors := tab.factors(t)[:1]
	for _, p := range []Penalty{{}, {Kind: Ridge, Strength: 0.01}, {Kind: Firth}, {Kind: Lasso, Strength: 0.001}} {
		m := fitOne(t, tab, Candidate{Kind: Logistic, Offset: "tickets / 4", Penalty: p}, factors)
		w := m.Weights[2]
		if w.Factor != OffsetName || !near(float64(w.Weight), 1, 1e-12) || w.StdErr.Defined() {
			t.Fatalf("%s: the offset is %+v", p.Kind, w)
		}
		q := logit.Problem{Columns: [][]float64{tab.numbers[0].values}, Offset: make([]float64, 400), Firth: p.firth()}
		for i, churned := range tab.churned {
			q.Y, q.Offset[i] = append(q.Y, indicator(churned)), tab.numbers[1].values[i]/4
		}
		if p.Kind == Lasso {
			continue // its units are those of the standardised column
		}
		if p.Kind == Ridge {
			sd := m.Encoder.Kept()[0].SD
			q.L2 = []float64{p.Strength * 400 * sd * sd}
		}
		want, err := logit.Fit(t.Context(), q, logit.Settings{})
		if err != nil || !near(float64(m.Weights[1].Weight), want.Coef[0], 1e-10) || !near(float64(m.Weights[0].Weight), want.Intercept, 1e-9) {
			t.Errorf("%s: %v and %v beside %v and %v (%v)", p.Kind, m.Weights[1].Weight, m.Weights[0].Weight, want.Coef, want.Intercept, err)
		}
	}
}

// Pins of the plain form are log-odds per standard deviation, whatever the penalty.
func TestPinnedWeightsStayWhereTheyAre(t *testing.T) {
	tab := noisy(500, 74)
	for _, p := range []Penalty{{}, {Kind: Ridge, Strength: 0.1}, {Kind: Lasso, Strength: 0.01}} {
		m := fitOne(t, tab, Candidate{Kind: Logistic, Penalty: p, Fitting: Fitting{Bounds: []Bound{{"usage", -0.25, -0.25}}}}, tab.factors(t))
		if m.Coef[0] != -0.25 || m.Weights[1].StdErr.Defined() {
			t.Errorf("%s: usage %v, error %v", p.Kind, m.Coef[0], m.Weights[1].StdErr)
		}
	}
}

// Whatever the limits: the fit keeps them, and no small step that keeps them is better.
func TestNoAllowedStepFromALimitedFitIsBetter(t *testing.T) {
	tab := noisy(300, 75)
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Category: "usage", Expr: "usage", Expect: features.LowerChurn},
		features.Factor{Name: "tickets", Category: "support", Expr: "tickets", Expect: features.LowerChurn},
		features.Factor{Name: "both", Category: "support", Expr: "usage * tickets", Expect: features.HigherChurn})
	e := tab.load(t)
	rapid.Check(t, func(r *rapid.T) {
		f := Fitting{Signs: rapid.Bool().Draw(r, "signs")}
		penalty := rapid.SampledFrom([]Penalty{{}, {Kind: Ridge, Strength: 0.05}, {Kind: Lasso, Strength: 0.02}, {Kind: ElasticNet, Alpha: 0.5, Strength: 0.02}}).Draw(r, "penalty")
		if rapid.Bool().Draw(r, "bounded") {
			low := rapid.Float64Range(-1, 0).Draw(r, "low")
			f.Bounds = []Bound{{"usage", low, low + rapid.Float64Range(0, 1).Draw(r, "room")}}
		}
		if !penalty.sparse() && f.Signs && rapid.Bool().Draw(r, "capped") {
			f.Caps = []Cap{{"support", rapid.Float64Range(0.1, 0.9).Draw(r, "cap")}}
		}
		compiled, err := Compile([]Candidate{{Name: "c", Kind: Logistic, Penalty: penalty, Fitting: f}}, factors, tab.types())
		if err != nil {
			r.Fatal(err)
		}
		task, _, err := compiled[0].newTask(t.Context(), e.All())
		if err != nil {
			r.Fatal(err)
		}
		fit, err := task.fit(t.Context(), penalty, logit.Settings{})
		if err != nil {
			r.Fatal(err)
		}
		b := append([]float64{fit.Intercept}, fit.Coef...)
		if !task.keeps(b, 1e-9) {
			r.Fatalf("%v does not keep its limits", b)
		}
		here := task.objective(b, penalty)
		step := rapid.SliceOfN(rapid.Float64Range(-1, 1), 4, 4).Draw(r, "step")
		for _, size := range []float64{1e-1, 1e-2, 1e-3} {
			moved := slices.Clone(b)
			for j := range moved {
				moved[j] += size * step[j]
			}
			if there := task.objective(moved, penalty); task.keeps(moved, 0) && there < here-1e-10 {
				r.Fatalf("%.12f at %v, but %.12f at %v", here, b, there, moved)
			}
		}
	})
}

// keeps says whether coefficients, the intercept first, are within all limits.
func (t *task) keeps(b []float64, tolerance float64) bool {
	total, capped := 0.0, make(map[string]float64)
	for j := range t.kept {
		if t.low != nil && (b[j+1] < t.low[j]-tolerance || b[j+1] > t.high[j]+tolerance) {
			return false
		}
		total += math.Abs(b[j+1])
		capped[t.names[j].Category] += math.Abs(b[j+1])
	}
	for _, c := range t.c.Fitting.Caps {
		if capped[c.Category] > c.Share*total+tolerance {
			return false
		}
	}
	return true
}

// objective is the mean penalised negative log likelihood, by its definition.
func (t *task) objective(b []float64, p Penalty) float64 {
	sum := 0.0
	for i := range t.y {
		eta := b[0]
		for j, column := range t.design.Columns {
			eta += b[j+1] * column[i]
		}
		sum += logLoss(eta, t.y[i] == 1)
	}
	sum /= float64(len(t.y))
	alpha := p.pathAlpha()
	for _, x := range b[1:] {
		sum += p.Strength * ((1-alpha)/2*x*x + alpha*math.Abs(x))
	}
	return sum
}

func TestMeaninglessFitsAreRefusedByName(t *testing.T) {
	tab := noisy(50, 76)
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Category: "usage", Expr: "usage", Expect: features.LowerChurn},
		features.Factor{Name: "tickets", Category: "support", Expr: "tickets", Expect: features.HigherChurn},
		features.Factor{Name: "plan", Expr: "plan", Kind: features.Category})
	hand := weights("hand", FactorWeight{"usage", 70}, FactorWeight{"tickets", 30})
	for want, c := range map[string]Candidate{
		"penalty \"firth\" has no strength":        {Penalty: Penalty{Kind: Firth, Strength: 1}},
		"must be above 0 and at most 1; with 0":    {Penalty: Penalty{Kind: ElasticNet, Strength: 1}},
		"alpha is of elastic_net":                  {Penalty: Penalty{Kind: Lasso, Alpha: 0.5}},
		"unknown penalty \"rigde\"":                {Penalty: Penalty{Kind: "rigde"}},
		"the one-standard-error rule chooses":      {Penalty: Penalty{Kind: Ridge, Strength: 1, OneSE: true}},
		"firth and flic go with neither":           {Penalty: Penalty{Kind: FLIC}, Fitting: Fitting{Signs: true}},
		"lasso goes with neither":                  {Penalty: Penalty{Kind: Lasso}, Fitting: Fitting{Form: Percent}},
		"exclude each other":                       {Toward: "hand", Fitting: Fitting{Form: Percent}},
		"unknown form":                             {Fitting: Fitting{Form: "per cent"}},
		"is bounded twice":                         {Fitting: Fitting{Bounds: []Bound{{"usage", 0, 1}, {"usage", 0, 1}}}},
		"cannot be from 1 to 0":                    {Fitting: Fitting{Bounds: []Bound{{"usage", 1, 0}}}},
		"must be whole points from 0 to 100":       {Fitting: Fitting{Form: Percent, Bounds: []Bound{{"usage", 30.2, 30.8}}}},
		"leave room for 101 to 110 points":         {Factors: []string{"usage", "tickets"}, Fitting: Fitting{Form: Percent, Bounds: []Bound{{"usage", 51, 60}, {"tickets", 50, 50}}}},
		"leave room for 0 to 70 points":            {Factors: []string{"usage", "tickets"}, Fitting: Fitting{Form: Percent, Bounds: []Bound{{"usage", 0, 30}}, Caps: []Cap{{"support", 0.4}}}},
		"did you mean \"usage\"":                   {Fitting: Fitting{Bounds: []Bound{{"usag", 0, 1}}}},
		"factor \"plan\" is a category, which has": {Fitting: Fitting{Bounds: []Bound{{"plan", 0, 1}}}},
		"of category \"voice\"":                    {Fitting: Fitting{Caps: []Cap{{"voice", 0.4}}}},
		"must be a share above 0 and below 1":      {Fitting: Fitting{Caps: []Cap{{"usage", 40}}}},
		"is a category and has no 0-100 score":     {Factors: []string{"plan"}, Fitting: Fitting{Form: Percent}},
		"unknown weigh by":                         {Fitting: Fitting{Weigh: Weigh{By: "arr"}}},
		"sampling: shares 1 and 0":                 {Fitting: Fitting{Sampling: Sampling{Churned: 1}}},
		"nobody is no candidate of kind weights":   {Toward: "nobody"},
		"does not use it; add it to factors":       {Toward: "hand", Factors: []string{"usage"}},
		"an offset goes with neither":              {Toward: "hand", Offset: "usage"},
		"per_segment goes with plain fits":         {PerSegment: true, Segments: Segments{By: "plan", MinEvents: 1}, Fitting: Fitting{Signs: true}},
	} {
		c.Name, c.Kind = "c", Logistic
		if _, err := Compile([]Candidate{hand, c}, factors, tab.types()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
