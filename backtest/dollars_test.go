package backtest

import (
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/backtest/metrics"
)

// What the lists hold, with the influence of every account, is what the metrics say that they
// hold; and the parts add up.
func TestDollarsAreThoseOfTheLists(t *testing.T) {
	p := portfolio(rand.New(rand.NewPCG(72, 0)), 150)
	d := presort(p.fieldOf(p.take(nil))).dollarsOn(12)
	for c := range p.Score {
		list, err := pointMetrics(p.take(nil), p.Score[c], p.Eta[c], Options{Capacity: 12, Level: 0.95})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{ValueCaptured, ValueMissed, ValueCapture} {
			got, money := d.of(c, name)
			if want := Find(list, name).Value; !money || !near(got.value, want, 1e-9*math.Abs(want)) {
				t.Errorf("candidate %d, %s: %v, want %v", c, name, got.value, want)
			}
			if sum := sumOf(got.influence); math.Abs(sum) > 1e-9*math.Abs(got.value) {
				t.Errorf("candidate %d, %s: influences add up to %v", c, name, sum)
			}
		}
		if _, money := d.of(c, LogLoss); money {
			t.Error("log loss is no money")
		}
	}
	if _, money := (*dollars)(nil).of(0, ValueCaptured); money {
		t.Error("without values there is no money")
	}
}

// The influences give the standard error that draws of accounts give, to first order.
func TestInfluencesOfDollarsGiveTheErrorOfDraws(t *testing.T) {
	p := portfolio(rand.New(rand.NewPCG(73, 0)), 1200)
	s := p.take(nil)
	boot, err := resample(t.Context(), p, s, Options{Capacity: 200, Replicates: 2000, Seed: 4}, func(string, int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{ValueCaptured, ValueMissed, ValueCapture} {
		money, _ := boot.dollars.of(0, name)
		// 2,000 draws know a standard error to 1.6 %; that of lists is of first order only.
		if linear, drawn := metrics.InfluenceStdErr(money.influence), spread(boot.column(0, name)); math.Abs(linear/drawn-1) > 0.08 {
			t.Errorf("%s: standard error %v by influences, %v by draws", name, linear, drawn)
		}
	}
}

// Multiplying all values by a number multiplies every interval of money by it.
func TestIntervalsOfMoneyAreInItsUnit(t *testing.T) {
	of := func(factor float64) *resampled {
		p := portfolio(rand.New(rand.NewPCG(74, 0)), 100)
		for i := range p.Value {
			p.Value[i] *= factor
		}
		boot, err := resample(t.Context(), p, p.take(nil), Options{Capacity: 10, Replicates: 200, Seed: 4}, func(string, int, int) {})
		if err != nil {
			t.Fatal(err)
		}
		return boot
	}
	dollar, cents := of(1), of(100)
	got, missed, all := dollar.values3(0, 0.95)
	got100, missed100, all100 := cents.values3(0, 0.95)
	for i, pair := range [][2]metrics.Estimate{{got, got100}, {missed, missed100}, {all, all100}} {
		if !(pair[0].Low < pair[0].Value && pair[0].Value < pair[0].High) {
			t.Errorf("%d: %+v does not hold its value", i, pair[0])
		}
		if a, b := pair[0], pair[1]; !near(100*a.Low, b.Low, 1e-6*b.Low) || !near(100*a.High, b.High, 1e-6*b.High) || !near(100*a.StdErr, b.StdErr, 1e-6*b.StdErr) {
			t.Errorf("%d: %+v in dollars, %+v in cents", i, a, b)
		}
	}
}

// Of a ratio the influences of accounts that are left out are what leaving them out does.
func TestLeavingOutIsTheJackknifeOfARatio(t *testing.T) {
	over, under := []float64{3, 0, 2, 7, 1}, []float64{4, 2, 2, 9, 5}
	r := ratioOf(over, under)
	for g, u := range r.leavingOut(under).influence {
		without := (sumOf(over) - over[g]) / (sumOf(under) - under[g])
		if !near(u, r.value-without, 1e-15) {
			t.Errorf("account %d: %v, want %v", g, u, r.value-without)
		}
	}
	if alone := ratioOf([]float64{3, 0}, []float64{4, 0}).leavingOut([]float64{4, 0}); alone.influence[0] != 0 || alone.influence[1] != 0 {
		t.Errorf("one account is all there is: %v", alone.influence)
	}
}
