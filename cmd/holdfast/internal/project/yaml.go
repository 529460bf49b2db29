package project

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// tree parses the YAML of the file into nodes. A file without content is an empty mapping, so that it
// is told which keys it needs.
func (s *source) tree() (*node, *Problem) {
	body, problem := s.document()
	if problem != nil {
		return nil, problem
	}
	b := &builder{source: s, anchors: map[string]ast.Node{}}
	root := b.build(body, "", 0)
	root.line, root.column = max(root.line, 1), max(root.column, 1)
	if b.problem == nil && root.kind != mapping && root.kind != empty {
		b.fail(body, fmt.Sprintf("the file must be %s, not %s", TypeMapping, root.shown()), "write for example version: 1")
	}
	return root, b.problem
}

// document runs the YAML parser and returns what it made of the file, nil if the file is empty.
func (s *source) document() (body ast.Node, problem *Problem) {
	// A parser of this size may panic on some malformed text that no test has found. To the user such a
	// file is bad YAML like any other. Nothing but the parser is covered, so that our own mistakes show.
	defer func() {
		if recover() != nil {
			body, problem = nil, s.whole("the file is not valid YAML", "check quotes, brackets and indentation")
		}
	}()
	if problem := s.brackets(); problem != nil {
		return nil, problem
	}
	tokens := lexer.Tokenize(s.text)
	if problem := s.guard(tokens); problem != nil {
		return nil, problem
	}
	// Duplicate keys are found later, with all other problems of the keys.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, s.syntax(err)
	}
	return s.onlyDocument(file)
}

// syntax turns the parser's error into a problem, with its place and a hint at the usual cause.
func (s *source) syntax(err error) *Problem {
	var syntax *yaml.SyntaxError
	if !errors.As(err, &syntax) || syntax.Token == nil {
		return s.whole("the file is not valid YAML", "check quotes, brackets and indentation")
	}
	return s.at(syntax.Token, "not valid YAML: "+quoteOdd(syntax.Message), syntaxHint(syntax.Message))
}

// syntaxHint says what usually causes an error of the parser; "" if nothing is known about it.
func syntaxHint(message string) string {
	for _, known := range [][2]string{
		{"found character '\t'", "indent with spaces, not tabs"},
		{"mapping value is not allowed", `check the indentation, and quote text that contains ": "`},
		{"is a reserved character", "put the value in quotes"},
		{"could not find end character", "close the quote"},
		{"must be specified", "close the bracket"},
	} {
		if strings.Contains(message, known[0]) {
			return known[1]
		}
	}
	return "check quotes, brackets and indentation"
}

// onlyDocument is the content of the file, nil if it has none. Directives such as %YAML are no content.
func (s *source) onlyDocument(file *ast.File) (ast.Node, *Problem) {
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.DirectiveType {
			continue
		}
		if body != nil {
			return nil, s.at(documentStart(doc), "a second YAML document starts here", "one file is one project: remove the --- and what follows")
		}
		body = doc.Body
	}
	return body, nil
}

// documentStart is the --- of a document, which only the first may lack.
func documentStart(doc *ast.DocumentNode) *token.Token {
	if doc.Start != nil {
		return doc.Start
	}
	return doc.Body.GetToken()
}

// builder turns the parser's nodes into ours: aliases are replaced by what they stand for, keys become
// text, and every value knows its path.
type builder struct {
	source  *source
	anchors map[string]ast.Node
	built   int
	problem *Problem // the first; nothing is built after it
}

// build converts one value. keyed nodes get the place of their key from the caller. It recurses as deep
// as the file is nested, which guard and exhausted bound, and never fails: after a problem all that is
// left is empty.
func (b *builder) build(from ast.Node, path string, depth int) *node {
	n := &node{path: path, kind: empty}
	if from == nil || b.exhausted(from, depth) {
		return n
	}
	n.line, n.column = b.where(from)
	switch from := from.(type) {
	case *ast.AnchorNode:
		anchored := b.build(from.Value, path, depth+1)
		b.anchors[from.Name.GetToken().Value] = from.Value // known only from here on, so that none contains itself
		return anchored
	case *ast.AliasNode:
		return b.alias(from, path, depth)
	case *ast.NullNode:
		if from.GetToken().Type == token.ImplicitNullType {
			n.line, n.column = 0, 0 // nothing is there to point at but the key
		} else {
			n.text = from.GetToken().Value // a key may give the word null a meaning
		}
	case *ast.SequenceNode:
		b.list(n, from, depth)
	case *ast.MappingNode:
		b.mapping(n, from.Values, depth)
	case *ast.MappingValueNode:
		b.mapping(n, []*ast.MappingValueNode{from}, depth)
	default:
		n.kind = scalar
		n.text, n.style = scalarText(from)
	}
	return n
}

// where is the place at which the parser's node starts.
func (b *builder) where(from ast.Node) (line, column int) {
	at := from.GetToken().Position
	place := b.source.place(at.Line, at.Column)
	return place.Line, place.Column
}

// exhausted reports that building must stop: after a problem, or with more values than any project has,
// which a few hundred bytes of nested aliases can stand for.
func (b *builder) exhausted(from ast.Node, depth int) bool {
	b.built++
	if b.problem == nil && (b.built > maxNodes || depth > 2*maxDepth) {
		b.fail(from, fmt.Sprintf("aliases blow the file up to more than %d values", maxNodes), "write the values out")
	}
	return b.problem != nil
}

// fail keeps the first problem: what follows from an unfinished tree would only confuse.
func (b *builder) fail(from ast.Node, message, hint string) {
	if b.problem == nil {
		b.problem = b.source.at(from.GetToken(), message, hint)
	}
}

// alias builds what an alias stands for anew, under the path of the alias. That costs what the expanded
// file would cost, which exhausted bounds.
func (b *builder) alias(from *ast.AliasNode, path string, depth int) *node {
	name := from.Value.GetToken().Value
	target := b.anchors[name]
	if target == nil {
		b.fail(from, "alias "+quote("*"+name)+" has no anchor above it", "write the value out")
	}
	return b.build(target, path, depth+1)
}

// list builds the items under their indices.
func (b *builder) list(n *node, from *ast.SequenceNode, depth int) {
	n.kind = list
	for i, value := range from.Values {
		n.items = append(n.items, b.build(value, index(n.path, i), depth+1))
	}
}

// mapping builds the values under their keys. All entries are kept, also of a key given twice: which of
// them is wrong is for section.go to say.
func (b *builder) mapping(n *node, values []*ast.MappingValueNode, depth int) {
	n.kind = mapping
	if len(values) > 0 && n.column != 0 {
		line, column := b.where(values[0].Key)
		if line == n.line && column < n.column { // a block starts at its first key, not at the colon
			n.column = column
		}
	}
	for _, value := range values {
		line, column := b.where(value.Key)
		key, _ := scalarText(value.Key)
		child := b.build(value.Value, join(n.path, key), depth+1)
		child.keyLine, child.keyColumn = line, column
		if child.line == 0 {
			child.line, child.column = line, column
		}
		n.entries = append(n.entries, entry{key, line, column, child})
	}
}

// scalarText is the text of a scalar as the user wrote it: no stays no, 1e3 stays 1e3, 0x1F stays 0x1F.
func scalarText(from ast.Node) (string, style) {
	if literal, ok := from.(*ast.LiteralNode); ok {
		return literal.Value.Value, block
	}
	t := from.GetToken()
	switch t.Type {
	case token.SingleQuoteType:
		return t.Value, single
	case token.DoubleQuoteType:
		return t.Value, double
	}
	return t.Value, plain
}
