package project

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse looks for files that make Parse panic, hang, point outside the file, or say something that is
// not fit to print.
func FuzzParse(f *testing.F) {
	f.Add(minimal)
	f.Add(full)
	f.Add("{}")
	f.Add("a: &a [*a, <<, !!x 1, ? 2]\n--- |\n  x\n")
	f.Add("version: \"1\"\nfactors: [{name: 'a''b', expr: >-\n  x +\n  y}]")
	f.Fuzz(func(t *testing.T, src string) {
		c, err := Parse("f", []byte(src))
		if err == nil {
			checkPlaces(t, c, src)
			return
		}
		var problems Problems
		if !errors.As(err, &problems) || len(problems) == 0 {
			t.Fatalf("refused with %T: %v", err, err)
		}
		for _, p := range problems {
			checkProblem(t, p, src)
		}
		if !slices.IsSortedFunc(problems, func(a, b Problem) int {
			return (a.Line-b.Line)*(maxBytes+1) + a.Column - b.Column
		}) {
			t.Errorf("not in the order of the file:\n%v", err)
		}
	})
}

// checkProblem is the contract of every message: one printable line of bounded length that points into the
// file.
func checkProblem(t *testing.T, p Problem, src string) {
	if odd := strings.IndexFunc(p.String(), func(r rune) bool { return !strconv.IsPrint(r) }); odd >= 0 || !utf8.ValidString(p.String()) {
		t.Errorf("not fit to print: %q", p.String())
	}
	if n := utf8.RuneCountInString(p.String()); n > 20*maxQuoted {
		t.Errorf("%d characters long: %q", n, p.String())
	}
	if err := inFile(p.Position, src); p.Line != 0 && err != nil {
		t.Errorf("%v: %v", p, err)
	}
}

// checkPlaces looks up every value of an accepted file, and every byte of its expressions.
func checkPlaces(t *testing.T, c *Config, src string) {
	for path := range c.nodes {
		if err := inFile(c.At(path), src); err != nil {
			t.Errorf("%s at %v: %v", path, c.At(path), err)
		}
	}
	for i, factor := range c.Factors {
		path := fmt.Sprintf("factors[%d].expr", i)
		for at := range factor.Expr {
			if err := inFile(c.Inside(path, at), src); err != nil {
				t.Errorf("byte %d of %s at %v: %v", at, path, c.Inside(path, at), err)
			}
		}
	}
}

// inFile says how a place lies outside the file. Behind the last character of a line is inside.
func inFile(p Position, src string) error {
	lines := strings.Split(strings.TrimPrefix(src, "\ufeff"), "\n")
	if p.Line < 1 || p.Line > len(lines) {
		return fmt.Errorf("there are %d lines", len(lines))
	}
	if width := utf8.RuneCountInString(lines[p.Line-1]); p.Column < 1 || p.Column > width+1 {
		return fmt.Errorf("the line has %d characters", width)
	}
	return nil
}
