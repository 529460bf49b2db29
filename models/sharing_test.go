package models

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"holdfast/features"
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
	fromRows, _, err := PredictEach(t.Context(), all, view.Len(), view.Batches())
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range etas {
		if !slices.Equal(fromNotebook[k].Eta, want) || !slices.Equal(fromRows[k].Eta, want) {
			t.Errorf("%s: together the models score otherwise than alone", all[k].Name)
		}
	}
}
