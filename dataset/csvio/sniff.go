package csvio

import (
	"bytes"
	"fmt"
	"strings"
)

// Delimiters are found from the beginning of a file: the one that cuts the first records into
// equally many fields, more than one. Where two of them do, or none and the header holds several,
// the answer is asked for.

// delimiters are the ones that can be found.
var delimiters = [...]byte{',', ';', '\t', '|'}

// How far a delimiter is looked for: the records after these are held against the header all the same, one by one.
const (
	sniffBytes   = 1 << 18
	sniffRecords = 200
)

// delimiter takes the one that was asked for, the one of a line sep=; that Excel writes first, or the one that fits.
func (s *sheet) delimiter(asked byte) (byte, error) {
	line, after, _ := bytes.Cut(s.rest, []byte{'\n'})
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if said, ok := bytes.CutPrefix(line, []byte("sep=")); ok && len(said) == 1 {
		s.rest, s.line = after, 2
		if asked == 0 {
			return said[0], nil
		}
	}
	if asked != 0 {
		return asked, nil
	}
	return s.sniff()
}

// sniff finds the delimiter from the first records. Decimal commas are no rivals of the semicolon:
// the header holds names and none of them. Where no mark cuts all records alike but a single one
// cuts the header, it is taken all the same, because the record that does not fit is then named
// with its line.
func (s *sheet) sniff() (byte, error) {
	var even, named []byte
	for _, d := range delimiters {
		switch fields, same := s.cutWith(d); {
		case fields > 1 && same:
			even = append(even, d)
			fallthrough
		case fields > 1:
			named = append(named, d)
		}
	}
	switch {
	case len(even) == 1:
		return even[0], nil
	case len(even) == 0 && len(named) == 1:
		return named[0], nil // the record that does not fit is named when it comes
	case len(named) == 0:
		return ',', nil // a single column
	}
	if len(even) == 0 {
		even = named
	}
	return 0, fmt.Errorf("csvio: %s: %s could stand between the fields; say --delimiter", s.path, strings.Join(delimiterNames(even), " or "))
}

// cutWith says how many fields the header has with a delimiter, and whether the records after it
// have as many. It uses the scanner itself, so that quotes and line ends inside quotes mean the
// same as when the file is read. The record at the end of the text that was read may be cut short,
// and is not counted.
func (s *sheet) cutWith(d byte) (fields int, same bool) {
	try := scanner{delim: d, ended: s.ended, line: 1}
	b, at := block{text: s.rest}, 0
	same = true
	for range sniffRecords {
		b.spans = b.spans[:0]
		end, err := try.record(&b, at)
		if err != nil || end < 0 || at == end {
			break
		}
		at = end
		switch {
		case empty(b.spans):
		case fields == 0:
			fields = len(b.spans)
		default:
			same = same && len(b.spans) == fields
		}
		if at == len(b.text) {
			break
		}
	}
	return fields, same
}

// delimiterNames are the words for delimiters in messages and on the command line.
func delimiterNames(list []byte) []string {
	names := make([]string, len(list))
	for i, d := range list {
		names[i] = fmt.Sprintf("%q", d)
		if d == '\t' {
			names[i] = "tab"
		}
	}
	return names
}
