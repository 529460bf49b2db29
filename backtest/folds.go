package backtest

import (
	"fmt"
	"sync"

	"holdfast/dataset"
)

// enoughEvents is how many churned and renewed examples the first training window
// of an automatic plan holds, where the data has four times as many.
const enoughEvents = 50

// maxFolds bounds a walk forward: every day of ten years. More is a slip in a date.
const maxFolds = 3660

// PlanError says why no walk forward can be laid out.
type PlanError struct {
	Reason string

	// TooFewDates says that there are examples enough and only nothing to walk over: they
	// lie too close together in time, and nobody chose the cutoffs. [Validate] is then what
	// is left to do.
	TooFewDates bool
}

// Error is one line.
func (e *PlanError) Error() string { return "backtest: " + e.Reason }

// plan lays out the folds. A fold with cutoff c trains on labels known by c and
// tests on as-of dates in [c, next c): the embargo of the label clock.
func plan(all dataset.View, o Options) ([]Fold, error) {
	if err := enoughFor("backtest", all); err != nil {
		return nil, err
	}
	chosen := o.FirstCutoff != dataset.NoDate || o.LastCutoff != dataset.NoDate || !o.Window.IsZero()
	first, last := span(all)
	if o.FirstCutoff == dataset.NoDate {
		o.FirstCutoff = firstCutoff(all, o.Every, first, last)
	}
	if o.LastCutoff == dataset.NoDate {
		o.LastCutoff = last
	}
	var folds []Fold
	for k := 0; ; k++ {
		cutoff := o.Every.After(o.FirstCutoff, k)
		if cutoff > o.LastCutoff || cutoff > last {
			break
		}
		if k == maxFolds {
			return nil, &PlanError{Reason: fmt.Sprintf("more than %d folds from %s on; choose a later first_cutoff or a longer step than %s", maxFolds, o.FirstCutoff, o.Every)}
		}
		folds = append(folds, newFold(all, k, cutoff, o))
	}
	return folds, usable(folds, o, chosen, first, last)
}

// span returns the first and the last as-of date.
func span(all dataset.View) (first, last dataset.Date) {
	e := all.Examples
	first, last = e.AsOf[all.Rows[0]], e.AsOf[all.Rows[0]]
	for _, r := range all.Rows {
		d := e.AsOf[r]
		first, last = min(first, d), max(last, d)
	}
	return first, last
}

// firstCutoff is the first calendar boundary by which enough is known to learn
// from.
func firstCutoff(all dataset.View, every Step, first, last dataset.Date) dataset.Date {
	need := max(2, min(enoughEvents, all.Events()/4, (all.Len()-all.Events())/4))
	start := boundary(first, every)
	for k := 1; ; k++ {
		cutoff := every.After(start, k)
		known := all.KnownBy(cutoff, dataset.NoDate)
		events := known.Events()
		if events >= need && known.Len()-events >= need || cutoff > last {
			return cutoff
		}
	}
}

// boundary is the start of the calendar year, quarter or month of a day, whichever
// the step is made of; days have no boundary.
func boundary(day dataset.Date, every Step) dataset.Date {
	if every.Months == 0 {
		return day
	}
	year, month, _ := day.Civil()
	switch {
	case every.Months%12 == 0:
		month = 1
	case every.Months%3 == 0:
		month -= (month - 1) % 3
	}
	return dataset.NewDate(year, month, 1)
}

// newFold cuts the examples at one cutoff. A side with one kind of outcome only
// can be neither learned from nor ranked.
func newFold(all dataset.View, index int, cutoff dataset.Date, o Options) Fold {
	f := Fold{Index: index, Cutoff: cutoff, Next: o.Every.After(o.FirstCutoff, index+1), Since: dataset.NoDate}
	if !o.Window.IsZero() {
		f.Since = o.Window.After(cutoff, -1)
	}
	train, test := f.sides(all)
	f.Train, f.Test = extent(train), extent(test)
	switch {
	case f.Train.oneSided():
		f.Skipped = fmt.Sprintf("training has %d %s of %d examples; it needs both kinds", f.Train.Churned, all.Event(), f.Train.Examples)
	case f.Test.oneSided():
		f.Skipped = fmt.Sprintf("the test window has %d %s of %d examples; it needs both kinds", f.Test.Churned, all.Event(), f.Test.Examples)
	}
	return f
}

// sides are the examples that a fold trains on and those that it tests. They are not
// kept: of many folds, the row numbers alone would outweigh the examples.
func (f *Fold) sides(all dataset.View) (train, test dataset.View) {
	var other sync.WaitGroup
	other.Go(func() { test = all.ScoredIn(f.Cutoff, f.Next) })
	train = all.KnownBy(f.Cutoff, f.Since)
	other.Wait()
	return train, test
}

// extent describes one side of a fold.
func extent(v dataset.View) Extent {
	x := Extent{Examples: v.Len(), Churned: v.Events(), FirstAsOf: dataset.NoDate, LastAsOf: dataset.NoDate}
	for i, r := range v.Rows {
		d := v.Examples.AsOf[r]
		if i == 0 {
			x.FirstAsOf = d
		}
		x.FirstAsOf, x.LastAsOf = min(x.FirstAsOf, d), max(x.LastAsOf, d)
	}
	return x
}

func (x Extent) oneSided() bool { return x.Churned == 0 || x.Churned == x.Examples }

// usable refuses a plan without a single fold to test on. chosen says that somebody set
// where the folds lie, so that it may be the setting that is wrong and not the data.
func usable(folds []Fold, o Options, chosen bool, first, last dataset.Date) error {
	for _, f := range folds {
		if f.Skipped == "" {
			return nil
		}
	}
	e := &PlanError{TooFewDates: !chosen || first == last}
	switch {
	case first == last:
		e.Reason = fmt.Sprintf("every example has the as-of date %s; a walk forward needs examples at several dates", first)
	case len(folds) == 0:
		e.Reason = fmt.Sprintf("the first cutoff would be %s, after the last as-of date %s; choose an earlier first_cutoff or a shorter step than %s", o.FirstCutoff, last, o.Every)
	default:
		e.Reason = fmt.Sprintf("none of the %d folds can be used; the last, %s: %s", len(folds), folds[len(folds)-1].Cutoff, folds[len(folds)-1].Skipped)
	}
	return e
}
