package project

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// hostile are values that some key takes and most keys must refuse.
var hostile = []string{
	"~", "''", "' '", "x", "0", "-1", "1.5", "1e999", ".nan", "true", "[]", "{}", "[~]", "[[1]]", "[{}]", "{a: ~}",
	"90d", "1q", "2024-02-29", "2024-02-30", "auto", "p50", `"\x1b[2J"`, `"\u202e"`, "'" + strings.Repeat("9", 2000) + "'", "*a", "&a", "!t x",
}

// Whatever stands behind whichever key, the answer is problems in good form and never an acceptance of the
// half-read file.
func TestEveryKeyStandsEveryValue(t *testing.T) {
	for _, k := range Keys() {
		path := strings.NewReplacer("[]", "[0]", "*", "x").Replace(k.Path)
		for _, value := range hostile {
			src := alone(path, value)
			_, err := Parse("f", []byte(src))
			var problems Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Errorf("%s: %v", src, err)
			}
			for _, p := range problems {
				checkProblem(t, p, src)
			}
		}
	}
}

// Doubling a line of a good file, shifting it or spoiling its key is what happens while people
// edit. It must never be read as something else.
func TestSpoiltLinesAreFound(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(full, "\n"), "\n")
	spoil := map[string]func(string) []string{
		"doubled": func(l string) []string { return []string{l, l} },
		"shifted": func(l string) []string { return []string{" " + l} },
		"cut":     func(l string) []string { return []string{strings.Replace(l, ": ", ":", 1)} },
		"tabbed":  func(l string) []string { return []string{"\t" + l} },
		"renamed": func(l string) []string { return []string{strings.Replace(l, ":", "_:", 1)} },
	}
	for name, change := range spoil {
		for i, line := range lines {
			if strings.Contains(line, "#") || name == "cut" && !strings.Contains(line, ": ") {
				continue
			}
			src := strings.Join(slices.Concat(lines[:i], change(line), lines[i+1:]), "\n")
			_, err := Parse("f", []byte(src))
			var problems Problems
			if !errors.As(err, &problems) {
				t.Errorf("line %d %s: accepted: %s", i+1, name, line)
			}
			for _, p := range problems {
				checkProblem(t, p, src)
			}
		}
	}
}

// Lines torn out at random leave a file that is either good or refused in good form.
func TestTornFilesAreReadOrRefused(t *testing.T) {
	lines := strings.Split(full, "\n")
	rapid.Check(t, func(rt *rapid.T) {
		kept := slices.DeleteFunc(slices.Clone(lines), func(string) bool {
			return rapid.IntRange(0, 9).Draw(rt, "torn out") == 0
		})
		src := strings.Join(kept, "\n")
		c, err := Parse("f", []byte(src))
		if err == nil {
			checkPlaces(t, c, src)
			return
		}
		for _, p := range err.(Problems) {
			checkProblem(t, p, src)
		}
	})
}
