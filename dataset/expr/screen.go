package expr

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Screening works on tokens, before the parser, for two reasons: here one still
// sees what was written (a pipe x | abs() parses as abs(x)), and what does not
// reach the parser cannot trip it.

// The limits of a source. They bound the time and the stack that a hostile or
// generated expression can ask for; what people write stays far below.
const (
	maxBytes = 4096
	maxNodes = 1000
	maxDepth = 64
)

// tokenKind tells apart what screen treats differently.
type tokenKind uint8

const (
	word     tokenKind = iota // a name, or a keyword the grammar knows as a name
	operator                  // an operator, a separator or a keyword
	bracket                   // one of ( ) [ ] { }
	number                    // digits and what belongs to them
	quoted                    // a text between single or double quotes
	foreign                   // a text in backticks, or bytes: not ours
)

// token is a piece of the source: text is source[at:end].
type token struct {
	kind    tokenKind
	text    string
	at, end int
}

// characters refuses a source that is too long or that does not look like what
// it says: broken UTF-8, control characters, and invisible marks that reorder
// or hide what is shown (a text may hold those as escapes).
func characters(src string) *Error {
	if len(src) > maxBytes {
		return &Error{
			Source: src, Offset: maxBytes,
			Message: fmt.Sprintf("the expression goes on after %d bytes", maxBytes),
			Hint:    "split it into several factors or columns",
		}
	}
	for at, r := range src {
		if message := odd(src[at:], r); message != "" {
			return &Error{Source: src, Offset: at, Message: message, Hint: "delete it, or write it as an escape inside quotes"}
		}
	}
	if strings.TrimSpace(src) == "" {
		return &Error{Source: src, Message: "the expression is empty", Hint: "write a column or a formula"}
	}
	return nil
}

// odd describes the rune at the start of rest if a source must not hold it.
// Format characters (Unicode category Cf) include the marks that reverse the
// direction of what is shown and the spaces of no width.
func odd(rest string, r rune) string {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return ""
	// A range over a string gives U+FFFD both for itself and for broken bytes.
	case r == utf8.RuneError && !strings.HasPrefix(rest, string(utf8.RuneError)):
		return fmt.Sprintf("byte %#02x is not UTF-8", rest[0])
	case unicode.IsControl(r):
		return fmt.Sprintf("control character %U", r)
	case unicode.Is(unicode.Cf, r):
		return fmt.Sprintf("invisible character %U", r)
	}
	return ""
}

// screen refuses what the grammar of the parser allows and this language does
// not, while the tokens still show what was written. What passes holds only
// our own words, numbers a float64 can hold, known functions, and brackets
// that match and nest no deeper than maxDepth.
func screen(src string, tokens []token) *Error {
	var open []token // the brackets that are still to be closed
	for i, t := range tokens {
		message, hint := spacing(src, tokens, i)
		if message != "" {
			return &Error{Source: src, Offset: gapStart(src, tokens, i), Message: message, Hint: hint}
		}
		if message, hint = refusal(tokens, i); message == "" && t.kind == bracket {
			open, message, hint = nest(open, t)
		}
		if message != "" {
			return &Error{Source: src, Offset: t.at, Message: message, Hint: hint}
		}
	}
	if len(open) > 0 {
		last := open[len(open)-1]
		return &Error{Source: src, Offset: last.at, Message: fmt.Sprintf("%q is never closed", last.text), Hint: "add the closing bracket"}
	}
	// What follows the last token has to be space as well.
	if i := len(tokens); gapText(src, tokens, i) != "" {
		message, hint := spacing(src, tokens, i)
		return &Error{Source: src, Offset: gapStart(src, tokens, i), Message: message, Hint: hint}
	}
	return nil
}

// spacing refuses whatever stands before token i that is neither a token nor
// an ordinary space: the parser skips comments and every space of Unicode.
func spacing(src string, tokens []token, i int) (message, hint string) {
	switch gap := gapText(src, tokens, i); {
	case gap == "":
		return "", ""
	case strings.HasPrefix(gap, "//"), strings.HasPrefix(gap, "/*"):
		return "an expression has no comments", "put the comment into the YAML file, after #"
	default:
		r, _ := utf8.DecodeRuneInString(gap)
		return fmt.Sprintf("unusual space %U", r), "type an ordinary space"
	}
}

// gapText returns the source between token i-1 and token i without the
// ordinary spaces around it.
func gapText(src string, tokens []token, i int) string {
	from, to := 0, len(src)
	if i > 0 {
		from = tokens[i-1].end
	}
	if i < len(tokens) {
		to = tokens[i].at
	}
	return strings.Trim(src[from:to], " \t\r\n")
}

// gapStart returns the offset of gapText.
func gapStart(src string, tokens []token, i int) int {
	from := 0
	if i > 0 {
		from = tokens[i-1].end
	}
	rest := src[from:]
	return from + len(rest) - len(strings.TrimLeft(rest, " \t\r\n"))
}

// refusal says what is wrong with token i by itself or among its neighbours,
// and what to do; an empty message means that nothing is.
func refusal(tokens []token, i int) (message, hint string) {
	t := tokens[i]
	switch {
	case t.kind == foreign:
		return fmt.Sprintf("%.20s is neither a name nor a text", t.text), "write col(\"name\") for a column, 'name' for a text"
	// The scanner would read it as \n.
	case t.kind == quoted && strings.ContainsRune(t.text, '\r'):
		return "a line break inside a text", `write \r`
	case t.kind == number:
		return numeral(t.text)
	// The parser has its own rules for the arguments of its own functions, so
	// only ours may reach it.
	case t.kind == word && follows(tokens, i, "("):
		if _, _, known := arity(t.text); !known {
			return fmt.Sprintf("unknown function %q", t.text), functionHint(t.text)
		}
	case t.text == "IN" && t.kind == word && follows(tokens, i, "["):
		return `unexpected "IN"`, foreignOperator(t)
	case t.text == "[" && !(i > 0 && tokens[i-1].text == "in"):
		return `"[" does not follow in`, "lists stand only after in: plan in ['free', 'team']; columns hold one value a row"
	case t.text == "?" && follows(tokens, i, ":"):
		return `"?:" is not an operator`, "write coalesce(a, b), or c ? a : b"
	case t.kind == operator || t.kind == bracket || t.text == "$env":
		if hint := foreignSign(t.text); hint != "" {
			return fmt.Sprintf("%q is not part of the language", t.text), hint
		}
	}
	return "", ""
}

// follows tells whether the token after token i reads text and is no text itself.
func follows(tokens []token, i int, text string) bool {
	return i+1 < len(tokens) && tokens[i+1].kind != quoted && tokens[i+1].text == text
}

// foreignSign says what to do about signs that the parser knows and the
// language lacks; it is empty for all others. ?? is refused although coalesce
// would be at hand: in the grammar a / b ?? 0 is a / (b ?? 0), and its readers
// mean (a / b) ?? 0.
func foreignSign(text string) string {
	switch text {
	case "=":
		return "write == to compare"
	case "??":
		return "write coalesce(a, b)"
	case "?.", ".", "::", "#", "$env":
		return `columns have no parts; write col("a.b") for a column of that name`
	case "..":
		return "write x >= 1 and x <= 3"
	case "|", "&", "&=", "&*":
		return "write or, and, or a function: abs(x)"
	case ";", "let":
		return "an expression is one value; make the part a factor of its own"
	case "{", "}":
		return "write c ? a : b, or if(c, a, b)"
	case "contains", "matches", "startsWith", "endsWith":
		return "texts are compared as a whole: plan == 'team', plan in ['free', 'team']"
	}
	return ""
}

// nest opens or closes a bracket. The parser calls itself for each bracket, so
// their depth has to be bounded before it runs.
func nest(open []token, t token) (now []token, message, hint string) {
	switch t.text {
	case "(", "[":
		if len(open) == maxDepth {
			return open, fmt.Sprintf("brackets nest deeper than %d", maxDepth), "split the expression into several factors or columns"
		}
		return append(open, t), "", ""
	default:
		if len(open) == 0 || open[len(open)-1].text != opening(t.text) {
			return open, fmt.Sprintf("%q closes nothing", t.text), "delete it or add the opening bracket"
		}
		return open[:len(open)-1], "", ""
	}
}

// opening returns the bracket that closing closes. Braces are refused before.
func opening(closing string) string {
	if closing == ")" {
		return "("
	}
	return "["
}

// numeral refuses numbers that would silently become others: out of the range
// of float64 on either side, integers it cannot hold, and bases other than ten.
// The parser would report the first at the token behind it, and read the others
// as something else without a word.
func numeral(text string) (message, hint string) {
	plain := strings.ReplaceAll(text, "_", "")
	shown := fmt.Sprintf("number %.40s", text)
	if len(text) > 1 && text[0] == '0' && strings.ContainsRune("xXbBoO", rune(text[1])) {
		return shown + " is not decimal", "write it in base ten"
	}
	value, err := strconv.ParseFloat(plain, 64)
	switch {
	// Out of range ParseFloat returns an infinity, at a syntax error 0.
	case err != nil && value != 0:
		return shown + " is too large", "the largest number is 1.7976931348623157e308"
	case err != nil, strings.Contains(text, "__"), strings.HasSuffix(text, "_"):
		return shown + " is not complete", "write numbers as 12, 1_000, 0.5 or 1e-3"
	// 1e-400 would pass as 0.
	case value == 0 && strings.ContainsAny(mantissa(plain), "123456789"):
		return shown + " is too small", "it would be read as zero"
	case !exact(plain):
		return shown + " cannot be held exactly", "integers go up to 9007199254740992; write 1e20 if it is a rounded number"
	}
	return "", ""
}

// exact tells whether a number is a fraction or an integer that float64 holds.
func exact(text string) bool {
	const largest = 1 << 53
	integer, err := strconv.ParseUint(text, 10, 64)
	return strings.ContainsAny(text, ".eE") || err == nil && integer <= largest
}

// mantissa is the part of a number before its exponent.
func mantissa(text string) string {
	if e := strings.IndexAny(text, "eE"); e >= 0 {
		return text[:e]
	}
	return text
}
