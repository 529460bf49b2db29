package logit

import (
	"context"
	"math"
	"testing"

	"pgregory.net/rapid"

	"holdfast/models/logit/logittest"
)

func mustProfile(t testing.TB, p Problem, s Settings) []Interval {
	t.Helper()
	f := mustFit(t, p, s)
	every := make([]int, len(f.Coef)+1)
	for k := range every {
		every[k] = k
	}
	out, err := f.Profile(context.Background(), p, s, every, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The roots are scipy's brentq over Newton fits in numpy. R MASS confint interpolates the
// profile with a spline and agrees to 1.5e-4 of an interval's length.
func TestProfileIntervalsAgreeWithBrentqAndMASS(t *testing.T) {
	tab := logittest.ReadTable(t, "spector.csv")
	_, births := birthwt(t)
	for _, c := range []struct {
		name              string
		p                 Problem
		at                int
		low, high         float64 // brentq
		massLow, massHigh float64
	}{
		{"Spector constant", Problem{Columns: tab.Pick("GPA", "TUCE", "PSI"), Y: tab["GRADE"]}, 0, -25.165923757224, -4.899768254626, -25.168164770510, -4.902353186593},
		{"Spector GPA", Problem{Columns: tab.Pick("GPA", "TUCE", "PSI"), Y: tab["GRADE"]}, 1, .639158169451, 5.756731446437, .639366529881, 5.757253162349},
		{"Spector TUCE", Problem{Columns: tab.Pick("GPA", "TUCE", "PSI"), Y: tab["GRADE"]}, 2, -.170201860299, .405017497885, -.170205424755, .405044334363},
		{"Spector PSI", Problem{Columns: tab.Pick("GPA", "TUCE", "PSI"), Y: tab["GRADE"]}, 3, .478466588376, 4.809879337946, .478609017266, 4.810260349803},
		{"births lwt", births, 2, -.029573346893, -.002257982756, -.02957392188, -.00225812296},
		{"births ht", births, 7, .512318881648, 3.277782413109, .5122907432, 3.2778972244},
		{"births ui", births, 8, -.152425456076, 1.662223950906, -.1524623318, 1.6622508438},
	} {
		got := mustProfile(t, c.p, Settings{})[c.at]
		agree(t, c.name, 1e-10*(c.high-c.low)+1e-12, []float64{got.Low, got.High}, []float64{c.low, c.high})
		agree(t, c.name+", MASS", 1.5e-4*(c.high-c.low), []float64{got.Low, got.High}, []float64{c.massLow, c.massHigh})
	}
}

// Holding a coefficient at zero is leaving its column out, but for Firth's determinant.
func TestTheTestOfACoefficientIsTheRatioWithoutItsColumn(t *testing.T) {
	tab, p := birthwt(t)
	got := mustProfile(t, p, Settings{})[7] // ht
	p.Columns = tab.Pick("age", "lwt", "race=2", "race=3", "smoke", "ptl", "ui")
	without := mustFit(t, p, Settings{})
	_, p = birthwt(t)
	agree(t, "square of Z", 1e-11, []float64{got.Z * got.Z}, []float64{2 * (mustFit(t, p, Settings{}).LogLik - without.LogLik)})
}

func TestProfilesScaleWithTheirColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		p.Firth = rapid.Bool().Draw(t, "firth")
		scaled, unit := p.rows(order(len(p.Y))), math.Ldexp(1, rapid.SampledFrom([]int{-60, -10, 10, 60}).Draw(t, "unit"))
		for i := range scaled.Columns[0] {
			scaled.Columns[0][i] *= unit
		}
		f, g := fitDrawn(t, p), fitDrawn(t, scaled)
		a, err := f.Profile(t.Context(), p, Settings{}, []int{0, 1}, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		b, err := g.Profile(t.Context(), scaled, Settings{}, []int{0, 1}, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "intercept", 0, []float64{b[0].Low, b[0].High}, []float64{a[0].Low, a[0].High})
		near(t, "coefficient", 0, []float64{b[1].Low * unit, b[1].High * unit}, []float64{a[1].Low, a[1].High})
		for _, i := range a {
			if !(i.Low < i.Estimate && i.Estimate < i.High) || math.IsNaN(i.P) {
				t.Fatalf("interval %+v", i)
			}
		}
	})
}

func TestAnAliasedColumnHasNoProfile(t *testing.T) {
	p := skewed(200, 2)
	p.Columns = append(p.Columns, p.Columns[0])
	got := mustProfile(t, p, Settings{})[3]
	if !math.IsNaN(got.Low) || !math.IsNaN(got.High) || !math.IsNaN(got.P) {
		t.Errorf("profile %+v", got)
	}
}

func TestProfilesOfNothingAreRefused(t *testing.T) {
	p := skewed(100, 1)
	f := mustFit(t, p, Settings{})
	for name, c := range map[string]struct {
		at    int
		level float64
	}{"no such coefficient": {2, 0.95}, "a negative one": {-1, 0.95}, "a level of 1": {1, 1}, "a level of 0": {1, 0}} {
		if _, err := f.Profile(context.Background(), p, Settings{}, []int{c.at}, c.level); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
