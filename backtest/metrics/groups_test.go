package metrics

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Each group is DeLong on its own rows, whatever the other groups hold.
func TestAUCByGroupIsDeLongOfItsRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		group := make([]int32, len(s.score))
		for i := range group {
			group[i] = rapid.SampledFrom([]int32{0, 2, 7}).Draw(t, "group")
		}
		got, err := AUCByGroup(s.score, s.churned, s.cluster, group, 0.9)
		if err != nil {
			t.Fatal(err)
		}
		rows, last := 0, int32(-1)
		for _, g := range got {
			var own sample
			for i := range group {
				if group[i] == g.Group {
					own.score, own.churned = append(own.score, s.score[i]), append(own.churned, s.churned[i])
					own.cluster = append(own.cluster, s.cluster[i])
				}
			}
			a := mustDeLong(t, [][]float64{own.score}, own.churned, own.cluster)
			want := a.Interval(0, 0.9)
			sameFingerprint(t, []float64{g.AUC.Value, g.AUC.StdErr, g.AUC.Low, g.AUC.High}, []float64{want.Value, want.StdErr, want.Low, want.High})
			if g.N != len(own.score) || g.Churned != countTrue(own.churned) || g.Accounts != a.Clusters || g.Group <= last {
				t.Fatalf("%+v after group %d", g, last)
			}
			rows, last = rows+g.N, g.Group
		}
		if rows != len(group) {
			t.Fatalf("%d rows in groups, want %d", rows, len(group))
		}
	})
}

func TestAUCByGroupWithoutAccountsIsRowWise(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	score, y, group := make([]float64, 200), make([]bool, 200), make([]int32, 200)
	for i := range score {
		score[i], y[i], group[i] = rng.NormFloat64(), rng.Float64() < 0.4, int32(i%2)
	}
	rows, err := AUCByGroup(score, y, nil, group, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	own, err := AUCByGroup(score, y, blocksOf(1, 200), group, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if rows[i] != own[i] {
			t.Errorf("group %d: %+v row-wise, %+v with an account each", i, rows[i], own[i])
		}
	}
}

func TestAUCByGroupNamesWhatIsWrong(t *testing.T) {
	score, y := []float64{1, 2}, bools(0, 1)
	for _, c := range []struct {
		fact    string
		score   []float64
		cluster []int32
		group   []int32
		says    string
	}{
		{"a group too few", score, nil, []int32{0}, "1 groups for 2 outcomes"},
		{"a negative group", score, nil, []int32{0, -1}, "group of row 1 is -1"},
		{"a missing score", []float64{1, math.NaN()}, nil, []int32{0, 0}, "row 1"},
		{"a negative account", score, []int32{0, -2}, []int32{0, 0}, "account of row 1 is -2"},
	} {
		if _, err := AUCByGroup(c.score, y, c.cluster, c.group, 0.95); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v", c.fact, err)
		}
	}
	if got, err := AUCByGroup(nil, nil, nil, nil, 0.95); err != nil || got != nil {
		t.Errorf("no rows: %v, %v", got, err)
	}
}
