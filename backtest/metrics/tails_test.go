package metrics

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"holdfast/models/logit"

	"pgregory.net/rapid"
)

// spreadLogOdds are numbers as forecasts have them and some as they should not.
func spreadLogOdds(rng *rand.Rand, n int, deep bool) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = math.Ldexp(rng.NormFloat64(), rng.IntN(12)-4)
		x[i] = max(-700, min(700, x[i]))
	}
	if deep && n > 0 {
		for _, v := range []float64{0, math.Copysign(0, -1), -708, 708.5, -745.2, 800, math.Inf(1), math.Inf(-1), math.NaN(), 5e-324} {
			x[rng.IntN(n)] = v
		}
	}
	return x
}

// The vectors and the Go of it do the same operations in the same order, so that every processor
// gives the same bits, and a row by itself those that it has among others.
func TestBothKindsOfTailsGiveTheSameBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(72, 0))
	for _, n := range []int{0, 1, 3, 4, 5, 8, 12, 13, 127, 128, 1001} {
		for _, deep := range []bool{false, true} {
			x := spreadLogOdds(rng, n, deep)
			e, l := make([]float64, n), make([]float64, n)
			logit.Decays(e, x)
			logOnePlus(l, e)
			for i, v := range x {
				if !sameBits(l[i], logOnePlusOf(e[i])) {
					t.Fatalf("%d rows, eta %v: %v, alone %v", n, v, l[i], logOnePlusOf(e[i]))
				}
			}
		}
	}
}

func TestBothDerivationsGiveTheSameBits(t *testing.T) {
	rng := rand.New(rand.NewPCG(73, 0))
	for _, n := range []int{0, 4, 8, 128} {
		x, z := spreadLogOdds(rng, n, false), spreadLogOdds(rng, n, false)
		e, churned, kept := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range x {
			churned[i], kept[i] = float64(rng.IntN(2)), 3*rng.Float64()*float64(rng.IntN(2))
		}
		logit.Decays(e, x)
		fast, slow := make([]float64, n), make([]float64, n)
		sums := lineSums{{1, 2, 3, 4}}
		same := sums
		derive(fast, x, e, z, churned, kept, &sums)
		deriveGo(slow, x, e, z, churned, kept, &same)
		if sums != same {
			t.Fatalf("%d rows: sums %v and %v", n, sums, same)
		}
		for i := range slow {
			if !sameBits(fast[i], slow[i]) {
				t.Fatalf("%d rows, row %d: %v and %v", n, i, fast[i], slow[i])
			}
		}
	}
}

// lastPlaces is how many units in the last place of want a number is off.
func lastPlaces(got float64, want *big.Float) float64 {
	nearest, _ := want.Float64()
	unit := math.Nextafter(math.Abs(nearest), math.Inf(1)) - math.Abs(nearest)
	off, _ := new(big.Float).Sub(new(big.Float).SetFloat64(got), want).Float64()
	return math.Abs(off) / unit
}

// logarithm is log(1+e) in 200 bits, by the series 2 atanh(e/(2+e)).
func logarithm(e float64) *big.Float {
	number := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	s := number(0).Quo(number(e), number(0).Add(number(2), number(e)))
	square, power, sum := number(0).Mul(s, s), s, number(0)
	for k := 1.0; k < 160; k += 2 {
		sum = number(0).Add(sum, number(0).Quo(power, number(k)))
		power = number(0).Mul(power, square)
	}
	return number(0).Mul(number(2), sum)
}

func TestTailsAreRightToTheLastPlaces(t *testing.T) {
	rng := rand.New(rand.NewPCG(74, 0))
	worst := 0.0
	for range 2000 {
		e := logit.Decay(math.Ldexp(rng.Float64(), rng.IntN(20)-10))
		worst = max(worst, lastPlaces(logOnePlusOf(e), logarithm(e)))
	}
	if worst > 1 {
		t.Errorf("%.2f units in the last place of log(1+e)", worst)
	}
}

func TestTheEndsOfTheTailsAreExact(t *testing.T) {
	if got := logOnePlusOf(1); got != math.Ln2 {
		t.Errorf("log 2 = %v", got)
	}
	if got := logOnePlusOf(0); got != 0 {
		t.Errorf("log 1 = %v", got)
	}
}

// The derivatives are those of the loss, whatever the number of rows: that none is lost where they
// do not fill a vector, and none added.
func TestDerivativesAreThoseOfTheLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		n := rapid.IntRange(1, 300).Draw(t, "rows")
		d := design{z: make([]float64, n), churned: make([]float64, n), kept: make([]float64, n)}
		for i := range n {
			d.z[i], d.churned[i], d.kept[i] = rng.NormFloat64(), rng.Float64(), rng.Float64()
		}
		beta, residuals := [2]float64{rng.NormFloat64(), rng.NormFloat64()}, make([]float64, n)
		gradient, information := d.derivatives(beta, func(some []float64, from int) { copy(residuals[from:], some) })
		held, only := d.holding().derivatives([2]float64{beta[0], 1}, nil)
		if held[1] != 0 || only[1] != 0 || only[2] != 0 || beta[1] == 1 && held[0] != gradient[0] {
			t.Fatalf("a held design has %v and %v", held, only)
		}
		var want [5]float64
		for i, z := range d.z {
			p := sigmoid(logOdds(z, beta))
			u, w := d.churned[i]*(1-p)-d.kept[i]*p, (d.churned[i]+d.kept[i])*p*(1-p)
			if math.Abs(residuals[i]-u) > 1e-14 {
				t.Fatalf("row %d: residual %v, want %v", i, residuals[i], u)
			}
			for k, v := range [5]float64{u, u * z, w, w * z, w * z * z} {
				want[k] += v
			}
		}
		loss := 0.0 // -sum churned log p + kept log (1-p)
		for i, z := range d.z {
			loss -= d.churned[i]*math.Log(sigmoid(logOdds(z, beta))) + d.kept[i]*math.Log(sigmoid(-logOdds(z, beta)))
		}
		if !near(d.loss(beta), loss, 1e-12) {
			t.Fatalf("loss %v, want %v", d.loss(beta), loss)
		}
		step := solve(information, gradient) // a hundred times too far is too far
		next, after := d.descend(beta, [2]float64{100 * step[0], 100 * step[1]}, d.loss(beta))
		if after > d.loss(beta) || after != d.loss(next) || !near((next[0]-beta[0])*step[1], (next[1]-beta[1])*step[0], 1e-9) {
			t.Fatalf("from %v with a loss of %v to %v with %v, along %v", beta, d.loss(beta), next, after, step)
		}
		got := [5]float64{gradient[0], gradient[1], information[0], information[1], information[2]}
		for k := range want {
			if math.Abs(got[k]-want[k]) > 1e-12 {
				t.Fatalf("sum %d of %d rows is %v, want %v", k, n, got[k], want[k])
			}
		}
	})
}

func BenchmarkTails(b *testing.B) {
	x := spreadLogOdds(rand.New(rand.NewPCG(75, 0)), 1<<16, false)
	n := len(x)
	e, u, churned, kept := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	var sums lineSums
	for name, do := range map[string]func(){
		"logarithm":  func() { logOnePlus(u, e) },
		"derive":     func() { derive(u, x, e, x, churned, kept, &sums) },
		"derivation": func() { design{z: x, churned: churned, kept: kept}.derivatives([2]float64{0, 1}, nil) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				do()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
		})
	}
}
