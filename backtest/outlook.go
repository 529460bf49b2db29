package backtest

import (
	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// Outlook lays the test predictions for several targets side by side: of every account at
// every as-of date that all of them scored in the same fold, who leaves, shrinks, renews or
// grows. It says what the shipped model file would have said on that day.
type Outlook struct {
	Leave, Shrink, Grow string // the candidates; "": nobody says

	At       []int32 // rows of the main predictions
	Prospect []models.Prospect
}

// Outlook joins the predictions of a candidate of the main target with those of the
// candidates for growth and for shrinking, "" for nobody; nil where one of them was not
// tested, or nobody was scored by all.
func (r *Result) Outlook(leave, shrink, grow string) *Outlook {
	c := r.index(leave)
	if r.Target != models.Churn || c < 0 || shrink == "" && grow == "" {
		return nil
	}
	shrinks, ok := r.claims(shrink, models.Contraction)
	grows, also := r.claims(grow, models.Expansion)
	if !ok || !also {
		return nil
	}
	o := &Outlook{Leave: leave, Shrink: shrink, Grow: grow}
	p := &r.Predictions
	for i, row := range p.Row {
		at := place{p.Fold[i], row}
		shrinking, scored := shrinks.of(at)
		growing, too := grows.of(at)
		if scored && too {
			o.At = append(o.At, int32(i))
			o.Prospect = append(o.Prospect, models.NewProspect(models.Probability(p.Eta[c][i]), shrinking, growing))
		}
	}
	if len(o.At) == 0 {
		return nil
	}
	return o
}

// place is an example in a fold. All targets have the same calendar, so that folds of one
// number are the same days.
type place struct{ fold, row int32 }

// claims are the probabilities of one event; nil says that nobody claims anything.
type claims map[place]float64

// of is the probability at a place.
func (c claims) of(at place) (p float64, scored bool) {
	if c == nil {
		return 0, true
	}
	p, scored = c[at]
	return p, scored
}

// claims collects the test predictions of a candidate for a further target.
func (r *Result) claims(name string, target models.Target) (claims, bool) {
	if name == "" {
		return nil, true
	}
	for _, further := range r.Further {
		c := further.index(name)
		if further.Target != target || c < 0 {
			continue
		}
		all := make(claims, len(further.Predictions.Row))
		for i, row := range further.Predictions.Row {
			all[place{further.Predictions.Fold[i], row}] = models.Probability(further.Predictions.Eta[c][i])
		}
		return all, true
	}
	return nil, false
}

// OutlookClass is how one of the four went: what was expected of all accounts together,
// and what happened.
type OutlookClass struct {
	Name     string
	Expected float64 // mean probability
	Happened metrics.Rate
}

// Classes compares what was expected with what happened, class by class. An expectation
// within the interval is calibrated as far as the data can tell.
func (o *Outlook) Classes(p *Predictions, level float64) []OutlookClass {
	classes := []struct {
		name string
		said func(models.Prospect) float64
		was  func(dataset.Event) bool
	}{
		{"leave", func(x models.Prospect) float64 { return x.Leave }, func(e dataset.Event) bool { return e == dataset.ChurnedEvent }},
		{"shrink", func(x models.Prospect) float64 { return x.Shrink }, func(e dataset.Event) bool { return o.Shrink != "" && e == dataset.ContractedEvent }},
		{"renew", func(x models.Prospect) float64 { return x.Renew }, o.renewed},
		{"grow", func(x models.Prospect) float64 { return x.Grow }, func(e dataset.Event) bool { return o.Grow != "" && e == dataset.ExpandedEvent }},
	}
	accounts := p.take(o.At).cluster
	var list []OutlookClass
	for _, k := range classes {
		if k.name == "shrink" && o.Shrink == "" || k.name == "grow" && o.Grow == "" {
			continue
		}
		happened := make([]bool, len(o.At))
		c := OutlookClass{Name: k.name}
		for i, at := range o.At {
			c.Expected += k.said(o.Prospect[i]) / float64(len(o.At))
			happened[i] = k.was(p.Event[at])
		}
		c.Happened = metrics.ClusteredRate(happened, accounts, level)
		list = append(list, c)
	}
	return list
}

// renewed says whether an account did none of what the others are asked about.
func (o *Outlook) renewed(e dataset.Event) bool {
	return e == dataset.FlatEvent || e == dataset.ContractedEvent && o.Shrink == "" || e == dataset.ExpandedEvent && o.Grow == ""
}

// Happened is what an account did, in the words of an Outlook.
func (o *Outlook) Happened(e dataset.Event) string {
	switch {
	case e == dataset.ChurnedEvent:
		return "leave"
	case e == dataset.ContractedEvent && o.Shrink != "":
		return "shrink"
	case e == dataset.ExpandedEvent && o.Grow != "":
		return "grow"
	}
	return "renew"
}
