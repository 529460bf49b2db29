package radix

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// numbers draws what columns hold: any number, counts, and the ends of the scale; many of
// them, or fewer than are sorted by digits.
func numbers(t *rapid.T) []float64 {
	value := rapid.OneOf(rapid.Float64(), rapid.Map(rapid.IntRange(-3, 3), func(i int) float64 { return float64(i) }),
		rapid.Map(rapid.IntRange(-300, 300), func(i int) float64 { return 1 + float64(i)*0x1p-50 }), // alike in the upper digits
		rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64}))
	x := rapid.SliceOfN(value, 1, 40).Draw(t, "values")
	if rapid.Bool().Draw(t, "many") {
		x = slices.Repeat(x, few/len(x)+1)
		rng := rand.New(rand.NewPCG(1, uint64(len(x))))
		rng.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
	}
	return slices.DeleteFunc(x, math.IsNaN)
}

func bits(x []float64) []uint64 {
	list := make([]uint64, len(x))
	for i, v := range x {
		list[i] = math.Float64bits(v)
	}
	return list
}

func TestSortedNumbersRiseAndKeepEveryBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := numbers(t)
		got := Sort(slices.Clone(x))
		if !slices.IsSorted(got) {
			t.Fatalf("%v", got)
		}
		was, is := bits(x), bits(got)
		slices.Sort(was)
		slices.Sort(is)
		if !slices.Equal(was, is) {
			t.Fatalf("%v has other values than %v", got, x)
		}
	})
}

func TestNegativeZeroSortsBeforeZero(t *testing.T) {
	for _, n := range []int{2, few} {
		x := make([]float64, n)
		x[n-1] = math.Copysign(0, -1)
		if got := Sort(x); !math.Signbit(got[0]) || math.Signbit(got[1]) {
			t.Errorf("%d numbers: begin with %v, %v", n, got[0], got[1])
		}
	}
}

// The sort of the standard library is the reference; it takes zeros of both signs as equal.
func TestRowsSortAsAStableSortByComparisonWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := numbers(t)
		var rows []int32
		some := rapid.IntRange(1, 3).Draw(t, "every so many rows")
		for i := 0; i < len(x); i += some {
			rows = append(rows, int32(i))
		}
		for name, way := range map[string]struct {
			sort func([]float64, []int32) []int32
			sign int
		}{"rising": {Rising, 1}, "falling": {Falling, -1}} {
			want := slices.Clone(rows)
			slices.SortStableFunc(want, func(a, b int32) int { return way.sign * cmp.Compare(x[a], x[b]) })
			if got := way.sort(x, slices.Clone(rows)); !slices.Equal(got, want) {
				t.Fatalf("%s: %v, want %v", name, got, want)
			}
		}
	})
}

// Runs of rows that only the lower digits tell apart, of every length up to where they are sorted
// otherwise and beyond.
func TestRowsAlikeInTheUpperDigitsAreSortedToo(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var x []float64
	var rows []int32
	for length := range 2 * shortRun {
		for range length {
			x, rows = append(x, float64(length)+float64(rng.IntN(length))*0x1p-44), append(rows, int32(len(x)))
		}
	}
	rng.Shuffle(len(x), func(i, j int) { x[i], x[j] = x[j], x[i] })
	want := slices.Clone(rows)
	slices.SortStableFunc(want, func(a, b int32) int { return cmp.Compare(x[a], x[b]) })
	if got := Rising(x, rows); !slices.Equal(got, want) {
		t.Error("rows are not in the order of a stable sort by comparison")
	}
}

func TestNothingIsSortedAlready(t *testing.T) {
	if got := Sort(nil); len(got) != 0 {
		t.Errorf("numbers %v", got)
	}
	if got := Rising(nil, nil); len(got) != 0 {
		t.Errorf("rows %v", got)
	}
}

func ExampleFalling() {
	risk := []float64{0.2, 0.9, 0.2, 0.5}
	fmt.Println(Falling(risk, []int32{0, 1, 2, 3}))
	// Output: [1 3 0 2]
}

// BenchmarkSorts are a million normal numbers, all bits of which differ, and as many counts.
func BenchmarkSorts(b *testing.B) {
	const n = 1 << 20
	rng := rand.New(rand.NewPCG(1, 2))
	normal, counted, rows := make([]float64, n), make([]float64, n), make([]int32, n)
	for i := range normal {
		normal[i], counted[i], rows[i] = rng.NormFloat64(), float64(rng.IntN(300)), int32(i)
	}
	for _, of := range []struct {
		name string
		x    []float64
	}{{"normal", normal}, {"counts", counted}} {
		b.Run(of.name+"/values", func(b *testing.B) {
			for b.Loop() {
				Sort(slices.Clone(of.x))
			}
		})
		b.Run(of.name+"/rows", func(b *testing.B) {
			for b.Loop() {
				Rising(of.x, slices.Clone(rows))
			}
		})
	}
}

func TestANumberIsThatOfItsKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, v := range numbers(t) {
			if got := Number(Key(v)); math.Float64bits(got) != math.Float64bits(v) {
				t.Fatalf("%v became %v", v, got)
			}
		}
	})
}
