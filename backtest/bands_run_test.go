package backtest

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/models"
)

// colourPrint is all that bands lead to as text: what two runs must agree in.
func colourPrint(r *Result) string {
	var b strings.Builder
	for _, c := range r.Candidates {
		fmt.Fprintf(&b, "%s %+v %+v %+v %+v\n", c.Name, c.Goal, c.Warning, c.Triggers, c.Playbooks)
		if c.Bands != nil {
			fmt.Fprintf(&b, "%+v %+v %+v\n", c.Bands.List, c.Bands.Final, c.Bands.Movement)
			for _, t := range c.Bands.ByFold {
				fmt.Fprintf(&b, "%+v\n", t)
			}
		}
	}
	fmt.Fprintf(&b, "%+v\n%v\n", r.Rollout, r.Predictions.Band)
	return b.String()
}

func watchedRun(t *testing.T, d *diary, clock dataset.Clock, o Options) *Result {
	t.Helper()
	return mustRun(t, d.load(t, clock), threeCandidates(t, newCompany(1, 1).types()), o)
}

func TestBandsAreTheSameOnAnyNumberOfProcessorsAndInAnyOrder(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	d := newDiary(200, 3)
	first := colourPrint(watchedRun(t, d, yearly(), watchful()))
	runtime.GOMAXPROCS(1)
	d.shuffle(rand.New(rand.NewPCG(8, 8)))
	if colourPrint(watchedRun(t, d, yearly(), watchful())) != first {
		t.Error("shuffled rows on one processor give other bands")
	}
}

// shuffle brings the snapshots into another order.
func (d *diary) shuffle(rng *rand.Rand) {
	order := rng.Perm(len(d.account))
	d.account, d.day, d.plan = pick(d.account, order), pick(d.day, order), pick(d.plan, order)
	for name, values := range d.numbers {
		d.numbers[name] = pick(values, order)
	}
}

// What is seen and decided after a cutoff is poison for everything before it: thresholds of
// the folds up to it, and the bands of their rows.
func TestBandsDoNotSeeWhatCameAfterTheirCutoff(t *testing.T) {
	d := newDiary(300, 4)
	o := watchful()
	o.FirstCutoff = dataset.NewDate(2022, 7, 1) // by itself it looks at how much is known
	clean := watchedRun(t, d, yearly(), o)
	f := clean.Folds[len(clean.Folds)/2]
	rng := rand.New(rand.NewPCG(2, 2))
	for i, day := range d.day {
		if dataset.Date(day) >= f.Next {
			d.numbers["usage"][i], d.numbers["tickets"][i] = 50*rng.NormFloat64(), 50*rng.ExpFloat64()
		}
	}
	for i, day := range d.decided.day {
		if dataset.Date(day) > f.Cutoff {
			d.decided.churned[i] = oneIf(i%2 == 0)
		}
	}
	poisoned := watchedRun(t, d, yearly(), o)
	for c := range clean.Candidates {
		a, b := clean.Candidates[c].Bands, poisoned.Candidates[c].Bands
		if a == nil {
			continue
		}
		if !reflect.DeepEqual(a.ByFold[:f.Index+1], b.ByFold[:f.Index+1]) {
			t.Errorf("%s: thresholds up to %s moved: %v, poisoned %v", clean.Candidates[c].Name, f.Cutoff, a.ByFold, b.ByFold)
		}
		if c < 2 && reflect.DeepEqual(a.ByFold, b.ByFold) { // of junk, on which the poison is not spent, it may
			t.Errorf("%s: the poison reached nobody", clean.Candidates[c].Name)
		}
		for i, k := range clean.Predictions.Fold {
			if int(k) <= f.Index && clean.Predictions.Band[c][i] != poisoned.Predictions.Band[c][i] {
				t.Fatalf("%s: row %d of fold %d changed its band", clean.Candidates[c].Name, i, k)
			}
		}
	}
}

// The thresholds of a fold hold what they promise on its training rows, and the share of red
// among the test rows is near it where nothing drifts.
func TestSharesLearnedInTrainingHoldOnTheNextWindow(t *testing.T) {
	r := watchedRun(t, newDiary(800, 1), leaving(), watchful())
	for _, c := range r.Candidates[:3] {
		for risk, want := range map[int8]float64{yellow: 0.20, red: 0.05} {
			if got := c.Bands.List[risk].Share.Value; math.Abs(got-want) > 0.03 {
				t.Errorf("%s: %.3f of the test rows are %s, of the training rows %v", c.Name, got, colours[risk], want)
			}
		}
		for k, x := range c.Bands.ByFold {
			if (x == nil) != (r.Folds[k].Skipped != "") || x != nil && !(0 < x.Yellow && x.Yellow <= x.Red && x.Red < 1) {
				t.Errorf("%s, fold %d: thresholds %v", c.Name, k, x)
			}
		}
		if f := c.Bands.Final; !(f.Red.Low <= f.Red.Value && f.Red.Value <= f.Red.High && f.Yellow.Low <= f.Yellow.Value && f.Yellow.Value <= f.Yellow.High) {
			t.Errorf("%s: final thresholds %+v", c.Name, f)
		}
	}
	if b := r.Candidates[3].Bands; b != nil {
		t.Errorf("the baseline gives everybody one probability, and has bands %+v", b)
	}
}

// A score of pure noise changes its colour with probability 1 - sum of squared shares at
// every snapshot, 365.25 / 30 times a year. It flags churners like everybody else: those who
// stay as often as those who leave, and hardly anybody for 90 days without a break.
func TestNoiseFlickersAsOftenAsItsSharesSay(t *testing.T) {
	c := watchedRun(t, newDiary(800, 1), leaving(), watchful()).Candidates[2]
	m, same := c.Bands.Movement, 0.0
	for _, from := range m.Counts {
		share := float64(from[0]+from[1]+from[2]) / float64(m.Steps)
		same += share * share
	}
	if want := (1 - same) * daysPerYear / 30; want < m.Flips.Low || want > m.Flips.High {
		t.Errorf("%+v flips per account and year, want %v", m.Flips, want)
	}
	at := c.Warning.Curve[90]
	if at.Standing > 0.02 || math.Abs(at.Flagged-at.Stayed) > 0.1 {
		t.Errorf("noise warns: %+v", at)
	}
	if c.Warning.Surprise.Low > 1-c.Warning.Flagged || c.Warning.Surprise.High < 1-c.Warning.Flagged {
		t.Errorf("%+v of the churners of noise are a surprise, want %v as of all scores", c.Warning.Surprise, 1-c.Warning.Flagged)
	}
	if dropped := c.Triggers[0]; dropped.BaseRate < dropped.Precision.Low || dropped.BaseRate > dropped.Precision.High {
		t.Errorf("an alert of noise is right %+v, anybody %v", dropped.Precision, dropped.BaseRate)
	}
}

func TestHysteresisFlipsLess(t *testing.T) {
	d, o := newDiary(300, 6), watchful()
	plain := watchedRun(t, d, yearly(), o).Candidates[0].Bands
	o.Bands.Hysteresis = 0.05
	held := watchedRun(t, d, yearly(), o).Candidates[0].Bands
	if !(held.Movement.Flips.Value < 0.8*plain.Movement.Flips.Value) {
		t.Errorf("%v flips with hysteresis, %v without", held.Movement.Flips.Value, plain.Movement.Flips.Value)
	}
	if !reflect.DeepEqual(held.List, plain.List) {
		t.Error("hysteresis needs a band before; the test examples are each as if seen first")
	}
}

func TestEveryRuleOfBandsRuns(t *testing.T) {
	e := newDiary(300, 7).load(t, yearly())
	candidates := threeCandidates(t, newCompany(1, 1).types())[:1]
	candidates = append(candidates, threeCandidates(t, newCompany(1, 1).types())[3])
	for fact, rules := range map[string]models.BandRules{
		"precision":   {Red: models.BandRule{Precision: 0.5}, Yellow: models.BandRule{Precision: 0.3}},
		"capacity":    {Red: models.BandRule{Capacity: 5}, Yellow: models.BandRule{Capacity: 15}},
		"value":       {Red: models.BandRule{Value: 0.1}, Yellow: models.BandRule{Value: 0.2}},
		"probability": {Red: models.BandRule{Probability: 0.5}, Yellow: models.BandRule{Probability: 0.3}},
	} {
		o := quick()
		o.Champion, o.Bands = "", rules
		b := mustRun(t, e, candidates, o).Candidates[0].Bands
		for risk := 1; risk < 3; risk++ {
			if b.List[risk].Rate.N > 0 && b.List[risk].Rate.Value < b.List[0].Rate.Value {
				t.Errorf("%s: %s churns less than green: %+v", fact, colours[risk], b.List)
			}
		}
	}
}

func TestBandsByAValueThatNobodyKnowsAreAPlanError(t *testing.T) {
	e := newDiary(100, 7).load(t, yearly())
	e.Value = nil
	o := quick()
	o.Bands.Red = models.BandRule{Value: 0.1}
	var plan *PlanError
	if _, err := Run(t.Context(), e, threeCandidates(t, newCompany(1, 1).types()), o, nil); !errors.As(err, &plan) || !strings.Contains(err.Error(), "columns.value") {
		t.Errorf("%v", err)
	}
	o.Bands.Red, o.Playbooks = models.BandRule{}, []Trigger{{Name: "call", When: "value > 1"}}
	if _, err := Run(t.Context(), e, threeCandidates(t, newCompany(1, 1).types()), o, nil); !errors.As(err, &plan) || !strings.Contains(err.Error(), `trigger "call" asks about value`) {
		t.Errorf("%v", err)
	}
}

func TestRolloutExplainsEveryChange(t *testing.T) {
	r := watchedRun(t, newDiary(800, 1), yearly(), watchful())
	roll := r.Rollout
	if roll == nil || roll.Champion != "hand" || roll.Challenger != "fit" {
		t.Fatalf("%+v", roll)
	}
	counted, changed := 0, 0
	for from := range roll.Counts {
		for to, n := range roll.Counts[from] {
			counted += n
			if from != to {
				changed += n
			}
		}
	}
	if counted != roll.Accounts || changed != len(roll.Changed) || changed == 0 {
		t.Errorf("%d accounts counted of %d, %d changed and %d listed", counted, roll.Accounts, changed, len(roll.Changed))
	}
	if !slices.IsSortedFunc(roll.Changed, func(a, b RolloutChange) int { return int(b.Value - a.Value) }) {
		t.Error("the most money does not come first")
	}
	// Accounts of the diary are worth 1000 to 9000 each, in whole thousands, which add up exactly.
	var listed [3][3]float64
	for _, c := range roll.Changed {
		listed[c.From.Risk()][c.To.Risk()] += c.Value
	}
	worse, better := 0.0, 0.0
	for from := range roll.Counts {
		for to, n := range roll.Counts[from] {
			money := roll.Values[from][to]
			if from != to && money != listed[from][to] || !(1000*float64(n) <= money && money <= 9000*float64(n)) {
				t.Errorf("%d accounts from band %d to %d are worth %v; %v of those that change", n, from, to, money, listed[from][to])
			}
			worse, better = worse+money*oneIf(to > from), better+money*oneIf(to < from)
		}
	}
	inSegments := 0
	for _, g := range roll.Segments {
		inSegments += g.Worse + g.Better
		worse, better = worse-g.WorseValue, better-g.BetterValue
	}
	if worse != 0 || better != 0 {
		t.Errorf("segments leave %v that get worse and %v that get better", worse, better)
	}
	if inSegments != changed || len(roll.Segments) != 3 {
		t.Errorf("%d changes in %d segments, want %d in 3", inSegments, len(roll.Segments), changed)
	}
	unexplained := 0
	for _, c := range roll.Changed {
		if len(c.Differences) == 0 {
			unexplained++
		}
	}
	if unexplained > changed/2 {
		t.Errorf("%d of %d changes have no reason", unexplained, changed)
	}
	silent := r.Candidates[0].Warning.Silent[0]
	if len(silent.List) == 0 || len(silent.List[0].Calmed) == 0 || silent.Green < len(silent.List) {
		t.Errorf("nobody says why churners were green: %+v", silent)
	}
}

func TestWithoutATimelineOnlyTheTestExamplesAreColoured(t *testing.T) {
	e := newDiary(200, 9).load(t, yearly())
	e.Timeline = nil
	r := mustRun(t, e, threeCandidates(t, newCompany(1, 1).types()), watchful())
	if c := r.Candidates[0]; c.Bands == nil || c.Goal == nil || c.Bands.Movement != nil || c.Warning != nil || c.Triggers != nil || r.Rollout != nil {
		t.Errorf("%+v", c)
	}
}
