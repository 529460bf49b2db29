package csvio

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// Table is what a set of CSV files holds: their columns, by name, have the same types in all of them.
type Table struct {
	Files    []Sheet
	Columns  []Column // of all files, in the order in which they first occur
	Warnings []dataset.Warning

	opts Options
}

// Sheet is one file of a Table.
type Sheet struct {
	Source
	Rows      int
	Delimiter byte

	columns []int // for each field of a record, its place in Table.Columns; -1 for the empty field after a last delimiter
}

// survey is a Table in the making.
type survey struct {
	Table
	names    []string
	place    map[string]int // of a name
	evidence []*evidence
	lexers   []*lexer
}

// Survey reads files from beginning to end and gives every column the type that all its cells have, in all files. A
// dataset.RefusedError lists what only the user can answer, all of it at once, with the flag that answers it; other
// errors name the file and the line.
func Survey(ctx context.Context, files []Source, opts Options) (*Table, error) {
	if opts.Workers <= 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	s := &survey{Table: Table{opts: opts}, place: make(map[string]int)}
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

// read adds the evidence of one file.
func (s *survey) read(ctx context.Context, f Source, where string) (err error) {
	sh, err := openSheet(f, s.opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sh.close()) }()
	columns := s.admit(sh.names)
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

// look gathers the evidence of a block, column by column.
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

// checkTypes refuses types of columns that do not exist.
func (s *survey) checkTypes() error {
	for name := range s.opts.Types {
		if _, ok := s.place[name]; ok {
			continue
		}
		if near, ok := expr.Nearest(name, s.names); ok {
			return fmt.Errorf("csvio: --type: there is no column %s; did you mean %s?", dataset.Quote(name), dataset.Quote(near))
		}
		return fmt.Errorf("csvio: --type: there is no column %s", dataset.Quote(name))
	}
	return nil
}

// missingColumns warns of files that lack a column which others have.
func (s *survey) missingColumns() {
	for c, column := range s.Columns {
		var lack []string
		for _, f := range s.Files {
			if !slices.Contains(f.columns, c) {
				lack = append(lack, f.Path)
			}
		}
		if len(lack) > 0 {
			s.Warnings = append(s.Warnings, dataset.Warning{Code: FilesDiffer, Where: "column " + dataset.Quote(column.Name),
				Message: "is not in " + strings.Join(lack, ", ")})
		}
	}
}
