package backtest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/models"
)

// withEarlier adds a model that learned from the labels known by a day.
func withEarlier(t *testing.T, e *dataset.Examples, c company, known dataset.Date, refit bool) []models.Candidate {
	t.Helper()
	was, err := threeCandidates(t, c.types())[0].Fit(t.Context(), e.All().KnownBy(known, dataset.NoDate))
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := models.Compile([]models.Candidate{{Name: "last", Kind: models.Earlier, Earlier: was, Refit: refit}}, nil, c.types())
	if err != nil {
		t.Fatal(err)
	}
	return append(compiled[:1], threeCandidates(t, c.types())...)
}

// A fold is honest when its cutoff is not before the last label that the model knows: on
// the very day it was trained it may be tested.
func TestFoldsThatAModelHasSeenAreLeftOut(t *testing.T) {
	c := newCompany(500, 51)
	e := c.load(t)
	plain := mustRun(t, e, threeCandidates(t, c.types()), quick())
	cutoff := plain.Folds[len(plain.Folds)/2].Cutoff
	r := mustRun(t, e, withEarlier(t, e, c, cutoff, false), quick())
	known := r.Candidates[0].Final.Training.KnownBy
	for k, f := range r.Folds {
		seen := strings.Contains(f.Skipped, "candidate last learned from labels known by "+known.String())
		if want := f.Cutoff < known && plain.Folds[k].Skipped == ""; seen != want {
			t.Errorf("fold %s: left out %q, model knows %s", f.Cutoff, f.Skipped, known)
		}
	}
	if r.Folds[len(r.Folds)-1].Skipped != "" || known > cutoff {
		t.Fatalf("the fixture leaves no fold: model knows %s, folds %v", known, r.Folds)
	}
	if !slices.ContainsFunc(r.Warnings, func(w dataset.Warning) bool {
		return w.Code == "folds_seen" && strings.Contains(w.Message, "with refit: true")
	}) {
		t.Errorf("warnings %v", r.Warnings)
	}
}

func TestARefittedModelHasSeenNothing(t *testing.T) {
	c := newCompany(500, 52)
	e := c.load(t)
	r := mustRun(t, e, withEarlier(t, e, c, e.ObservedUntil, true), quick())
	for _, f := range r.Folds {
		if strings.Contains(f.Skipped, "last") {
			t.Errorf("fold %s: %s", f.Cutoff, f.Skipped)
		}
	}
}

func TestAModelThatHasSeenEverythingCannotBeTested(t *testing.T) {
	c := newCompany(500, 53)
	e := c.load(t)
	_, err := Run(t.Context(), e, withEarlier(t, e, c, e.ObservedUntil, false), quick(), nil)
	var plan *PlanError
	if !errors.As(err, &plan) || !strings.Contains(err.Error(), "candidate last learned from labels known by") {
		t.Errorf("%v, want that no fold is left", err)
	}
}

// An earlier model is used as it is, its bands as well: they begin at the probabilities 0.3 and
// 0.15 that it was given, whatever the training rows of a fold would say.
func TestAnEarlierModelKeepsItsBandsInEveryFold(t *testing.T) {
	c := newCompany(200, 54)
	e := c.load(t)
	candidates := withEarlier(t, e, c, dataset.NewDate(2023, 7, 1), false)
	candidates[0].Earlier.Bands = &models.Thresholds{Red: 0.3, Yellow: 0.15}
	r := mustRun(t, e, candidates, quick())
	used := 0
	for k, f := range r.Folds {
		if got := r.Candidates[0].Bands.ByFold[k]; f.Skipped == "" {
			if used++; got == nil || got.Red != 0.3 || got.Yellow != 0.15 {
				t.Errorf("fold %s: thresholds %+v, want those of the model", f.Cutoff, got)
			}
		}
	}
	for i, eta := range r.Predictions.Eta[0] {
		p, want := models.Probability(eta), green
		if p >= 0.3 {
			want = red
		} else if p >= 0.15 {
			want = yellow
		}
		if got := r.Predictions.Band[0][i]; got != want {
			t.Fatalf("%v is in band %d, want %d", p, got, want)
		}
	}
	if final := r.Candidates[0].Bands.Final; used == 0 || final.Red.Value != 0.3 || final.Yellow.Value != 0.15 || final.Red.Low == final.Red.Low {
		t.Errorf("%d folds, the shipped thresholds are %+v; want those of the model, which are not estimated", used, final)
	}
}
