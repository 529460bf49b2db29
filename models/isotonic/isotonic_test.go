package isotonic

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestStaircasesByHand(t *testing.T) {
	for _, c := range []struct {
		name    string
		x, y, w []float64
		want    []Stair
	}{
		{"values in order stay", []float64{1, 2, 3}, []float64{0, 0.5, 1}, nil,
			[]Stair{{1, 1, 0, 1, 1}, {2, 2, 0.5, 1, 1}, {3, 3, 1, 1, 1}}},
		{"two that are out of order share their mean", []float64{1, 2, 3}, []float64{0, 1, 0.5}, nil,
			[]Stair{{1, 1, 0, 1, 1}, {2, 3, 0.75, 2, 2}}},
		{"a late low value pools backwards over several", []float64{1, 2, 3, 4}, []float64{0.4, 0.5, 0.6, 0}, nil,
			[]Stair{{1, 4, 0.375, 4, 4}}},
		{"rows at one place are one", []float64{5, 1, 5}, []float64{1, 0, 0}, nil,
			[]Stair{{1, 1, 0, 1, 1}, {5, 5, 0.5, 2, 2}}},
		{"equal neighbours are one step", []float64{1, 2, 3}, []float64{0.5, 0.5, 1}, nil,
			[]Stair{{1, 2, 0.5, 2, 2}, {3, 3, 1, 1, 1}}},
		{"a weight is as many rows", []float64{1, 2}, []float64{1, 0}, []float64{3, 1},
			[]Stair{{1, 2, 0.75, 4, 2}}},
		{"a row of weight 0 is not there", []float64{1, 2, 9}, []float64{0, 1, 0}, []float64{1, 1, 0},
			[]Stair{{1, 1, 0, 1, 1}, {2, 2, 1, 1, 1}}},
		{"no rows have no stairs", nil, nil, nil, nil},
	} {
		got, err := Fit(c.x, c.y, c.w)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.name, got, err, c.want)
		}
	}
}

// Numbers of scikit-learn's IsotonicRegression(out_of_bounds="clip").fit(x, y, w), its
// predictions at the places of x.
func TestStaircasesAreThoseOfScikitLearn(t *testing.T) {
	x := []float64{1, 2, 2, 3, 4, 5, 5, 6, 7, 8}
	y := []float64{0, 1, 0, 0, 1, 0, 1, 1, 0, 1}
	for _, c := range []struct {
		name string
		w    []float64
		want []float64
	}{
		{"without weights", nil, []float64{0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 0.6, 0.6, 0.6, 0.6, 0.6, 1}},
		{"with weights", []float64{1, 2, 1, 3, 1, 1, 2, 1, 4, 1}, []float64{0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 4.0 / 9, 4.0 / 9, 4.0 / 9, 4.0 / 9, 4.0 / 9, 1}},
	} {
		stairs, err := Fit(x, y, c.w)
		if err != nil {
			t.Fatal(err)
		}
		for i, got := range heights(stairs, x) {
			if math.Abs(got-c.want[i]) > 1e-15 {
				t.Errorf("%s: at %v %v, want %v", c.name, x[i], got, c.want[i])
			}
		}
	}
}

// sample draws rows with ties in both directions; outcomes are 0 or 1, so that sums are
// exact and identities can be asked for to the last bit.
func sample(t *rapid.T) (x, y, w []float64) {
	n := rapid.IntRange(1, 60).Draw(t, "n")
	for range n {
		x = append(x, float64(rapid.IntRange(-8, 8).Draw(t, "x"))/2)
		y = append(y, float64(rapid.IntRange(0, 1).Draw(t, "y")))
		w = append(w, float64(rapid.IntRange(1, 3).Draw(t, "w")))
	}
	return x, y, w
}

func fit(t *rapid.T, x, y, w []float64) []Stair {
	stairs, err := Fit(x, y, w)
	if err != nil {
		t.Fatal(err)
	}
	return stairs
}

func TestStairsRiseAndKeepTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y, w := sample(t)
		stairs := fit(t, x, y, w)
		var sum, weight, want, all float64
		for k, s := range stairs {
			sum, weight = sum+s.Mean*s.Weight, weight+s.Weight
			if k > 0 && !(stairs[k-1].Mean < s.Mean && stairs[k-1].High < s.Low) || s.Low > s.High {
				t.Fatalf("stairs do not rise: %v", stairs)
			}
		}
		for i := range y {
			want, all = want+w[i]*y[i], all+w[i]
		}
		if weight != all || math.Abs(sum-want) > 1e-12*all {
			t.Fatalf("weight %v of %v, sum %v of %v", weight, all, sum, want)
		}
	})
}

func TestTheOrderOfTheRowsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y, w := sample(t)
		order := rapid.Permutation(seq(len(x))).Draw(t, "order")
		a, b := fit(t, x, y, w), fit(t, take(x, order), take(y, order), take(w, order))
		if !slices.Equal(a, b) {
			t.Fatalf("%v and %v", a, b)
		}
	})
}

func TestAWeightIsAsManyRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y, w := sample(t)
		var rx, ry []float64
		for i := range x {
			for range int(w[i]) {
				rx, ry = append(rx, x[i]), append(ry, y[i])
			}
		}
		same := func(a, b Stair) bool {
			return a.Low == b.Low && a.High == b.High && a.Mean == b.Mean && a.Weight == b.Weight
		}
		if a, b := fit(t, x, y, w), fit(t, rx, ry, nil); !slices.EqualFunc(a, b, same) {
			t.Fatalf("%v and %v", a, b)
		}
	})
}

// The staircase is the best one exactly if (Barlow, Bartholomew, Bremner and Brunk 1972,
// theorem 1.3) within every step the mean of any first part is not below that of the step.
func TestNoStepCanBeSplitForTheBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y, w := sample(t)
		for _, s := range fit(t, x, y, w) {
			for _, at := range x {
				var sum, weight float64
				for i := range x {
					if s.Low <= x[i] && x[i] <= at && at <= s.High {
						sum, weight = sum+w[i]*y[i], weight+w[i]
					}
				}
				if weight > 0 && sum < s.Mean*weight-1e-12 {
					t.Fatalf("step %v: up to %v the mean is %v", s, at, sum/weight)
				}
			}
		}
	})
}

func TestFittingAStaircaseAgainChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y, w := sample(t)
		once := heights(fit(t, x, y, w), x)
		for i, twice := range heights(fit(t, x, once, w), x) {
			if math.Abs(twice-once[i]) > 1e-14 { // of equal heights one may be an ulp lower
				t.Fatalf("at %v: %v, then %v", x[i], once[i], twice)
			}
		}
	})
}

// heights are those of the stairs at places on them.
func heights(stairs []Stair, x []float64) []float64 {
	out := make([]float64, len(x))
	for i, place := range x {
		k := slices.IndexFunc(stairs, func(s Stair) bool { return s.Low <= place && place <= s.High })
		out[i] = stairs[k].Mean
	}
	return out
}

func TestRowsThatCannotBeFittedAreRefusedByNumber(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name    string
		x, y, w []float64
		want    string
	}{
		{"a place that is not a number", []float64{1, nan}, []float64{0, 1}, nil, "row 1"},
		{"an infinite place", []float64{inf}, []float64{0}, nil, "row 0"},
		{"a value that is not a number", []float64{1}, []float64{nan}, nil, "row 0"},
		{"a weight below 0", []float64{1, 2}, []float64{0, 1}, []float64{1, -1}, "row 1"},
		{"fewer values than places", []float64{1, 2}, []float64{0}, nil, "2 places, 1 values"},
		{"fewer weights than places", []float64{1, 2}, []float64{0, 1}, []float64{1}, "1 weights"},
	} {
		if _, err := Fit(c.x, c.y, c.w); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func seq(n int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = i
	}
	return s
}

func take(from []float64, order []int) []float64 {
	out := make([]float64, len(order))
	for i, k := range order {
		out[i] = from[k]
	}
	return out
}
