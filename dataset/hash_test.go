package dataset

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"
)

// TestTheHashIsThatOfTheValuesWrittenOut checks the buffered hash against SHA-256 of the
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
		want := sha256.Sum256(written.Bytes())
		if got := h.sum(); got != hex.EncodeToString(want[:]) {
			t.Errorf("%d values hash to %s, want %x", n, got, want)
		}
	}
}
