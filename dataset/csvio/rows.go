package csvio

import (
	"fmt"

	"holdfast/dataset"
)

// keep accepts the record whose fields begin at first, or drops it when it holds nothing: Excel writes rows of delimiters
// for cells that were once formatted, and an account without a key says nothing.
func (s *scanner) keep(b *block, first int) error {
	fields := b.spans[first:]
	if empty(fields) {
		s.skip(len(fields) == 1)
		b.spans = b.spans[:first]
		return nil
	}
	if s.names != nil && len(fields) != len(s.names) {
		return s.ragged(fields)
	}
	if s.waiting > 0 {
		if s.blank == 0 {
			s.firstBlank = s.firstWait
		}
		s.blank, s.waiting = s.blank+s.waiting, 0
	}
	b.lines = append(b.lines, s.line)
	return nil
}

// empty says whether no field was written, not even as "".
func empty(fields []span) bool {
	for _, f := range fields {
		if f.from != f.to || f.quotes != bare {
			return false
		}
	}
	return true
}

// skip counts a record without values, so that nothing disappears without a word. Blank lines at the end of a file are
// usual and not worth one: they wait until a record follows (keep), and are forgotten when none does. Lines of delimiters
// count wherever they stand.
func (s *scanner) skip(blankLine bool) {
	switch {
	case blankLine && s.waiting == 0:
		s.firstWait, s.waiting = s.line, 1
	case blankLine:
		s.waiting++
	default:
		if s.blank == 0 {
			s.firstBlank = s.line
		}
		s.blank++
	}
}

// ragged words the error of a record with too few or too many fields. Filling up or cutting off
// would shift every value behind the slip into its neighbour's column.
func (s *scanner) ragged(fields []span) error {
	cure := "a delimiter or a line end inside a value needs quotes around the value"
	if last := fields[len(fields)-1]; len(fields) == len(s.names)+1 && last.from == last.to {
		cure = "the last is empty: take the delimiter off the line ends, or put one at the end of the header"
	}
	return fmt.Errorf("csvio: %s: line %d: %d fields where the header has %d; %s", s.path, s.line, len(fields), len(s.names), cure)
}

// blankWarning tells of lines that were left out, when the whole file has been scanned; nil for none.
func (s *scanner) blankWarning() []dataset.Warning {
	if s.blank == 0 {
		return nil
	}
	return []dataset.Warning{{Code: "blank_rows", Where: s.path,
		Message: fmt.Sprintf("%d rows without any value were left out, the first in line %d", s.blank, s.firstBlank)}}
}
