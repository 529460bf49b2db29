package project

import (
	"errors"

	"holdfast/dataset/expr"
)

// expression checks the syntax of an expression. Which columns there are, and of which type, is known
// only once the data is opened, so a name that is not known yet is no fault here. The fault points at
// the character at which the expression cannot go on, not at its beginning.
func (s section) expression(_ Key, n *node) (string, fault) {
	if n.kind != scalar {
		return "", wrong(n)
	}
	_, err := expr.Parse(n.text, nil)
	var e *expr.Error
	if !errors.As(err, &e) || e.Column != "" {
		return n.text, fault{}
	}
	place := n
	if len(s.problems) < maxSuggested { // to walk along the text costs time, too
		at := s.source.locate(n, min(e.Offset, len(n.text)))
		place = &node{path: n.path, line: at.Line, column: at.Column}
	}
	return "", fault{place, n.path + ": " + e.Message, e.Hint}
}
