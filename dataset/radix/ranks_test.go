package radix

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The reference is the whole list sorted. Ranks are asked for in any order, again too, and missing
// values lie among the numbers.
func TestRanksAreThoseOfTheSortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := numbers(t)
		if rapid.Bool().Draw(t, "very many") {
			x = slices.Repeat(x, rankFrom/max(1, len(x))+1)
		}
		sorted := Sort(slices.Clone(x))
		if missing := rapid.IntRange(0, 3).Draw(t, "missing"); missing > 0 {
			x = slices.Concat([]float64{math.NaN()}, x, slices.Repeat([]float64{-math.NaN()}, missing))
		}
		ranks := NewRanks(x)
		if ranks.Len() != len(sorted) {
			t.Fatalf("%d of %d numbers have a rank", ranks.Len(), len(sorted))
		}
		for range min(20, len(sorted)) {
			k := rapid.IntRange(0, len(sorted)-1).Draw(t, "rank")
			if got := ranks.At(k); math.Float64bits(got) != math.Float64bits(sorted[k]) {
				t.Fatalf("rank %d is %v, want %v", k, got, sorted[k])
			}
		}
	})
}

// Numbers of every size, which the first digit tells apart, and numbers that only the last one
// does.
func TestRanksAmongManyDifferentNumbers(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for name, draw := range map[string]func() float64{
		"every size":       func() float64 { return rng.NormFloat64() * math.Exp(20*rng.NormFloat64()) },
		"alike until last": func() float64 { return 1 + float64(rng.IntN(5000))*0x1p-52 },
		"three digits":     func() float64 { return 1000 + rng.Float64()*0x1p-10 },
	} {
		x := make([]float64, 3*rankFrom)
		for i := range x {
			x[i] = draw()
		}
		sorted, ranks := Sort(slices.Clone(x)), NewRanks(x)
		for k, want := range sorted {
			if k%97 != 0 && k+1 != len(sorted) {
				continue
			}
			if got := ranks.At(k); got != want {
				t.Fatalf("%s: rank %d is %v, want %v", name, k, got, want)
			}
		}
	}
}

// Quantiles are the same whether they were announced or not, and whatever the sample says of the list:
// where it repeats itself, is all but sorted or constant, or has its numbers where no sample looks.
func TestAnnouncedQuantilesAreThoseOfTheSortedList(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for name, draw := range map[string]func(i int) float64{
		"rounded":   func(int) float64 { return math.Round(100*rng.NormFloat64()) / 4 },
		"any":       func(int) float64 { return rng.NormFloat64() },
		"rising":    func(i int) float64 { return float64(i) },
		"constant":  func(int) float64 { return 7 },
		"half zero": func(int) float64 { return math.Copysign(max(0, rng.NormFloat64()), rng.NormFloat64()) },
		"by twelve": func(i int) float64 { return float64(i % 12) },
		"by sample": func(i int) float64 { return float64(i % sampleEvery) },
		"infinite":  func(i int) float64 { return 1 / float64(i%3-1) },
		"zeros":     func(int) float64 { return math.Copysign(0, rng.NormFloat64()) },
		"rare":      func(i int) float64 { return float64(max(0, i-3*sampledFrom+20)) },
	} {
		x := make([]float64, 3*sampledFrom)
		for i := range x {
			x[i] = draw(i)
			if rng.IntN(50) == 0 {
				x[i] = math.NaN()
			}
		}
		sorted := Sort(slices.DeleteFunc(slices.Clone(x), math.IsNaN))
		for _, qs := range [][]float64{nil, {0.5}, {0, 0.5, 1}, {0.01, 0.051, 0.05, 0.5}, {0, 0.05, 0.051, 0.5, 0.5, 0.95, 1}} {
			ranks := NewRanks(x, qs...)
			if ranks.Len() != len(sorted) {
				t.Fatalf("%s: %d numbers, want %d", name, ranks.Len(), len(sorted))
			}
			for _, q := range append(qs, 0.3, 0.9999) {
				got, want := ranks.Quantile(q), ofType7(sorted, q)
				if math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
					t.Errorf("%s, announced %v: quantile %v is %v, want %v", name, qs, q, got, want)
				}
			}
		}
	}
}

// ofType7 is the quantile of a sorted list.
func ofType7(sorted []float64, q float64) float64 {
	h := q * float64(len(sorted)-1)
	low := int(h)
	if low+1 == len(sorted) {
		return sorted[low]
	}
	return sorted[low] + float64((h-float64(low))*(sorted[low+1]-sorted[low]))
}

// One pass finds what was announced; a list of digits is the sign of another way.
func TestAnnouncedQuantilesTakeOnePass(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 8))
	x := make([]float64, 1<<20)
	for i := range x {
		x[i] = rng.ExpFloat64()
	}
	ranks := NewRanks(x, 0.5, 0.01, 1)
	_ = ranks.Quantile(0.5) + ranks.Quantile(0.01) + ranks.Quantile(1)
	copied := 0
	for _, s := range ranks.stretches {
		copied += len(s.numbers)
	}
	if ranks.digits != nil || copied > len(x)/8 {
		t.Errorf("digits %v, %d numbers were copied", ranks.digits != nil, copied)
	}
	many := NewRanks(x, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
	looked := len(many.digits.groups)
	if many.Quantile(0.3); len(many.digits.groups) != looked {
		t.Error("a quantile was not looked at with the others")
	}
}

func TestTheListStaysAsItIs(t *testing.T) {
	for _, n := range []int{3, 2 * rankFrom} {
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(n - i)
		}
		before := slices.Clone(x)
		if NewRanks(x).At(n / 2); !slices.Equal(x, before) {
			t.Errorf("%d numbers were moved", n)
		}
	}
}

func TestOfNothingNoNumberHasARank(t *testing.T) {
	if n := NewRanks([]float64{math.NaN()}).Len(); n != 0 {
		t.Errorf("%d have", n)
	}
}

// TestQuantilesAreOfType7 holds Quantile against published examples: the documentation
// of numpy.percentile and numpy.quantile (a = [[10, 7, 4], [3, 2, 1]]: median 3.5; of
// its rows 7 and 2) and R's quantile(c(1, 2, 3, 4, 10), 0.9, type = 7) by Hyndman and
// Fan's definition h = (n-1)q.
func TestQuantilesAreOfType7(t *testing.T) {
	for _, c := range []struct {
		x       []float64
		q, want float64
	}{
		{[]float64{1, 2, 3, 4, 7, 10}, 0.5, 3.5},
		{[]float64{4, 7, 10}, 0.5, 7},
		{[]float64{1, 2, 3}, 0.5, 2},
		{[]float64{1, 2, 3, 4, 10}, 0.9, 7.6},    // h = 3.6
		{[]float64{1, 2, 3, 4, 10}, 0.05, 1.2},   // h = 0.2
		{[]float64{1, 2, 3, 4, 10}, 0.25, 2},     // h = 1
		{[]float64{15, 20, 35, 40, 50}, 0.4, 29}, // the textbook example of interpolated percentiles: h = 1.6
		{[]float64{1, 2}, 0, 1},
		{[]float64{1, 2}, 1, 2},
		{[]float64{5}, 0.3, 5},
	} {
		if got := NewRanks(c.x).Quantile(c.q); math.Abs(got-c.want) > 1e-14*math.Abs(c.want) {
			t.Errorf("quantile %v of %v is %v, want %v", c.q, c.x, got, c.want)
		}
	}
}

func TestQuantilesNeverLeaveTheData(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 30).Draw(t, "x")
		ranks := NewRanks(x)
		p, q := rapid.Float64Range(0, 1).Draw(t, "p"), rapid.Float64Range(0, 1).Draw(t, "q")
		low, high := ranks.Quantile(min(p, q)), ranks.Quantile(max(p, q))
		if low < slices.Min(x) || high > slices.Max(x) || low > high+1e-9 {
			t.Fatalf("quantiles %v and %v of %v", low, high, x)
		}
	})
}

func ExampleRanks() {
	waiting := NewRanks([]float64{15, 20, math.NaN(), 50, 35, 40})
	fmt.Println(waiting.Len(), waiting.At(0), waiting.Quantile(0.5))
	// Output: 5 15 35
}

// BenchmarkRanks are the median and two percentiles of what BenchmarkSorts sorts.
func BenchmarkRanks(b *testing.B) {
	const n = 1 << 20
	rng := rand.New(rand.NewPCG(1, 2))
	normal, counted := make([]float64, n), make([]float64, n)
	for i := range normal {
		normal[i], counted[i] = rng.NormFloat64(), float64(rng.IntN(300))
	}
	for _, of := range []struct {
		name string
		x    []float64
	}{{"normal", normal}, {"counts", counted}} {
		b.Run(of.name, func(b *testing.B) {
			for b.Loop() {
				ranks := NewRanks(of.x, 0.5, 0.01, 0.99)
				_ = ranks.Quantile(0.5) + ranks.Quantile(0.01) + ranks.Quantile(0.99)
			}
		})
	}
}
