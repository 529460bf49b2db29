package history

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawCompany draws several accounts in one list, as Compute takes them.
func drawCompany(rt *rapid.T, late bool) (all snapshots, account []int32) {
	for a := range rapid.IntRange(1, 5).Draw(rt, "accounts") {
		s := drawAccount(rt, late)
		all.of, all.day, all.known = append(all.of, s.of...), append(all.day, s.day...), append(all.known, s.known...)
		account = append(account, slices.Repeat([]int32{int32(a)}, len(s.of))...)
	}
	return all, account
}

// rowsOf are the rows for which keep says yes.
func (s snapshots) rowsOf(keep func(i int) bool) snapshots {
	var some snapshots
	for i := range s.of {
		if keep(i) {
			some.of, some.day, some.known = append(some.of, s.of[i]), append(some.day, s.day[i]), append(some.known, s.known[i])
		}
	}
	return some
}

func TestAnAccountAloneGetsTheBitsItGetsAmongOthers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		all, account := drawCompany(rt, true)
		spec := drawSpec(rt)
		got := Compute(all.of, account, all.day, all.known, spec)
		for a := range account[len(account)-1] + 1 {
			first := slices.Index(account, a)
			alone := all.rowsOf(func(i int) bool { return account[i] == a })
			if want := alone.compute(spec); !same(got[first:first+len(want)], want) {
				rt.Fatalf("%s of account %d: %s alone, %s among others", spec.Name(), a, shown(want), shown(got[first:first+len(want)]))
			}
		}
	})
}

// What happens after a row must not show in it, whatever it is.
func TestNothingAfterARowMatters(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, spec := drawAccount(rt, true), drawSpec(rt)
		before := s.compute(spec)
		cut := rapid.IntRange(0, len(s.of)-1).Draw(rt, "cut")
		poisoned := snapshots{slices.Clone(s.of), slices.Clone(s.day), slices.Clone(s.known)}
		for i := cut + 1; i < len(s.of); i++ {
			poisoned.of[i] = rapid.SampledFrom([]float64{nan, 1e300, -7, math.Inf(1)}).Draw(rt, "poison")
		}
		if got := poisoned.compute(spec); !same(got[:cut+1], before[:cut+1]) {
			rt.Fatalf("%s: %s, with another future %s", spec.Name(), shown(before[:cut+1]), shown(got[:cut+1]))
		}
		first := s.rowsOf(func(i int) bool { return i <= cut })
		if got := first.compute(spec); !same(got, before[:cut+1]) {
			rt.Fatalf("%s: %s, without a future %s", spec.Name(), shown(before[:cut+1]), shown(got))
		}
	})
}

// A replay as of a day has the rows that were known by then, and each of them has the
// history that it has today.
func TestReplayGivesTheSameHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, spec := drawAccount(rt, true), drawSpec(rt)
		asOf := s.day[0] + int32(rapid.IntRange(0, 900).Draw(rt, "as of"))
		known := func(i int) bool { return max(s.day[i], s.known[i]) <= asOf }
		today := s.compute(spec)
		var want []float64
		for i, v := range today {
			if known(i) {
				want = append(want, v)
			}
		}
		if got := s.rowsOf(known).compute(spec); !same(got, want) {
			rt.Fatalf("%s as of day %d: got %s, want %s", spec.Name(), asOf, shown(got), shown(want))
		}
	})
}

// Sums must not remember what left the window: with another past out of reach, and on
// other days, the bits are the same.
func TestOnlyTheWindowMatters(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, spec := drawAccount(rt, false), drawSpec(rt)
		want := s.compute(spec)
		shift := int32(rapid.IntRange(-1000, 1000).Draw(rt, "shift"))
		var longer snapshots
		for k := range int32(5) { // values that would spoil any running sum
			longer.of = append(longer.of, 1e17/float64(k+1))
			longer.day = append(longer.day, s.day[0]+shift-2*MaxDays+k)
		}
		for i := range s.of {
			longer.of, longer.day = append(longer.of, s.of[i]), append(longer.day, s.day[i]+shift)
		}
		longer.known = longer.day
		if got := longer.compute(spec)[5:]; !same(got, want) {
			rt.Fatalf("%s: got %s, want %s", spec.Name(), shown(got), shown(want))
		}
	})
}

func TestRowsWithoutRecordedDaysAreKnownOnTheirDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, spec := drawAccount(rt, false), drawSpec(rt)
		account := make([]int32, len(s.of))
		with, without := Compute(s.of, account, s.day, s.day, spec), Compute(s.of, account, s.day, nil, spec)
		if !same(with, without) {
			rt.Fatalf("%s: got %s, want %s", spec.Name(), shown(without), shown(with))
		}
	})
}

// The fast ways (one forward pass, the queue of extremes) and the slow one that collects
// the past of every row anew are the same function.
func TestFastAndSlowWaysAgreeToTheBit(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, spec := drawAccount(rt, false), drawSpec(rt)
		r := rows{of: s.of, day: s.day}
		fast, slow := make([]float64, len(s.of)), make([]float64, len(s.of))
		w := walker{spec: spec}
		w.walk(r, fast)
		w.walkLate(r, slow)
		if !same(fast, slow) {
			rt.Fatalf("%s: fast %s, slow %s", spec.Name(), shown(fast), shown(slow))
		}
	})
}

func TestComputeChangesNothingItIsGiven(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, account := drawCompany(rt, true)
		of, day, known := slices.Clone(s.of), slices.Clone(s.day), slices.Clone(s.known)
		Compute(of, account, day, known, drawSpec(rt))
		if !same(of, s.of) || !slices.Equal(day, s.day) || !slices.Equal(known, s.known) {
			rt.Fatal("an input was written")
		}
	})
}

// Identities between the functions.
func TestFunctionsFitTogether(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, over := drawAccount(rt, true), rapid.IntRange(1, 800).Draw(rt, "over")
		as := make(map[Function][]float64)
		for _, f := range Functions() {
			as[f] = s.compute(Spec{Of: "x", OverDays: over, As: f})
		}
		for i := range s.of {
			least, mean, most, sum := as[Min][i], as[Mean][i], as[Max][i], as[Sum][i]
			switch {
			case (sum == sum) != (mean == mean) || (mean == mean) != (least == least) || (least == least) != (most == most):
				rt.Fatalf("row %d: sum %v, mean %v, min %v and max %v are not missing together", i, sum, mean, least, most)
			case mean < least || mean > most:
				rt.Fatalf("row %d: mean %v outside [%v, %v]", i, mean, least, most)
			case least == most && mean != least:
				rt.Fatalf("row %d: mean %v of values that are all %v", i, mean, least)
			case least == most && as[Slope][i] != 0 && as[Slope][i] == as[Slope][i]:
				rt.Fatalf("row %d: slope %v of values that are all %v", i, as[Slope][i], least)
			case s.of[i] == s.of[i] && s.of[i] != 0 && as[DaysSince][i] != 0:
				rt.Fatalf("row %d: %v days since a value of today", i, as[DaysSince][i])
			case as[DaysSince][i] >= float64(over) || as[DaysSince][i] < 0:
				rt.Fatalf("row %d: %v days since, outside the window of %d", i, as[DaysSince][i], over)
			case math.Signbit(as[PctChange][i]) != math.Signbit(as[Change][i]) && as[PctChange][i]*as[Change][i] != 0 && as[PctChange][i] == as[PctChange][i]:
				rt.Fatalf("row %d: a change of %v is %v of the base", i, as[Change][i], as[PctChange][i])
			}
		}
	})
}

// A line has its slope, wherever it is looked at.
func TestSlopeOfALineIsItsSlope(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := drawAccount(rt, false)
		per30, start := rapid.IntRange(-60, 60).Draw(rt, "slope"), rapid.IntRange(-1000, 1000).Draw(rt, "start")
		for i, d := range s.day {
			s.of[i] = float64(start) + float64(per30)*float64(d-s.day[0])/30
		}
		for i, v := range s.compute(Spec{Of: "x", OverDays: 365, As: Slope}) {
			if v == v && math.Abs(v-float64(per30)) > 1e-9 {
				rt.Fatalf("row %d: slope %v of a line of slope %d", i, v, per30)
			}
		}
	})
}
