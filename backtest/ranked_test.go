package backtest

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

// A fold is ranked as if it were alone, and its accounts are numbered so.
func TestFoldsWithinAreRankedAsIfAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := fewScores(t)
		rows := rowsBy(p.Fold, 4) // of which the last has none
		for k, got := range p.fieldOf(p.take(nil)).within(p, rows) {
			if len(rows[k]) == 0 {
				if got.sample != nil {
					t.Fatalf("fold %d has no rows and %+v", k, got.sample)
				}
				continue
			}
			want := p.fieldOf(p.take(rows[k]))
			if !reflect.DeepEqual(got.sample, want.sample) || !reflect.DeepEqual(got.rankings, want.rankings) {
				t.Fatalf("fold %d: %+v of %+v, want %+v of %+v", k, got.rankings, got.sample, want.rankings, want.sample)
			}
		}
	})
}

// Rows of one score and outcome stand by rising value, and each row keeps what belongs to it.
func TestTiedRowsStandByValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := fewScores(t)
		f := p.fieldOf(p.take(nil))
		for c := range p.Score {
			own := f.by(c)
			for i, row := range own.order {
				if own.score[i] != p.Score[c][row] || own.value[i] != f.value[row] || own.cluster[i] != f.cluster[row] || own.churned[i] != p.Churned[row] {
					t.Fatalf("place %d is not row %d", i, row)
				}
				if i > 0 && own.score[i] == own.score[i-1] && own.churned[i] == own.churned[i-1] && own.value[i] < own.value[i-1] {
					t.Fatalf("values %v do not rise within the ties of %v", own.value, own.score)
				}
			}
			if want := f.rankings[c].Curve(nil); own.ranking.Curve(nil) != want && want.AUC == want.AUC {
				t.Fatalf("curve %+v, want %+v", own.ranking.Curve(nil), want)
			}
		}
	})
}
