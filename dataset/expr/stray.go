package expr

import (
	"fmt"
	"strings"
)

// This file says what was probably meant where a token stands that cannot follow
// the one before it: most are words and signs of SQL and of spreadsheets, or a
// column whose name has a blank in it.

// strayHint is the hint for token i, at which the parser stopped.
func strayHint(tokens []token, i int) string {
	const missing = "an operator, a comma or a value is missing before it"
	t := tokens[i]
	before := token{}
	if i > 0 {
		before = tokens[i-1]
	}
	switch hint := foreignOperator(t); {
	case hint != "":
		return hint
	// NOT x stops at x, and CASE WHEN at WHEN.
	case t.kind != operator && foreignOperator(before) != "":
		return foreignOperator(before)
	case before.text == "<" && t.text == ">":
		return "write != for not equal"
	case t.text == "," && before.kind == number:
		return "write the point of a number as in 0.5"
	case t.kind == word && before.kind == word:
		return fmt.Sprintf("%s; a column whose name has a blank in it is written col(%q)", missing, phrase(tokens, i))
	}
	return missing
}

// foreignOperator says what to write for a word that joins values elsewhere; it is
// empty for all other tokens. Our own words in capitals are the most frequent.
func foreignOperator(t token) string {
	if t.kind != word && t.kind != operator {
		return ""
	}
	switch strings.ToLower(t.text) {
	case "and", "or", "not", "in":
		if lower := strings.ToLower(t.text); lower != t.text {
			return fmt.Sprintf("write %q in lower case", lower)
		}
	case "is":
		return "write missing(x) or not missing(x)"
	case "between":
		return "write x >= 1 and x <= 3"
	case "like":
		return "texts are compared as a whole: plan == 'team', plan in ['free', 'team']"
	case "xor":
		return "write a != b"
	case "case", "when", "then", "else":
		return "write c ? a : b, or if(c, a, b)"
	}
	return ""
}

// phrase is the run of words around token i with single blanks, as a name would have them.
func phrase(tokens []token, i int) string {
	from, to := i, i+1
	for from > 0 && tokens[from-1].kind == word && foreignOperator(tokens[from-1]) == "" {
		from--
	}
	for to < len(tokens) && tokens[to].kind == word && foreignOperator(tokens[to]) == "" {
		to++
	}
	var words []string
	for _, t := range tokens[from:to] {
		words = append(words, t.text)
	}
	return strings.Join(words, " ")
}

// strangeSign says what to write for a sign that no expression has: those that word
// processors and spreadsheets put in the place of what was typed.
func strangeSign(r rune) string {
	switch r {
	case '≤':
		return "write <="
	case '≥':
		return "write >="
	case '≠':
		return "write !="
	case '×', '·':
		return "write *"
	case '÷':
		return "write /"
	case '−', '–', '—':
		return "write - for minus"
	case '“', '”', '„', '‘', '’', '‚', '«', '»':
		return "write plain quotes around a text: 'team'"
	}
	return `write col("name") for a column with unusual characters`
}
