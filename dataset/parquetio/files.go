package parquetio

import "context"

// Files are the part files of a path with their checked footers, for reading from them more than once: where not all columns
// fit in memory, some at a time.
type Files struct{ selection *selection }

// Open finds the part files of a path, which is one of those that Read takes, and reads their footers. Close it after use.
func Open(ctx context.Context, path string) (*Files, error) {
	s, err := openSelection(ctx, path)
	if err != nil {
		return nil, err
	}
	return &Files{selection: s}, nil
}

// Rows is the number of rows of all part files, as their footers say.
func (f *Files) Rows() int64 {
	var rows int64
	for i := range f.selection.parts {
		rows += f.selection.parts[i].layout.rows
	}
	return rows
}

// Read is the function Read for files that are open. A file that has been replaced in between is an error.
func (f *Files) Read(ctx context.Context, want []Request, o Options) (*Table, error) {
	p, err := newKeyedPlan(f.selection, want, o.Keys)
	if err != nil {
		return nil, err
	}
	groups, err := p.wanted(ctx, p.groups, o)
	if err != nil {
		return nil, err
	}
	return p.read(ctx, groups, o)
}

// Close ends the connections to the files.
func (f *Files) Close() { f.selection.close() }
