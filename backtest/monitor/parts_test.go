package monitor

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

func TestOptionsLeftAtZeroHaveTheirDefaults(t *testing.T) {
	want := Options{PSI: 0.25, Missing: 0.1, Unseen: 0.02, Coverage: 0.05, Bands: 0.1, Level: 0.95, Accounts: 50, Events: 20}
	if got := (Options{}).orDefault(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if err := want.check(); err != nil {
		t.Errorf("the defaults are refused: %v", err)
	}
	own := Options{PSI: 1, Missing: 0.2, Unseen: 0.3, Coverage: 0.4, Bands: 0.5, Level: 0.9, Accounts: 2, Events: 3}
	if got := own.orDefault(); got != own || own.check() != nil {
		t.Errorf("%+v became %+v (%v)", own, got, own.check())
	}
}

func TestLimitsThatNothingCouldKeepAreRefusedByName(t *testing.T) {
	for name, spoil := range map[string]func(o *Options){
		"missing":    func(o *Options) { o.Missing = 1 },
		"unseen":     func(o *Options) { o.Unseen = -0.1 },
		"coverage":   func(o *Options) { o.Coverage = math.NaN() },
		"bands":      func(o *Options) { o.Bands = 1.5 },
		"level":      func(o *Options) { o.Level = 95 },
		"psi":        func(o *Options) { o.PSI = math.NaN() },
		"1 accounts": func(o *Options) { o.Accounts = 1 },
		"1 events":   func(o *Options) { o.Events = 1 },
	} {
		o := (Options{}).orDefault()
		spoil(&o)
		if err := o.check(); err == nil || !strings.Contains(err.Error(), name) || !strings.HasPrefix(err.Error(), "monitor: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// 40 of 100 had it, 60 of 100 have it. The index of two bins is 2 x 0.2 ln 1.5 = 0.1622 without
// its prior; chance alone gives a difference as large with p = 0.0047 by the usual z of two
// shares, 0.2 / sqrt(2 x 0.5 x 0.5 / 100) = 2.83.
func TestTheTestOfTwoSharesIsTheUsualOne(t *testing.T) {
	s := shareOf(40, 100, 60, 100, 1)
	if s.Then != 0.4 || s.Now != 0.6 || math.Abs(s.P-0.0047) > 0.0015 {
		t.Errorf("%+v, want a p of about 0.0047", s)
	}
	if r := shareOf(40, 100, 60, 100, 4); !(r.P > s.P) {
		t.Errorf("where four rows say as much as one p is %v, and %v where each does", r.P, s.P)
	}
	if r := shareOf(40, 100, 60, 100, math.NaN()); r.P != s.P {
		t.Errorf("an undefined design effect is taken for 1: %v, want %v", r.P, s.P)
	}
	if r := shareOf(40, 100, 0, 0, 1); r.Now == r.Now || r.P == r.P {
		t.Errorf("of nobody: %+v", r)
	}
}

func TestAdjustedProbabilitiesRiseWithTheirOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 12).Draw(t, "p")
		found := rejected(family(p...), math.Inf(1))
		if len(found) != len(p) {
			t.Fatalf("%d of %d tests came back", len(found), len(p))
		}
		for i, f := range found {
			if f.Value != float64(i) {
				t.Fatalf("the order changed: %+v", found)
			}
			if f.P < p[i] || f.P > 1 || f.P > math.Min(1, p[i]*float64(len(p)))+1e-15 {
				t.Fatalf("%v was adjusted to %v among %d tests", p[i], f.P, len(p))
			}
			for k, other := range found {
				if p[i] < p[k] && f.P > other.P {
					t.Fatalf("%v became %v, and the larger %v became %v", p[i], f.P, p[k], other.P)
				}
			}
		}
	})
}

// Estimates off by 0.02, -0.01 and 0.05: a mean of 0.02, a root mean square of
// sqrt((4 + 1 + 25) / 3) / 100 = 0.0316.
func TestARecordNeedsThreeQuartersThatWereJudged(t *testing.T) {
	quarter := func(off float64, judged bool) Quarter {
		m := &Matured{Judged: judged, Expected: Expectation{AUC: 0.7 + off, Brier: 0.1 - off}, Metrics: make([]Kept, len(sides))}
		m.Metrics[0].Observed.Value, m.Metrics[2].Observed.Value = 0.7, 0.1
		return Quarter{Matured: m}
	}
	list := []Quarter{quarter(0.02, true), {}, quarter(9, false), quarter(-0.01, true)}
	if r := recordOf(list); r.AUC.N != 2 || r.AUC.Bias == r.AUC.Bias || r.Brier.Typical == r.Brier.Typical {
		t.Errorf("of two quarters: %+v", r)
	}
	r := recordOf(append(list, quarter(0.05, true)))
	if r.AUC.N != 3 || math.Abs(r.AUC.Bias-0.02) > 1e-12 || math.Abs(r.AUC.Typical-math.Sqrt(10)/100) > 1e-12 || math.Abs(r.Brier.Bias+0.02) > 1e-12 {
		t.Errorf("%+v", r)
	}
}

func TestAnExpectationLeansOnItsRecord(t *testing.T) {
	nan := math.NaN()
	record := metrics.PastErrors{N: 4, Bias: 0.03, Typical: 0.05}
	s := &scored{score: []float64{0, 1, nan}, eta: []float64{0, math.Log(3), nan}}
	o, ok := expect(quarterEnd(0), s, Record{AUC: record, Brier: metrics.PastErrors{Bias: nan, Typical: nan}}, 0.95)
	if !ok || o.N != 2 || math.Abs(o.MeanP-0.625) > 1e-12 || o.Start != quarterEnd(0) {
		t.Fatalf("%+v: want two accounts, of which 0.5 and 0.75 are expected to churn", o)
	}
	// E Brier = mean p(1-p) = (0.25 + 0.1875) / 2.
	if math.Abs(o.Brier.Value-0.21875) > 1e-12 || o.Brier.Low == o.Brier.Low {
		t.Errorf("Brier %+v, want 0.21875 without an interval", o.Brier)
	}
	if o.AUC != record.Around(o.AUC.Value, 0.95) || !(o.AUC.Low < o.AUC.High) {
		t.Errorf("AUC %+v", o.AUC)
	}
	if _, ok := expect(quarterEnd(0), &scored{score: []float64{nan}, eta: []float64{nan}}, Record{}, 0.95); ok {
		t.Error("something is expected of nobody")
	}
}

// Where everybody has one probability there is no slope, and that is no error: the AUC is one
// half, and the losses are those of that probability.
func TestOneProbabilityForAllHasNoSlope(t *testing.T) {
	l := &labelled{score: make([]float64, 8), eta: make([]float64, 8), churned: []bool{true, false, false, false, true, false, false, false},
		account: []int32{0, 1, 2, 3, 4, 5, 6, 7}}
	got, err := observe(l, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Value != 0.5 || math.Abs(got[1].Value-math.Ln2) > 1e-12 || got[2].Value != 0.25 || got[3].Value == got[3].Value {
		t.Errorf("AUC %v, log loss %v, Brier %v, slope %v; want 0.5, ln 2, 0.25 and none", got[0].Value, got[1].Value, got[2].Value, got[3].Value)
	}
}

// Of three accounts the middle one has two rows. The four squared errors are 1/4, 1/16, 9/16 and 1/4, a
// mean of 9/32: the first and the last row lie a = 1/4 - 9/32 from it, and the two between 2a the other way
// together. So the standard error is sqrt(3/2 (a^2 + 4a^2 + a^2)) / 4 = 3/4 |a|, of the log losses ln 2,
// ln 4/3, ln 4 and ln 2 as well.
func TestErrorsOfTheLossesAreOverAccounts(t *testing.T) {
	eta := []float64{0, math.Log(3), math.Log(3), 0}
	got, err := observe(&labelled{score: eta, eta: eta, churned: []bool{true, true, false, false}, account: []int32{3, 4, 4, 8}}, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	logLoss := (2*math.Ln2 + math.Log(16.0/3)) / 4
	for k, want := range map[int][2]float64{1: {logLoss, math.Abs(math.Ln2 - logLoss)}, 2: {9.0 / 32, 1.0 / 32}} {
		e, se := got[k], 0.75*want[1]
		off := max(math.Abs(e.Value-want[0]), math.Abs(e.StdErr-se), math.Abs(e.High-want[0]-1.959963984540054*se), math.Abs(e.Low-want[0]+1.959963984540054*se))
		if !(off <= 1e-12) {
			t.Errorf("%s is %+v, want %v with a standard error of %v", sides[k].name, e, want[0], se)
		}
	}
}

// Half of the snapshots of the last quarter are moved to its first day.
func TestAQuarterSaysFromWhichDayToWhichItsAccountsAre(t *testing.T) {
	m, e := world{signing: 60, seed: 3}.made(t, worldFactors())
	end, early := quarterEnd(worldQuarters-1), 0
	for i, d := range e.Timeline.AsOf {
		if d == end && e.Timeline.Account[i]%2 == 0 {
			e.Timeline.AsOf[i] = quarterOf(end)
			early++
		}
	}
	r := watched(t, m, e, Options{})
	for k, q := range r.Quarters[:len(r.Quarters)-1] {
		if want := quarterEnd(madeInQuarter + k); q.From != want || q.Until != want {
			t.Errorf("quarter %d is from %s to %s, want %s alone", k, q.From, q.Until, want)
		}
	}
	if q := r.Quarters[len(r.Quarters)-1]; early == 0 || q.From != quarterOf(end) || q.Until != end {
		t.Errorf("the last quarter is from %s to %s, want %s to %s", q.From, q.Until, quarterOf(end), end)
	}
}

func TestABandIsABinAndNoBandTheLast(t *testing.T) {
	s := &scored{}
	for _, b := range []models.Band{models.Green, models.Yellow, models.Red} {
		s.band = append(s.band, int32(b.Risk()))
	}
	s.band = append(s.band, -1)
	if got := s.bandBins(); !slices.Equal(got, []int32{0, 1, 2, 3}) {
		t.Errorf("green, yellow, red and none are in bins %v, want 0 to 3", got)
	}
}

func TestLevelsThatTrainingNeverSawAreCountedAndAFewNamed(t *testing.T) {
	e := &features.Encoding{Factor: features.Factor{Kind: features.Category}, Levels: []string{"known"}, Pooled: []string{"pooled"}}
	v := expr.Vector{Levels: []string{"known", "pooled", "c", "b", "a", "d", "e", "f", "absent"}, Codes: []int32{0, 1, 2, 2, 3, 4, 5, 6, 7, -1}}
	rows := make([]int32, len(v.Codes))
	for i := range rows {
		rows[i] = int32(i)
	}
	var f FactorShift
	f.unseen(e, v, rows, &models.Histogram{Counts: []int{100, 0, 0}})
	names := []string{}
	for _, l := range f.Levels {
		names = append(names, fmt.Sprint(l.Name, l.Accounts))
	}
	// Seven of ten accounts; c has two of them, the others are named in byte order up to five.
	if !slices.Equal(names, []string{"c2", "a1", "b1", "d1", "e1"}) || math.Abs(f.Unseen.Now-0.7) > 1e-12 || f.Unseen.Then != 0 || !(f.Unseen.P < 1e-6) {
		t.Errorf("levels %v, %+v", names, f.Unseen)
	}
	if got := named(f.Levels[:2]); got != `: "c" (2), "a" (1)` {
		t.Errorf("named as %q", got)
	}
	if named(nil) != "" {
		t.Error("no levels have names")
	}
}

func TestReasonsAreTheMostFrequentFirst(t *testing.T) {
	why := []models.Unscored{{}, {Code: "unseen_level", Factor: "plan"}, {Code: "missing_factor", Factor: "usage"}, {Code: "missing_factor", Factor: "nps"}, {Code: "missing_factor", Factor: "usage"},
		{Code: "missing_factor", Factor: "arr"}}
	got := reasons(why, []int32{0, 1, 2, 3, 4, 5})
	want := []Reason{{"missing_factor", "usage", 2}, {"missing_factor", "arr", 1}, {"missing_factor", "nps", 1}, {"unseen_level", "plan", 1}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := reasons(why, []int32{0}); got != nil {
		t.Errorf("an account with a score has %v", got)
	}
}

func TestTheMostFrequentLevelsHaveBinsAndTheOthersShareOne(t *testing.T) {
	v := expr.Vector{Codes: []int32{-1}}
	for l := range int32(25) {
		v.Levels = append(v.Levels, string(rune('a'+l)))
		for range 1 + l%2 {
			v.Codes = append(v.Codes, l)
		}
	}
	v.Levels = append(v.Levels, "nobody's")
	got := frequent(v)
	// The twelve odd ones twice, b d f .. x; then the even ones once, a c e ..
	if len(got) != mostLevels || got[0] != "b" || got[11] != "x" || got[12] != "a" || got[19] != "o" {
		t.Errorf("%v", got)
	}
	if got := edges([]float64{math.NaN(), math.Inf(-1), 1, 2, math.Inf(1)}); slices.ContainsFunc(got, func(x float64) bool { return math.IsInf(x, 0) }) || len(got) != 1 {
		t.Errorf("edges %v, want one between 1 and 2", got)
	}
}

// watchOf is a report in the making with usual limits.
func watchOf() *watch { return &watch{options: (Options{}).orDefault(), report: &Report{}} }

func TestTheBandThatChangedMostIsTheFinding(t *testing.T) {
	q := &Quarter{Bands: []Share{{Now: 0.55, Then: 0.75}, {Now: 0.3, Then: 0.2}, {Now: 0.15, Then: 0.05}}, Moved: Shift{P: 0.001}}
	s := watchOf().suspectBands(q)
	if !s.beyond || s.Subject != "green" || s.Value != 0.55 || math.Abs(s.Limit-0.65) > 1e-12 || s.P != 0.001 {
		t.Errorf("%+v", s)
	}
	if want := "red 15.0 % (5.0 %), yellow 30.0 % (20.0 %), green 55.0 % (75.0 %) of the accounts"; !strings.Contains(s.Words, want) {
		t.Errorf("%q does not say %q", s.Words, want)
	}
	q.Bands = []Share{{Now: 0.7, Then: 0.75}, {Now: 0.2, Then: 0.2}, {Now: 0.1, Then: 0.05}}
	if s := watchOf().suspectBands(q); s.beyond {
		t.Errorf("five points are within the limit: %+v", s)
	}
}

// More accounts with a score than before are no trouble; fewer are.
func TestOnlyAFallOfTheCoverageIsTooMuch(t *testing.T) {
	for _, c := range []struct {
		then, now float64
		beyond    bool
	}{{0.9, 1, false}, {0.9, 0.86, false}, {0.9, 0.84, true}} {
		q := &Quarter{Coverage: Share{Then: c.then, Now: c.now}, Unscored: []Reason{{"missing_factor", "usage", 7}}}
		list := watchOf().suspectCoverage(q)
		if len(list) != 1 || list[0].beyond != c.beyond || math.Abs(list[0].Limit-(c.then-0.05)) > 1e-12 || !strings.Contains(list[0].Words, "missing_factor of usage") {
			t.Errorf("from %v to %v: %+v", c.then, c.now, list)
		}
	}
}

func TestWhatAFactorIsSuspectedOf(t *testing.T) {
	undefined := undefinedShare()
	for _, c := range []struct {
		fact   string
		shift  FactorShift
		beyond []Kind
		tests  int
	}{
		{"nothing", FactorShift{Shift: Shift{PSI: 0.25}, Missing: Share{Now: 0.2, Then: 0.15}, Unseen: undefined}, nil, 2},
		{"it has moved", FactorShift{Shift: Shift{PSI: 0.26}, Unseen: undefined}, []Kind{FactorDrift}, 2},
		{"it is missing more often", FactorShift{Missing: Share{Now: 0.26, Then: 0.15}, Unseen: undefined}, []Kind{MissingMore}, 2},
		{"it is missing less often", FactorShift{Missing: Share{Now: 0.1, Then: 0.3}, Unseen: undefined}, []Kind{MissingMore}, 2},
		{"few new levels", FactorShift{Unseen: Share{Now: 0.02}}, nil, 3},
		{"many new levels", FactorShift{Unseen: Share{Now: 0.021}}, []Kind{NewLevels}, 3},
	} {
		c.shift.Factor = "usage"
		var beyond []Kind
		list := watchOf().suspectFactor(&c.shift)
		for _, s := range list {
			if s.beyond {
				beyond = append(beyond, s.Kind)
			}
			if s.Subject != "usage" || s.Words == "" || s.Do == "" {
				t.Errorf("%s: %+v says nothing", c.fact, s)
			}
		}
		if !slices.Equal(beyond, c.beyond) || len(list) != c.tests {
			t.Errorf("%s: %v in %d tests, want %v in %d", c.fact, beyond, len(list), c.beyond, c.tests)
		}
	}
	if a, b := limitOf(Share{Now: 0.1, Then: 0.3}, 0.05), limitOf(Share{Now: 0.4, Then: 0.3}, 0.05); a != 0.25 || b != 0.35 {
		t.Errorf("the limits are %v below and %v above", a, b)
	}
}

func TestABrokenPromiseIsHeldAgainstTheNearerEnd(t *testing.T) {
	promised := metrics.Estimate{Value: 0.7, Low: 0.65, High: 0.75}
	m := &Matured{N: 100, Churned: 30, Metrics: []Kept{
		{Name: AUC, Observed: metrics.Estimate{Value: 0.6}, Promised: promised},
		{Name: LogLoss, Observed: metrics.Estimate{Value: 0.8}, Promised: promised},
		{Name: Slope, Observed: metrics.Estimate{Value: 0.72}, Promised: promised, Inside: true},
	}}
	list := broken(m)
	for i, want := range []float64{0.65, 0.75, 0.75} {
		if list[i].Limit != want || list[i].beyond == m.Metrics[i].Inside || list[i].Kind != Performance {
			t.Errorf("%s: %+v, want a limit of %v", m.Metrics[i].Name, list[i], want)
		}
	}
	if list[0].Do == list[1].Do || list[1].Do == list[2].Do {
		t.Errorf("a ranking, a loss and a slope have the same cure: %q", list[0].Do)
	}
	m.N = 1100
	list = broken(m)
	if want := "AUC is 0.600 on 1,100 matured labels, 30 of them churned; the backtest promised 0.700 [0.650, 0.750]"; list[0].Words != want {
		t.Errorf("%q, want %q", list[0].Words, want)
	}
	for _, s := range sides {
		if strings.Contains(called(s.name), "_") || called(s.name) == InLarge {
			t.Errorf("people are told of %q", called(s.name))
		}
	}
}

// TestAModelNewerThanTheDataHasNoQuarters: there is nothing to watch, and that is no error.
func TestAModelNewerThanTheDataHasNoQuarters(t *testing.T) {
	m, e := world{signing: 60, seed: 3}.made(t, worldFactors())
	m.Training.KnownBy = dataset.NewDate(2030, 1, 1)
	r := watched(t, m, e, Options{})
	if len(r.Quarters) != 0 || r.Judged() || r.Since != nil || len(r.Findings) != 0 || len(r.Open) != 0 || r.Standing() != nil {
		t.Errorf("%+v", r)
	}
}

// A quarter in which nobody wrote a snapshot is there, with no accounts, and is not judged.
func TestAQuarterWithoutSnapshotsIsAGap(t *testing.T) {
	w := world{signing: 60, seed: 3}
	m, e := w.made(t, worldFactors())
	gap := quarterOf(quarterEnd(madeInQuarter + 2))
	line := e.Timeline
	for i, d := range line.AsOf {
		if quarterOf(d) == gap {
			line.AsOf[i] = quarterEnd(madeInQuarter + 1)
		}
	}
	r := watched(t, m, e, Options{})
	q := r.Quarters[2]
	if q.Start != gap || q.Accounts != 0 || q.Judged || q.From != dataset.NoDate || q.Until != dataset.NoDate {
		t.Fatalf("%+v", q)
	}
	if q.Coverage.Now == q.Coverage.Now || q.Score.P == q.Score.P {
		t.Errorf("nobody has a coverage of %v, and a score that moved with p = %v", q.Coverage.Now, q.Score.P)
	}
	for _, f := range r.Findings {
		if f.Quarter == gap && !f.Pooled {
			t.Errorf("a quarter without accounts has a finding: %s", f.Words)
		}
	}
}

// From 30 September to 31 December are 92 days: a window of 92 has just passed, one of 93 has not.
func TestWithAHorizonTheOpenWindowsAreThoseThatHaveNotPassed(t *testing.T) {
	m, e := world{signing: 60, seed: 3}.made(t, worldFactors())
	changed := *e
	changed.Clock = dataset.Clock{Mode: dataset.Horizon, Horizon: 92}
	changed.ObservedUntil = quarterEnd(worldQuarters - 1)
	r := watched(t, m, &changed, Options{})
	if len(r.Open) != 1 || r.Open[0].Start != r.Quarters[4].Start || r.Open[0].N != r.Quarters[4].Accounts {
		t.Errorf("open %+v, want the %d accounts of the last quarter", r.Open, r.Quarters[4].Accounts)
	}
	changed.Clock.Horizon = 93 // reaches the last day of the quarter before
	if r := watched(t, m, &changed, Options{}); len(r.Open) != 2 {
		t.Errorf("%d quarters are open within 93 days, want two", len(r.Open))
	}
}

func TestAModelWithoutBandsIsWatchedWithoutThem(t *testing.T) {
	m, e := world{signing: 60, seed: 3}.made(t, worldFactors())
	m.Bands, m.Reference.Bands = nil, nil
	for _, q := range watched(t, m, e, Options{}).Quarters {
		if q.Bands != nil || q.Moved != (Shift{}) || !q.Judged {
			t.Errorf("%s: bands %v, moved %+v", q.Start, q.Bands, q.Moved)
		}
	}
}
