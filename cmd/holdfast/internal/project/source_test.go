package project

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

func TestTextThatIsNotPlainUTF8IsRefused(t *testing.T) {
	wide := func(s, mark string) string {
		b := []byte(mark)
		for _, u := range utf16.Encode([]rune(s)) {
			b = append(b, byte(u), byte(u>>8))
		}
		return string(b)
	}
	for name, c := range map[string]struct{ src, want string }{
		"UTF-16":              {wide(minimal, "\xff\xfe"), " the file is written in UTF-16; save it as UTF-8"},
		"UTF-16, big end":     {"\xfe\xff\x00v", " the file is written in UTF-16; save it as UTF-8"},
		"UTF-32":              {"\xff\xfe\x00\x00v\x00\x00\x00", " the file is written in UTF-32; save it as UTF-8"},
		"UTF-16 without mark": {wide(minimal, ""), "1:2: control character U+0000; remove it"},
		"Latin-1":             {minimal + "output: caf\xe9\n", "19:12: byte 0xe9 is not UTF-8; the file looks like Latin-1 or another old encoding; save it as UTF-8"},
		"NUL":                 {change(t, minimal, "90d", "9\x000d"), "12:10: control character U+0000; remove it"},
		"ESC in quotes":       {minimal + "output: \"é\x1b[31m\"\n", "19:11: control character U+001B; remove it"},
		"ESC in a comment":    {minimal + "# \x1b[31m\n", "19:3: control character U+001B; remove it"},
		"C1 control":          {minimal + "output: a\u009bm\n", "19:10: control character U+009B; remove it"},
		"lone CR":             {"version: 1\rdata: x\n", "1:11: control character U+000D; remove it"},
		"mark in the middle":  {"version: 1\n\ufeffdata: x\n", "2:1: control character U+FEFF; remove it"},
	} {
		if got := complaints(t, c.src); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestReplacementCharacterIsText(t *testing.T) {
	if c := parse(t, minimal+"output: a\ufffdb\n"); c.Output != "a\ufffdb" {
		t.Errorf("got %q", c.Output)
	}
}

func TestYAMLMessages(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"a single word", "hello", `1:1: the file must be a mapping of keys to values, not "hello"; write for example version: 1`},
		{"a list", "- a\n- b", "1:1: the file must be a mapping of keys to values, not a list of 2; write for example version: 1"},
		{"a second document", minimal + "---\nversion: 1\n", "19:1: a second YAML document starts here; one file is one project: remove the --- and what follows"},
		{"a tag", "version: !!int 1", `1:10: the tag "!!int" is not allowed; write the plain value`},
		{"a tag of a program", "x: !!python/object/apply:os.system [id]", `1:4: the tag "!!python/object/apply:os.system" is not allowed; write the plain value`},
		{"binary", "output: !!binary aGVsbG8=", `1:9: the tag "!!binary" is not allowed; write the plain value`},
		{"a merge key", "x: &x {a: 1}\ny:\n  <<: *x\n", "3:3: merge keys (<<) are not allowed; write the keys out"},
		{"a complex key", "? a\n: b\n", "1:1: complex keys (?) are not allowed; write key: value"},
		{"an alias of nothing", "output: *o", `1:9: alias "*o" has no anchor above it; write the value out`},
		{"an alias of itself", "output: &o [*o]", `1:13: alias "*o" has no anchor above it; write the value out`},
		{"a tab", "data:\n\toutcomes: x\n", `2:1: not valid YAML: "found character '\t' that cannot start any token"; indent with spaces, not tabs`},
		{"an open quote", "output: \"x\n", `1:9: not valid YAML: could not find end character of double-quoted text; close the quote`},
		{"an open bracket", "output: [x\nversion: 1\n", "2:1: not valid YAML: ',' or ']' must be specified; close the bracket"},
		{"a colon in plain text", "output: a: b", `1:9: not valid YAML: mapping value is not allowed in this context; check the indentation, and quote text that contains ": "`},
		{"a backtick", "output: `x`", "1:9: not valid YAML: '`' is a reserved character; put the value in quotes"},
	} {
		if got := complaints(t, c.src); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// The limits of time are those promised for a bad file: 2 seconds, here with the race detector in mind.
func TestBombsAreDefused(t *testing.T) {
	laughs := "a0: &a0 [lol,lol,lol,lol,lol,lol,lol,lol,lol]\n"
	for i := byte('1'); i <= '9'; i++ {
		a, b := string(i), string(i-1)
		laughs += "a" + a + ": &a" + a + " [" + strings.TrimSuffix(strings.Repeat("*a"+b+",", 9), ",") + "]\n"
	}
	var indented, numbered strings.Builder
	for i := range 1000 {
		indented.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for range 10_001 {
		numbered.WriteString("k: 1\n")
	}
	for name, c := range map[string]struct{ src, want string }{
		"billion laughs":  {laughs, "aliases blow the file up to more than 100000 values"},
		"brackets":        {strings.Repeat("[", 200_000), "more than 20000 brackets"},
		"fewer brackets":  {"a: " + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), "nested more than 32 deep"},
		"braces":          {strings.Repeat("{a: ", 33), "nested more than 32 deep"},
		"dashes":          {strings.Repeat("- ", 100_000) + "a", "nested more than 32 deep"},
		"indentation":     {indented.String(), "nested more than 32 deep"},
		"keys":            {numbered.String(), "more than 10000 keys"},
		"items":           {"a: [" + strings.Repeat("1,", 110_000) + "]", "more than 200000 values and marks"},
		"documents":       {strings.Repeat("---\n", 250_000), "more than 200000 values and marks"},
		"one long line":   {"output: " + strings.Repeat("x ", 500_000), "output must be text on one line"},
		"a long key":      {strings.Repeat("k", 1_000_000) + ": 1", "unknown key"},
		"more than 1 MiB": {strings.Repeat("#", maxBytes+1), "larger than 1 MiB"},
	} {
		start := time.Now()
		_, err := Parse("f", []byte(c.src))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %.300v, want %s", name, err, c.want)
		}
		if spent := time.Since(start); spent > 2*time.Second {
			t.Errorf("%s: took %v", name, spent)
		}
	}
}

// Each of these costs little per value and much per file, if the cost of one grows with the others.
func TestLargeFilesAreReadInTime(t *testing.T) {
	var badExprs, factors, weights, names strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&badExprs, "{name: f%d, expr: a +}, ", i)
		fmt.Fprintf(&factors, "  - {name: f%d, expect: lower_churn}\n", i)
		fmt.Fprintf(&weights, "f%d: 1, ", i)
		fmt.Fprintf(&names, "  - {name: c%d}\n", i)
	}
	head, _, _ := strings.Cut(minimal, "factors:")
	for name, src := range map[string]string{
		"bad expressions in one line": head + "factors: [" + badExprs.String() + "]\ncandidates:\n  - {name: fitted, kind: logistic}\n",
		"weights without factors":     change(t, minimal, "kind: logistic", "kind: weights, weights: {"+weights.String()+"}"),
		"weights of all factors":      head + "factors:\n" + factors.String() + "candidates:\n  - {name: today, kind: weights, weights: {" + weights.String() + "}}\n",
		"fits of all factors":         head + "factors:\n" + factors.String() + "candidates:\n" + names.String(),
		"many leads":                  change(t, minimal, "lead: 90d", "lead: ["+strings.Repeat("1, ", 90_000)+"]"),
	} {
		start := time.Now()
		_, err := Parse("f", []byte(src))
		if spent := time.Since(start); spent > 2*time.Second {
			t.Errorf("%s: %d bytes took %v: %.100v", name, len(src), spent, err)
		}
	}
}
