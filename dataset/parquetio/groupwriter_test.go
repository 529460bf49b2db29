package parquetio

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// groupFields are one column of each sort that a GroupWriter takes.
var groupFields = []Field{{Name: "key", Kind: Text}, {Name: "day", Kind: Day, Nullable: true}, {Name: "x", Kind: Float, Nullable: true},
	{Name: "band", Kind: Text, Nullable: true}, {Name: "model", Kind: Text}}

// writeGroups writes row groups and returns the file.
func writeGroups(t *rapid.T, groups [][]Column) []byte {
	var file bytes.Buffer
	w, err := NewGroupWriter(&file, groupFields)
	if err != nil {
		t.Fatal(err)
	}
	e, err := w.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	for _, cols := range groups {
		g, err := e.Group(cols)
		if err == nil {
			err = w.Append(g)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// What a GroupWriter writes reads back as it was, for any rows and any cut into row groups.
func TestRowGroupsReadBackAsTheyWere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "groups.parquet")
	rapid.Check(t, func(t *rapid.T) {
		var groups [][]Column
		var keys, bands []string
		var xs []float64
		var days []int32
		levels := []string{"green", "yellow", "red"}
		for range rapid.IntRange(1, 4).Draw(t, "groups") {
			n := rapid.IntRange(1, 50).Draw(t, "rows")
			cols := []Column{{}, {}, {}, {Levels: levels}, {Levels: []string{"m"}}}
			for range n {
				key := rapid.StringMatching(`[a-zé,"]{0,9}`).Draw(t, "key")
				x := rapid.OneOf(rapid.Float64(), rapid.Just(math.NaN())).Draw(t, "x")
				day := rapid.OneOf(rapid.Int32Range(0, 30000), rapid.Just[int32](NullDay)).Draw(t, "day")
				band := rapid.Int32Range(-1, 2).Draw(t, "band")
				cols[0].Texts.Add([]byte(key))
				cols[1].Days = append(cols[1].Days, day)
				cols[2].Numbers = append(cols[2].Numbers, x)
				cols[3].Codes = append(cols[3].Codes, band)
				cols[4].Codes = append(cols[4].Codes, 0)
				keys, xs, days = append(keys, key), append(xs, x), append(days, day)
				name := ""
				if band >= 0 {
					name = levels[band]
				}
				bands = append(bands, name)
			}
			groups = append(groups, cols)
		}
		if err := os.WriteFile(path, writeGroups(t, groups), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := Read(t.Context(), path, []Request{{Column: "key", As: AsKey}, {Column: "day", As: AsDay}, {Column: "x", As: AsNumber},
			{Column: "band", As: AsText}, {Column: "model", As: AsText}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got.Rows != len(keys) {
			t.Fatalf("%d rows, want %d", got.Rows, len(keys))
		}
		c := got.Columns
		for i := range keys {
			band := ""
			if code := c[3].Codes[i]; code >= 0 {
				band = c[3].Levels[code]
			}
			same := c[2].Numbers[i] == xs[i] || c[2].Numbers[i] != c[2].Numbers[i] && xs[i] != xs[i]
			if c[0].Levels[c[0].Codes[i]] != keys[i] || c[1].Days[i] != days[i] || !same || band != bands[i] || c[4].Levels[c[4].Codes[i]] != "m" {
				t.Fatalf("row %d is not as it was", i)
			}
		}
	})
}

func TestRowGroupsAreRefusedWhenColumnsDiffer(t *testing.T) {
	w, err := NewGroupWriter(discard{}, groupFields[:2])
	if err != nil {
		t.Fatal(err)
	}
	e, err := w.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	var keys Texts
	keys.Add([]byte("a"))
	if _, err := e.Group([]Column{{Texts: keys}, {Days: []int32{1, 2}}}); err == nil || !strings.Contains(err.Error(), "2 rows where the first column has 1") {
		t.Errorf("%v", err)
	}
	if _, err := NewGroupWriter(discard{}, []Field{{Name: "b", Kind: Int}}); err == nil {
		t.Error("a kind that is not for row groups was taken")
	}
}

// Bit-packed and repeated runs are what the check of all readers expects, of any width.
func TestHybridRunsPassTheirOwnCheck(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 20).Draw(t, "width")
		values := rapid.SliceOfN(rapid.Int32Range(0, 1<<width-1), 1, 100).Draw(t, "values")
		b := appendHybrid(nil, values, width)
		if err := checkHybrid(b, width, len(values)); err != nil {
			t.Fatal(err)
		}
		got, err := unpacked(append([]byte{byte(width)}, b...), len(values), 1<<width)
		if err != nil || !slices.Equal(got, values) {
			t.Fatalf("%v: %v, want %v", err, got, values)
		}
	})
}
