package history

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// The oracle reads the definitions of the package comment to the letter: for each row it
// looks at all rows of the account and computes in exact fractions.

// oracle is the history of row i.
func oracle(s snapshots, i int, spec Spec) float64 {
	day, value := knownTo(s, i)
	t, own := s.day[i], s.of[i]
	switch spec.As {
	case Change, PctChange:
		b := baseOf(day, value, int(t)-spec.OverDays, spec.OverDays)
		if own != own || b != b {
			return nan
		}
		if spec.As == Change {
			return own - b
		}
		if b == 0 && own != 0 {
			return nan
		}
		if b == 0 {
			return 0
		}
		if v := (own - b) / math.Abs(b); !math.IsInf(v, 0) {
			return v
		}
		return nan
	}
	var x, y []*big.Rat
	since := nan
	for k, d := range day {
		if int(t)-int(d) >= spec.OverDays {
			continue
		}
		x, y = append(x, big.NewRat(int64(d), 1)), append(y, new(big.Rat).SetFloat64(value[k]))
		if value[k] != 0 {
			since = float64(t - d)
		}
	}
	if spec.As == DaysSince {
		return since
	}
	return exactly(spec.As, x, y)
}

// knownTo lists the values that row i sees, one a day, oldest first.
func knownTo(s snapshots, i int) (day []int32, value []float64) {
	by := max(s.day[i], s.known[i])
	for d := s.day[0]; d <= s.day[i]; d++ {
		last := -1
		for j := 0; j <= i; j++ {
			if s.day[j] == d && max(s.day[j], s.known[j]) <= by {
				last = j // of equal days the rows are sorted by the day they were recorded
			}
		}
		if last >= 0 && s.of[last] == s.of[last] {
			day, value = append(day, d), append(value, s.of[last])
		}
	}
	return day, value
}

// baseOf is the value nearest to the target, the older of two, at most half a window off.
func baseOf(day []int32, value []float64, target, over int) float64 {
	best, off := nan, 0
	for k, d := range day {
		distance := max(int(d)-target, target-int(d))
		if 2*distance <= over && (best != best || distance < off) {
			best, off = value[k], distance
		}
	}
	return best
}

// exactly computes the functions of a window in fractions and rounds once.
func exactly(f Function, x, y []*big.Rat) float64 {
	if len(y) == 0 {
		return nan
	}
	n := big.NewRat(int64(len(y)), 1)
	least, most, sum := y[0], y[0], new(big.Rat)
	sx, sxx, sxy := new(big.Rat), new(big.Rat), new(big.Rat)
	for i, v := range y {
		if v.Cmp(least) < 0 {
			least = v
		}
		if v.Cmp(most) > 0 {
			most = v
		}
		sum.Add(sum, v)
		sx.Add(sx, x[i])
		sxx.Add(sxx, new(big.Rat).Mul(x[i], x[i]))
		sxy.Add(sxy, new(big.Rat).Mul(x[i], v))
	}
	var result *big.Rat
	switch f {
	case Min:
		result = least
	case Max:
		result = most
	case Sum:
		result = sum
	case Mean:
		result = new(big.Rat).Quo(sum, n)
	case Slope:
		if len(y) < 2 {
			return nan
		}
		up := new(big.Rat).Sub(new(big.Rat).Mul(n, sxy), new(big.Rat).Mul(sx, sum))
		down := new(big.Rat).Sub(new(big.Rat).Mul(n, sxx), new(big.Rat).Mul(sx, sx))
		result = up.Quo(up, down)
		result.Mul(result, big.NewRat(30, 1))
	}
	v, _ := result.Float64()
	return v
}

// drawSpec draws any spec of the past, which an age is not (age_test.go); short windows are likelier, because long ones hold every row
// of a small account.
func drawSpec(rt *rapid.T) Spec {
	over := rapid.OneOf(rapid.IntRange(1, 40), rapid.IntRange(1, 400), rapid.Just(MaxDays)).Draw(rt, "over")
	return Spec{Of: "x", OverDays: over, As: rapid.SampledFrom(Functions()[:len(Functions())-1]).Draw(rt, "as")}
}

// drawAccount draws the rows of one account: gaps of any length, missing values, ties and
// zeros; with late, rows that were recorded late, several times, or before their day.
func drawAccount(rt *rapid.T, late bool) snapshots {
	var s snapshots
	day := int32(rapid.IntRange(-400, 400).Draw(rt, "first day"))
	for range rapid.IntRange(1, 14).Draw(rt, "days") {
		versions := 1
		if late {
			versions = rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(rt, "versions")
		}
		known := day
		for range versions {
			if late {
				known += int32(rapid.SampledFrom([]int{0, 0, 1, 5, 40, -3}).Draw(rt, "delay"))
			}
			known = max(known, s.lastKnown(day))
			s.day, s.known, s.of = append(s.day, day), append(s.known, known), append(s.of, drawValue(rt))
			known++
		}
		day += int32(rapid.SampledFrom([]int{1, 1, 3, 7, 28, 31, 120}).Draw(rt, "gap"))
	}
	return s
}

// lastKnown is the day after the last version of a day was recorded.
func (s snapshots) lastKnown(day int32) int32 {
	last := int32(math.MinInt32)
	for i, d := range s.day {
		if d == day {
			last = max(last, s.known[i]+1)
		}
	}
	return last
}

// drawValue draws a value whose sums are exact in fractions and often not in float64.
func drawValue(rt *rapid.T) float64 {
	return rapid.OneOf(
		rapid.SampledFrom([]float64{nan, 0, 0, 1, -1, 2}),
		rapid.Map(rapid.IntRange(-50, 50), func(v int) float64 { return float64(v) }),
		rapid.Float64Range(-1e6, 1e6),
	).Draw(rt, "value")
}

func TestComputeIsTheDefinition(t *testing.T) {
	for name, late := range map[string]bool{"rows known on their day": false, "late and corrected rows": true} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				s, spec := drawAccount(rt, late), drawSpec(rt)
				got := s.compute(spec)
				for i := range got {
					want := oracle(s, i, spec)
					// A slope may lose what cancels between the values; all else is as good as
					// rounded once.
					scale := math.Abs(want)
					if spec.As == Slope {
						scale = max(scale, 1e6)
					}
					if (got[i] == got[i]) != (want == want) || math.Abs(got[i]-want) > 4e-16*scale {
						rt.Fatalf("%s of row %d: got %v, want %v; days %v known %v values %v", spec.Name(), i, got[i], want, s.day, s.known, s.of)
					}
				}
			})
		})
	}
}
