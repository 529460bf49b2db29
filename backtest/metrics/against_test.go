package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// designEffect is that of rows of clusters.
func designEffect(bin, cluster []int32, bins int) (float64, error) {
	rows, err := NewDriftRows(make([]int32, len(bin)), cluster, nil, 0)
	if err != nil {
		return math.NaN(), err
	}
	return rows.DesignEffect(bin, bins)
}

// By hand: n rows of an account each have V = n/(n-1) (diag(a) - aa')/n, whose trace over
// D is n/(n-1) (B-1)/n. Written r times each, G accounts have r G/(G-1).
func TestTheDesignEffectOfRepeatedRowsIsHowOftenTheyRepeat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bins := rapid.IntRange(2, 6).Draw(t, "bins")
		own := rapid.SliceOfN(rapid.Int32Range(0, int32(bins-1)), 3, 40).Draw(t, "bin")
		own[0], own[1] = 0, 1 // two bins in use
		repeats := rapid.IntRange(1, 5).Draw(t, "repeats")
		var bin, cluster []int32
		for range repeats {
			for g, b := range own {
				bin, cluster = append(bin, b), append(cluster, int32(g))
			}
		}
		got, err := designEffect(bin, cluster, bins)
		g := float64(len(own))
		if want := float64(repeats) * g / (g - 1); err != nil || !near(got, want, 1e-9) {
			t.Fatalf("%v (%v), want %v", got, err, want)
		}
	})
}

func TestADesignEffectTakesTwoAccountsAndTwoBins(t *testing.T) {
	for fact, rows := range map[string][2][]int32{"one account": {{0, 1}, {4, 4}}, "one bin": {{1, 1}, {0, 1}}, "no rows": {nil, nil}} {
		if got, err := designEffect(rows[0], rows[1], 3); err != nil || got == got {
			t.Errorf("%s: %v, %v", fact, got, err)
		}
	}
	if _, err := designEffect([]int32{3, 3}, []int32{0, 1}, 3); err == nil {
		t.Error("a bin too many: no error")
	}
	if _, err := designEffect([]int32{0, 1}, []int32{0, -1}, 3); err == nil {
		t.Error("a negative account: no error")
	}
}

func TestAgainstCountsOfIndependentRowsIsTheRowWiseIndex(t *testing.T) {
	reference, later := []int{40, 60, 0, 100}, []int{20, 20, 0, 60}
	s := Against(reference, later, 1)
	if want := PSI(reference, later, PSIPrior); s.PSI != want {
		t.Errorf("index %v, want %v", s.PSI, want)
	}
	if want := PSINull(100, 200, 3, 0.95); !near(s.Null95, want, 1e-12) { // of the four bins one is in no use
		t.Errorf("null %v, want %v", s.Null95, want)
	}
	if s.N != 100 || s.M != 200 {
		t.Errorf("%d of %d rows", s.N, s.M)
	}
	for fact, s := range map[string]Stability{"no rows later": Against(reference, make([]int, 4), 1), "one bin": Against([]int{5, 0}, []int{7, 0}, 1),
		"an effect that is not known": Against(reference, later, math.NaN())} {
		if s.P == s.P || s.Null95 == s.Null95 {
			t.Errorf("%s: %+v", fact, s)
		}
	}
}

// Drift, which has the rows of both sides, is what Against must come to where no account is
// on both: within the error of the covariances that Drift estimates.
func TestAgainstComesToDriftWhereNoAccountIsOnBothSides(t *testing.T) {
	const bins, accounts, perAccount = 6, 2000, 3
	stream := rand.New(rand.NewPCG(4, 2))
	var bin, period, cluster []int32
	for g := range int32(2 * accounts) {
		own := int32(stream.IntN(bins))
		rows := perAccount
		if g%2 == 1 {
			rows = 1 // later: once each
		}
		for range rows {
			b := own
			if stream.Float64() < 0.3 {
				b = int32(stream.IntN(bins))
			}
			bin, period, cluster = append(bin, b), append(period, g%2), append(cluster, g)
		}
	}
	want, err := Drift(bin, period, cluster, bins, 1)
	if err != nil {
		t.Fatal(err)
	}
	var counts [2][]int
	var referenceBin, referenceCluster []int32
	counts[0], counts[1] = make([]int, bins), make([]int, bins)
	for i, b := range bin {
		counts[period[i]][b]++
		if period[i] == 0 {
			referenceBin, referenceCluster = append(referenceBin, b), append(referenceCluster, cluster[i])
		}
	}
	effect, err := designEffect(referenceBin, referenceCluster, bins)
	if err != nil {
		t.Fatal(err)
	}
	got := Against(counts[0], counts[1], effect)
	if got.PSI != want[0].PSI || math.Abs(got.Null95/want[0].Null95-1) > 0.01 || math.Abs(got.P-want[0].P) > 0.01 {
		t.Errorf("%+v, want %+v", got, want[0])
	}
	if !(effect > 1.5) {
		t.Errorf("a design effect of %v: the case shows nothing", effect)
	}
}
