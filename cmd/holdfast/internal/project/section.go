package project

import (
	"fmt"
	"slices"
	"strings"
)

// section is one mapping of the file and the keys it may have. It is a value: sections of one file share
// the reader, into which they report.
type section struct {
	*reader
	node *node // a mapping, or empty; anything else was reported and reads as empty
	keys []Key // of the reference, in its order
}

// open checks that a value is a mapping with known keys, each given once. pattern is its path in the
// reference, as in "factors[]". A value of another kind reads as an empty mapping.
func (r *reader) open(n *node, pattern string) section {
	s := section{r, n, r.keys[pattern]}
	if n.kind != mapping && n.kind != empty {
		hint := ""
		if example := r.exampleOf(pattern); example != "" {
			hint = "write for example " + example
		}
		r.report(n, fmt.Sprintf("%s must be %s, not %s", n.path, TypeMapping, n.shown()), hint)
	}
	seen := map[string]entry{}
	for _, e := range n.entries {
		first, twice := seen[e.key]
		if twice {
			r.reportKey(e, fmt.Sprintf("duplicate key %s", quote(e.key)), fmt.Sprintf("it is already given in line %d", first.line))
			continue
		}
		seen[e.key] = e
		s.known(e)
	}
	return s
}

// exampleOf is the example of a mapping in the reference, or one of the first of its keys that has an
// example, or "".
func (r *reader) exampleOf(pattern string) string {
	above := pattern[:max(0, strings.LastIndexByte(pattern, '.'))]
	for _, k := range r.keys[above] {
		if k.Path == pattern && k.Type == TypeMapping && k.Example != "" {
			return k.Example
		}
	}
	for _, k := range r.keys[pattern] {
		example := k.Example
		if k.Type == TypeMapping && example == "" {
			example = r.exampleOf(k.Path)
		}
		if example != "" && k.Name() != "*" {
			return fmt.Sprintf("{%s: %s}", k.Name(), example)
		}
	}
	return ""
}

// known checks that the reference has a key.
func (s section) known(e entry) {
	at := slices.IndexFunc(s.keys, func(k Key) bool { return k.Name() == e.key || k.Name() == "*" })
	if at < 0 {
		s.reportKey(e, "unknown key "+quote(e.key)+s.within(), s.suggestKey(e.key))
	}
}

// within says which mapping a key stands in, unless it is the top of the file.
func (s section) within() string {
	if s.node.path == "" {
		return ""
	}
	return " in " + s.node.path
}

// given is the value of a key that is in the file, or nil.
func (s section) given(name string) *node {
	for _, e := range s.node.entries {
		if e.key == name {
			return e.value
		}
	}
	return nil
}

// key is the reference of a key of this mapping, which must exist.
func (s section) key(name string) Key {
	return s.keys[slices.IndexFunc(s.keys, func(k Key) bool { return k.Name() == name })]
}

// value is the value of a key: from the file, else its default, else nil. Whether it had to be there is
// checked here. A default is a node like any other, so that it goes the same way through values.go and
// cannot be what the file may not say.
func (s section) value(k Key) *node {
	n := s.given(k.Name())
	switch {
	case n != nil && n.kind == empty && n.text != "" && slices.Contains(k.Values, n.text):
		return &node{kind: scalar, path: n.path, text: n.text, line: n.line, column: n.column, keyLine: n.keyLine, keyColumn: n.keyColumn}
	case n != nil && n.kind == empty:
		s.report(n, n.path+" has no value", "write for example "+k.Example+", or remove the key")
		return nil
	case n != nil:
		return n
	case k.Required:
		s.missing(k, "")
	case k.Default != "":
		return &node{kind: scalar, path: join(s.node.path, k.Name()), text: k.Default}
	}
	return nil
}

// missing reports that a key had to be given; why may be "". What should have been a mapping and is not
// has been reported, and has no keys to miss.
func (s section) missing(k Key, why string) {
	if s.node.kind != mapping && s.node.kind != empty {
		return
	}
	s.report(s.node, join(s.node.path, k.Name())+" is missing"+why, "add for example "+k.Name()+": "+k.Example)
}

// need reports keys that are not given although the circumstances, as in "mode renewal", ask for them.
func (s section) need(circumstances string, names ...string) {
	for _, name := range names {
		if s.given(name) == nil {
			s.missing(s.key(name), ", which "+circumstances+" needs")
		}
	}
}

// refuse reports keys that are given although the circumstances make no use of them: whoever wrote them
// expects an effect.
func (s section) refuse(circumstances string, names ...string) {
	for _, name := range names {
		if n := s.given(name); n != nil {
			s.report(n, n.path+" does not apply to "+circumstances, "remove it")
		}
	}
}

// child opens the mapping below a key. One that is not there reads as an empty one, so that the keys it
// must have are reported by name.
func (s section) child(name, pattern string) section {
	n := s.given(name)
	if n == nil {
		n = &node{kind: empty, path: join(s.node.path, name), line: s.node.line, column: s.node.column}
	}
	return s.open(n, pattern)
}

// children opens the mappings of the list below a key that must have at least one.
func (s section) children(name, pattern string) []section {
	k := s.key(name)
	n := s.value(k)
	if n == nil {
		return nil
	}
	if n.kind != list || len(n.items) == 0 {
		s.mismatch(k, wrong(n))
		return nil
	}
	var sections []section
	for _, item := range n.items {
		sections = append(sections, s.open(item, pattern))
	}
	return sections
}
