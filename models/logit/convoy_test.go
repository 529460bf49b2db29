package logit

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// fellows are a light and a strong ridge on all columns, one on half of them, one of fewer rows, and
// one that has no fit.
func fellows() []Problem {
	light := skewed(130_000, 8)
	strong, half, short, none := light, light, skewed(40_000, 3), light
	light.L2, strong.L2 = slices.Repeat([]float64{1}, 8), slices.Repeat([]float64{1e4}, 8)
	half.Columns = half.Columns[:4]
	none.Y = make([]float64, len(none.Y))
	return []Problem{light, strong, half, short, none}
}

// What fits go beside changes no bit of what comes out.
func TestFitsInAConvoyAreThoseAlone(t *testing.T) {
	problems := fellows()
	places := NewConvoy(len(problems) + 1)
	places[len(problems)].Leave() // it does not come
	got, errs := make([]*Fitted, len(problems)), make([]error, len(problems))
	var group sync.WaitGroup
	for i, p := range problems {
		group.Go(func() {
			defer places[i].Leave()
			got[i], errs[i] = Fit(t.Context(), p, Settings{Exact: ExactNever, Place: places[i]})
		})
	}
	group.Wait()
	for i, p := range problems {
		want, err := Fit(t.Context(), p, Settings{Exact: ExactNever})
		if err != nil {
			if !errors.Is(errs[i], err) {
				t.Errorf("fit %d: %v, want %v", i, errs[i], err)
			}
			continue
		}
		if errs[i] != nil {
			t.Fatalf("fit %d: %v", i, errs[i])
		}
		if math.Float64bits(got[i].Intercept) != math.Float64bits(want.Intercept) || !slices.Equal(got[i].Coef, want.Coef) ||
			!mat.Equal(got[i].Covariance, want.Covariance) || got[i].Iterations != want.Iterations {
			t.Errorf("fit %d: %v after %d steps, alone %v after %d", i, got[i].Coef, got[i].Iterations, want.Coef, want.Iterations)
		}
	}
}

// One fit that is called off does not hold up the others, wherever it is.
func TestAConvoyGoesOnWithoutWhoIsCalledOff(t *testing.T) {
	problems := fellows()[:3]
	places := NewConvoy(len(problems))
	called, cancel := context.WithCancel(t.Context())
	cancel()
	errs := make([]error, len(problems))
	var group sync.WaitGroup
	for i, p := range problems {
		ctx := t.Context()
		if i == 1 {
			ctx = called
		}
		group.Go(func() {
			defer places[i].Leave()
			_, errs[i] = Fit(ctx, p, Settings{Exact: ExactNever, Place: places[i]})
		})
	}
	group.Wait()
	if errs[0] != nil || !errors.Is(errs[1], context.Canceled) || errs[2] != nil {
		t.Errorf("errors %v", errs)
	}
}

func TestAPlaceThatWasLeftGoesAlone(t *testing.T) {
	places := NewConvoy(2) // the other one never comes
	places[0].Leave()
	places[0].Leave()
	if _, err := Fit(t.Context(), skewed(5000, 3), Settings{Place: places[0]}); err != nil {
		t.Error(err)
	}
	(*Place)(nil).Leave()
}
