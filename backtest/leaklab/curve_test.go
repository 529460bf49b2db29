package leaklab

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// two draws n accounts, a fifth of them positive, with normal values d apart.
func two(rng *rand.Rand, n int, d float64) (values []float64, q sample) {
	for i := range n {
		positive := i%5 == 0
		values = append(values, rng.NormFloat64()+d*one(positive))
		q.about, q.account, q.positive = append(q.about, int32(i)), append(q.account, int32(i)), append(q.positive, positive)
	}
	return values, q
}

// TestACurveCountsAccounts is worked by hand: accounts 0 and 1 are positive, 2 and 3
// negative, and account 1 has a negative row as well.
func TestACurveCountsAccounts(t *testing.T) {
	c := trace([]float64{9, 9, 8, 8, 7, 3}, sample{account: []int32{0, 0, 1, 2, 1, 3}, positive: []bool{true, true, true, false, false, false}})
	if c.positives != 2 || c.negatives != 3 {
		t.Errorf("%d positive and %d negative accounts, want 2 and 3", c.positives, c.negatives)
	}
	want := []struct {
		edge                 float64
		above                bool
		positives, negatives []int32 // the accounts
	}{
		{9, true, []int32{0}, nil}, {8, true, []int32{0, 1}, []int32{2}}, {7, true, []int32{0, 1}, []int32{1, 2}}, {3, true, []int32{0, 1}, []int32{1, 2, 3}},
		{3, false, nil, []int32{3}}, {7, false, nil, []int32{1, 3}}, {8, false, []int32{1}, []int32{1, 2, 3}}, {9, false, []int32{0, 1}, []int32{1, 2, 3}},
	}
	if len(c.points) != len(want) {
		t.Fatalf("points %v, want %v", c.points, want)
	}
	for i, p := range want {
		got := c.points[i]
		if got.edge != p.edge || got.above != p.above || got.positives != len(p.positives) || got.negatives != len(p.negatives) {
			t.Errorf("point %d is %v, want %v", i, got, p)
		}
		for kind, accounts := range [][]int32{p.negatives, p.positives} {
			if s := got.seen[kind]; !slices.Equal(s.accounts[:s.n], accounts) {
				t.Errorf("point %d has seen %v of kind %d, want %v", i, s.accounts[:s.n], kind, accounts)
			}
		}
	}
}

// TestFalseAlarmsAtTheLimit draws factors at the very limit, of which at most one in a
// hundred may be called a leak, and factors a quarter of a deviation below it (an AUC of
// 0.81), of which none may.
func TestFalseAlarmsAtTheLimit(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{100, 600, 3000} {
		for _, c := range []struct {
			d    float64
			most int
		}{{honestReach, 5}, {honestReach - 0.25, 0}} {
			alarms := 0
			for range 500 {
				values, q := two(rng, n, c.d)
				if _, ok := trace(values, q).beyond(honestReach); ok {
					alarms++
				}
			}
			t.Logf("%d accounts, distance %.2f: %d of 500 false alarms", n, c.d, alarms)
			if alarms > c.most {
				t.Errorf("%d of 500 factors at distance %.2f are called leaks with %d accounts, at most %d expected", alarms, c.d, n, c.most)
			}
		}
	}
}

func TestAPartOfTheAccountsIsEnough(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	values, q := two(rng, 800, 0)
	for i := range values {
		if q.positive[i] && rng.Float64() < 0.6 {
			values[i] += 10 // 60 % of the positive stand apart; the AUC is 0.8
		}
	}
	r, ok := trace(values, q).beyond(honestReach)
	if !ok || !r.churned || math.Abs(r.caught-0.6) > 0.1 || r.wrong > 0.01 || !r.above {
		t.Errorf("region %+v, found %v", r, ok)
	}
}

// A company of many young accounts, none of which can leave yet: all that churned and all but some of the
// others are older. What is left out must be a fifth of them, as what is held.
func TestAFewWhoCannotLeaveAreNoLeak(t *testing.T) {
	c := curve{positives: 3000, negatives: 30_000}
	for _, x := range []struct {
		older int
		want  bool
	}{{24_001, false}, {24_000, true}} {
		c.points = []point{{positives: 3000, negatives: x.older}}
		if r, ok := c.beyond(honestReach); ok != x.want {
			t.Errorf("%d of the renewed in the region: %+v, want %v", x.older, r, x.want)
		}
	}
}

// TestReach holds the distance against Phi(d/sqrt 2): Phi(1.0607) = 0.8556 from any table
// of the normal distribution.
func TestReach(t *testing.T) {
	if d := reach(0.85557); math.Abs(d-1.5) > 1e-3 {
		t.Errorf("an AUC of 0.85557 is %.4f apart, want 1.5", d)
	}
	if d := reach(0.5); d != 0 {
		t.Errorf("an AUC of 0.5 is %v apart", d)
	}
}

func TestTheLimitFollowsTheBestOfTheOthers(t *testing.T) {
	x := func(strengths ...float64) (list []*exhibit) {
		for _, s := range strengths {
			list = append(list, &exhibit{strength: s})
		}
		return list
	}
	for name, c := range map[string]struct {
		exhibits []*exhibit
		want     float64
	}{
		"alone":                          {x(0.97), 1.5},
		"beside weak ones":               {x(0.97, 0.55, 0.6), 1.5},
		"beside a strong one":            {x(0.97, 0.75), 1 + math.Sqrt2*0.6744897501960817}, // Phi^-1(0.75)
		"another suspect does not count": {x(0.97, 0.95, 0.55), 1.5},
	} {
		if got := honestLimit(c.exhibits, 0); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: limit %v, want %v", name, got, c.want)
		}
	}
}

// TestWithinStrataIsAMeanOfAUCs compares with pairs counted one by one.
func TestWithinStrataIsAMeanOfAUCs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "n")
		values, stratum := make([]float64, n), make([]int, n)
		q := sample{positive: make([]bool, n), account: make([]int32, n)}
		for i := range n {
			values[i] = float64(rapid.IntRange(0, 5).Draw(t, "value"))
			stratum[i] = rapid.IntRange(0, 3).Draw(t, "stratum")
			q.positive[i] = rapid.Bool().Draw(t, "positive")
			q.account[i] = int32(rapid.IntRange(0, 9).Draw(t, "account"))
		}
		want, weights := 0.0, 0.0
		for s := range 4 {
			won, n1, n0 := 0.0, 0.0, 0.0
			for i := range n {
				if stratum[i] == s {
					n1, n0 = n1+one(q.positive[i]), n0+one(!q.positive[i])
				}
				for j := range n {
					if stratum[i] == s && stratum[j] == s && q.positive[i] && !q.positive[j] {
						won += one(values[i] > values[j]) + one(values[i] == values[j])/2
					}
				}
			}
			if n1 > 0 && n0 > 0 {
				w := n1 * n0 / (n1 + n0)
				want, weights = want+w*won/(n1*n0), weights+w
			}
		}
		got := withinStrata(values, q, stratum)
		if weights == 0 {
			if !math.IsNaN(got.auc) {
				t.Errorf("AUC %v without a pair", got.auc)
			}
			return
		}
		if math.Abs(got.auc-want/weights) > 1e-12 {
			t.Errorf("AUC %v, want %v", got.auc, want/weights)
		}
	})
}

// TestWithinStrataKeepsItsSize repeats rows within accounts and gives strata different
// base rates: of 1,000 tests of nothing at 5 %, 50 reject, give or take three standard
// deviations of 6.9.
func TestWithinStrataKeepsItsSize(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	rejected := 0
	for range 1000 {
		var values []float64
		var stratum []int
		var q sample
		for a := range 120 {
			v := rng.NormFloat64()
			s := rng.IntN(3)
			positive := rng.Float64() < 0.1+0.2*float64(s)
			for range 1 + rng.IntN(4) {
				values, stratum = append(values, v+0.2*rng.NormFloat64()+float64(s)), append(stratum, s)
				q.account, q.positive = append(q.account, int32(a)), append(q.positive, positive)
			}
		}
		if math.Abs(withinStrata(values, q, stratum).z()) > 1.96 {
			rejected++
		}
	}
	t.Logf("%d of 1000 rejected at 5 %%", rejected)
	if rejected < 30 || rejected > 72 {
		t.Errorf("%d of 1000 tests of nothing rejected at 5 %%", rejected)
	}
}
