package csvio

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"holdfast/dataset"
)

// sample is a cell to show: what is said of a column is believed when it names a line that can be
// looked up in an editor.
type sample struct {
	where string // the file; "" where there is one only
	line  int    // from 1 on, in which the record begins
	text  string // as in the file, cut at sampleBytes
}

// samples are the first few different cells of their kind. Three show whether a column holds one
// slip of the hand or another kind of value.
type samples []sample

const (
	maxSamples  = 3
	sampleBytes = 120
)

// note keeps a cell unless there are enough, without allocating for one that is known: most cells
// of a file are. A long cell is cut between two characters, since a sample holds on to its text
// until the end of the survey.
func (s *samples) note(where string, line int, cell []byte) {
	if len(*s) == maxSamples || s.have(cell) {
		return
	}
	if len(cell) > sampleBytes {
		cell = cell[:sampleBytes]
		for len(cell) > 0 && !utf8.Valid(cell) {
			cell = cell[:len(cell)-1]
		}
	}
	s.add(sample{where, line, string(cell)})
}

// add appends the samples of later rows.
func (s *samples) add(more ...sample) {
	for _, m := range more {
		if len(*s) < maxSamples && !s.have([]byte(m.text)) {
			*s = append(*s, m)
		}
	}
}

// have says whether a text is among the samples.
func (s samples) have(text []byte) bool {
	for _, known := range s {
		if known.text == string(text) {
			return true
		}
	}
	return false
}

// String shows the sample and its place.
func (s sample) String() string {
	place := fmt.Sprintf("%s in line %d", dataset.Quote(s.text), s.line)
	if s.where != "" {
		place += " of " + s.where
	}
	return place
}

// String lists the samples for a message.
func (s samples) String() string {
	list := make([]string, len(s))
	for i, x := range s {
		list[i] = x.String()
	}
	return strings.Join(list, ", ")
}
