package parquetio

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Texts with a common beginning, with zeros at their end, and with one another as beginnings are what the sorting by eight
// bytes could get wrong.
func TestTextsAreRankedInByteOrderWhateverTheirTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "a", "a\x00", "a\x00\x00", "ab", "customer-", "customer-00000000", "customer-00000000\x00", "customer-000000001", "é", "\xff", "zz"})
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return text.Draw(t, "start") + text.Draw(t, "end") }), 0, 300).Draw(t, "rows")
		unused := rapid.SliceOfN(text, 0, 20).Draw(t, "entries of a dictionary")
		var v vocabulary
		for _, entry := range unused {
			v.code([]byte(entry))
		}
		codes := make([]int32, len(rows), len(rows)+1)
		for _, i := range rapid.Permutation(indexes(len(rows))).Draw(t, "turns") {
			codes[i] = v.code([]byte(rows[i]))
		}
		levels := v.rank(append(codes, -1), nil)
		if want := slices.Compact(slices.Sorted(slices.Values(rows))); !slices.Equal(levels, want) {
			t.Fatalf("levels %q, want %q", levels, want)
		}
		for i, code := range codes {
			if levels[code] != rows[i] {
				t.Fatalf("row %d is %q, want %q", i, levels[code], rows[i])
			}
		}
		if null := codes[:len(rows)+1][len(rows)]; null != -1 {
			t.Fatalf("null became %d", null)
		}
	})
}

func indexes(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// The table grows several times on the way to 10,000 texts; none may get lost or a second number.
func TestAVocabularyFindsEveryTextAgain(t *testing.T) {
	const n = 10_000
	var v vocabulary
	for round := range 2 {
		for i := range n {
			text := []byte(uuidLike(i * 7919 % n)) // 7919 is prime: every number below n once
			if got := v.code(text); got != int32(i) {
				t.Fatalf("round %d: text %d has the number %d", round, i, got)
			}
		}
	}
	if 2*len(v.ends) > len(v.slots) || len(v.ends) != n {
		t.Errorf("%d texts in %d slots", len(v.ends), len(v.slots))
	}
}
