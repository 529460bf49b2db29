package project

import (
	"strings"
	"unicode/utf8"
)

// locate finds the place of the byte at offset of a scalar's text, 0 <= offset <= len(n.text). The text
// is walked along the source; where an escape sequence makes them part ways, the start of the scalar is
// the answer.
func (s *source) locate(n *node, offset int) Position {
	c := s.cursor(n)
	for _, r := range n.text[:offset] {
		if !c.pass(r, n.style) {
			return Position{s.file, n.line, n.column}
		}
	}
	if rest := n.text[offset:]; rest != "" && !isBlank(rune(rest[0])) {
		c.skipBlanks()
	}
	return Position{s.file, c.line, c.column}
}

// cursor is a place in the file and the text from there on.
type cursor struct {
	rest         string
	line, column int
}

// cursor stands on the first character of the scalar's text: behind the quote, or on the line below | or >, if
// there is one.
func (s *source) cursor(n *node) *cursor {
	c := &cursor{rest: s.text[s.lines[n.line-1].start:], line: n.line, column: 1}
	for c.column < n.column && c.rest != "" {
		c.step()
	}
	switch n.style {
	case single, double:
		c.step()
	case block:
		if _, below, more := strings.Cut(c.rest, "\n"); more {
			c.rest, c.line, c.column = below, c.line+1, 1
		}
	}
	return c
}

// peek is the character at the cursor, or utf8.RuneError at the end of the file.
func (c *cursor) peek() rune {
	r, _ := utf8.DecodeRuneInString(c.rest)
	return r
}

// step moves behind the character at the cursor; at the end of the file it stays.
func (c *cursor) step() {
	r, size := utf8.DecodeRuneInString(c.rest)
	if size == 0 {
		return
	}
	c.rest = c.rest[size:]
	c.column++
	if r == '\n' {
		c.line, c.column = c.line+1, 1
	}
}

// skipBlanks moves to the next character that can be seen.
func (c *cursor) skipBlanks() {
	for isBlank(c.peek()) {
		c.step()
	}
}

// pass moves behind the character r of the text, and reports whether the source has it there. Blanks
// match any number of blanks, because YAML folds lines and strips indentation.
func (c *cursor) pass(r rune, style style) bool {
	c.skipBlanks()
	if isBlank(r) {
		return true
	}
	if style == double && c.peek() == '\\' || style == single && r == '\'' {
		c.step() // the first character of \" or '' is not in the text
	}
	if c.peek() != r {
		return false
	}
	c.step()
	return true
}

// isBlank reports the characters that YAML folds. The carriage return is none of them: newSource has
// removed it.
func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }
