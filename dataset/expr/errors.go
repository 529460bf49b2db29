package expr

import (
	"fmt"
	"strings"
)

// Error says what is wrong with a source, where, and what to do. Every error
// of [Parse] is an *Error.
type Error struct {
	Source  string // the whole expression
	Offset  int    // byte in Source where the trouble starts, from 0 up to len(Source)
	Message string // what is wrong: `unknown column "licenses"`
	Hint    string // what to do about it: `did you mean "licences"?`; may be empty

	// Column is the name of the column that is not there, if that is what is
	// wrong. A caller that knows why it withholds a column (it is the outcome,
	// it is the account) can say so.
	Column string
}

// Error returns one line such as
//
//	unknown column "licenses" at 15; did you mean "licences"?
func (e *Error) Error() string {
	// The position goes before the hint: people read the line up to the first
	// semicolon, and then want to look at the place.
	line := fmt.Sprintf("%s at %d", e.Message, e.Offset)
	if e.Hint != "" {
		line += "; " + e.Hint
	}
	return line
}

// Excerpt returns the line of the source that holds the offset and, below it,
// a caret under the offending place, for a terminal. The offset may be one past
// the end, where something is missing.
func (e *Error) Excerpt() string {
	at := min(e.Offset, len(e.Source))
	start := strings.LastIndexByte(e.Source[:at], '\n') + 1
	line, _, _ := strings.Cut(e.Source[start:], "\n")
	indent := strings.Map(blank, e.Source[start:at])
	return line + "\n" + indent + "^"
}

// blank maps a rune to the space of the same width; tabs stay, so that the
// caret lines up however wide the terminal draws them.
func blank(r rune) rune {
	if r == '\t' {
		return r
	}
	return ' '
}
