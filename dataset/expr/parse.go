package expr

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"
)

// This file is the only one that knows expr-lang: what leaves it are tokens
// with byte offsets and a bare syntax tree. Three habits of expr-lang are dealt
// with here: it counts runes, not bytes; it reports some errors at the token
// after the one that is wrong; and it shares subtrees between the comparisons
// of a chain.

// syntaxKind tells what a syntax node is.
type syntaxKind uint8

// The kinds of syntax nodes. A negative literal is a unary minus here; check
// folds it.
const (
	synNumber syntaxKind = iota
	synText
	synBool
	synNil
	synName
	synUnary
	synBinary
	synConditional
	synCall
	synList
)

// syntax is a node of the tree as written, before names and types mean
// anything.
type syntax struct {
	kind   syntaxKind
	at     int    // byte offset: of the operator for unary and binary, else of the start
	text   string // the name, the operator, the function or the text
	number float64
	truth  bool
	kids   []*syntax
}

// parse reads a source that is within the limits into a syntax tree.
func parse(src string) (*syntax, *Error) {
	if err := characters(src); err != nil {
		return nil, err
	}
	offsets := byteOffsets(src)
	tokens, err := scan(src, offsets)
	if err != nil {
		return nil, err
	}
	if err := screen(src, tokens); err != nil {
		return nil, err
	}
	// From here on the source holds tokens of our language only, and the parser
	// is left with their order. The limit on nodes is ours, with a position; if(c, a, b) is a function,
	// not the statement of expr-lang.
	tree, failure := parser.ParseWithConfig(src, &conf.Config{DisableIfOperator: true})
	if failure != nil {
		return nil, grammar(src, tokens, offsets, failure)
	}
	c := converter{src: src, offsets: offsets}
	root := c.convert(tree.Node, 1)
	return root, c.err
}

// byteOffsets returns the byte at which each rune starts, and the length of
// the source last: expr-lang counts runes.
func byteOffsets(src string) []int {
	offsets := make([]int, 0, len(src)+1)
	for at := range src {
		offsets = append(offsets, at)
	}
	return append(offsets, len(src))
}

// scan splits the source into tokens, with the scanner that the parser uses, so
// that both see the same ones. The parser scans again; a source is short.
func scan(src string, offsets []int) ([]token, *Error) {
	l := lexer.New()
	l.DisableIfOperator = true
	l.Reset(file.NewSource(src))
	var tokens []token
	for {
		t, err := l.Next()
		if err != nil {
			return nil, unreadable(src, tokens, err)
		}
		if t.Kind == lexer.EOF {
			return tokens, nil
		}
		at, end := offsets[t.From], offsets[t.To]
		tokens = append(tokens, token{kind: kindOf(t.Kind, src[at]), text: src[at:end], at: at, end: end})
	}
}

// kindOf sorts the tokens of expr-lang. Its scanner gives a text in backticks
// the kind of any other text; only the first byte tells.
func kindOf(kind lexer.Kind, first byte) tokenKind {
	switch {
	case kind == lexer.Bytes || kind == lexer.String && first == '`':
		return foreign
	case kind == lexer.String:
		return quoted
	case kind == lexer.Number:
		return number
	case kind == lexer.Bracket:
		return bracket
	case kind == lexer.Operator:
		return operator
	default:
		return word
	}
}

// unreadable says why the scanner stopped. The position is where the bad token
// starts, not where the scanner gave up: an open quote is shown at the quote.
func unreadable(src string, tokens []token, err error) *Error {
	at := gapStart(src, tokens, len(tokens))
	message := "nothing follows"
	var e *file.Error
	if errors.As(err, &e) && !errors.Is(err, io.EOF) {
		message = e.Message
	}
	r, _ := utf8.DecodeRuneInString(src[at:])
	switch {
	case strings.HasPrefix(message, "unrecognized character"):
		return &Error{Source: src, Offset: at, Message: fmt.Sprintf("unexpected character %q", r), Hint: strangeSign(r)}
	case strings.HasPrefix(message, "literal not terminated"):
		return &Error{Source: src, Offset: at, Message: "the text is never closed", Hint: fmt.Sprintf("add %q at its end", r)}
	case strings.HasPrefix(message, "bad number"):
		return &Error{Source: src, Offset: at, Message: "malformed number", Hint: "write numbers as 12, 1_000, 0.5 or 1e-3, names not starting with a digit"}
	case strings.HasPrefix(message, "unclosed comment"):
		return &Error{Source: src, Offset: at, Message: "an expression has no comments", Hint: "put the comment into the YAML file, after #"}
	}
	return &Error{Source: src, Offset: at, Message: message}
}

// grammar turns an error of the parser, which is always about the token it
// stands at, into ours.
func grammar(src string, tokens []token, offsets []int, failure error) *Error {
	end := &Error{Source: src, Offset: len(src), Message: "the expression ends too early", Hint: "add what is missing"}
	var e *file.Error
	if !errors.As(failure, &e) || strings.HasSuffix(e.Message, "token EOF") || e.From >= len(offsets)-1 {
		return end
	}
	// The parser counts runes; the token that starts there has our offset.
	for i, t := range tokens {
		if t.at == offsets[e.From] {
			return &Error{Source: src, Offset: t.at, Message: fmt.Sprintf("unexpected %q", t.text), Hint: strayHint(tokens, i)}
		}
	}
	return end
}

// converter copies the tree of expr-lang while counting nodes and levels. It
// keeps the first error and stops descending after it.
type converter struct {
	src     string
	offsets []int  // of runes, in bytes
	nodes   int    // so far
	err     *Error // the first
}

// fail keeps the first error.
func (c *converter) fail(at int, message, hint string) {
	if c.err == nil {
		c.err = &Error{Source: c.src, Offset: at, Message: message, Hint: hint}
	}
}

// at returns the byte at which a node of expr-lang stands.
func (c *converter) at(n ast.Node) int { return c.offsets[n.Location().From] }

// convert copies the tree below n, which stands at the given level. Shared
// subtrees (a < b < c holds b twice) are copied, and counted, twice.
func (c *converter) convert(n ast.Node, level int) *syntax {
	c.nodes++
	switch {
	case c.err != nil:
		return nil
	case c.nodes > maxNodes:
		c.fail(c.at(n), fmt.Sprintf("more than %d operators, names and values", maxNodes), "split the expression into several factors or columns")
		return nil
	case level > maxDepth:
		c.fail(c.at(n), fmt.Sprintf("operators nest deeper than %d", maxDepth), "split the expression into several factors or columns")
		return nil
	}
	s := &syntax{at: c.at(n)}
	switch n := n.(type) {
	case *ast.UnaryNode:
		s.kind, s.text = synUnary, n.Operator
		c.kids(s, level, n.Node)
	case *ast.BinaryNode:
		s.kind, s.text = synBinary, n.Operator
		c.binary(s, level, n)
	case *ast.ConditionalNode:
		// expr-lang gives a conditional the position of what follows it.
		s.kind, s.at = synConditional, c.at(n.Cond)
		c.kids(s, level, n.Cond, n.Exp1, n.Exp2)
	case *ast.CallNode:
		s.kind, s.text = synCall, n.Callee.String()
		c.kids(s, level, n.Arguments...)
	case *ast.BuiltinNode:
		s.kind, s.text = synCall, n.Name
		c.kids(s, level, n.Arguments...)
	case *ast.ArrayNode:
		s.kind = synList
		c.kids(s, level, n.Nodes...)
	default:
		c.leaf(s, n)
	}
	return s
}

// binary copies the operands. The left operand of a chain a + b + c stays on
// its level, so that long sums are not deep.
func (c *converter) binary(s *syntax, level int, n *ast.BinaryNode) {
	left := level + 1
	if l, ok := n.Left.(*ast.BinaryNode); ok && l.Operator == n.Operator {
		left = level
	}
	s.kids = []*syntax{c.convert(n.Left, left), c.convert(n.Right, level+1)}
}

// kids copies operands, one level down.
func (c *converter) kids(s *syntax, level int, kids ...ast.Node) {
	for _, k := range kids {
		s.kids = append(s.kids, c.convert(k, level+1))
	}
}

// leaf copies what has no operands. The words nil and null mean the same, so
// that both those who know Go and those who know JSON and SQL are at home.
func (c *converter) leaf(s *syntax, n ast.Node) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		s.kind, s.number = synNumber, float64(n.Value)
	case *ast.FloatNode:
		s.kind, s.number = synNumber, n.Value
	case *ast.StringNode:
		s.kind, s.text = synText, n.Value
	case *ast.BoolNode:
		s.kind, s.truth = synBool, n.Value
	case *ast.NilNode:
		s.kind = synNil
	case *ast.IdentifierNode:
		s.kind, s.text = synName, n.Value
		if n.Value == "null" {
			s.kind = synNil
		}
	default:
		c.fail(s.at, "this is not part of the language", "write columns, numbers, texts, operators and functions")
	}
}
