package history

import "testing"

// The cases are counted by hand: the row is of day 100, and known on the day given.
func TestAnAgeIsTheDaysSinceTheDateInTheRow(t *testing.T) {
	for name, c := range map[string]struct {
		date  float64
		known int32
		want  float64
	}{
		"a date of the day itself":                   {100, 100, 0},
		"exactly as old as allowed":                  {10, 100, 90},
		"a day older than allowed":                   {9, 100, nan},
		"tomorrow was not known":                     {101, 100, nan},
		"no date":                                    {nan, 100, nan},
		"a row written late is read late":            {20, 105, 85},
		"and what was fresh then was stale by then":  {10, 105, nan},
		"a date between the day and the writing":     {103, 105, 2},
		"nobody knows a row before its day":          {10, 50, 90},
		"a date of before 1970 is a day like others": {-1, 89, nan},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compute([]float64{c.date}, []int32{0}, []int32{100}, []int32{c.known}, Spec{Of: "x", OverDays: 90, As: Age})
			if !same(got, []float64{c.want}) {
				t.Errorf("got %v, want %v", got[0], c.want)
			}
		})
	}
}

func TestAnAgeLooksAtNoOtherRow(t *testing.T) {
	got := Compute([]float64{0, nan, 31}, []int32{0, 0, 0}, []int32{0, 31, 59}, nil, Spec{Of: "x", OverDays: 90, As: Age})
	if !same(got, []float64{0, nan, 28}) {
		t.Errorf("got %s", shown(got))
	}
}
