package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
)

// Ladder.Thresholds, which adds row by row from the top, is the reference: whatever is drawn, with
// ties or without, and for rules that count something else.
func TestDescentsEndWhereTheLadderSays(t *testing.T) {
	kinds := []func(float64) BandRule{
		func(x float64) BandRule { return BandRule{Share: x} },
		func(x float64) BandRule { return BandRule{Share: x * x * x} },
		func(x float64) BandRule { return BandRule{Capacity: 20 * x} },
		func(x float64) BandRule { return BandRule{Precision: x} },
	}
	rapid.Check(t, func(t *rapid.T) {
		var rungs []rung
		for i := range rapid.IntRange(1, 60).Draw(t, "rows") {
			rungs = append(rungs, rung{p: float64(rapid.IntRange(1, 19).Draw(t, "p")) / 20, account: int32(i / 3), day: dataset.Date(i), churned: i%4 == 0})
		}
		rule := func(name string) BandRule {
			return rapid.SampledFrom(kinds).Draw(t, name)(rapid.Float64Range(0.01, 0.95).Draw(t, "much"))
		}
		l, err := ladderOf(BandRules{Red: rule("red"), Yellow: rule("yellow")}, rungs)
		if err != nil {
			t.Fatal(err)
		}
		d := l.Descents()
		for range 4 {
			count := make([]int32, l.Accounts())
			for g := range count {
				count[g] = rapid.Int32Range(0, 4).Draw(t, "count")
			}
			got, err := d.Thresholds(count)
			want, wantErr := l.Thresholds(count)
			if (err == nil) != (wantErr == nil) || (got == nil) != (want == nil) || got != nil && *got != *want {
				t.Fatalf("%+v drawn %v times end at %+v %v, want %+v %v", l.rules, count, got, err, want, wantErr)
			}
		}
	})
}

// Rules that are ranks are found without sorting when nobody is drawn. The reference is a ladder
// that was sorted, on which every account counts once.
func TestRanksAreWhereTheLadderSays(t *testing.T) {
	kinds := []func(float64) BandRule{
		func(x float64) BandRule { return BandRule{Share: x} },
		func(x float64) BandRule { return BandRule{Share: x * x * x} },
		func(x float64) BandRule { return BandRule{Probability: x} },
	}
	rapid.Check(t, func(t *rapid.T) {
		var rungs []rung
		for i := range rapid.IntRange(1, 60).Draw(t, "rows") {
			p := float64(rapid.IntRange(0, 19).Draw(t, "p")) / 20
			if p == 0 {
				p = math.NaN() // it has no score
			}
			rungs = append(rungs, rung{p: p, account: int32(i / 3), day: dataset.Date(i)})
		}
		rule := func(name string) BandRule {
			return rapid.SampledFrom(kinds).Draw(t, name)(rapid.Float64Range(0.01, 0.95).Draw(t, "much"))
		}
		l, err := ladderOf(BandRules{Red: rule("red"), Yellow: rule("yellow")}, rungs)
		if err != nil {
			t.Skip("no row has a score: nothing was compared")
		}
		got, err := l.Thresholds(nil)
		want, wantErr := l.Thresholds(slices.Repeat([]int32{1}, l.Accounts()))
		if (err == nil) != (wantErr == nil) || (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Fatalf("%+v of %v: %+v %v, want %+v %v", l.rules, rungs, got, err, want, wantErr)
		}
	})
}

// BenchmarkDescents is one draw of 50,000 accounts with 20 rows each.
func BenchmarkDescents(b *testing.B) {
	const accounts, rows = 50_000, 1_000_000
	rng := rand.New(rand.NewPCG(1, 2))
	e, eta := &dataset.Examples{}, make([]float64, rows)
	for i := range eta {
		eta[i] = rng.NormFloat64()
		e.Account, e.AsOf, e.Churned = append(e.Account, int32(i*accounts/rows)), append(e.AsOf, dataset.Date(i)), append(e.Churned, false)
	}
	l, err := NewLadder(BandRules{}, eta, e.All())
	if err != nil {
		b.Fatal(err)
	}
	count := make([]int32, l.Accounts())
	for range count {
		count[rng.IntN(accounts)]++
	}
	d := l.Descents()
	for name, thresholds := range map[string]func([]int32) (*Thresholds, error){"marks": d.Thresholds, "rows": l.Thresholds} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := thresholds(count); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("ladder", func(b *testing.B) {
		for b.Loop() {
			if _, err := NewLadder(BandRules{}, eta, e.All()); err != nil {
				b.Fatal(err)
			}
		}
	})
}
