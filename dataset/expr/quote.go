package expr

import (
	"strconv"
	"unicode"
)

// Quote returns the source that reads the column of that name, whatever
// characters the name is made of: the name itself where it can stand, else
// col("name"). A program that makes expressions from the names of columns uses
// it, as [Expr.String] does.
func Quote(name string) string {
	if isName(name) {
		return name
	}
	return spelledCol + "(" + strconv.Quote(name) + ")"
}

// isName tells whether a column of that name can be written as it is: letters,
// digits, _ and $, not starting with a digit, and no word of the language or
// of the grammar below it.
func isName(name string) bool {
	for i, r := range name {
		letter := r == '_' || r == '$' || unicode.IsLetter(r)
		if !letter && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != "" && !isWord(name)
}

// isWord tells whether the scanner or the parser reads the name as something
// other than a column. A few are no words of ours (let, matches): they are
// refused by name, so a column that is called so needs col("let").
func isWord(name string) bool {
	switch name {
	case "and", "or", "not", "in", "if", "else", "let", "true", "false", "nil", "null",
		"contains", "matches", "startsWith", "endsWith", "$env":
		return true
	}
	return false
}
