package csvio

import (
	"bytes"
)

// The bounds of memory. A block is large enough that handing it to a worker costs nothing and small
// enough that a dozen of them are a few megabytes. They are constants, not options: where blocks
// end must not show in any result, and the tests hold that.
const (
	blockBytes = 1 << 19  // of text in a block, if no record is longer
	maxRecord  = 16 << 20 // bytes of one record; beyond it a quote was never closed
	maxColumns = 10_000
)

// maxRows bounds the rows of a block whose records are short, whose places take more room than
// their text.
const maxRows = 1 << 16

// span is where a field lies in the text of its block. Fields are places rather than slices or
// strings because the collector need not look at them, and there are as many as cells.
type span struct {
	from, to int32
	quotes   quotes
}

// quotes says what stands around and inside a field.
type quotes uint8

const (
	bare    quotes = iota
	quoted         // the quotes are outside the span
	doubled        // and inside it every quote is written twice
)

// block is some whole records of a file. All have as many fields as the header, so that field f of record r is
// spans[r*width+f]. Blocks are used again (ordered): what is kept of one must be copied.
type block struct {
	text  []byte
	spans []span // one record after the other
	lines []int  // line in which each record begins
	line  int    // in which the text begins
	bytes int    // of text that the records take
}

// rows is the number of records, blank ones not counted.
func (b *block) rows() int { return len(b.lines) }

// cell returns the text of a field. Doubled quotes are undone in *scratch, so the text is good until
// the next call with the same scratch; fields without them cost no copy.
func (b *block) cell(s span, scratch *[]byte) []byte {
	text := b.text[s.from:s.to]
	if s.quotes != doubled {
		return text
	}
	out := (*scratch)[:0]
	for len(text) > 0 {
		i := bytes.IndexByte(text, '"')
		if i < 0 {
			i = len(text) - 1
		}
		out = append(out, text[:i+1]...)
		text = text[min(i+2, len(text)):]
	}
	*scratch = out
	return out
}
