package dataset

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAccountsAreNumberedAsAMapWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		index, want := NewAccountIndex(), make(map[string]int32)
		keys := rapid.SliceOfN(rapid.StringMatching(`[a-c]{0,5}`), 0, 3000).Draw(t, "keys")
		for _, key := range keys {
			before, known := want[key]
			if !known {
				before = int32(len(want))
				want[key] = before
			}
			if got, was := index.Number([]byte(key)); got != before || was != known {
				t.Fatalf("account %q is number %d (seen before: %v), want %d (%v)", key, got, was, before, known)
			}
		}
		if index.Len() != len(want) {
			t.Fatalf("%d accounts, want %d", index.Len(), len(want))
		}
		for n, name := range index.names() {
			if want[name] != int32(n) || string(index.Key(int32(n))) != name {
				t.Fatalf("number %d is %q, which has number %d", n, name, want[name])
			}
		}
	})
}

func TestAccountsKeepTheirNumbersAsTheTableGrows(t *testing.T) {
	index := NewAccountIndex()
	key := func(i int) []byte { return []byte{byte(i), byte(i >> 8), byte(i >> 16)} }
	const accounts = 100_000
	for i := range accounts {
		if got, known := index.Number(key(i)); got != int32(i) || known {
			t.Fatalf("new account %d is number %d (seen before: %v)", i, got, known)
		}
	}
	for i := range accounts {
		if got, known := index.Number(key(i)); got != int32(i) || !known {
			t.Fatalf("account %d is number %d (seen before: %v)", i, got, known)
		}
	}
}
