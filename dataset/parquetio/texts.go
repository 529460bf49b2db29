package parquetio

import (
	"errors"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/format"
)

// Texts are texts that lie end to end: text i ends at Ends[i] of Bytes, and begins where the one before ends, the first at
// From.
type Texts struct {
	From  int32
	Ends  []int32
	Bytes []byte
}

// At returns text i, which is good as long as Bytes is.
func (t *Texts) At(i int) []byte {
	from := t.From
	if i > 0 {
		from = t.Ends[i-1]
	}
	return t.Bytes[from:t.Ends[i]]
}

// Len is the number of texts.
func (t *Texts) Len() int { return len(t.Ends) }

// Add appends a text.
func (t *Texts) Add(text []byte) {
	t.Bytes = append(t.Bytes, text...)
	t.Ends = append(t.Ends, int32(len(t.Bytes)))
}

// Append appends texts that lie end to end.
func (t *Texts) Append(more *Texts) {
	if len(more.Ends) == 0 {
		return
	}
	shift := int32(len(t.Bytes)) - more.From
	t.Bytes = append(t.Bytes, more.Bytes[more.From:more.Ends[len(more.Ends)-1]]...)
	for _, end := range more.Ends {
		t.Ends = append(t.Ends, end+shift)
	}
}

// Reset removes the texts and keeps the memory.
func (t *Texts) Reset() { t.From, t.Ends, t.Bytes = 0, t.Ends[:0], t.Bytes[:0] }

// heldTexts are decoded keys, of which the first have been taken.
type heldTexts struct {
	texts      Texts
	at         int   // taken
	taken      int   // rows of the row group that were taken
	nulls      []int // rows of the row group without a key that are not taken
	dictionary Texts
	dense      Texts
	constant   bool // the dictionary is the key of every row
}

func (h *heldTexts) reset() {
	h.texts.Reset()
	h.dictionary.Reset()
	h.at, h.taken, h.nulls, h.constant = 0, 0, h.nulls[:0], false
}

var errPageText = errors.New("holds a page of more than 2 GiB of text; write smaller pages")

// look reads the dictionary of the row group.
func (h *heldTexts) look(p *page, l leaf) error {
	h.dictionary.Reset()
	return appendKeys(&h.dictionary, l, &p.values)
}

// add decodes a portion of a page behind the rows that are left. Its first is the given row of the row group.
func (h *heldTexts) add(p *portion, l leaf, first int) error {
	h.compact()
	if p.defined == nil {
		return h.place(&h.texts, p, l)
	}
	h.dense.Reset()
	if err := h.place(&h.dense, p, l); err != nil {
		return err
	}
	at := 0
	for i := range p.rows {
		if p.defined[i/n8]>>(i%n8)&1 == 0 {
			h.nulls = append(h.nulls, first+i)
			h.texts.Add(nil)
			continue
		}
		h.texts.Add(h.dense.At(at))
		at++
	}
	return nil
}

// place appends the keys of a portion that are not null.
func (h *heldTexts) place(into *Texts, p *portion, l leaf) error {
	if p.indexes == nil {
		return appendKeys(into, l, &p.values)
	}
	for _, index := range p.indexes {
		into.Add(h.dictionary.At(int(index)))
		if len(into.Bytes) > math.MaxInt32 {
			return errPageText
		}
	}
	return nil
}

// compact moves the rows that are left to the front.
func (h *heldTexts) compact() {
	from := int32(0)
	if h.at > 0 {
		from = h.texts.Ends[h.at-1]
	}
	t := &h.texts
	t.Bytes = t.Bytes[:copy(t.Bytes, t.Bytes[from:])]
	t.Ends = t.Ends[:copy(t.Ends, t.Ends[h.at:])]
	for i := range t.Ends {
		t.Ends[i] -= from
	}
	h.at = 0
}

// repeat adds rows of a constant, from the given row of the row group on.
func (h *heldTexts) repeat(n, first int) {
	h.compact()
	for i := range n {
		if h.constant {
			h.texts.Add(h.dictionary.At(0))
			continue
		}
		h.nulls = append(h.nulls, first+i)
		h.texts.Add(nil)
	}
}

// next takes n rows, and says which of them have no key.
func (h *heldTexts) next(n int) (t Texts, nulls []int) {
	t = Texts{Ends: h.texts.Ends[h.at : h.at+n], Bytes: h.texts.Bytes}
	if h.at > 0 {
		t.From = h.texts.Ends[h.at-1]
	}
	for len(h.nulls) > 0 && h.nulls[0] < h.taken+n {
		nulls = append(nulls, h.nulls[0]-h.taken)
		h.nulls = h.nulls[1:]
	}
	h.at += n
	h.taken += n
	return t, nulls
}

// appendKeys appends keys in their canonical text: what codes does for a vocabulary.
func appendKeys(into *Texts, l leaf, v *values) error {
	switch {
	case l.Kind == UUID:
		return v.texts.each(v.n, func(_ int, views [][]byte) error {
			for _, b := range views {
				into.Add(uuidText(b))
			}
			return nil
		})
	case v.texts != nil && v.texts.ascii:
		return v.texts.appendNext(v.n, into)
	case v.texts != nil:
		return v.texts.each(v.n, func(_ int, views [][]byte) error { return appendTexts(into, views) })
	}
	var text []byte
	for _, x := range v.i64 {
		if text = strconv.AppendInt(text[:0], x, 10); l.Kind == Uint {
			text = strconv.AppendUint(text[:0], uint64(x), 10)
		}
		into.Add(text)
	}
	for _, x := range v.i32 {
		if text = strconv.AppendInt(text[:0], int64(x), 10); l.physical == format.Int32 && l.Kind == Uint {
			text = strconv.AppendUint(text[:0], uint64(uint32(x)), 10)
		}
		into.Add(text)
	}
	return nil
}

// appendTexts appends texts that are UTF-8.
func appendTexts(into *Texts, views [][]byte) error {
	for _, b := range views {
		if !utf8.Valid(b) {
			return errNotUTF8(b)
		}
		into.Add(b)
		if len(into.Bytes) > math.MaxInt32 {
			return errPageText
		}
	}
	return nil
}
