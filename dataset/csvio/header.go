package csvio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"holdfast/dataset"
)

// readHeader reads the names of the columns. Blanks around a name are dropped; its case and all
// else are kept, because the name must be found again in the project file. The scanner knows the
// names from here on, and refuses records of another width.
func (s *sheet) readHeader() error {
	line, b, scratch := s.line, block{}, []byte(nil)
	if err := s.next(&b, 1); errors.Is(err, io.EOF) {
		return fmt.Errorf("csvio: %s is empty; its first line must name the columns", s.path)
	} else if err != nil {
		return err
	}
	line = max(line, b.lines[0])
	names := make([]string, len(b.spans))
	for i, f := range b.spans {
		names[i] = string(bytes.Trim(b.cell(f, &scratch), blanks))
	}
	if err := checkNames(names); err != nil {
		return fmt.Errorf("csvio: %s: line %d: %w", s.path, line, err)
	}
	s.names = names
	return nil
}

// checkNames refuses a header by whose names columns cannot be told apart. The last name may be
// empty: the delimiter at the end of every line that some programs write; such a column must be
// empty throughout. Nothing is renamed: an "arr.1" that nobody wrote is found by nobody.
func checkNames(names []string) error {
	if len(names) > 1 && names[len(names)-1] == "" {
		names = names[:len(names)-1]
	}
	first := make(map[string]int)
	for i, name := range names {
		if name == "" {
			return fmt.Errorf("column %d has no name; name it in the header (pandas writes its index so: use index=False)", i+1)
		}
		if j, twice := first[name]; twice {
			return fmt.Errorf("columns %d and %d are both called %s; rename one of them", j+1, i+1, dataset.Quote(name))
		}
		first[name] = i
	}
	if strings.Contains(strings.ReplaceAll(strings.Join(names, ""), "\r\n", ""), "\r") {
		return errors.New("lines end with a single carriage return, as on old Macs; save the file with today's line ends")
	}
	return checkAreNames(names)
}

// checkAreNames refuses a first line in which nothing could be a name: the first row of a file
// without a header would otherwise vanish into the names of its columns.
func checkAreNames(names []string) error {
	l := newLexer(Options{})
	for _, name := range names {
		if c := l.classify([]byte(name)); c.form == formWord || c.form == formBool {
			return nil
		}
	}
	return fmt.Errorf("the first line must name the columns, but holds values: %s; put a header line before it", dataset.Quote(strings.Join(names, ", ")))
}
