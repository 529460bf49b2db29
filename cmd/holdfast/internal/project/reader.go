package project

import (
	"fmt"
)

// reader walks the tree of the file next to the reference of keys, and notes all that is wrong instead
// of stopping at the first.
type reader struct {
	source   *source
	keys     map[string][]Key // by the path of the mapping they stand in, in the order of Keys
	nodes    map[string]*node // by path
	problems Problems
}

// newReader sorts the reference by the mapping that the keys stand in.
func newReader(s *source) *reader {
	r := &reader{source: s, keys: map[string][]Key{}, nodes: map[string]*node{}}
	for _, k := range Keys() {
		r.keys[parent(k.Path)] = append(r.keys[parent(k.Path)], k)
	}
	return r
}

// register makes a value and all below it known to At. Of a key given twice the first counts, as it does
// for section.given.
func (r *reader) register(n *node) {
	if r.nodes[n.path] != nil {
		return
	}
	r.nodes[n.path] = n
	for _, item := range n.items {
		r.register(item)
	}
	for _, e := range n.entries {
		r.register(e.value)
	}
}

// report notes a problem at a value. Reports come in the order of finding; Parse sorts them.
func (r *reader) report(n *node, message, hint string) {
	line, column := n.place()
	r.problems = append(r.problems, Problem{Position{r.source.file, line, column}, message, hint})
}

// reportKey notes a problem at a key.
func (r *reader) reportKey(e entry, message, hint string) {
	r.problems = append(r.problems, Problem{Position{r.source.file, e.line, e.column}, message, hint})
}

// fault says why a value does not fit its key.
type fault struct {
	at      *node  // the value, or the item of it that does not fit; nil: all is well
	message string // "": the standard one
	hint    string // "": an example
}

// read reads the value of a key with one of the functions of values.go. Without a value, or with a wrong
// one, it is the zero T.
func read[T any](s section, name string, parse func(Key, *node) (T, fault)) T {
	var zero T
	k := s.key(name)
	n := s.value(k)
	if n == nil {
		return zero
	}
	value, f := parse(k, n)
	if f.at != nil {
		s.mismatch(k, f)
		return zero
	}
	return value
}

// mismatch reports a value that does not fit its key.
func (s section) mismatch(k Key, f fault) {
	if f.message == "" {
		f.message = fmt.Sprintf("%s must be %s, not %s", f.at.path, k.Expects(), f.at.shown())
	}
	if near, ok := s.nearest(f.at.text, k.Values); f.hint == "" && ok {
		f.hint = "did you mean " + quote(near) + "?"
	}
	if f.hint == "" && k.Type != TypeChoice {
		f.hint = "write for example " + k.Example
	}
	s.report(f.at, f.message, f.hint)
}
