package parquetio

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// Whatever the type, the encoding, the codec and the version of a page: the same rows come out of a page that is taken in
// portions of eight rows, of a thousand, and of as many as Read takes, whose portions end within this page too.
func TestEveryEncodingIsTheSameInPortions(t *testing.T) {
	codecs := []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Zstd, &parquet.Lz4Raw}
	for _, s := range samples() {
		for i, enc := range s.encodings {
			for version := 1; version <= 2; version++ {
				codec := codecs[(i+version)%len(codecs)]
				t.Run(fmt.Sprintf("%s %v %v v%d", s.name, enc, codec, version), func(t *testing.T) {
					rng := rand.New(rand.NewPCG(3, 4))
					vals := make([]parquet.Value, piece+808)
					for i := range vals {
						if vals[i], _ = s.value(rng); rng.IntN(9) == 0 && i/500%3 > 0 { // stretches without nulls too
							vals[i] = parquet.NullValue()
						}
					}
					file := stored(t, parquet.Optional(parquet.Encoded(s.node, enc)), vals, parquet.PageBufferSize(1<<20), parquet.DataPageVersion(version), parquet.Compression(codec))
					portionsAreTheSame(t, saved(t, "a.parquet", file))
				})
			}
		}
	}
}

// portionsAreTheSame compares a Stream in pieces of several sizes with Read.
func portionsAreTheSame(t *testing.T, path string) {
	t.Helper()
	fields, _, err := Schema(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	want := naturalRequests(fields)
	table, err := Read(t.Context(), path, want, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, as := range []As{want[0].As, AsKey} {
		if want[0].As != AsText && as == AsKey {
			continue // only texts are keys
		}
		want[0].As = as
		for _, n := range []int{5, 1000} {
			got, err := readAllOf(t, path, want, n)
			if err != nil {
				t.Fatal(err)
			}
			got.sameAsRead(t, table)
		}
	}
}

// A Stream reads pages of several columns in turns, whose bytes must outlast each other, compressed or not.
func TestPagesOfColumnsThatAreNotCompressedDoNotMix(t *testing.T) {
	type row struct {
		A, B float64
		C    *int64
		D    string
	}
	rows := make([]row, 30_000)
	for i := range rows {
		rows[i] = row{A: float64(i), B: float64(-i), D: fmt.Sprintf("account-%d", i%777)}
		if i%3 > 0 {
			c := int64(7 * i)
			rows[i].C = &c
		}
	}
	for _, codec := range []compress.Codec{&parquet.Uncompressed, &parquet.Zstd} {
		for version := 1; version <= 2; version++ {
			var b bytes.Buffer
			if err := parquet.Write(&b, rows, parquet.PageBufferSize(20_000), parquet.DataPageVersion(version), parquet.Compression(codec)); err != nil {
				t.Fatal(err)
			}
			portionsAreTheSame(t, saved(t, "a.parquet", b.Bytes()))
		}
	}
}
