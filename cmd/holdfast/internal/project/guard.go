package project

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// Limits of the syntax, far above any real project. They exist because the YAML parser recurses on
// nesting and on the keys of a mapping, with a cost that grows with the square of their number.
const (
	maxTokens   = 200_000
	maxBrackets = 20_000 // [ and {, wherever they stand
	maxEntries  = 10_000 // keys of all mappings
	maxDepth    = 32
	maxNodes    = 100_000 // values, after aliases are replaced by what they stand for
)

// brackets refuses a file with more brackets than any project has, before time is spent on it.
func (s *source) brackets() *Problem {
	if strings.Count(s.text, "[")+strings.Count(s.text, "{") <= maxBrackets {
		return nil
	}
	return s.whole(fmt.Sprintf("the file has more than %d brackets", maxBrackets), "it is not a holdfast.yaml")
}

// guard refuses tokens that the parser must not see: what is too much, and what holdfast.yaml has no
// use for.
func (s *source) guard(tokens token.Tokens) *Problem {
	depth, entries, count := nesting{}, 0, 0
	for _, t := range tokens {
		if t.Type == token.CommentType {
			continue
		}
		if count++; count > maxTokens {
			return s.at(t, fmt.Sprintf("the file has more than %d values and marks", maxTokens), "it is not a holdfast.yaml")
		}
		if message, hint := unwanted(t); message != "" {
			return s.at(t, message, hint)
		}
		if t.Type == token.MappingValueType {
			entries++
		}
		if entries > maxEntries {
			return s.at(t, fmt.Sprintf("the file has more than %d keys", maxEntries), "it is not a holdfast.yaml")
		}
		if depth.add(t); depth.levels() > maxDepth {
			return s.at(t, fmt.Sprintf("nested more than %d deep", maxDepth), "no key of holdfast.yaml needs that")
		}
	}
	return nil
}

// at is a problem at the place of a token.
func (s *source) at(t *token.Token, message, hint string) *Problem {
	return &Problem{s.place(t.Position.Line, t.Position.Column), message, hint}
}

// unwanted says why a token has no place in holdfast.yaml; "" if it has.
func unwanted(t *token.Token) (message, hint string) {
	switch t.Type {
	case token.TagType:
		return "the tag " + quote(t.Value) + " is not allowed", "write the plain value"
	case token.MergeKeyType:
		return "merge keys (<<) are not allowed", "write the keys out"
	case token.MappingKeyType:
		return "complex keys (?) are not allowed", "write key: value"
	}
	return "", ""
}

// nesting follows the depth of a stream of tokens: brackets and braces, and outside of them the columns
// at which the open blocks start. It is counted before anything is parsed, since it is the parser that
// recurses.
type nesting struct {
	flow   int
	blocks []int
}

// levels is the current depth.
func (n *nesting) levels() int { return n.flow + len(n.blocks) }

// add takes note of the next token.
func (n *nesting) add(t *token.Token) {
	switch t.Type {
	case token.SequenceStartType, token.MappingStartType:
		n.flow++
	case token.SequenceEndType, token.MappingEndType:
		n.flow = max(n.flow-1, 0)
	case token.SequenceEntryType:
		n.block(t)
	case token.MappingValueType:
		if t.Prev != nil {
			n.block(t.Prev)
		}
	}
}

// block opens a block at the column of t, after closing those to the right of it.
func (n *nesting) block(t *token.Token) {
	if n.flow > 0 {
		return
	}
	column := t.Position.Column
	for len(n.blocks) > 0 && n.blocks[len(n.blocks)-1] >= column {
		n.blocks = n.blocks[:len(n.blocks)-1]
	}
	n.blocks = append(n.blocks, column)
}
