package parquetio

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// Truths, nullable or not, read back as they were from row groups of any length.
func TestTruthsInRowGroupsReadBackAsTheyWere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "truths.parquet")
	rapid.Check(t, func(t *rapid.T) {
		truths := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1}), 1, 40).Draw(t, "truths")
		nulls := rapid.SliceOfN(rapid.SampledFrom([]float64{0, 1, math.NaN()}), len(truths), len(truths)).Draw(t, "with nulls")
		var file bytes.Buffer
		w, err := NewGroupWriter(&file, []Field{{Name: "sure", Kind: Bool}, {Name: "maybe", Kind: Bool, Nullable: true}})
		if err != nil {
			t.Fatal(err)
		}
		e, err := w.Encoder()
		if err != nil {
			t.Fatal(err)
		}
		g, err := e.Group([]Column{{Numbers: truths}, {Numbers: nulls}})
		if err == nil {
			err = w.Append(g)
		}
		if err == nil {
			err = w.Close()
		}
		if err == nil {
			err = os.WriteFile(path, file.Bytes(), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		table, err := Read(t.Context(), path, []Request{{Column: "sure", As: AsNumber}, {Column: "maybe", As: AsNumber}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range truths {
			got, maybe := table.Columns[0].Numbers[i], table.Columns[1].Numbers[i]
			if got != truths[i] || maybe != nulls[i] && !(maybe != maybe && nulls[i] != nulls[i]) {
				t.Fatalf("row %d: %v and %v, want %v and %v", i, got, maybe, truths[i], nulls[i])
			}
		}
	})
}
