package parquetio

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
	"pgregory.net/rapid"
)

// newEncoder is one for a file of the given fields.
func newEncoder(t testing.TB, fields ...Field) (*GroupWriter, *Encoder, *bytes.Buffer) {
	t.Helper()
	var file bytes.Buffer
	w, err := NewGroupWriter(&file, fields)
	if err != nil {
		t.Fatal(err)
	}
	e, err := w.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	return w, e, &file
}

// textsOf lays texts end to end, behind some that are not theirs.
func textsOf(list []string) (t Texts) {
	t.Bytes = []byte("before")
	t.From = int32(len(t.Bytes))
	for _, text := range list {
		t.Add([]byte(text))
	}
	return t
}

// offsetsOf are texts as parquet-go takes and gives them.
func offsetsOf(list []string) (all []byte, offsets []uint32) {
	offsets = append(offsets, 0)
	for _, text := range list {
		all = append(all, text...)
		offsets = append(offsets, uint32(len(all)))
	}
	return all, offsets
}

// Our decoder and parquet-go's read what was written, and parquet-go writes the same bytes.
func TestTextsAreEncodedAsOthersEncodeThem(t *testing.T) {
	_, e, _ := newEncoder(t, Field{Name: "x", Kind: Text})
	l := leaf{Field: Field{Name: "x", Kind: Text}, physical: format.ByteArray}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.StringMatching(`A00[0-3]{0,9}`), rapid.StringMatching(`(account-){0,3}[a-c]{0,2}`), rapid.StringOfN(rapid.RuneFrom([]rune("aé€")), 0, 30, -1))
		list := rapid.SliceOfN(text, 1, 400).Draw(t, "texts")
		if rapid.Bool().Draw(t, "sorted") {
			slices.Sort(list)
		}
		in := textsOf(list)
		all, offsets := offsetsOf(list)
		shared, joined := e.appendShared(nil, &in), e.appendJoined(nil, &in)
		theirs, err := new(delta.ByteArrayEncoding).EncodeByteArray(nil, all, offsets)
		if err != nil || !bytes.Equal(shared, theirs) {
			t.Fatalf("%q: DELTA_BYTE_ARRAY is not as parquet-go writes it (%v)", list, err)
		}
		theirs, err = new(delta.LengthByteArrayEncoding).EncodeByteArray(nil, all, offsets)
		if err != nil || !bytes.Equal(joined, theirs) {
			t.Fatalf("%q: DELTA_LENGTH_BYTE_ARRAY is not as parquet-go writes it (%v)", list, err)
		}
		for enc, src := range map[format.Encoding][]byte{format.DeltaByteArray: shared, format.DeltaLengthByteArray: joined} {
			v, err := new(decoder).deltaBytes(enc, l, src, len(list))
			var got Texts
			if err == nil {
				err = appendKeys(&got, l, &v)
			}
			if err != nil || !bytes.Equal(got.Bytes, all) || got.Len() != len(list) {
				t.Fatalf("%s of %q reads as %q (%v)", enc, list, got.Bytes, err)
			}
		}
	})
}

// manyTexts makes texts of one sort.
func manyTexts(n int, text func(rng *rand.Rand, i int) string) []string {
	rng := rand.New(rand.NewPCG(21, 0))
	list := make([]string, n)
	for i := range list {
		list[i] = text(rng, i)
	}
	return list
}

// The sorts of keys that there are, and how each is best stored.
var sortsOfTexts = []struct {
	fact string
	text func(rng *rand.Rand, i int) string
	want storage
}{
	{"sorted keys share their beginning", func(_ *rand.Rand, i int) string { return fmt.Sprintf("A%07d", i/12) }, storage{format.DeltaByteArray, format.Uncompressed}},
	{"so do short keys in any order", func(rng *rand.Rand, _ int) string { return fmt.Sprintf("A%07d", rng.IntN(1000)) }, storage{format.DeltaByteArray, format.Uncompressed}},
	{"UUIDs share nothing", func(rng *rand.Rand, _ int) string {
		return fmt.Sprintf("%08x-%04x-4%03x-%04x-%012x", rng.Uint32(), rng.IntN(1<<16), rng.IntN(1<<12), rng.IntN(1<<16), rng.IntN(1<<48))
	}, storage{format.DeltaLengthByteArray, format.Uncompressed}},
	{"addresses share their end", func(rng *rand.Rand, _ int) string {
		return fmt.Sprintf("%x@customers.example.com", rng.Uint32())
	}, storage{format.Plain, format.Snappy}},
	{"empty texts are nothing but lengths", func(*rand.Rand, int) string { return "" }, storage{format.DeltaLengthByteArray, format.Uncompressed}},
}

func TestTextsAreStoredByWhatTheyShare(t *testing.T) {
	_, e, _ := newEncoder(t, Field{Name: "x", Kind: Text})
	for _, c := range sortsOfTexts {
		in := textsOf(manyTexts(5000, c.text))
		if got := e.textStorage(&in); got != c.want {
			t.Errorf("%s: %v, want %v", c.fact, got, c.want)
		}
	}
	long := textsOf(slices.Repeat([]string{strings.Repeat("a", 1<<16)}, mostShared>>16+1))
	if got := e.textStorage(&long); got.encoding == format.DeltaByteArray {
		t.Error("a reader would put together more text than ours does")
	}
}

// Many rows take other ways than few: noise is not compressed, days that are alike are a run, and texts of every sort read
// back as they were. The memory of the first group is that of the second.
func TestGroupsOfManyRowsReadBackAsTheyWere(t *testing.T) {
	const rows = 3 * noiseSample
	path := filepath.Join(t.TempDir(), "many.parquet")
	for _, c := range sortsOfTexts {
		w, e, file := newEncoder(t, Field{Name: "key", Kind: Text}, Field{Name: "day", Kind: Day}, Field{Name: "p", Kind: Float, Nullable: true},
			Field{Name: "band", Kind: Text, Nullable: true})
		keys := manyTexts(2*rows, c.text)
		rng := rand.New(rand.NewPCG(22, 0))
		p, bands := make([]float64, 2*rows), make([]int32, 2*rows)
		for i := range p {
			p[i], bands[i] = rng.Float64(), rng.Int32N(3)-int32(i/rows)
			if i%7 == 0 && i > rows {
				p[i] = math.NaN()
			}
		}
		for k := range 2 {
			from, to := k*rows, (k+1)*rows
			g, err := e.Group([]Column{{Texts: textsOf(keys[from:to])}, {Days: slices.Repeat([]int32{int32(20000 + k)}, rows)},
				{Numbers: p[from:to]}, {Codes: bands[from:to], Levels: []string{"green", "yellow", "red"}}})
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
		if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := Read(t.Context(), path, []Request{{Column: "key", As: AsKey}, {Column: "day", As: AsDay}, {Column: "p", As: AsNumber}, {Column: "band", As: AsText}}, Options{})
		if err != nil || got.Rows != 2*rows {
			t.Fatalf("%s: %v", c.fact, err)
		}
		for i := range keys {
			key, band := got.Columns[0], got.Columns[3]
			same := got.Columns[2].Numbers[i] == p[i] || p[i] != p[i] && got.Columns[2].Numbers[i] != got.Columns[2].Numbers[i]
			code, name := band.Codes[i], ""
			if code >= 0 {
				name = band.Levels[code]
			}
			want := ""
			if bands[i] >= 0 {
				want = []string{"green", "yellow", "red"}[bands[i]]
			}
			if key.Levels[key.Codes[i]] != keys[i] || got.Columns[1].Days[i] != int32(20000+i/rows) || !same || name != want {
				t.Fatalf("%s: row %d is not as it was", c.fact, i)
			}
		}
	}
}

// A row group as scores have them.
func BenchmarkEncodeScores(b *testing.B) {
	const rows = 1 << 17
	for _, c := range sortsOfTexts[:4] {
		b.Run(strings.ReplaceAll(c.fact, " ", "_"), func(b *testing.B) {
			_, e, _ := newEncoder(b, Field{Name: "key", Kind: Text}, Field{Name: "day", Kind: Day}, Field{Name: "p", Kind: Float, Nullable: true},
				Field{Name: "band", Kind: Text, Nullable: true})
			rng := rand.New(rand.NewPCG(23, 0))
			p, bands := make([]float64, rows), make([]int32, rows)
			for i := range p {
				p[i], bands[i] = rng.Float64(), rng.Int32N(3)
			}
			cols := []Column{{Texts: textsOf(manyTexts(rows, c.text))}, {Days: slices.Repeat([]int32{20000}, rows)}, {Numbers: p},
				{Codes: bands, Levels: []string{"green", "yellow", "red"}}}
			size := 0
			for b.Loop() {
				g, err := e.Group(cols)
				if err != nil {
					b.Fatal(err)
				}
				size = g.Size()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
			b.ReportMetric(float64(size)/rows, "bytes/row")
		})
	}
}
