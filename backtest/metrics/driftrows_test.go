package metrics

import (
	"math"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// Two scores put the same rows into bins of their own: each has the drift that it would have alone.
func TestScoresShareTheRowsOfADrift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		period := s.periods()
		rows, err := NewDriftRows(period, s.cluster, s.value, 1)
		if err != nil {
			t.Fatal(err)
		}
		turned := make([]int32, len(period))
		for i, b := range s.bins() {
			turned[i] = 3 - b
		}
		for _, bin := range [][]int32{s.bins(), turned, s.bins()} {
			got, err := rows.WeightedDrift(bin, 4)
			if err != nil {
				t.Fatal(err)
			}
			want, err := WeightedDrift(bin, period, s.cluster, s.value, 4, 1)
			if err != nil || !sameStability(got, want) {
				t.Fatalf("by weight %+v, %v; want %+v", got, err, want)
			}
			if got, err = rows.Drift(bin, 4); err != nil {
				t.Fatal(err)
			}
			if want, err = Drift(bin, period, s.cluster, 4, 1); err != nil || !sameStability(got, want) {
				t.Fatalf("by rows %+v, %v; want %+v", got, err, want)
			}
		}
	})
}

// sameStability takes NaN as equal to itself.
func sameStability(a, b []Stability) bool {
	for _, list := range [][]Stability{a, b} {
		for i := range list {
			for _, v := range []*float64{&list[i].PSI, &list[i].Null95, &list[i].P, &list[i].DesignEffect} {
				if math.IsNaN(*v) {
					*v = -1
				}
			}
		}
	}
	return reflect.DeepEqual(a, b)
}

func TestRowsOfADriftThatDoNotFitAreAnError(t *testing.T) {
	for fact, rows := range map[string]struct {
		period, cluster []int32
		weight          []float64
	}{
		"a period beyond the last":  {[]int32{0, 2}, []int32{0, 1}, nil},
		"an account below zero":     {[]int32{0, 1}, []int32{0, -1}, nil},
		"fewer accounts than rows":  {[]int32{0, 1}, []int32{0}, nil},
		"fewer weights than rows":   {[]int32{0, 1}, []int32{0, 1}, []float64{1}},
		"a weight below zero":       {[]int32{0, 1}, []int32{0, 1}, []float64{1, -1}},
		"a weight without a number": {[]int32{0, 1}, []int32{0, 1}, []float64{math.NaN(), 1}},
	} {
		if _, err := NewDriftRows(rows.period, rows.cluster, rows.weight, 1); err == nil {
			t.Errorf("%s is taken", fact)
		}
	}
	plain, err := NewDriftRows([]int32{0, 1}, []int32{0, 1}, nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, bin := range [][]int32{{0}, {0, 2}, {-1, 0}} {
		if _, err := plain.Drift(bin, 2); err == nil {
			t.Errorf("bins %v of two are taken", bin)
		}
	}
	if _, err := plain.WeightedDrift([]int32{0, 1}, 2); err == nil {
		t.Error("rows without weights have shares of weight")
	}
}
