package dataset

import (
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/text/unicode/norm"
)

// warnForms finds keys that are one text to people and two to programs: é may be one
// character or an e with an accent (Unicode normal forms C and D). Such keys stay apart: to
// join them would be to guess. Only keys that are not ASCII are brought into normal form;
// most files have none, and the check costs them one look at each byte.
func warnForms(s *Snapshots, o *Outcomes) []Warning {
	first := make(map[string]string) // by normal form, of the keys that have several: few
	pairs := 0
	var example [2]string
	for _, key := range oddKeys(s, o) {
		form := norm.NFC.String(key)
		other, seen := first[form]
		if !seen && isASCII(form) && (holds(s.Accounts, form) || holds(o.Accounts, form)) {
			other, seen = form, true // such as K, which the sign for kelvin becomes
		}
		if !seen {
			first[form] = key
			continue
		}
		if pairs++; pairs == 1 {
			example = [2]string{other, key}
		}
	}
	if pairs == 0 {
		return nil
	}
	return []Warning{{Code: "similar_accounts", Where: s.Path, Message: fmt.Sprintf(
		"%d account keys look like another and differ in their bytes, such as %s and %s (Unicode normal forms); they are kept apart: write keys in one form",
		pairs, strconv.QuoteToASCII(example[0]), strconv.QuoteToASCII(example[1]))}}
}

// oddKeys are the different keys of both files that are not ASCII: those of the snapshots in
// their order, then those that only the outcomes have, so that the example in the warning is
// always the same.
func oddKeys(s *Snapshots, o *Outcomes) []string {
	var odd []string
	for _, key := range s.Accounts {
		if !isASCII(key) {
			odd = append(odd, key)
		}
	}
	for _, key := range o.Accounts {
		if !isASCII(key) && !holds(s.Accounts, key) {
			odd = append(odd, key)
		}
	}
	return odd
}

// holds says whether a key is among sorted ones, in O(log n).
func holds(keys []string, key string) bool {
	_, found := slices.BinarySearch(keys, key)
	return found
}

// isASCII says whether a text has one form only.
func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}
