package project

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAtFindsTheValueOrItsNearestParent(t *testing.T) {
	c := parse(t, full)
	for path, want := range map[string]Position{
		"":                              {"holdfast.yaml", 1, 1},
		"version":                       {"holdfast.yaml", 1, 10},
		"data":                          {"holdfast.yaml", 2, 1},
		"data.snapshots":                {"holdfast.yaml", 3, 14},
		"columns.churned_when[1]":       {"holdfast.yaml", 14, 24},
		"columns.churned_when[7]":       {"holdfast.yaml", 14, 17},
		"label.horizon":                 {"holdfast.yaml", 21, 1},
		"factors[0]":                    {"holdfast.yaml", 26, 5},
		"factors[0].expr":               {"holdfast.yaml", 28, 11},
		"factors[1].expr":               {"holdfast.yaml", 33, 5},
		"factors[9].expr":               {"holdfast.yaml", 25, 1},
		"factors[3].history.over":       {"holdfast.yaml", 45, 50},
		"candidates[0].weights.tickets": {"holdfast.yaml", 50, 24},
		"candidates[2].penalty.ridge":   {"holdfast.yaml", 57, 22},
		"backtest.window":               {"holdfast.yaml", 63, 11},
		"nothing.of.the[3].kind":        {"holdfast.yaml", 1, 1},
	} {
		if got := c.At(path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

func TestProblemfHasTheFormOfAllProblems(t *testing.T) {
	p := parse(t, full).Problemf("columns.value", `did you mean "arr_usd"?`, "column %q is not in the snapshots", "arr")
	const want = `holdfast.yaml:17:10: column "arr" is not in the snapshots; did you mean "arr_usd"?`
	if p.String() != want {
		t.Errorf("got %s, want %s", p, want)
	}
	if err := (Problems{p, p}); err.Error() != want+"\n"+want {
		t.Errorf("got %s", err.Error())
	}
}

func TestFileNamesAreEscaped(t *testing.T) {
	p := Position{"a\x1b[31m.yaml", 1, 2}
	if want := `"a\x1b[31m.yaml":1:2`; p.String() != want {
		t.Errorf("got %s, want %s", p, want)
	}
}

func TestInsideFindsAByteOfTheText(t *testing.T) {
	c := parse(t, change(t, minimal, "    expr: active_users / licences", "    expr: |\n      größe /\n\n        b"))
	text := c.Factors[0].Expr
	for at, want := range map[int]Position{
		strings.Index(text, "g"): {"holdfast.yaml", 16, 7},
		strings.Index(text, "/"): {"holdfast.yaml", 16, 13},
		strings.Index(text, "b"): {"holdfast.yaml", 18, 9},
		-1:                       {"holdfast.yaml", 15, 11},
		len(text) + 1:            {"holdfast.yaml", 15, 11},
	} {
		if got := c.Inside("factors[0].expr", at); got != want {
			t.Errorf("byte %d: got %v, want %v", at, got, want)
		}
	}
	if got, want := c.Inside("factors[0]", 3), c.At("factors[0]"); got != want {
		t.Errorf("in a mapping: got %v, want %v", got, want)
	}
}

// runeAt is the character at a place of the text.
func runeAt(text string, p Position) rune {
	return []rune(strings.Split(text, "\n")[p.Line-1])[p.Column-1]
}

// However an expression is written, Inside leads back to the character it is asked for.
func TestInsideAgreesWithTheFile(t *testing.T) {
	word := rapid.SampledFrom([]string{"a", "größe", "x1", "/", "+", "'t'", `"u"`, `\`, "日本"})
	styles := map[string]func([]string) string{
		"plain":  func(w []string) string { return strings.Join(w, " ") },
		"folded": func(w []string) string { return strings.Join(w, "\n        ") },
		"block":  func(w []string) string { return "|\n      " + strings.Join(w, "\n        ") },
		"fold":   func(w []string) string { return ">-\n      " + strings.Join(w, "\n      ") },
		"single": func(w []string) string {
			return "'" + strings.ReplaceAll(strings.Join(w, " "), "'", "''") + "'"
		},
		"double": func(w []string) string {
			return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(strings.Join(w, " ")) + `"`
		},
	}
	for name, write := range styles {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			words := append([]string{"v"}, rapid.SliceOf(word).Draw(t, "words")...)
			src := "x:\n    y: " + write(words) + "\nz: 1\n"
			s, problem := newSource("f", []byte(src))
			if problem != nil {
				t.Fatal(problem)
			}
			root, problem := s.tree()
			if problem != nil {
				t.Fatal(problem)
			}
			n := root.entries[0].value.entries[0].value
			for at, r := range n.text {
				if isBlank(r) {
					continue
				}
				got := runeAt(src, s.locate(n, at))
				escaped := name == "double" && got == '\\' || name == "single" && r == '\'' && got == '\''
				if got != r && !escaped {
					t.Fatalf("byte %d of %q is %q, the file has %q there:\n%s", at, n.text, r, got, src)
				}
			}
		}))
	}
}
