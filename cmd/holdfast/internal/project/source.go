package project

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxBytes bounds the file. A real project is a few kilobytes; a megabyte is a data file by mistake.
const maxBytes = 1 << 20

// source is the text of the file: UTF-8 without a byte order mark, lines that end in \n only, no
// control characters but the tab.
type source struct {
	file  string
	text  string
	lines []line
}

// line is where a line starts in the text, in bytes, and how many characters it has, its end not counted.
type line struct{ start, width int }

// newSource checks the encoding. Text that is not what an editor shows is refused here, so that
// nothing later has to think of it.
func newSource(file string, src []byte) (*source, *Problem) {
	s := &source{file: file}
	if len(src) > maxBytes {
		return s, s.whole("the file is larger than 1 MiB", "give the holdfast.yaml, not a data file")
	}
	if encoding := foreignEncoding(src); encoding != "" {
		return s, s.whole("the file is written in "+encoding, "save it as UTF-8")
	}
	text := strings.TrimPrefix(string(src), "\ufeff")
	s.text = strings.ReplaceAll(text, "\r\n", "\n")
	start := 0
	for part := range strings.Lines(s.text) {
		part, _ = strings.CutSuffix(part, "\n")
		s.lines = append(s.lines, line{start, utf8.RuneCountInString(part)})
		start += len(part) + 1
	}
	if start == len(s.text) { // behind the last line end there is one more line, an empty one
		s.lines = append(s.lines, line{start, 0})
	}
	return s, s.oddCharacter()
}

// place is a position in the file. The YAML parser miscounts in some malformed text (a quoted key across
// a line end, for one); what it says is held within the file, so that an editor can go there.
func (s *source) place(line, column int) Position {
	line = min(max(line, 1), len(s.lines))
	column = min(max(column, 1), s.lines[line-1].width+1)
	return Position{s.file, line, column}
}

// whole is a problem of the file, not of a place in it.
func (s *source) whole(message, hint string) *Problem {
	return &Problem{Position: Position{File: s.file}, Message: message, Hint: hint}
}

// foreignEncoding names an encoding of two or four bytes a character by its byte order mark, or "".
func foreignEncoding(src []byte) string {
	switch {
	case bytes.HasPrefix(src, []byte{0xff, 0xfe, 0, 0}), bytes.HasPrefix(src, []byte{0, 0, 0xfe, 0xff}):
		return "UTF-32"
	case bytes.HasPrefix(src, []byte{0xff, 0xfe}), bytes.HasPrefix(src, []byte{0xfe, 0xff}):
		return "UTF-16"
	}
	return ""
}

// oddCharacter finds the first byte that is not UTF-8 or control character but the tab.
func (s *source) oddCharacter() *Problem {
	line, column := 1, 0
	for at, r := range s.text {
		column++
		if r == '\n' {
			line, column = line+1, 0
			continue
		}
		if message, hint := judge(r, s.text[at:]); message != "" {
			return &Problem{Position{s.file, line, column}, message, hint}
		}
	}
	return nil
}

// judge says what is wrong with the character r at the start of rest; "" if nothing is.
func judge(r rune, rest string) (message, hint string) {
	if r == utf8.RuneError && !strings.HasPrefix(rest, string(utf8.RuneError)) {
		return fmt.Sprintf("byte 0x%02x is not UTF-8", rest[0]), "the file looks like Latin-1 or another old encoding; save it as UTF-8"
	}
	if isControl(r) && r != '\t' {
		return fmt.Sprintf("control character %U", r), "remove it"
	}
	return "", ""
}

// isControl reports the C0 and C1 control characters and DEL. A byte order mark inside the text is as
// invisible and counts too.
func isControl(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == '\ufeff'
}
