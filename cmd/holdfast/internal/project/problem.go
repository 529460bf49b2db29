package project

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Position is a place in the file. Line and Column count from 1, columns in characters; a Line of 0
// stands for the file as a whole.
type Position struct {
	File         string
	Line, Column int
}

// String writes file:line:column, the form that editors jump to.
func (p Position) String() string {
	if p.Line == 0 {
		return quoteOdd(p.File)
	}
	return fmt.Sprintf("%s:%d:%d", quoteOdd(p.File), p.Line, p.Column)
}

// Problem is one thing that is wrong: where, what, and what to do about it. What the file says is in it
// in quotes only (quote), so that it can go to a terminal as it is.
type Problem struct {
	Position
	Message string // lower case, without a full stop
	Hint    string // may be ""
}

// String is the problem on one line.
func (p Problem) String() string {
	line := p.Position.String() + ": " + p.Message
	if p.Hint != "" {
		line += "; " + p.Hint
	}
	return line
}

// Problems is all that is wrong with a file, in the order of the file. It is the error that Load and
// Parse return.
type Problems []Problem

// maxReported is how many problems Error writes out: a file that is not a holdfast.yaml at all can
// have a hundred thousand, which help nobody.
const maxReported = 100

// Error is one line per problem.
func (ps Problems) Error() string {
	var lines []string
	for i, p := range ps {
		if i == maxReported {
			lines = append(lines, fmt.Sprintf("%s: and %d more", quoteOdd(p.File), len(ps)-i))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}

// sort brings problems into the order of the file; those of one place stay in the order of finding.
func (ps Problems) sort() {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// Problemf is a problem with the value at path (see At), for what only shows once the data is read. The
// hint says what to do; it may be "".
func (c *Config) Problemf(path, hint, format string, args ...any) Problem {
	return Problem{Position: c.At(path), Message: fmt.Sprintf(format, args...), Hint: hint}
}

// maxQuoted is how many characters of the file's own text a message repeats.
const maxQuoted = 200

// quote makes text of the file fit to print: in quotes, with control and bidirectional characters
// escaped, cut at maxQuoted characters.
func quote(text string) string {
	if utf8.RuneCountInString(text) <= maxQuoted {
		return strconv.Quote(text)
	}
	runes := []rune(text)
	return strconv.Quote(string(runes[:maxQuoted])) + "…"
}

// quoteOdd leaves ordinary text as it is and quotes what could upset a terminal.
func quoteOdd(text string) string {
	odd := func(r rune) bool { return r == utf8.RuneError || !strconv.IsPrint(r) }
	if utf8.RuneCountInString(text) > maxQuoted || strings.ContainsFunc(text, odd) {
		return quote(text)
	}
	return text
}
