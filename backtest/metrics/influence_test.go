package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The influence is a derivative: with every account counted many times, one more and one
// less of it moves the metric by 2/many of its influence. KS has one where the best
// threshold is alone in being best, lists have none; see below.
func TestInfluenceIsTheDerivativeByTheMultiplicity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		if math.IsNaN(AUC(s.score, s.churned)) {
			return
		}
		r := NewRanking(s.score, s.churned, s.cluster)
		u := RankMetrics{}.Influence(r)
		const many = 10_000
		count := make([]int32, len(r.account))
		at := -1 // among the accounts that have rows
		for g := range count {
			if r.account[g] == (counts{}) {
				continue
			}
			at++
			for h := range count {
				count[h] = many
			}
			count[g]++
			more := RankMetrics{}.Of(r, count)
			count[g] -= 2
			less := RankMetrics{}.Of(r, count)
			for _, c := range []int{ColumnAUC, ColumnAP} {
				if slope := (more[c] - less[c]) * many / 2; math.Abs(slope-u[c][at]) > 1e-6 {
					t.Fatalf("column %d, account %d: slope %v, influence %v", c, g, slope, u[c][at])
				}
			}
			// On either side of a tie of best thresholds KS follows the one that is better.
			best := RankMetrics{}.Of(r, nil)[ColumnKS]
			if up, down := (more[ColumnKS]-best)*many, (best-less[ColumnKS])*many; math.Abs(up-down) < 1e-4 && math.Abs(up-u[ColumnKS][at]) > 2e-3 {
				t.Fatalf("account %d: KS slope %v, influence %v", g, up, u[ColumnKS][at])
			}
		}
	})
}

// Metrics of degree 0 in the multiplicities do not change when all accounts count twice, so
// their influences add up to nothing (Euler); those of lists are centred.
func TestInfluencesAddUpToNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		if math.IsNaN(AUC(s.score, s.churned)) {
			return
		}
		for c, u := range (RankMetrics{Lists: []int{3}}).Influence(NewRanking(s.score, s.churned, s.cluster)) {
			sum := 0.0
			for _, v := range u {
				sum += v
			}
			if math.Abs(sum) > 1e-12 {
				t.Fatalf("column %d adds up to %v", c, sum)
			}
		}
	})
}

// Standard errors of the influences against those of 2,000 bootstrap replicates, on repeated
// accounts: the latter have a relative error of 1/sqrt(4000) = 1.6 %; the second order
// terms and the smoothing of lists add some percent at 600 accounts.
// One after the other lists have the influences that they have all at once.
func TestInfluencesOnListsComeOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		r, m := NewRanking(s.score, s.churned, s.cluster), RankMetrics{Lists: []int{2, 0, 5, 1}}
		want, seen := m.Influence(r), 0
		m.EachList(r, func(i int, lift, capture []float64) {
			if i != seen || !slices.EqualFunc(lift, want[m.ColumnLift(i)], sameBits) || !slices.EqualFunc(capture, want[m.ColumnCapture(i)], sameBits) {
				t.Fatalf("list %d: lift %v and capture %v, want %v and %v", i, lift, capture, want[m.ColumnLift(i)], want[m.ColumnCapture(i)])
			}
			seen++
		})
		if seen != len(m.Lists) {
			t.Fatalf("%d lists of %d", seen, len(m.Lists))
		}
	})
}

func TestInfluenceStandardErrorsAgreeWithTheBootstrap(t *testing.T) {
	x, _, churned, cluster := simulatedCompany(rand.New(rand.NewPCG(5, 5)), 600)
	r := NewRanking(x, churned, cluster)
	m := RankMetrics{Lists: []int{len(x) / 10, len(x) / 3}}
	boot, err := BootstrapRanks(t.Context(), []*Ranking{r}, m, 2000, 8)
	if err != nil {
		t.Fatal(err)
	}
	for c, u := range m.Influence(r) {
		a, b := InfluenceStdErr(u), boot.StdErr(c)
		if math.Abs(a/b-1) > 0.12 {
			t.Errorf("column %d: influence %v, bootstrap %v", c, a, b)
		}
	}
	if closed := mustDeLong(t, [][]float64{x}, churned, cluster).Interval(0, 0.95).StdErr; math.Abs(InfluenceStdErr(m.Influence(r)[ColumnAUC])/closed-1) > 0.01 {
		t.Errorf("AUC: influence standard error differs from clustered DeLong's %v by more than the factors of few accounts", closed)
	}
}

func TestInfluenceOnAListThatHoldsEverybodyIsThatOfTheChurnRate(t *testing.T) {
	score, y := []float64{4, 3, 2, 1}, bools(1, 0, 0, 0)
	m := RankMetrics{Lists: []int{9}}
	u := m.Influence(NewRanking(score, y, nil))
	for g, want := range []float64{3.0 / 16, -1.0 / 16, -1.0 / 16, -1.0 / 16} {
		if p, l, c := u[m.ColumnPrecision(0)][g], u[m.ColumnLift(0)][g], u[m.ColumnCapture(0)][g]; !near(p, want, 1e-15) || math.Abs(l) > 1e-15 || math.Abs(c) > 1e-15 {
			t.Errorf("account %d: %v on precision, %v on lift, %v on capture", g, p, l, c)
		}
	}
}

func TestInfluenceOnAnUndefinedMetricIsNaN(t *testing.T) {
	m := RankMetrics{Lists: []int{1}}
	for fact, r := range map[string]*Ranking{
		"nobody churned":  NewRanking([]float64{1, 2}, bools(0, 0), nil),
		"a missing score": NewRanking([]float64{1, math.NaN()}, bools(0, 1), nil),
	} {
		for c, u := range m.Influence(r) {
			if !math.IsNaN(u[0]) || !math.IsNaN(InfluenceStdErr(u)) {
				t.Errorf("%s: column %d has influences %v", fact, c, u)
			}
		}
	}
	none := RankMetrics{Lists: []int{0}}
	if u := none.Influence(NewRanking([]float64{1, 2}, bools(0, 1), nil)); !math.IsNaN(u[none.ColumnLift(0)][0]) {
		t.Errorf("a list of nobody has influences %v", u)
	}
}

func TestRankMetricsAreThoseOfTheFunctions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		m := RankMetrics{Lists: []int{1, 7, 100}}
		got := m.Of(NewRanking(s.score, s.churned, s.cluster), nil)
		sameNumbers(t, "AUC", got[ColumnAUC], AUC(s.score, s.churned))
		sameNumbers(t, "KS", got[ColumnKS], KS(s.score, s.churned))
		sameNumbers(t, "AP", got[ColumnAP], AveragePrecision(s.score, s.churned))
		for i, k := range m.Lists {
			at := Capacity(s.score, s.churned, nil, k)
			for _, c := range []struct {
				what      string
				got, want float64
			}{
				{"precision", got[m.ColumnPrecision(i)], at.Precision},
				{"lift", got[m.ColumnLift(i)], at.Lift},
				{"capture", got[m.ColumnCapture(i)], at.Capture},
			} {
				if !near(c.got, c.want, 4e-15) && !sameBits(c.got, c.want) {
					t.Fatalf("%s of %d: %v, want %v", c.what, k, c.got, c.want)
				}
			}
		}
	})
}

// By hand: influences -1, -1, 2 have squares 6 and cubes 6.
func TestAccelerationByHand(t *testing.T) {
	if got, want := Acceleration([]float64{-1, -1, 2}), 6/(6*math.Pow(6, 1.5)); !near(got, want, 1e-15) {
		t.Errorf("acceleration %v, want %v", got, want)
	}
	if got := Acceleration([]float64{-3, 0, 3}); got != 0 {
		t.Errorf("symmetric influences accelerate by %v", got)
	}
	if got := Acceleration([]float64{0, 0}); got != 0 {
		t.Errorf("no influence accelerates by %v", got)
	}
	if got, want := InfluenceStdErr([]float64{-1, -1, 2}), 3.0; !near(got, want, 1e-15) {
		t.Errorf("standard error %v, want sqrt(3/2 6) = %v", got, want)
	}
}

func TestStandardErrorOfAColumn(t *testing.T) {
	r := &Replicates{Width: 2, Values: []float64{1, 5, 2, math.NaN(), 3, 5, 4, math.NaN()}}
	if got, want := r.StdErr(0), math.Sqrt(5.0/3); !near(got, want, 1e-15) {
		t.Errorf("standard error %v, want %v", got, want)
	}
	if got := r.StdErr(1); got != 0 {
		t.Errorf("a constant column has standard error %v", got)
	}
	if got := (&Replicates{Width: 1, Values: []float64{1}}).StdErr(0); !math.IsNaN(got) {
		t.Errorf("one replicate has standard error %v", got)
	}
}
