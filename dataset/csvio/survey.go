package csvio

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// survey is a Table in the making: columns are numbered in the order in which names first occur,
// and names, evidence and lexers are all indexed by that number.
type survey struct {
	Table
	names    []string       // in the order in which they first occur
	place    map[string]int // of a name
	evidence []*evidence    // of all files so far
	lexers   []*lexer       // each with the words that mean missing in its column
}

// Survey reads files from beginning to end and gives every column the type that all its cells have, in all files. A
// dataset.RefusedError lists what only the user can answer, all of it at once, with the flag that answers it; other
// errors name the file and the line. A type for a column that is in no file is a *ColumnError. Files are opened and read
// one after the other; memory is that of a few blocks and of the evidence of each column.
func Survey(ctx context.Context, files []Source, opts Options) (*Table, error) {
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	s := &survey{Table: Table{opts: opts}, place: make(map[string]int)}
	// Points in 1.234 are taken for decimal points only if no file leaves room for the other reading.
	commas := true
	for _, f := range files {
		where := ""
		if len(files) > 1 {
			where = f.Path
		}
		if err := s.read(ctx, f, where); err != nil {
			return nil, err
		}
		commas = commas && s.Files[len(s.Files)-1].Delimiter == ','
	}
	// A column may be in the last file only, so this can be known no sooner.
	if err := s.checkTypes(); err != nil {
		return nil, err
	}
	j := &judge{opts: opts, comma: commas}
	s.Columns = j.decide(s.names, s.evidence)
	s.Warnings = append(s.Warnings, j.warnings...)
	s.missingColumns()
	if len(j.asks) > 0 {
		for i := range j.asks {
			if len(files) == 1 {
				j.asks[i].Where = files[0].Path + ": " + j.asks[i].Where
			}
		}
		return nil, &dataset.RefusedError{Findings: j.asks}
	}
	return &s.Table, nil
}

// read adds the evidence of one file. Cells under a last column without a name, which a delimiter
// at the end of every line makes, are gathered apart: if any holds a value the name was forgotten
// and the file is refused, else there is no such column.
func (s *survey) read(ctx context.Context, f Source, where string) (err error) {
	sh, err := openSheet(f, s.opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sh.close()) }()
	columns := s.admit(sh.names)
	// look runs in several goroutines, use in one and in the order of the file.
	rows, unnamed := 0, evidence{}
	look := func(b *block) ([]evidence, error) { return s.look(b, columns, where), nil }
	use := func(found []evidence) error {
		for i, c := range columns {
			if c < 0 {
				unnamed.add(&found[i])
				continue
			}
			s.evidence[c].add(&found[i])
		}
		rows += found[0].values() + found[0].cells[formNull]
		return nil
	}
	if err := ordered(ctx, sh, s.opts.Workers, look, use); err != nil {
		return err
	}
	if rows == 0 {
		s.Warnings = append(s.Warnings, dataset.Warning{Code: "no_rows", Where: f.Path, Message: "there is a header but no rows"})
	}
	s.Warnings = append(s.Warnings, sh.blankWarning()...)
	if unnamed.values() > 0 {
		return fmt.Errorf("csvio: %s: column %d has no name but holds %s; name it in the header", f.Path, len(columns), dataset.Quote(unnamed.example))
	}
	s.Files = append(s.Files, Sheet{Source: f, Rows: rows, Delimiter: sh.delim, columns: columns})
	return nil
}

// admit finds or makes the places of the columns of a file; a last column without a name gets -1.
// Columns are matched by name alone, since exports of different months put them in other orders.
func (s *survey) admit(names []string) []int {
	columns := make([]int, len(names))
	for i, name := range names {
		if name == "" {
			columns[i] = -1
			continue
		}
		at, known := s.place[name]
		if !known {
			at = len(s.names)
			s.place[name] = at
			s.names = append(s.names, name)
			s.evidence = append(s.evidence, &evidence{})
			s.lexers = append(s.lexers, newLexer(s.opts.nullsOf(name)))
		}
		columns[i] = at
	}
	return columns
}

// look gathers the evidence of a block, column by column, so that the lexer and the counts of a
// column stay in the cache. It reads s and nothing that changes while blocks are looked at, so
// several workers may run it at once.
func (s *survey) look(b *block, columns []int, where string) []evidence {
	out := make([]evidence, len(columns))
	var scratch []byte
	for i, c := range columns {
		l := s.lexers[max(c, 0)]
		for row := range b.rows() {
			out[i].note(l, where, b.lines[row], b.cell(b.spans[row*len(columns)+i], &scratch))
		}
	}
	return out
}

// checkTypes refuses types of columns that do not exist, with a *ColumnError: a flag that has no
// effect would leave the user with text where a number was asked for. Of several such names the
// first in alphabetical order is reported, so that the message does not depend on a map.
func (s *survey) checkTypes() error {
	for _, name := range slices.Sorted(maps.Keys(s.opts.Types)) {
		if _, ok := s.place[name]; !ok {
			if near, ok := expr.Nearest(name, s.names); ok {
				return &ColumnError{Column: name, Near: near}
			}
			return &ColumnError{Column: name, Have: listed(s.names)}
		}
	}
	return nil
}

// listed says in words which columns there are, the first dozen of many.
func listed(names []string) string {
	const few = 12
	quoted := make([]string, 0, few)
	for _, name := range names[:min(few, len(names))] {
		quoted = append(quoted, dataset.Quote(name))
	}
	words := "the columns are " + strings.Join(quoted, ", ")
	if more := len(names) - few; more > 0 {
		words += fmt.Sprintf(" and %d more", more)
	}
	return words
}

// missingColumns warns of files that lack a column which others have. Their Parquet lacks it too;
// who reads them together sees nulls, which is right for a column that was added to the export in
// March and wrong for one whose name changed, and only the user knows which.
func (s *survey) missingColumns() {
	lack := make([][]string, len(s.Columns)) // the files, for each column
	for _, f := range s.Files {
		has := make([]bool, len(s.Columns))
		for _, c := range f.columns {
			if c >= 0 {
				has[c] = true
			}
		}
		for c := range has {
			if !has[c] {
				lack[c] = append(lack[c], f.Path)
			}
		}
	}
	for c, files := range lack {
		if len(files) > 0 {
			s.Warnings = append(s.Warnings, dataset.Warning{Code: FilesDiffer, Where: "column " + dataset.Quote(s.Columns[c].Name),
				Message: "is not in " + strings.Join(files, ", ")})
		}
	}
}
