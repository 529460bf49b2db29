package leaklab

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/models"
)

func TestTheMostFrequentDifferenceIsCounted(t *testing.T) {
	var m mode
	if m.share() != 0 {
		t.Errorf("of nothing counted the share is %v", m.share())
	}
	for _, v := range []float64{3, 1, 1, 7, 1, 3} {
		m.add(v)
	}
	if m.top != 1 || m.most != 3 || m.all != 6 || m.share() != 0.5 {
		t.Errorf("%+v with a share of %v, want 1 three times of six", m, m.share())
	}
}

// Five churned among 24: C(24, 5) = 42,504 ways are fewer than a million; among 60, 5,461,512
// are more. Four churned are too few among any number.
func TestAFewAccountsProveNothing(t *testing.T) {
	for _, c := range []struct {
		churned, all int
		sure         bool
	}{{5, 24, false}, {5, 60, true}, {4, 5000, false}, {55, 60, true}, {56, 60, false}} {
		var q sample
		var values []float64
		for i := range c.all {
			q.about, q.account, q.positive = append(q.about, int32(i)), append(q.account, int32(i)), append(q.positive, i < c.churned)
			values = append(values, one(i < c.churned))
		}
		s := split{ks: 1}
		s.trace(values, q)
		if s.sure != c.sure || s.knows() != c.sure {
			t.Errorf("%d churned of %d: sure %v, knows %v", c.churned, c.all, s.sure, s.knows())
		}
		if s.ks = 0.97; s.knows() {
			t.Error("a distance below the limit knows the answer")
		}
	}
}

// The future of the first four accounts differs from their first value, and the column holds
// it for three of them; the last two never changed, or were never seen.
func TestOnlyChangesCanBeForetold(t *testing.T) {
	l := &lab{s: &dataset.Snapshots{Accounts: []string{"a", "b", "c", "d", "e", "f"}}}
	first := []float64{1, 1, 1, 1, 5, nan}
	future := []float64{2, 3, 4, 6, 5, nan}
	changed, share, look := l.foretold([]float64{2, 3, 4, 0, 5, 9}, first, future)
	if changed != 4 || share != 0.75 || !slices.Equal(look, []string{"a", "b", "c"}) {
		t.Errorf("%v of %d changes are foretold, such as %v", share, changed, look)
	}
	// What nearly all come to is foretold by any constant.
	if changed, share, _ := l.foretold([]float64{7, 7, 7, 7, 5, 9}, first, []float64{7, 7, 7, 7, 5, nan}); changed != 0 || share != 0 {
		t.Errorf("a constant foretells %v of %d changes", share, changed)
	}
}

func TestMidRanksOfAStratumHaveAMeanOfOneHalf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		values := make([]float64, n)
		members := make([]int, n)
		for i := range values {
			values[i], members[i] = float64(rapid.IntRange(0, 4).Draw(t, "value")), i
		}
		was := slices.Clone(values)
		rankShares(values, members)
		sum := 0.0
		for i := range values {
			sum += values[i] / float64(n)
			for j := range values {
				if (was[i] < was[j]) != (values[i] < values[j]) {
					t.Fatalf("%v became %v", was, values)
				}
			}
		}
		if math.Abs(sum-0.5) > 1e-12 {
			t.Fatalf("the mean rank of %v is %v", was, sum)
		}
	})
}

func TestQuartersAreNumberedWithoutGaps(t *testing.T) {
	for m := range 30 {
		d := dataset.NewDate(2024, 1, 31).AddMonths(m)
		if got, want := quarter(d)-quarter(dataset.NewDate(2024, 1, 1)), m/3; got != want {
			t.Errorf("%s is %d quarters after the first, want %d", d, got, want)
		}
	}
}

// The two-sided quantiles of any table of the normal distribution.
func TestLevelsOfIntervals(t *testing.T) {
	for level, want := range map[float64]float64{0.95: 1.959963984540054, 0.99: 2.5758293035489004, 0.999: 3.2905267314918945} {
		if got := zOf(level); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: %v, want %v", level, got, want)
		}
	}
}

// The scramble fits with a given ridge whoever would search for one; what is given stays.
func TestPenaltiesThatAreSearchedForAreGiven(t *testing.T) {
	own := models.Penalty{Kind: models.Ridge, Strength: 0.5}
	list := []models.Candidate{{Name: "auto", Penalty: models.Penalty{Kind: models.Ridge, Auto: true}}, {Name: "own", Penalty: own}}
	got := fixed(list)
	if p := got[0].Penalty; p.Auto || p.Kind != models.Ridge || p.Strength != scrambleRidge {
		t.Errorf("%+v", p)
	}
	if p := got[1].Penalty; p.Strength != 0.5 || !list[0].Penalty.Auto {
		t.Errorf("own %+v, and the list of the project became %+v", p, list[0].Penalty)
	}
}

func TestRegionsAreToldByTheirQuestion(t *testing.T) {
	r := region{churned: true, caught: 0.75, wrong: 0.012}
	for question, want := range map[int]string{
		ofLabels: "75 % of the accounts that churned and 1.2 % of those that renewed",
		ofFates:  "75 % of the accounts that ever churned and 1.2 % of those that never did",
		ofParted: "75 % of the accounts that churned and 1.2 % of those that never did",
	} {
		if got := r.words(question); got != want {
			t.Errorf("question %d: %q, want %q", question, got, want)
		}
	}
	if r.churned = false; r.words(ofLabels) != "75 % of the accounts that renewed and 1.2 % of those that churned" {
		t.Errorf("%q", r.words(ofLabels))
	}
}

func TestAFewDistinctAccountsAreNamed(t *testing.T) {
	if got := some([]string{"c", "a", "c", "b", "f", "e", "d", "a"}); !slices.Equal(got, []string{"a", "b", "c", "d", "e"}) {
		t.Errorf("%v", got)
	}
	if got := some(nil); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if got := listed([]string{"a", "b\n"}); got != `"a", "b\n"` {
		t.Errorf("%s", got)
	}
}
