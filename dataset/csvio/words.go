package csvio

import (
	"bytes"
)

// NullWords returns the words that mean missing beside the empty cell, as spreadsheets, pandas, R
// and databases write them. They are few on purpose and compared with their case: "none" may be
// an answer in a survey and "na" a region, while #N/A is nothing but an empty cell of Excel. A
// word that a column lacks here spoils its type, and is then shown with the flag that adds it.
func NullWords() []string {
	return []string{"-", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "Null", "None", "NaN", "nan", "NaT", `\N`}
}

// words is a set of short texts that is asked about every cell of a file and nearly always says
// no. The first byte and the length settle most cells without the map.
type words struct {
	set    map[string]bool
	begins [256]bool // first bytes of words
	most   int       // bytes of the longest word
}

// newWords unites lists of words. Blanks around a word are dropped, as they are around a cell, and
// the empty word with them: the empty cell is missing without being named.
func newWords(lists ...[]string) *words {
	w := &words{set: make(map[string]bool)}
	for _, list := range lists {
		for _, word := range list {
			word = string(bytes.Trim([]byte(word), blanks))
			if word == "" {
				continue
			}
			w.set[word] = true
			w.begins[word[0]] = true
			w.most = max(w.most, len(word))
		}
	}
	return w
}

// holds says whether a cell, without the blanks around it, is one of the words.
func (w *words) holds(cell []byte) bool {
	return len(cell) > 0 && len(cell) <= w.most && w.begins[cell[0]] && w.set[string(cell)]
}
