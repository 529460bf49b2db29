package parquetio

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// NoticeKind says what a Notice is about.
type NoticeKind uint8

const (
	// MissingColumn: a wanted column that some files lack was read as null there.
	MissingColumn NoticeKind = iota + 1
	// ExtraColumn: some files have a column that others lack and nobody asked for.
	ExtraColumn
	// MixedDays: a column of days is a date in some files and a timestamp in others.
	MixedDays
	// SimilarColumn: besides a wanted column, files have one whose name differs only in case.
	SimilarColumn
)

// Notice is a fact about part files that a careful reader wants to see but that does not prevent the analysis. Files
// without rows are not counted.
type Notice struct {
	Kind   NoticeKind
	Column string
	// Files are those that lack the column, have it in excess, store timestamps, or have the similar one, in their order.
	Files []string
	// Of is the number of files.
	Of int
}

// String is the notice as a sentence.
func (n Notice) String() string {
	files := fmt.Sprintf("%d of %d files (first: %s)", len(n.Files), n.Of, quotePath(n.Files[0]))
	switch n.Kind {
	case MissingColumn:
		return fmt.Sprintf("column %s is missing in %s: read as null there", quoteName(n.Column), files)
	case ExtraColumn:
		return fmt.Sprintf("column %s is only in %s: nothing reads it", quoteName(n.Column), files)
	case SimilarColumn:
		return fmt.Sprintf("column %s has a twin in %s whose name differs only in case: nothing reads the twin", quoteName(n.Column), files)
	}
	return fmt.Sprintf("column %s is a timestamp in %s and a date in the others", quoteName(n.Column), files)
}

// filled are the parts that have rows.
func (p *plan) filled() []*part {
	var filled []*part
	for i := range p.parts {
		if p.parts[i].layout.rows > 0 {
			filled = append(filled, &p.parts[i])
		}
	}
	return filled
}

// notice adds a notice about some of the parts with rows; there is nothing to say about none.
func (p *plan) notice(kind NoticeKind, column string, files []string, of int) {
	if len(files) > 0 {
		p.notices = append(p.notices, Notice{kind, column, files, of})
	}
}

// noticeDays looks for a column that is stored as dates here and as timestamps there.
func (p *plan) noticeDays(c *planned) {
	if c.As != AsDay {
		return
	}
	var instants []string
	timed := 0
	for i, src := range c.sources {
		if p.parts[i].layout.rows == 0 || src.leaf == nil || !src.leaf.Kind.timed() {
			continue
		}
		timed++
		if src.leaf.Kind == Instant {
			instants = append(instants, p.parts[i].path)
		}
	}
	if len(instants) < timed {
		p.notice(MixedDays, c.Column, instants, timed)
	}
}

// noticeExtras looks for columns that are not wanted and that only some parts have.
func (p *plan) noticeExtras() {
	filled := p.filled()
	with := make(map[string][]string)
	for _, f := range filled {
		for _, l := range f.layout.leaves {
			with[l.Name] = append(with[l.Name], f.path)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(with)) {
		wanted := slices.ContainsFunc(p.columns, func(c planned) bool { return c.Column == name })
		if !wanted && len(with[name]) < len(filled) {
			p.notice(ExtraColumn, name, with[name], len(filled))
		}
	}
}

// noticeSimilar looks for columns that are easily taken for wanted ones and that nobody asked for.
func (p *plan) noticeSimilar() {
	wanted, folded := make(map[string]bool), make(map[string]string)
	for i := range p.columns {
		name := p.columns[i].Column
		wanted[name], folded[strings.ToLower(name)] = true, name
	}
	filled := p.filled()
	with := make(map[string][]string)
	for _, f := range filled {
		for _, l := range f.layout.leaves {
			if name, similar := folded[strings.ToLower(l.Name)]; similar && !wanted[l.Name] {
				with[name] = append(with[name], f.path)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(with)) {
		p.notice(SimilarColumn, name, slices.Compact(with[name]), len(filled))
	}
}
