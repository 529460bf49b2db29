package parquetio

import (
	"context"
	"fmt"
)

// Schema returns the top-level columns of what path stands for, in the order in which they are first met, the columns
// from directory names last, and the number of rows. A column whose kinds differ between part files so much that it cannot
// be read is Other, and its Detail names both files.
func Schema(ctx context.Context, path string) ([]Field, int64, error) {
	s, err := openSelection(ctx, path)
	if err != nil {
		return nil, 0, err
	}
	defer s.close()
	var rows int64
	for i := range s.parts {
		if rows += s.parts[i].layout.rows; rows < 0 {
			return nil, 0, fileErrorf(s.parts[i].path, "claims more rows than can be counted; the file is damaged")
		}
	}
	return s.fields(), rows, nil
}

// fields unites the columns of all parts by name.
func (s *selection) fields() []Field {
	u := union{index: map[string]int{}}
	for i := range s.parts {
		for k := range s.parts[i].layout.leaves {
			u.addLeaf(&s.parts[i], &s.parts[i].layout.leaves[k])
		}
	}
	for i := range s.parts {
		for k := range s.parts[i].keys {
			u.addKey(&s.parts[i], &s.parts[i].keys[k])
		}
	}
	for i := range u.fields {
		if f := &u.fields[i]; u.parts[i] < len(s.parts) {
			f.Nullable = true
		}
	}
	return u.fields
}

// A column may be absent from a part, be without a type there (void), or differ. The first file that gives a type is
// remembered, so that a conflict can name both.

// union collects fields in order of first appearance.
type union struct {
	index  map[string]int
	first  []string // the file in which a field was first met
	void   []bool   // so far, the field has been seen without a type only
	parts  []int    // how many files have the field
	fields []Field
}

// addLeaf adds a column of a file.
func (u *union) addLeaf(p *part, l *leaf) {
	i, known := u.index[l.Name]
	if !known {
		u.add(l.Field, p.path, l.void)
		return
	}
	u.parts[i]++
	f := &u.fields[i]
	f.Nullable = f.Nullable || l.Nullable
	switch {
	case l.void:
	case u.void[i]:
		f.Kind, f.Detail, u.void[i], u.first[i] = l.Kind, l.Detail, false, p.path
	case f.Kind != Other:
		u.unite(f, l.Field, u.first[i], p.path)
	}
}

// unite widens a field to hold another file's kind, or marks it as unusable.
func (u *union) unite(f *Field, other Field, first, path string) {
	if f.Kind == other.Kind && f.Detail == other.Detail {
		return
	}
	as := AsNumber
	if f.Kind.timed() {
		as = AsDay
	}
	kind, fits := unite(f.Kind, other.Kind, as)
	if !fits {
		f.Kind = Other
		f.Detail = fmt.Sprintf("%s in %s but %s in %s", f.Detail, quotePath(first), other.Detail, quotePath(path))
		return
	}
	if kind != f.Kind {
		f.Detail = other.Detail
	}
	f.Kind = kind
}

// addKey adds a column of a path, unless the files have it.
func (u *union) addKey(p *part, k *hiveKey) {
	i, known := u.index[k.name]
	if !known {
		u.add(Field{Name: k.name, Kind: k.kind(), Nullable: k.null, Partition: true, Detail: "directory name"}, p.path, k.null)
		return
	}
	f := &u.fields[i]
	u.parts[i]++
	if !f.Partition {
		return
	}
	f.Nullable = f.Nullable || k.null
	switch kind := k.kind(); {
	case k.null:
	case u.void[i]:
		f.Kind, u.void[i] = kind, false
	case kind != f.Kind:
		f.Kind = Text
	}
}

// add appends a new field.
func (u *union) add(f Field, path string, void bool) {
	if f.Kind == Absent { // a partition that is null so far
		f.Kind = Text
	}
	u.index[f.Name] = len(u.fields)
	u.fields = append(u.fields, f)
	u.first = append(u.first, path)
	u.void = append(u.void, void)
	u.parts = append(u.parts, 1)
}
