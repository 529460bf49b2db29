package main

import (
	"testing"

	"pgregory.net/rapid"
)

func TestAccountsAreNumberedAsAMapWould(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		index, want := newAccountIndex(), make(map[string]int32)
		keys := rapid.SliceOfN(rapid.StringMatching(`[a-c]{0,5}`), 0, 3000).Draw(t, "keys")
		for _, key := range keys {
			before, known := want[key]
			if !known {
				before = int32(len(want))
				want[key] = before
			}
			if got, was := index.number([]byte(key)); got != before || was != known {
				t.Fatalf("account %q is number %d (seen before: %v), want %d (%v)", key, got, was, before, known)
			}
		}
	})
}

func TestAccountsKeepTheirNumbersAsTheTableGrows(t *testing.T) {
	index := newAccountIndex()
	key := func(i int) []byte { return []byte{byte(i), byte(i >> 8), byte(i >> 16)} }
	const accounts = 100_000
	for i := range accounts {
		if got, known := index.number(key(i)); got != int32(i) || known {
			t.Fatalf("new account %d is number %d (seen before: %v)", i, got, known)
		}
	}
	for i := range accounts {
		if got, known := index.number(key(i)); got != int32(i) || !known {
			t.Fatalf("account %d is number %d (seen before: %v)", i, got, known)
		}
	}
}
