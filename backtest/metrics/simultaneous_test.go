package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// normalReplicates are replicates of correlated columns around the estimates.
func normalReplicates(rng *rand.Rand, n int, estimates []float64, common float64) *Replicates {
	r := &Replicates{Width: len(estimates)}
	for range n {
		shared := rng.NormFloat64()
		for _, e := range estimates {
			r.Values = append(r.Values, e+common*shared+math.Sqrt(1-common*common)*rng.NormFloat64())
		}
	}
	return r
}

func mustSimultaneous(t *testing.T, r *Replicates, estimates []float64) []Difference {
	t.Helper()
	d, err := r.Simultaneous(estimates, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The quantile of the largest of m independent |normal| at 95 % is that of one at 0.95^(1/m):
// 2.5688 for five, 1.9600 for one. 20,000 replicates have a standard error of 0.02 there.
func TestSimultaneousIntervalsReachAsFarAsSidak(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for _, c := range []struct {
		columns int
		reach   float64
	}{{1, 1.959964}, {5, 2.568777}} {
		d := mustSimultaneous(t, normalReplicates(rng, 20_000, make([]float64, c.columns), 0), make([]float64, c.columns))
		for j := range d {
			if got := d[j].High / d[j].StdErr; math.Abs(got-c.reach) > 0.08 {
				t.Errorf("%d columns reach %v standard errors, want %v", c.columns, got, c.reach)
			}
		}
	}
}

func TestColumnsThatAreAlikeArePaidForOnce(t *testing.T) {
	one := normalReplicates(rand.New(rand.NewPCG(3, 3)), 4000, []float64{1}, 0)
	twice, err := one.Contrast([2]int{0, 0}, [2]int{0, 0})
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range one.Values {
		twice.Values[2*i], twice.Values[2*i+1] = v, v
	}
	a, b := mustSimultaneous(t, one, []float64{1})[0], mustSimultaneous(t, twice, []float64{1, 1})
	for j := range b {
		if b[j] != a {
			t.Errorf("column %d: %+v, alone %+v", j, b[j], a)
		}
	}
}

// The family's test at 5 % rejects a family of three true zeros in 5 % of 1,000 runs, give
// or take four standard deviations of 0.7 %, and each interval alone misses less often.
func TestSimultaneousTestHoldsItsSize(t *testing.T) {
	rejected := 0
	for run := range uint64(1000) {
		rng := rand.New(rand.NewPCG(17, run))
		estimates := normalReplicates(rng, 1, []float64{0, 0, 0}, 0.5).Values
		for _, d := range mustSimultaneous(t, normalReplicates(rng, 500, estimates, 0.5), estimates) {
			if d.P <= 0.05 {
				rejected++
				break
			}
		}
	}
	t.Logf("%d of 1,000 families rejected", rejected)
	if rejected < 22 || rejected > 78 {
		t.Errorf("%d of 1,000 families of zeros rejected at 5 %%", rejected)
	}
}

func TestSimultaneousAtItsEdges(t *testing.T) {
	nan := math.NaN()
	r := &Replicates{Width: 2, Values: []float64{1, 0, 2, 0, nan, 0, 3, 0}}
	d := mustSimultaneous(t, r, []float64{2, 0})
	if d[1] != (Difference{P: 1}) {
		t.Errorf("a column of zeros: %+v", d[1])
	}
	// Replicates 1, 2, 3 around 2 with standard deviation 1: deviations 1, 0, 1.
	if d[0].Low > 1 || d[0].High < 3 || d[0].P != 0.25 {
		t.Errorf("three replicates: %+v, want P = 1/4", d[0])
	}
	if _, err := r.Simultaneous([]float64{1}, 0.95); err == nil {
		t.Error("one estimate for two columns: no error")
	}
	empty := mustSimultaneous(t, &Replicates{Width: 1}, []float64{1})
	if !math.IsNaN(empty[0].Low) || !math.IsNaN(empty[0].P) {
		t.Errorf("no replicates: %+v", empty[0])
	}
}

func TestContrastsArePairedDifferences(t *testing.T) {
	r := &Replicates{Width: 3, Values: []float64{1, 2, 4, 10, 20, 40}}
	c, err := r.Contrast([2]int{2, 0}, [2]int{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	sameFingerprint(t, c.Values, []float64{3, -1, 30, -10})
	for fact, pairs := range map[string][][2]int{"no pairs": nil, "a column too many": {{0, 3}}, "a negative column": {{-1, 0}}} {
		if _, err := r.Contrast(pairs...); err == nil {
			t.Errorf("%s: no error", fact)
		}
	}
}
