package models

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/logit"
)

// What is shared is what would have been learned: model files and log-odds have the same bits.
func TestCandidatesThatShareHaveTheSameModels(t *testing.T) {
	tab := scoredTable()
	view := tab.load(t).All()
	notebook := features.NewNotebook(view)
	var all []*Model
	var etas [][]float64
	for _, c := range []Candidate{{Name: "light", Kind: Logistic}, {Name: "strong", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.1}},
		{Name: "half", Kind: Logistic, Factors: []string{"usage"}, Calibrate: Calibrate{Method: Platt}}} {
		candidates, err := Compile([]Candidate{c}, tab.factors(t), tab.types())
		if err != nil {
			t.Fatal(err)
		}
		alone, err := candidates[0].Fit(t.Context(), view)
		if err != nil {
			t.Fatal(err)
		}
		shared, err := candidates[0].Sharing(notebook).Fit(t.Context(), view)
		if err != nil {
			t.Fatal(err)
		}
		if err := alone.Introduce(t.Context(), view, DefaultBandRules(), nil); err != nil {
			t.Fatal(err)
		}
		if err := shared.Introduce(t.Context(), view, DefaultBandRules(), notebook); err != nil || shared.Bands == nil {
			t.Fatalf("%s: no bands: %v", c.Name, err)
		}
		var want, got bytes.Buffer
		if err := alone.Write(&want); err != nil {
			t.Fatal(err)
		}
		if err := shared.Write(&got); err != nil || !bytes.Equal(got.Bytes(), want.Bytes()) {
			t.Errorf("%s: the shared model is another (%v)", c.Name, err)
		}
		p, _, err := alone.Predict(t.Context(), view.Len(), view.Batches())
		if err != nil {
			t.Fatal(err)
		}
		q, err := shared.PredictView(t.Context(), view, notebook)
		if err != nil {
			t.Fatal(err)
		}
		for i := range p.Eta {
			if math.Float64bits(p.Eta[i]) != math.Float64bits(q.Eta[i]) {
				t.Fatalf("%s, row %d: %v, want %v", c.Name, i, q.Eta[i], p.Eta[i])
			}
		}
		all, etas = append(all, shared), append(etas, p.Eta)
	}
	// One of them has no design in the notebook.
	all[1] = fitOne(t, tab, Candidate{Name: "vendor", Kind: Vendor, Column: "nps", HigherIs: features.LowerChurn}, tab.factors(t))
	p, _, err := all[1].Predict(t.Context(), view.Len(), view.Batches())
	if err != nil {
		t.Fatal(err)
	}
	etas[1] = p.Eta
	fromNotebook, err := PredictViews(t.Context(), all, view, notebook)
	if err != nil {
		t.Fatal(err)
	}
	fromRows, _, err := PredictEach(t.Context(), all, nil, view.Len(), view.Batches())
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range etas {
		if !slices.Equal(fromNotebook[k].Eta, want) || !slices.Equal(fromRows[k].Eta, want) {
			t.Errorf("%s: together the models score otherwise than alone", all[k].Name)
		}
	}
}

// Plain fits go in step, one that has a lasso goes beside them, and one has no fit at all: each
// ends as it would alone.
func TestCandidatesInStepHaveTheSameModels(t *testing.T) {
	tab := scoredTable()
	view := tab.load(t).All()
	candidates, err := Compile([]Candidate{{Name: "light", Kind: Logistic}, {Name: "strong", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.1}},
		{Name: "sparse", Kind: Logistic, Penalty: Penalty{Kind: Lasso, Strength: 0.01}}, {Name: "half", Kind: Logistic, Factors: []string{"usage"}, Calibrate: Calibrate{Method: Platt}},
		{Name: "none", Kind: Logistic, Fitting: Fitting{Weigh: Weigh{By: ByValue}}}}, tab.factors(t), tab.types())
	if err != nil {
		t.Fatal(err)
	}
	candidates = candidates[:5] // without the baseline
	notebook := features.NewNotebook(view)
	got, errs := make([]*Model, len(candidates)), make([]error, len(candidates))
	var group sync.WaitGroup
	for i, c := range InStep(candidates) {
		if !c.Alongside() {
			t.Fatalf("%s is not to be fitted alongside others", c.Name)
		}
		group.Go(func() { got[i], errs[i] = c.Sharing(notebook).Fit(t.Context(), view) })
	}
	group.Wait()
	if errs[4] == nil {
		t.Error("rows that have no value are weighted by it")
	}
	for i, c := range candidates {
		alone, err := c.Fit(t.Context(), view)
		if err != nil || errs[i] != nil {
			if fmt.Sprint(err) != fmt.Sprint(errs[i]) {
				t.Errorf("%s: %v, alone %v", c.Name, errs[i], err)
			}
			continue
		}
		var want, shared bytes.Buffer
		if err := errors.Join(alone.Write(&want), got[i].Write(&shared)); err != nil || !bytes.Equal(shared.Bytes(), want.Bytes()) {
			t.Errorf("%s: in step the model is another (%v)", c.Name, err)
		}
	}
}

// A fit goes on from that of most of the rows, of more columns too, and not from one of fewer or a file.
func TestAFitGoesOnFromAModelOfItsColumns(t *testing.T) {
	tab := scoredTable()
	view := tab.load(t).All()
	most := view
	most.Rows = view.Rows[:len(view.Rows)*9/10]
	candidates, err := Compile([]Candidate{{Name: "all", Kind: Logistic}, {Name: "one", Kind: Logistic, Factors: []string{"usage"}},
		{Name: "held", Kind: Logistic, Fitting: Fitting{Bounds: []Bound{{Factor: "usage", Low: 0.1, High: 0.1}}}}}, tab.factors(t), tab.types())
	if err != nil {
		t.Fatal(err)
	}
	fit := func(c Candidate, on dataset.View) *Model {
		m, err := c.Fit(t.Context(), on)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	goesOn := func(c Candidate) bool {
		task, _, err := c.newTask(t.Context(), view)
		if err != nil {
			t.Fatal(err)
		}
		var s logit.Settings
		task.goOn(&s)
		return s.From != nil
	}
	before := fit(candidates[0], most)
	for k, want := range []bool{true, true, false} {
		c := candidates[k].From(before)
		if goesOn(c) != want {
			t.Errorf("%s goes on: %v, want %v", c.Name, !want, want)
		}
		got, alone := fit(c, view), fit(candidates[k], view)
		for j, b := range alone.Coef {
			if math.Abs(got.Coef[j]-b) > 1e-13 {
				t.Errorf("%s: coefficient %d is %v, alone %v", c.Name, j, got.Coef[j], b)
			}
		}
	}
	var file bytes.Buffer
	if err := before.Write(&file); err != nil {
		t.Fatal(err)
	}
	read, err := Read("model.json", &file)
	if err != nil {
		t.Fatal(err)
	}
	if goesOn(candidates[0].From(read)) {
		t.Error("a file has nothing to go on from")
	}
	if goesOn(candidates[0].From(fit(candidates[1], view))) {
		t.Error("a fit of fewer columns tells nothing of the others")
	}
}
