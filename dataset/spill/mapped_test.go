package spill

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// decision is a value of several fields, as pieces hold them.
type decision struct {
	account int32
	churned bool
}

// Pieces hold what ordinary slices would: zeros at first, then whatever was written, beside columns of
// the same file and beside each other.
func TestPiecesAreSlices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file, err := Create("", 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		n := rapid.IntRange(0, 200_000).Draw(t, "rows")
		column := Reserve[float64](file, n)
		numbers, decisions := Make[int32](file, n), Make[decision](file, n)
		if len(numbers) != n || cap(numbers) != n || len(decisions) != n {
			t.Fatalf("%d and %d values, want %d", len(numbers), len(decisions), n)
		}
		for i := range n {
			if numbers[i] != 0 || decisions[i] != (decision{}) {
				t.Fatalf("row %d is %v and %v at first", i, numbers[i], decisions[i])
			}
			numbers[i], decisions[i] = int32(i), decision{int32(-i), i%2 == 0}
		}
		ones := make([]float64, n)
		for i := range ones {
			ones[i] = 1
		}
		if err := column.Write(0, ones); err != nil {
			t.Fatal(err)
		}
		for i := range n {
			if numbers[i] != int32(i) || decisions[i] != (decision{int32(-i), i%2 == 0}) {
				t.Fatalf("row %d is %v and %v", i, numbers[i], decisions[i])
			}
		}
	})
}

// What has pointers must be where the collector sees it, and without a file there is nowhere else.
func TestPointersAndNoFileAreOrdinaryMemory(t *testing.T) {
	file := create(t)
	before := file.Size()
	const n = 1 << 16
	if texts := Make[string](file, n); len(texts) != n || file.Size() != before {
		t.Errorf("%d texts, in %d bytes of the file", len(texts), file.Size()-before)
	}
	if numbers := Make[int32](nil, n); len(numbers) != n {
		t.Errorf("%d numbers without a file", len(numbers))
	}
}

// Strings are copies of the texts.
func TestPiecesHoldStrings(t *testing.T) {
	file := create(t)
	const n = 50_000
	size := 0
	for i := range n {
		size += len(strconv.Itoa(i))
	}
	for where, f := range map[string]*File{"in a file": file, "in memory": nil} {
		buffer := make([]byte, 0, 8)
		texts := Strings(f, n, size, func(i int) []byte { return strconv.AppendInt(buffer, int64(i), 10) })
		for i, text := range texts {
			if text != strconv.Itoa(i) {
				t.Fatalf("%s: text %d is %q", where, i, text)
			}
		}
	}
}
