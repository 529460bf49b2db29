package project

import (
	"fmt"
	"strconv"
	"strings"
)

// node is one value of the file: what is left of YAML once anchors are resolved and scalars are plain
// text. What the text means (a number, a date, the word no) is for the key to say, not for YAML.
type node struct {
	kind    kind
	path    string // as in At
	text    string // scalar; of nothing the word for it, null or ~, if there is one
	style   style  // scalar
	items   []*node
	entries []entry

	line, column       int // where the value starts
	keyLine, keyColumn int // where its key starts; 0 in lists and at the top
}

// entry is one key of a mapping, in the order of the file. value is never nil.
type entry struct {
	key          string
	line, column int
	value        *node
}

// kind is the form of a value, before its key gives it a meaning.
type kind uint8

const (
	scalar kind = iota
	list
	mapping
	empty // a key without a value, ~ or null
)

// String is the kind as a message names it.
func (k kind) String() string {
	return [...]string{"a single value", "a list", "a mapping", "nothing"}[k]
}

// style is how a scalar is written.
type style uint8

const (
	plain  style = iota
	single       // '…'
	double       // "…"
	block        // | or >
)

// shown is the value as a message repeats it.
func (n *node) shown() string {
	switch n.kind {
	case scalar:
		return quote(n.text)
	case list:
		return fmt.Sprintf("a list of %d", len(n.items))
	}
	return n.kind.String()
}

// place is where a reader should look: at the value if it is short, at the key if a block follows.
func (n *node) place() (line, column int) {
	if n.keyLine != 0 && n.line != n.keyLine {
		return n.keyLine, n.keyColumn
	}
	return n.line, n.column
}

// join appends a key to a path. A key that could be mistaken for a path is quoted.
func join(path, key string) string {
	if strings.ContainsAny(key, ".[]\"") || key != quoteOdd(key) || key == "" {
		return path + "[" + quote(key) + "]"
	}
	if path == "" {
		return key
	}
	return path + "." + key
}

// index appends the number of a list's item to a path.
func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// parent cuts the last part off a path; "" is the top. A key in quotes that holds a dot may take two
// cuts, which At does not mind: no value has the path in between.
func parent(path string) string {
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}

// At is the place of a value by its path: "data.snapshots", "factors[2].expr". A value that is not in
// the file, such as a default, has the place of its nearest parent that is.
func (c *Config) At(path string) Position {
	for path != "" && c.nodes[path] == nil {
		path = parent(path)
	}
	n := c.nodes[path]
	if n == nil {
		return Position{c.source.file, 1, 1}
	}
	line, column := n.place()
	return Position{c.source.file, line, column}
}

// Inside is the place of the byte at offset within the text at path: where in an expression an error
// lies. An offset outside the text gives At(path), and so does a text that was not read from the file.
func (c *Config) Inside(path string, offset int) Position {
	n := c.nodes[path]
	if n == nil || n.kind != scalar || offset < 0 || offset > len(n.text) {
		return c.At(path)
	}
	return c.source.locate(n, offset)
}
