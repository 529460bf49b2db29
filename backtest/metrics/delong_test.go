package metrics

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// obuchowski is the estimator written down term by term, from the definition of
// V10 and V01 over all pairs: slow, in floating point, and independent of sorts,
// sweeps and integer counts.
func obuchowski(x, y []float64, churned []bool, cluster []int32) float64 {
	n1 := float64(countTrue(churned))
	n0 := float64(len(churned)) - n1
	accounts := map[int32]*[6]float64{} // a, b of x; a, b of y; churned, renewed rows
	for i, g := range cluster {
		if accounts[g] == nil {
			accounts[g] = &[6]float64{}
		}
		s := accounts[g]
		for c, score := range [2][]float64{x, y} {
			auc := pairsWon(score, churned)
			if churned[i] {
				s[2*c] += meanPlacement(score, churned, i)/n0 - auc
				s[4]++
			} else {
				s[2*c+1] += meanPlacement(score, churned, i)/n1 - auc
				s[5]++
			}
		}
	}
	var aa, bb, ab, i10, i01 float64
	for g := range int32(clusterCount(cluster)) {
		s := accounts[g]
		if s == nil {
			continue
		}
		aa, bb, ab = aa+s[0]*s[2], bb+s[1]*s[3], ab+s[0]*s[3]+s[1]*s[2]
		i10, i01 = i10+min(1, s[4]), i01+min(1, s[5])
	}
	i := float64(len(accounts))
	return i10/(i10-1)*aa/n1/n1 + i01/(i01-1)*bb/n0/n0 + i/(i-1)*ab/n1/n0
}

// meanPlacement adds row i's placements against all rows of the other outcome.
func meanPlacement(score []float64, churned []bool, i int) (sum float64) {
	for j, y := range churned {
		if churned[i] && !y {
			sum += placement(score[i], score[j])
		}
		if !churned[i] && y {
			sum += placement(score[j], score[i])
		}
	}
	return sum
}

// secondScore is another candidate on the same rows, partly alike.
func secondScore(t *rapid.T, s sample) []float64 {
	out := make([]float64, len(s.score))
	for i, x := range s.score {
		out[i] = x + float64(rapid.IntRange(-3, 3).Draw(t, "other"))
	}
	return out
}

func TestClusteredCovarianceEqualsObuchowskisFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		other := secondScore(t, s)
		a := mustDeLong(t, [][]float64{s.score, other}, s.churned, s.cluster)
		if math.IsNaN(a.Cov.At(0, 0)) {
			return // fewer than two accounts of a kind: see the table below
		}
		for i, x := range [2][]float64{s.score, other} {
			for j, y := range [2][]float64{s.score, other} {
				want := obuchowski(x, y, s.churned, s.cluster)
				if got := a.Cov.At(i, j); math.Abs(got-want) > 1e-14 {
					t.Fatalf("cov[%d,%d] = %v, by definition %v", i, j, got, want)
				}
			}
		}
		d := a.Difference(0, 1, 0.95)
		want := a.Cov.At(0, 0) + a.Cov.At(1, 1) - 2*a.Cov.At(0, 1)
		if math.Abs(d.StdErr*d.StdErr-want) > 1e-14 {
			t.Fatalf("variance of the difference %v, from the covariances %v", d.StdErr*d.StdErr, want)
		}
	})
}

// deLong1988 is the textbook estimator: sample covariances of V10 and V01.
func deLong1988(x, y []float64, churned []bool) float64 {
	n1 := float64(countTrue(churned))
	n0 := float64(len(churned)) - n1
	ax, ay := pairsWon(x, churned), pairsWon(y, churned)
	var s10, s01 float64
	for i, c := range churned {
		if c {
			s10 += (meanPlacement(x, churned, i)/n0 - ax) * (meanPlacement(y, churned, i)/n0 - ay)
		} else {
			s01 += (meanPlacement(x, churned, i)/n1 - ax) * (meanPlacement(y, churned, i)/n1 - ay)
		}
	}
	return s10/(n1-1)/n1 + s01/(n0-1)/n0
}

func TestEveryRowItsOwnAccountIsDeLongsCovariance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		other := secondScore(t, s)
		events := countTrue(s.churned)
		if events < 2 || len(s.churned)-events < 2 {
			return
		}
		scores := [][]float64{s.score, other}
		rows := mustDeLong(t, scores, s.churned, nil)
		own := mustDeLong(t, scores, s.churned, blocksOf(1, len(s.churned)))
		for i := range 2 {
			for j := range 2 {
				want := deLong1988(scores[i], scores[j], s.churned)
				if math.Abs(rows.Cov.At(i, j)-want) > 1e-14 {
					t.Fatalf("cov[%d,%d] = %v, DeLong %v", i, j, rows.Cov.At(i, j), want)
				}
				sameNumbers(t, "clustered covariance", own.Cov.At(i, j), rows.Cov.At(i, j))
			}
		}
	})
}

func mustDeLong(t fataler, scores [][]float64, churned []bool, cluster []int32) *AUCs {
	t.Helper()
	a, err := DeLong(scores, churned, cluster)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return a
}

func TestEqualCandidatesDifferByNothing(t *testing.T) {
	score := []float64{1, 3, 2, 5, 4}
	a := mustDeLong(t, [][]float64{score, score}, bools(0, 1, 0, 1, 1), nil)
	if d := a.Difference(0, 1, 0.95); d != (Difference{P: 1}) {
		t.Errorf("difference %+v, want zeros and p = 1", d)
	}
}

func TestPerfectRankingHasAnIntervalOfNoWidth(t *testing.T) {
	a := mustDeLong(t, [][]float64{{1, 2, 3, 4}}, bools(0, 0, 1, 1), nil)
	if e := a.Interval(0, 0.95); e != (Estimate{1, 0, 1, 1}) {
		t.Errorf("%+v, want exactly 1", e)
	}
}

// Two candidates that differ in one pair of rows: from the covariances the
// variance of the difference would come out as noise, or below zero.
func TestNearlyEqualCandidatesKeepTheirDigits(t *testing.T) {
	const n = 20_000
	x, y, churned := make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range x {
		x[i], y[i], churned[i] = float64(i), float64(i), i%2 == 1
	}
	y[0], y[1] = y[1], y[0]
	d := mustDeLong(t, [][]float64{x, y}, churned, nil).Difference(0, 1, 0.95)
	// One pair of (n/2)^2 is lost, so V10 and V01 of one row each differ by 2/n; the
	// variance of such a single deviation d among m is d^2/m (1/m) in the limit:
	// (2/n)^2 (1/m - 1/m^2)/(m-1) twice, with m = n/2.
	const m = n / 2
	want := 2 * (2.0 / n) * (2.0 / n) * (1.0 - 1.0/m) / (m * (m - 1))
	checkPrinted(t, []printed{
		{"difference", d.Value, 1.0 / m / m, 1e-15},
		{"variance", d.StdErr * d.StdErr, want, 1e-14},
	})
}

func TestUndefinedCovarianceIsNaN(t *testing.T) {
	score := []float64{1, 2, 3, 4}
	for _, c := range []struct {
		name     string
		churned  []bool
		cluster  []int32
		auc      float64
		clusters int
	}{
		{"one churned row", bools(0, 0, 0, 1), nil, 1, 4},
		{"all churned rows in one account", bools(0, 0, 1, 1), []int32{0, 1, 2, 2}, 1, 3},
		{"one account", bools(0, 1, 0, 1), []int32{5, 5, 5, 5}, 0.75, 1},
		{"nobody churned", bools(0, 0, 0, 0), nil, math.NaN(), 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := mustDeLong(t, [][]float64{score, score}, c.churned, c.cluster)
			sameNumbers(t, "AUC", a.AUC[0], c.auc)
			d := a.Difference(0, 1, 0.95)
			if !math.IsNaN(a.Cov.At(0, 1)) || !math.IsNaN(d.StdErr) || !math.IsNaN(d.P) {
				t.Errorf("covariance %v, difference %+v, want NaN", a.Cov.At(0, 1), d)
			}
			if a.Clusters != c.clusters {
				t.Errorf("%d accounts, want %d", a.Clusters, c.clusters)
			}
		})
	}
}

func TestDeLongOfRankingsIsThatOfScoresBitForBit(t *testing.T) {
	score, eta, churned, cluster := company(3_000)
	scores := [][]float64{score, eta}
	want, err := DeLong(scores, churned, cluster)
	if err != nil {
		t.Fatal(err)
	}
	got, err := DeLongOf(NewRankings(scores, churned, cluster))
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v (error %v)", got, want, err)
	}
}

func TestDeLongOfRankingsRefusesWhatCannotBeCompared(t *testing.T) {
	nan := rankNaN()
	for name, rankings := range map[string][]*Ranking{
		"none":           nil,
		"a NaN score":    {nan},
		"other accounts": {NewRanking([]float64{1, 2}, bools(0, 1), []int32{0, 1}), NewRanking([]float64{1, 2}, bools(0, 1), []int32{0, 0})},
	} {
		if _, err := DeLongOf(rankings); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// rankNaN is a ranking that can say nothing.
func rankNaN() *Ranking { return &Ranking{undefined: true, account: make([]counts, 1)} }

func TestDeLongRefusesBadInput(t *testing.T) {
	y, good := bools(0, 1), []float64{1, 2}
	for _, c := range []struct {
		name    string
		scores  [][]float64
		cluster []int32
		says    string
	}{
		{"no candidates", nil, nil, "no candidate scores"},
		{"fewer scores than outcomes", [][]float64{good, {1}}, nil, "candidate 1 has 1 scores for 2 outcomes"},
		{"a missing score", [][]float64{good, {1, math.NaN()}}, nil, "candidate 1 has no score (NaN) in row 1"},
		{"fewer accounts than outcomes", [][]float64{good}, []int32{0}, "1 accounts for 2 outcomes"},
		{"a negative account", [][]float64{good}, []int32{0, -1}, "account of row 1 is -1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := DeLong(c.scores, y, c.cluster)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
}
