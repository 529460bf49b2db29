package parquetio

import (
	"cmp"
	"fmt"
	"strconv"
)

// plan is what a set of requests means for a selection: where each column comes from in each part.
type plan struct {
	*selection
	columns []planned
	groups  []groupRef
	notices []Notice

	keys       int      // the first columns: what is said of the others waits until they are read
	keyNotices []Notice // notices are of the others
	later      error    // what is wrong with the others, of which there are none then
}

// groupRef is one row group of a selection.
type groupRef struct {
	part, group int
	rows        int
	fileRow     int // the group's first row in its file
}

// planned is one requested column.
type planned struct {
	Request
	stored  Kind
	sources []source // one per part
}

// source is where a part has a column: in a leaf, in its path, or, if both are nil, nowhere.
type source struct {
	leaf *leaf
	key  *hiveKey
}

// newPlan resolves requests by name over all parts.
func newPlan(s *selection, want []Request) (*plan, error) {
	p := &plan{selection: s}
	for _, r := range want {
		c, err := p.resolve(r)
		if err != nil {
			return nil, err
		}
		p.columns = append(p.columns, c)
	}
	p.noticeExtras()
	p.noticeSimilar()
	for i := range s.parts {
		fileRow := 0
		for g, group := range s.parts[i].layout.groups {
			if group.rows == 0 {
				continue
			}
			if group.rows > maxRows {
				return nil, fileErrorf(s.parts[i].path, "row group %d claims %d rows; the file is damaged", g, group.rows)
			}
			p.groups = append(p.groups, groupRef{part: i, group: g, rows: int(group.rows), fileRow: fileRow})
			fileRow += int(group.rows)
		}
	}
	return p, nil
}

// newKeyedPlan is newPlan of keys, which come first, and others.
func newKeyedPlan(s *selection, want []Request, keys int) (*plan, error) {
	p, err := newPlan(s, want[:keys])
	if err != nil {
		return nil, err
	}
	p.keys, p.keyNotices, p.notices = keys, p.notices, nil
	others, err := newPlan(s, want[keys:])
	if err != nil {
		return p.withoutOthers(err), nil
	}
	p.columns, p.notices = append(p.columns, others.columns...), others.notices
	return p, nil
}

// withoutOthers is the plan of the keys alone, with what is wrong with the others.
func (p *plan) withoutOthers(err error) *plan {
	q := *p
	q.columns, q.later = p.columns[:p.keys], cmp.Or(p.later, err)
	return &q
}

// maxRows bounds one row group, so that sums of rows cannot overflow.
const maxRows = 1 << 40

// resolve finds a column in all parts and checks that it can become what is wanted.
func (p *plan) resolve(r Request) (planned, error) {
	c := planned{Request: r, sources: make([]source, len(p.parts))}
	var without []string // parts with rows but without the column
	found := 0
	for i := range p.parts {
		c.sources[i] = p.parts[i].find(r.Column)
		if c.sources[i] != (source{}) {
			found++
		} else if p.parts[i].layout.rows > 0 {
			without = append(without, p.parts[i].path)
		}
	}
	if found == 0 && !r.Optional {
		return c, &ColumnError{Path: p.path, Column: r.Column, Have: p.names(), Reason: "not found"}
	}
	if err := p.uniteKinds(&c); err != nil {
		return c, err
	}
	if found > 0 {
		p.notice(MissingColumn, r.Column, without, len(p.filled()))
	}
	p.noticeDays(&c)
	return c, nil
}

// uniteKinds sets the stored kind of a column. Parts that disagree are named together before anything is said about the
// kind itself.
func (p *plan) uniteKinds(c *planned) error {
	first := 0 // the part that the stored kind so far comes from
	for i, src := range c.sources {
		kind, fits := unite(c.stored, src.kind(c.As), c.As)
		if !fits {
			return &ColumnError{Path: p.parts[i].path, Column: c.Column,
				Reason: fmt.Sprintf("is %s here but %s in %s: write both alike", src.kind(c.As), c.stored, quotePath(p.parts[first].path))}
		}
		if c.stored == Absent {
			first = i
		}
		c.stored = kind
	}
	for i, src := range c.sources {
		if src.leaf == nil || src.leaf.void {
			continue
		}
		if reason := refusal(src.leaf, c.As); reason != "" {
			return &ColumnError{Path: p.parts[i].path, Column: c.Column, Reason: reason}
		}
	}
	return nil
}

// kind is what a part stores; Absent if it says nothing about the kind.
func (s source) kind(as As) Kind {
	switch {
	case s.key != nil:
		return s.key.kindAs(as)
	case s.leaf == nil || s.leaf.void:
		return Absent
	}
	return s.leaf.Kind
}

// find looks for a column in the file and then in its path. Files that carry a partition column as well usually have the
// better type for it.
func (p *part) find(name string) source {
	for i := range p.layout.leaves {
		if p.layout.leaves[i].Name == name {
			return source{leaf: &p.layout.leaves[i]}
		}
	}
	for i := range p.keys {
		if p.keys[i].name == name {
			return source{key: &p.keys[i]}
		}
	}
	return source{}
}

// names lists the columns of the selection.
func (p *plan) names() []string {
	var names []string
	for _, f := range p.fields() {
		names = append(names, f.Name)
	}
	return names
}

// kind guesses the type of a directory name's value.
func (k *hiveKey) kind() Kind {
	if k.null {
		return Absent
	}
	if _, err := strconv.ParseInt(k.value, 10, 64); err == nil {
		return Int
	}
	return Text
}

// kindAs is the kind that a directory name takes on when it is read as wanted; whether its text can be read so is found
// out when it is.
func (k *hiveKey) kindAs(as As) Kind {
	kind := k.kind()
	switch {
	case kind == Absent:
	case as == AsDay:
		kind = Day
	case as != AsNumber:
		kind = Text
	case kind == Text:
		kind = Float
	}
	return kind
}

// refusal says why a leaf cannot be read as wanted, and what to do; "" means that it can.
func refusal(l *leaf, as As) string {
	holds := fmt.Sprintf("holds %s (%s)", l.Kind, l.Detail)
	if l.Kind == Other {
		return fmt.Sprintf("is %s, which cannot be used: flatten or convert it to a number, text or date", l.Detail)
	}
	switch as {
	case AsNumber:
		if l.Kind.numeric() {
			return ""
		}
		return holds + ", not numbers: convert it when writing, or use it as a category or date"
	case AsText:
		if l.Kind == Text || l.Kind == UUID || l.Kind == Bool || l.Kind == Int || l.Kind == Uint {
			return ""
		}
		return holds + ", which cannot be a category: use text, integers or booleans"
	case AsKey:
		if l.Kind == Text || l.Kind == UUID || l.Kind == Int || l.Kind == Uint {
			return ""
		}
		if l.Kind == Float {
			return holds + ", which cannot be a key (whole numbers above 2^53 run together): write it as integer or text"
		}
		return holds + ", which cannot be a key: use text, integers or UUIDs"
	case AsDay:
		if l.Kind.timed() || l.Kind == Text {
			return ""
		}
		return holds + ", which could be days, seconds or 20260331: convert it to DATE when writing"
	}
	return "is wanted as " + as.String()
}

// Part files written months apart by changing jobs rarely have one schema. What goes together without changing the
// meaning of a value is united: integers of any width and sign, any two kinds of numbers when numbers are wanted, dates
// and timestamps when days are wanted, and a column without any value with everything. Numbers and text never are: "007"
// and 7 may or may not be one account, and only the writer knows.

// unite returns the kind that stands for two part files' kinds, and whether they go together when read as wanted.
func unite(a, b Kind, as As) (Kind, bool) {
	integers := (a == Int || a == Uint) && (b == Int || b == Uint)
	switch {
	case b == Absent || a == b:
		return a, true
	case a == Absent:
		return b, true
	case integers:
		return Int, true
	case as == AsNumber && a.numeric() && b.numeric():
		return Float, true
	case as == AsDay && a.timed() && b.timed():
		return Instant, true
	}
	return a, false
}
