package dataset

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"github.com/zeebo/xxh3"
)

// TestTheHashIsThatOfTheValuesWrittenOut checks the buffered hash against XXH3 of the
// bytes that its description asks for: lengths as 64 bits, numbers by their bits,
// little-endian. The lists end at, before and behind the blocks in which
// values are hashed.
func TestTheHashIsThatOfTheValuesWrittenOut(t *testing.T) {
	for _, n := range []int{0, 1, hashBlock/8 - 1, hashBlock / 8, hashBlock/8 + 1, 3*hashBlock/4 + 5} {
		numbers := make([]float64, n)
		codes, dates := make([]int32, n), make([]Date, n)
		for i := range n {
			numbers[i], codes[i], dates[i] = float64(i)/3-9, int32(i-1), Date(20000-i)
			if i%7 == 3 {
				numbers[i] = math.NaN()
			}
		}
		h := newContentHash()
		h.texts([]string{"é", ""})
		h.numbers(numbers)
		h.codes(codes)
		h.days(dates)
		var written bytes.Buffer
		for _, part := range []any{int64(2), int64(2), []byte("é"), int64(0), int64(n), numbers, int64(n), codes, int64(n), dates} {
			if err := binary.Write(&written, binary.LittleEndian, part); err != nil {
				t.Fatal(err)
			}
		}
		want := xxh3.Hash128(written.Bytes()).Bytes()
		if got := h.sum(); got != hex.EncodeToString(want[:]) {
			t.Errorf("%d values hash to %s, want %x", n, got, want)
		}
	}
}

// TestTheHashIsTheOneThatOthersCompute: the sums are those of xxh3_128 in python-xxhash 4.1.0
// (xxHash 0.8.4) over the same bytes. A processor without the vector instructions that
// computed one of them must come to the same.
func TestTheHashIsTheOneThatOthersCompute(t *testing.T) {
	many := make([]float64, 5000)
	for i := range many {
		many[i] = float64(i)
	}
	for want, add := range map[string]func(*contentHash){
		"99aa06d3014798d86001c324468d497f": func(*contentHash) {},
		"2c0a8a99dc147d5445c3b49d035665b2": func(h *contentHash) { h.texts(nil) },
		"8bef8f15dcd8e5860204e5a45b963e35": func(h *contentHash) { h.numbers(many) },
	} {
		h := newContentHash()
		add(h)
		if got := h.sum(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
