package words

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unnamed stands in for a name with nothing to show: an empty cell looks like a mistake.
const Unnamed = "(unnamed)"

// maxMarks is how many combining marks one letter may carry. Living scripts need
// two or three; a name with fifty paints over its neighbours.
const maxMarks = 3

// Clean makes text safe to draw: one line, valid UTF-8, printable characters
// only. Runs of white space become one blank. Control characters, bidirectional
// overrides, zero-width and private-use characters are removed: they are
// invisible at best, reverse the rest of the line or break the XML at worst.
// Letters of every script stay. Invalid bytes become U+FFFD. Markup stays text and
// is not escaped: that is for who writes it into HTML or XML. Cleaning twice
// changes nothing.
func Clean(text string) string {
	var b strings.Builder
	blank, marks := false, 0
	for _, r := range text { // invalid bytes arrive as U+FFFD
		switch {
		case unicode.IsSpace(r):
			blank = b.Len() > 0
			continue
		case !unicode.IsPrint(r):
			continue
		case unicode.Is(unicode.Mn, r):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		if blank {
			b.WriteByte(' ')
			blank = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Capital raises the first letter of clean text.
func Capital(text string) string {
	if text == "" {
		return ""
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:]
}

// Label is a name of at most limit characters, cleaned. What is too long loses
// its middle to an ellipsis: names that share a long prefix differ at the end.
// A name with nothing to show is [Unnamed], whatever the limit.
func Label(name string, limit int) string {
	clean := Clean(name)
	if clean == "" {
		return Unnamed
	}
	return Shorten(clean, limit)
}

// Shorten cuts clean text to at most limit characters; two thirds of what
// remains are its beginning. A limit below 1 counts as 1.
func Shorten(text string, limit int) string {
	letters := []rune(text)
	if len(letters) <= max(limit, 1) {
		return text
	}
	keep := max(limit, 1) - 1
	tail := keep / 3
	head := keep - tail
	return strings.TrimRight(string(letters[:head]), " ") + "…" + strings.TrimLeft(string(letters[len(letters)-tail:]), " ")
}
