package features

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/spill"
)

// whole reads a design through pieces of odd sizes.
func whole(t *rapid.T, d *Design) [][]float64 {
	rows, columns := d.Size()
	out := make([][]float64, columns)
	for j := range out {
		for from := 0; from < rows; {
			n := min(rapid.IntRange(1, 5000).Draw(t, "piece"), rows-from)
			piece, err := d.Piece(j, from, make([]float64, n))
			if err != nil {
				t.Fatal(err)
			}
			out[j] = append(out[j], piece...)
			from += n
		}
	}
	return out
}

// A stored table gives the encoder, the design, the warnings and the refusals of the same
// table in memory, to the bit.
func TestDesignsOfStoredTablesAreTheSameToTheBit(t *testing.T) {
	held, stored := mixed(t), mixedIn(t, 1)
	defer stored.Table.Close()
	fitted := 0
	rapid.Check(t, func(rt *rapid.T) {
		form := rapid.SampledFrom([]Form{Standardised, Standardised, Scores, Raw}).Draw(rt, "form")
		factors, err := Compile(drawFactors(rt, form != Standardised), typesOf(held))
		if err != nil {
			rt.Fatal(err)
		}
		from := rapid.IntRange(0, held.Len()-1).Draw(rt, "from")
		to := min(held.Len(), from+rapid.SampledFrom([]int{1, 50, 6000}).Draw(rt, "rows"))
		rows := held.All().Rows[from:to]
		want, wantDesign, wantWarnings, wantErr := Fit(context.Background(), factors, dataset.View{Examples: held, Rows: rows}, form)
		got, design, warnings, err := Fit(context.Background(), factors, dataset.View{Examples: stored, Rows: rows}, form)
		if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
			rt.Fatalf("stored %v, in memory %v", err, wantErr)
		}
		if err != nil {
			return
		}
		defer design.Close()
		fitted++
		a, _ := json.Marshal(want)
		b, _ := json.Marshal(got)
		if !bytes.Equal(a, b) || !reflect.DeepEqual(warnings, wantWarnings) {
			rt.Fatalf("stored\n%s\n%v\nin memory\n%s\n%v", b, warnings, a, wantWarnings)
		}
		if !design.Stored() || wantDesign.Stored() || !sameBits(whole(rt, design), wantDesign.Columns) {
			rt.Fatal("the designs differ")
		}
		again, _, err := got.EncodeView(context.Background(), stored.All())
		if err != nil {
			rt.Fatal(err)
		}
		defer again.Close()
		all, _ := encode(t, want, held, held.All().Rows...)
		if !sameBits(whole(rt, again), all.Columns) {
			rt.Fatal("Encode of a stored view gives other bits")
		}
	})
	if fitted < 50 {
		t.Errorf("only %d of the drawn factors could be fitted", fitted)
	}
}

func TestLeaksAndProfilesOfStoredTablesAreTheSame(t *testing.T) {
	held, stored := mixed(t), mixedIn(t, 1)
	defer stored.Table.Close()
	factors := compile(t, held, Factor{Name: "skewed", Expr: "skewed"}, Factor{Name: "gappy", Expr: "gappy * 2"}, Factor{Name: "absent", Expr: "absent"}, Factor{Name: "plan", Expr: "plan", Kind: Category})
	want, err := Leaks(context.Background(), factors, held.All())
	got, storedErr := Leaks(context.Background(), factors, stored.All())
	if err != nil || storedErr != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("leaks %v (%v) stored, %v (%v) in memory", got, storedErr, want, err)
	}
}

// An error of the disk ends whatever reads the design or the table: nothing is learned
// from rows that were not read.
func TestWhatCannotBeReadIsNotLearnedFrom(t *testing.T) {
	stored := mixedIn(t, 1)
	factors := compile(t, stored, Factor{Name: "counts", Expr: "counts"}, Factor{Name: "plan", Expr: "plan", Kind: Category})
	encoder, design, _, err := Fit(context.Background(), factors, stored.All(), Standardised)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(design.Close(), stored.Table.Close()); err != nil {
		t.Fatal(err)
	}
	_, pieceErr := design.Piece(0, 0, make([]float64, 10))
	_, _, encodeErr := encoder.EncodeView(context.Background(), stored.All())
	_, _, _, fitErr := Fit(context.Background(), factors, stored.All(), Standardised)
	_, leakErr := Leaks(context.Background(), factors, stored.All())
	for what, err := range map[string]error{"piece": pieceErr, "encode": encodeErr, "fit": fitErr, "leaks": leakErr} {
		var spilled *spill.Error
		if !errors.As(err, &spilled) || !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestACancelledFitOfAStoredTableLeavesNoFile(t *testing.T) {
	stored := mixedIn(t, 1)
	defer stored.Table.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	factors := compile(t, stored, Factor{Name: "counts", Expr: "counts"})
	if _, _, _, err := Fit(ctx, factors, stored.All(), Standardised); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
