package parquetio

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/format"
)

// Texts become numbers twice. Each chunk numbers its own texts, in any order, without knowing of the other chunks, so that
// chunks can be decoded in parallel; merge then gives every text that occurs its rank in byte order. Levels that only a
// dictionary page mentions are dropped, so that the same rows give the same levels however they are divided into files.

// vocabulary numbers the texts of one chunk. A text may have several numbers, if a dictionary page repeats it; merge
// unites them.
type vocabulary struct {
	levels []string
	codes  map[string]int32 // of levels; made when the first text has to be looked up
}

// code returns the number of a text, giving it the next one if it is new.
func (v *vocabulary) code(text []byte) int32 {
	if v.codes == nil {
		v.codes = make(map[string]int32, len(v.levels))
		for code, level := range v.levels {
			v.codes[level] = int32(code)
		}
	}
	if code, known := v.codes[string(text)]; known { // the compiler looks up without copying
		return code
	}
	level := string(text)
	v.codes[level] = int32(len(v.levels))
	return v.add(level)
}

// add gives a text the next number without looking whether it has one.
func (v *vocabulary) add(level string) int32 {
	v.levels = append(v.levels, level)
	return int32(len(v.levels) - 1)
}

// codes decodes one chunk to codes into its own vocabulary; merge later unites the vocabularies of all chunks.
func codes(r *pageReader, out []int32, c *tally) ([]string, error) {
	words := new(vocabulary)
	t := target[int32]{null: -1, convert: codeConverter(r.leaf, words)}
	switch r.leaf.Kind {
	case Text:
		t.texts = words.texts
		t.entries = words.entries
	case UUID:
		t.texts = words.uuids
	}
	nulls, err := fill(r, out, t)
	c.nulls = nulls
	return words.levels, err
}

// codeConverter returns the conversion of booleans and integers to codes of their canonical text.
func codeConverter(l leaf, words *vocabulary) func([]int32, *values) error {
	if l.Kind != Bool {
		return integerCodes(l, words)
	}
	return func(dst []int32, v *values) error {
		for i, b := range v.bools {
			dst[i] = words.code(strconv.AppendBool(nil, b == 1))
		}
		return nil
	}
}

// texts numbers texts outside of a dictionary page.
func (v *vocabulary) texts(dst []int32, texts [][]byte) error {
	for i, b := range texts {
		if !utf8.Valid(b) {
			return errNotUTF8(b)
		}
		dst[i] = v.code(b)
	}
	return nil
}

// entries numbers the entries of a dictionary page, which are distinct if the writer is sane: no look-ups, and one
// allocation for all texts.
func (v *vocabulary) entries(dst []int32, texts [][]byte) error {
	joined := string(bytes.Join(texts, nil))
	for i, b := range texts {
		if !utf8.Valid(b) {
			return errNotUTF8(b)
		}
		dst[i] = v.add(joined[:len(b)])
		joined = joined[len(b):]
	}
	return nil
}

// uuids numbers UUIDs.
func (v *vocabulary) uuids(dst []int32, ids [][]byte) error {
	for i, b := range ids {
		dst[i] = v.code(uuidText(b))
	}
	return nil
}

// errNotUTF8 refuses text that could not be shown, compared or joined safely.
func errNotUTF8(b []byte) error {
	return fmt.Errorf("holds the value %s, which is not UTF-8: write it again as UTF-8", quoteName(string(b)))
}

// integerCodes writes integers in decimal digits, exactly.
func integerCodes(l leaf, words *vocabulary) func([]int32, *values) error {
	var text []byte
	code := func(x int64) int32 {
		if l.Kind == Uint {
			text = strconv.AppendUint(text[:0], uint64(x), 10)
		} else {
			text = strconv.AppendInt(text[:0], x, 10)
		}
		return words.code(text)
	}
	return func(dst []int32, v *values) error {
		for i, x := range v.i64 {
			dst[i] = code(x)
		}
		for i, x := range v.i32 {
			if l.physical == format.Int32 && l.Kind == Uint {
				dst[i] = code(int64(uint32(x)))
			} else {
				dst[i] = code(int64(x))
			}
		}
		return nil
	}
}

// uuidText is the canonical form of RFC 9562: lower-case hexadecimal in groups of 8-4-4-4-12.
func uuidText(b []byte) []byte {
	return fmt.Appendf(nil, "%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// merge unites the vocabularies of consecutive chunks: it returns the levels that occur in codes, sorted in byte order,
// and renumbers codes in place. spans[k] is the number of rows that vocabulary k numbers.
func merge(codes []int32, spans []int, vocabularies [][]string) []string {
	var all vocabulary
	at := 0
	for k, words := range vocabularies {
		rows := codes[at : at+spans[k]]
		renumber(rows, all.unite(rows, words))
		at += spans[k]
	}
	order := make([]int32, len(all.levels))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int { return strings.Compare(all.levels[a], all.levels[b]) })
	levels, table := make([]string, len(order)), make([]int32, len(order))
	for rank, i := range order {
		levels[rank], table[i] = all.levels[i], int32(rank)
	}
	renumber(codes, table)
	return levels
}

// unite adds the words that occur in rows and returns the number of each; words that do not occur have none.
func (v *vocabulary) unite(rows []int32, words []string) []int32 {
	if v.codes == nil {
		v.codes = make(map[string]int32, min(len(words), len(rows)))
	}
	const unused = -1
	table := slices.Repeat([]int32{unused}, len(words))
	for _, code := range rows {
		if code < 0 || table[code] != unused {
			continue
		}
		known, ok := v.codes[words[code]]
		if !ok {
			known = v.add(words[code])
			v.codes[words[code]] = known
		}
		table[code] = known
	}
	return table
}

// renumber replaces every code but null by its entry in table.
func renumber(rows, table []int32) {
	for i, code := range rows {
		if code >= 0 {
			rows[i] = table[code]
		}
	}
}
