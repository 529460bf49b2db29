package sql

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// number writes a finite double so that it reads back to the same bits.
func (e *engine) number(v float64) string {
	v += 0 // there is one zero
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if e.literal == "%s" {
		if text = shortest(v); v < 0 {
			return "(" + text + ")" // two signs in a row would begin a comment
		}
		return text
	}
	if v < 0 {
		return "(" + fmt.Sprintf(e.literal, text) + ")"
	}
	return fmt.Sprintf(e.literal, text)
}

// shortest is a number with an exponent, which makes it a double wherever a bare decimal
// is not one.
func shortest(v float64) string {
	plain, exponent := strconv.FormatFloat(v, 'f', -1, 64), strconv.FormatFloat(v, 'e', -1, 64)
	if len(plain) <= len(exponent)+2 {
		return plain + "e0"
	}
	mantissa, power, _ := strings.Cut(exponent, "e")
	n, err := strconv.Atoi(power) // without the plus and the zero of "e+05"
	if err != nil {
		return exponent
	}
	return mantissa + "e" + strconv.Itoa(n)
}

// string writes a text: every quote and, where the engine has escapes, every backslash, line
// end and NUL is escaped, so that no text from the data can end the literal. Elsewhere line
// ends stand in the literal as they are.
func (e *engine) string(s string) string {
	if e.backslash {
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "\x00", `\000`).Replace(s) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// name writes the name of a column in quotes, which are doubled within it or escaped: no name
// from a file can end it.
func (e *engine) name(s string) string {
	q := string(e.quote)
	if e.escapedNames {
		return q + strings.NewReplacer(`\`, `\\`, q, `\`+q).Replace(s) + q
	}
	return q + strings.ReplaceAll(s, q, q+q) + q
}

// slug is what of a name can stand in any engine without quotes: small letters, digits and
// underscores, not too many of them.
func slug(s string) string {
	const longest = 24
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		if b.Len() == longest {
			break
		}
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
	}
	return strings.TrimRight(b.String(), "_")
}

// plain says whether a name needs no quotes in Snowflake, where it then stands for the name
// in upper case.
func plain(s string) bool {
	for i, r := range s {
		if !(r >= 'a' && r <= 'z' || r == '_' || i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return s != "" && !slices.Contains(reserved(), s)
}

// reserved are the words that Snowflake does not take as the name of a column (Snowflake
// documentation, Reserved & limited keywords).
func reserved() []string {
	return strings.Fields(`account all alter and any as between by case cast check column connect connection
		constraint create cross current current_date current_time current_timestamp current_user database
		delete distinct drop else exists false following for from full grant group gscluster having ilike in
		increment inner insert intersect into is issue join lateral left like localtime localtimestamp minus
		natural not null of on or order organization qualify regexp revoke right rlike row rows sample schema
		select set some start table tablesample then to trigger true try_cast union unique update using values
		view when whenever where with`)
}

// withNUL writes a text that holds a NUL for an engine without escapes. No text of
// PostgreSQL holds one: what stands there is no character that a text should have either.
func (q *Query) withNUL(s string) string {
	parts := strings.Split(s, "\x00")
	for i, p := range parts {
		parts[i] = q.engine.string(p)
	}
	switch q.dialect {
	case Postgres:
		return q.engine.string(strings.ReplaceAll(s, "\x00", "\U0010FFFF"))
	case SQLite:
		return "(" + strings.Join(parts, " || char(0) || ") + ")"
	}
	return "(" + strings.Join(parts, " || chr(0) || ") + ")"
}
