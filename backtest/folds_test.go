package backtest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
)

// dated are examples without columns: all that a plan looks at.
func dated(asOf, known []dataset.Date, churned []bool) *dataset.Examples {
	return &dataset.Examples{Account: make([]int32, len(asOf)), AsOf: asOf, Known: known, Churned: churned}
}

// drawExamples draws examples with labels that become known 0 to 400 days later.
func drawExamples(r *rapid.T) *dataset.Examples {
	n := rapid.IntRange(40, 200).Draw(r, "n")
	start := dataset.NewDate(2020, 1, 1)
	e := dated(make([]dataset.Date, n), make([]dataset.Date, n), make([]bool, n))
	for i := range n {
		e.AsOf[i] = start + dataset.Date(rapid.IntRange(0, 1200).Draw(r, "day"))
		e.Known[i] = e.AsOf[i] + dataset.Date(rapid.IntRange(0, 400).Draw(r, "lag"))
		e.Churned[i] = i < 10 || i >= 20 && rapid.Bool().Draw(r, "churned") // at least ten of each
	}
	return e
}

func drawStep(r *rapid.T, name string, allowZero bool) Step {
	steps := []Step{{Months: 1}, {Months: 3}, {Months: 12}, {Days: 30}, {Days: 91}, {Days: 365}}
	if allowZero {
		steps = append(steps, Step{})
	}
	return rapid.SampledFrom(steps).Draw(r, name)
}

// The rule, row by row: a fold with cutoff c trains on known <= c and as-of > c -
// window, and tests on as-of in [c, next c).
func TestFoldsFollowTheRuleRowByRow(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		e := drawExamples(r)
		o := Options{Every: drawStep(r, "every", false), Window: drawStep(r, "window", true), FirstCutoff: dataset.NoDate, LastCutoff: dataset.NoDate}
		if rapid.Bool().Draw(r, "given cutoffs") {
			o.FirstCutoff = dataset.NewDate(2020, 1, 1) + dataset.Date(rapid.IntRange(-100, 1300).Draw(r, "first"))
			o.LastCutoff = o.FirstCutoff + dataset.Date(rapid.IntRange(0, 900).Draw(r, "span"))
		}
		folds, err := plan(e.All(), o)
		var refused *PlanError
		if err != nil && !errors.As(err, &refused) {
			r.Fatal(err)
		}
		tested := make([]bool, e.Len())
		for k, f := range folds {
			checkFoldByHand(r, e, o, f)
			first := folds[0].Cutoff
			if f.Index != k || f.Cutoff != o.Every.After(first, k) || f.Next != o.Every.After(first, k+1) {
				r.Fatalf("fold %d is [%s, %s), want step %d from %s", k, f.Cutoff, f.Next, k, first)
			}
			_, testing := f.sides(e.All())
			for _, row := range testing.Rows {
				if tested[row] {
					r.Fatalf("row %d is tested twice", row)
				}
				tested[row] = true
			}
		}
	})
}

func checkFoldByHand(r *rapid.T, e *dataset.Examples, o Options, f Fold) {
	var train, test []int32
	for i := range e.AsOf {
		recent := o.Window.IsZero() || e.AsOf[i] > f.Cutoff.AddMonths(-o.Window.Months)-dataset.Date(o.Window.Days)
		if e.Known[i] <= f.Cutoff && recent {
			train = append(train, int32(i))
		}
		if e.AsOf[i] >= f.Cutoff && e.AsOf[i] < f.Next {
			test = append(test, int32(i))
		}
	}
	trained, tested := f.sides(e.All())
	if !slices.Equal(trained.Rows, train) && len(train)+len(trained.Rows) > 0 {
		r.Fatalf("fold %s trains on %v, want %v", f.Cutoff, trained.Rows, train)
	}
	if !slices.Equal(tested.Rows, test) && len(test)+len(tested.Rows) > 0 {
		r.Fatalf("fold %s tests %v, want %v", f.Cutoff, tested.Rows, test)
	}
	bothKinds := func(rows []int32) bool {
		events := 0
		for _, i := range rows {
			if e.Churned[i] {
				events++
			}
		}
		return events > 0 && events < len(rows)
	}
	if usable := bothKinds(train) && bothKinds(test); usable != (f.Skipped == "") {
		r.Fatalf("fold %s is left out because %q, but usable is %v", f.Cutoff, f.Skipped, usable)
	}
	if f.Train.Examples != len(train) || f.Test.Examples != len(test) {
		r.Fatalf("fold %s counts %d and %d, want %d and %d", f.Cutoff, f.Train.Examples, f.Test.Examples, len(train), len(test))
	}
}

func TestMonthEndsDoNotCreep(t *testing.T) {
	day := dataset.NewDate
	for _, c := range []struct {
		fact string
		step Step
		from dataset.Date
		want []dataset.Date
	}{
		{"months from the 31st come back to the 31st", Step{Months: 1}, day(2023, 12, 31),
			[]dataset.Date{day(2023, 12, 31), day(2024, 1, 31), day(2024, 2, 29), day(2024, 3, 31), day(2024, 4, 30), day(2024, 5, 31)}},
		{"quarters from 30 November pass through February", Step{Months: 3}, day(2022, 11, 30),
			[]dataset.Date{day(2022, 11, 30), day(2023, 2, 28), day(2023, 5, 30)}},
		{"years from 29 February come back to it", Step{Months: 12}, day(2024, 2, 29),
			[]dataset.Date{day(2024, 2, 29), day(2025, 2, 28), day(2026, 2, 28), day(2027, 2, 28), day(2028, 2, 29)}},
		{"days are days", Step{Days: 91}, day(2024, 1, 1), []dataset.Date{day(2024, 1, 1), day(2024, 4, 1), day(2024, 7, 1)}},
	} {
		for n, want := range c.want {
			if got := c.step.After(c.from, n); got != want {
				t.Errorf("%s: step %d is %s, want %s", c.fact, n, got, want)
			}
		}
	}
}

func TestStepsAreSaidAsPeopleSayThem(t *testing.T) {
	for want, s := range map[string]Step{
		"month": {Months: 1}, "2 months": {Months: 2}, "quarter": {Months: 3}, "2 quarters": {Months: 6},
		"year": {Months: 12}, "2 years": {Months: 24}, "day": {Days: 1}, "30 days": {Days: 30},
	} {
		if got := s.String(); got != want {
			t.Errorf("%+v is %q, want %q", s, got, want)
		}
	}
}

// monthly has one churned and one renewed example on the 10th of every month of
// 2022 and 2023, known 40 days later.
func monthly() *dataset.Examples {
	e := dated(nil, nil, nil)
	for m := range 24 {
		for _, churned := range []bool{true, false} {
			day := dataset.NewDate(2022, 1, 10).AddMonths(m)
			e.AsOf, e.Known, e.Churned = append(e.AsOf, day), append(e.Known, day+40), append(e.Churned, churned)
		}
	}
	e.Account = make([]int32, len(e.AsOf))
	return e
}

// 24 of each kind: an automatic plan starts where a quarter of either, 6, is known.
// The sixth label is of 10 June, known on 20 July.
func TestFirstCutoffIsTheFirstBoundaryByWhichEnoughIsKnown(t *testing.T) {
	for _, c := range []struct {
		fact  string
		every Step
		want  dataset.Date
	}{
		{"of a month", Step{Months: 1}, dataset.NewDate(2022, 8, 1)},
		{"of a quarter", Step{Months: 3}, dataset.NewDate(2022, 10, 1)},
		{"of a year", Step{Months: 12}, dataset.NewDate(2023, 1, 1)},
		{"of 30 days from the first as-of date: 210 days after 10 January", Step{Days: 30}, dataset.NewDate(2022, 8, 8)},
	} {
		folds, err := plan(monthly().All(), Options{Every: c.every, FirstCutoff: dataset.NoDate, LastCutoff: dataset.NoDate})
		if err != nil {
			t.Fatal(err)
		}
		if folds[0].Cutoff != c.want {
			t.Errorf("%s: %s, want %s", c.fact, folds[0].Cutoff, c.want)
		}
	}
}

func TestBoundariesAreThoseOfTheCalendar(t *testing.T) {
	for _, c := range []struct {
		fact  string
		day   dataset.Date
		every Step
		want  dataset.Date
	}{
		{"a year", dataset.NewDate(2022, 8, 17), Step{Months: 12}, dataset.NewDate(2022, 1, 1)},
		{"two years", dataset.NewDate(2022, 12, 31), Step{Months: 24}, dataset.NewDate(2022, 1, 1)},
		{"half a year", dataset.NewDate(2022, 12, 17), Step{Months: 6}, dataset.NewDate(2022, 10, 1)},
		{"the last month of a quarter", dataset.NewDate(2022, 9, 30), Step{Months: 3}, dataset.NewDate(2022, 7, 1)},
		{"the first", dataset.NewDate(2022, 10, 1), Step{Months: 3}, dataset.NewDate(2022, 10, 1)},
		{"the second", dataset.NewDate(2022, 11, 30), Step{Months: 3}, dataset.NewDate(2022, 10, 1)},
		{"two months", dataset.NewDate(2022, 8, 17), Step{Months: 2}, dataset.NewDate(2022, 8, 1)},
		{"a month and some days", dataset.NewDate(2022, 8, 17), Step{Months: 1, Days: 5}, dataset.NewDate(2022, 8, 1)},
		{"days", dataset.NewDate(2022, 8, 17), Step{Days: 30}, dataset.NewDate(2022, 8, 17)},
	} {
		if got := boundary(c.day, c.every); got != c.want {
			t.Errorf("%s: %s, want %s", c.fact, got, c.want)
		}
	}
}

// With one kind of label known a year after the as-of date, the sixth of it is known on 10 June 2023,
// whichever kind that is.
func TestFirstCutoffWaitsForBothKinds(t *testing.T) {
	for _, slow := range []bool{false, true} {
		e := monthly()
		for i := range e.Known {
			if e.Churned[i] == slow {
				e.Known[i] = e.AsOf[i].AddMonths(12)
			}
		}
		folds, err := plan(e.All(), Options{Every: Step{Months: 1}, FirstCutoff: dataset.NoDate, LastCutoff: dataset.NoDate})
		if err != nil {
			t.Fatal(err)
		}
		if want := dataset.NewDate(2023, 7, 1); folds[0].Cutoff != want {
			t.Errorf("churned known late is %v: %s, want %s", slow, folds[0].Cutoff, want)
		}
	}
}

func TestFoldSaysWhyItIsLeftOut(t *testing.T) {
	e := monthly()
	for i := range e.AsOf {
		if e.AsOf[i] >= dataset.NewDate(2023, 3, 1) && e.AsOf[i] < dataset.NewDate(2023, 4, 1) {
			e.Churned[i] = false
		}
	}
	folds, err := plan(e.All(), Options{Every: Step{Months: 1}, FirstCutoff: dataset.NewDate(2022, 1, 1), LastCutoff: dataset.NoDate})
	if err != nil {
		t.Fatal(err)
	}
	if got := folds[0].Skipped; got != "training has 0 churned of 0 examples; it needs both kinds" {
		t.Errorf("the first fold: %q", got)
	}
	if got := folds[14].Skipped; got != "the test window has 0 churned of 2 examples; it needs both kinds" {
		t.Errorf("the fold of March 2023: %q", got)
	}
}

// Of 20 examples, one of each day and known on the next, every other one churned: ten of each kind are
// enough. The first cutoff asks for 2 of each, a quarter of 10: the fourth example is known on 5 January.
func TestTenOfEachKindAreEnough(t *testing.T) {
	e := dated(nil, nil, make([]bool, 20))
	for i := range e.Churned {
		day := dataset.NewDate(2023, 1, 1) + dataset.Date(i)
		e.AsOf, e.Known, e.Churned[i] = append(e.AsOf, day), append(e.Known, day+1), i%2 == 0
	}
	e.Account = make([]int32, 20)
	folds, err := plan(e.All(), Options{Every: Step{Days: 2}, FirstCutoff: dataset.NoDate, LastCutoff: dataset.NoDate})
	if err != nil || len(folds) == 0 {
		t.Fatalf("%d folds, %v", len(folds), err)
	}
	if want := dataset.NewDate(2023, 1, 5); folds[0].Cutoff != want || folds[0].Train.Examples != 4 {
		t.Errorf("the first fold is of %s with %+v, want %s and 4 examples", folds[0].Cutoff, folds[0].Train, want)
	}
}

func TestPlanRefusesWhatCannotCarryABacktest(t *testing.T) {
	few := monthly()
	for i := range few.Churned {
		few.Churned[i] = i < 9
	}
	none, fewOfOneDay := monthly(), monthly()
	clear(none.Churned)
	for i := range fewOfOneDay.AsOf {
		fewOfOneDay.AsOf[i], fewOfOneDay.Churned[i] = dataset.NewDate(2023, 1, 1), i < 9
	}
	many := monthly()
	for i := range many.Churned {
		many.Churned[i] = i >= 9
	}
	sameDay := monthly()
	for i := range sameDay.AsOf {
		sameDay.AsOf[i] = dataset.NewDate(2023, 1, 1)
	}
	unbroken := monthly()
	for i := range unbroken.Known {
		unbroken.Known[i] = dataset.NewDate(2030, 1, 1)
	}
	auto := Options{Every: Step{Months: 1}, FirstCutoff: dataset.NoDate, LastCutoff: dataset.NoDate}
	with := func(change func(o *Options)) Options { o := auto; change(&o); return o }
	for _, c := range []struct {
		fact string
		e    *dataset.Examples
		o    Options
		why  string
	}{
		{"nine churned are too few", few, auto, "48 examples, of which 9 churned and 39 stayed; a backtest needs at least 10 events (churned) and 10 without: it lacks 1 that churned, " +
			"which takes about 78 days at the pace of those from 2022-01-10 to 2023-12-10"}, // 699 days over nine: 77.7
		{"nine that stayed are too few", many, auto, "48 examples, of which 39 churned and 9 stayed; a backtest needs at least 10 events (churned) and 10 without: it lacks 1 that stayed, which takes about 78 days"},
		{"of none there is no pace", none, auto, "of which 0 churned and 48 stayed; a backtest needs at least 10 events (churned) and 10 without: it lacks 10 that churned, and these do not tell how long that takes"},
		{"of one day there is none", fewOfOneDay, auto, "it lacks 1 that churned, and these do not tell how long that takes"},
		{"one as-of date has no before and after", sameDay, auto, "every example has the as-of date 2023-01-01"},
		{"a first cutoff after the last as-of date", monthly(), with(func(o *Options) { o.FirstCutoff = dataset.NewDate(2025, 1, 1) }), "choose an earlier first_cutoff"},
		{"labels that are all known too late", unbroken, with(func(o *Options) { o.FirstCutoff = dataset.NewDate(2023, 1, 1) }), "none of the 12 folds can be used"},
		{"the same, where the first cutoff is left open", unbroken, auto, "the first cutoff would be 2024-01-01, after the last as-of date 2023-12-10"},
		{"a date that is a slip", monthly(), with(func(o *Options) { o.Every, o.FirstCutoff = Step{Days: 1}, dataset.NewDate(202, 1, 1) }), "choose a later first_cutoff or a longer step than day"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			_, err := plan(c.e.All(), c.o)
			var refused *PlanError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.why) {
				t.Errorf("got %v, want a PlanError that says %q", err, c.why)
			}
		})
	}
}

// Labels that are all known too late leave nothing to walk over. Whoever has said where the folds lie may
// say it otherwise; for the others there are too few dates, as for everybody where all are one.
func TestOnlyAPlanThatNobodyChoseHasTooFewDates(t *testing.T) {
	late, sameDay := monthly(), monthly()
	for i := range late.Known {
		late.Known[i] = dataset.NewDate(2030, 1, 1)
		sameDay.AsOf[i] = dataset.NewDate(2023, 1, 1)
	}
	open := Options{Every: Step{Months: 1}, FirstCutoff: dataset.NoDate, LastCutoff: dataset.NoDate}
	first, last, window := open, open, open
	first.FirstCutoff, last.LastCutoff, window.Window = dataset.NewDate(2023, 6, 1), dataset.NewDate(2023, 6, 1), Step{Months: 12}
	for _, c := range []struct {
		fact string
		e    *dataset.Examples
		o    Options
		want bool
	}{
		{"nothing chosen", late, open, true}, {"a first cutoff", late, first, false}, {"a last cutoff", late, last, false}, {"a window", late, window, false},
		{"one date, nothing chosen", sameDay, open, true}, {"one date and a first cutoff after it", sameDay, first, true},
	} {
		_, err := plan(c.e.All(), c.o)
		var refused *PlanError
		if !errors.As(err, &refused) || refused.TooFewDates != c.want {
			t.Errorf("%s: %+v, want too few dates %v", c.fact, err, c.want)
		}
	}
}

func TestOptionsThatMeanNothingAreRefused(t *testing.T) {
	nan := 0.0
	nan /= nan
	for fact, o := range map[string]Options{
		"steps backwards":              {Every: Step{Months: -3}},
		"a window of negative days":    {Window: Step{Days: -1}},
		"a primary metric there isn't": {Primary: "lift_at_capacity"},
		"a level of one":               {Level: 1},
		"a negative capacity":          {Capacity: -1},
		"a negative bootstrap":         {Replicates: -1},
		"a margin that is no number":   {Margin: nan},
	} {
		if err := o.withDefaults().check(); err == nil || !strings.HasPrefix(err.Error(), "backtest: ") {
			t.Errorf("%s: got %v", fact, err)
		}
	}
}

func TestZeroOptionsAreTheDefaults(t *testing.T) {
	o := Options{}.withDefaults()
	if err := o.check(); err != nil {
		t.Fatal(err)
	}
	if o.Every != (Step{Months: 3}) || o.Primary != LogLoss || o.Level != 0.95 || o.FirstCutoff != dataset.NoDate || o.LastCutoff != dataset.NoDate {
		t.Errorf("defaults %+v", o)
	}
}
