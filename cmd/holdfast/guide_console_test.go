package main

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The words of a console fence beside commands and what they print.
const (
	elided     = "…"         // in the place of any lines
	echoesCode = "; echo $?" // behind a command: the exit code is printed, and may be any
)

// exchange is a command of a console fence and the lines that the page shows below it.
type exchange struct {
	typed []string // lines; all but the last end in a backslash
	shown []string
}

// exchanges splits a console fence at its prompts.
func exchanges(lines []string) []exchange {
	var all []exchange
	for _, line := range lines {
		last := len(all) - 1
		switch {
		case strings.HasPrefix(line, "$ "):
			all = append(all, exchange{typed: []string{line}})
		case last < 0:
			all = append(all, exchange{shown: []string{line}}) // refused by command
		case strings.HasSuffix(all[last].typed[len(all[last].typed)-1], `\`):
			all[last].typed = append(all[last].typed, line)
		default:
			all[last].shown = append(all[last].shown, line)
		}
	}
	return all
}

// command is the command line as one line without its prompt.
func (e exchange) command() string {
	joined := strings.Join(e.typed, "\n")
	joined = strings.ReplaceAll(joined, "\\\n", " ")
	return strings.TrimPrefix(joined, "$ ")
}

// converse runs the commands of a console fence, compares, and returns the fence as it should be.
func (f *fence) converse(t *testing.T) []string {
	t.Helper()
	var lines []string
	for _, e := range exchanges(f.lines) {
		line, wantsCode := strings.CutSuffix(e.command(), echoesCode)
		words, err := splitWords(line)
		if err != nil || len(words) == 0 || words[0] != "holdfast" {
			t.Fatalf("%s: not a command of holdfast: %q %v", f.where, line, err)
		}
		var out bytes.Buffer
		code := run(words[1:], &out, &out)
		if wantsCode {
			out.WriteString(strconv.Itoa(code) + "\n")
		} else if code != exitDone {
			t.Fatalf("%s: %s: exit code %d\n%s", f.where, line, code, out.String())
		}
		var printed []string
		if text := strings.TrimRight(out.String(), "\n"); text != "" {
			printed = strings.Split(text, "\n")
		}
		switch why := mismatch(masked(e.shown), masked(printed)); {
		case why == "":
		case *update:
			e.shown = e.refreshed(printed)
		default:
			t.Errorf("%s: %s: %s\n--- printed\n%s\n--- shown\n%s", f.where, line, why, strings.Join(printed, "\n"), strings.Join(e.shown, "\n"))
		}
		lines = append(append(lines, e.typed...), e.shown...)
	}
	return lines
}

// digest is the id of a model or of data: the first digits of a SHA-256. A page shows one, and it
// changes whenever a field of the model file is added.
var digest = regexp.MustCompile(`\b[0-9a-f]{12}\b`)

// masked is text in which all digests are the same.
func masked(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = digest.ReplaceAllString(l, "0123456789ab")
	}
	return out
}

// mismatch says how what a page shows differs from what was printed; "" if it does not. A page that
// shows nothing says nothing about what is printed.
func mismatch(shown, printed []string) string {
	shown = withoutBlankEnd(shown)
	cut := slices.Index(shown, elided)
	switch {
	case len(shown) == 0 || slices.Equal(shown, printed):
		return ""
	case cut < 0:
		return "something else is printed"
	}
	head, tail := shown[:cut], shown[cut+1:]
	if len(printed) < len(head)+len(tail) || !slices.Equal(head, printed[:len(head)]) || !slices.Equal(tail, printed[len(printed)-len(tail):]) {
		return "something else is printed around the elided lines"
	}
	return ""
}

// refreshed is what a page should show: as many of the first and last lines as before. A line ?N asks for
// the first N.
func (e exchange) refreshed(printed []string) []string {
	shown := withoutBlankEnd(e.shown)
	blank := e.shown[len(shown):]
	cut := slices.Index(shown, elided)
	head, tail := cut, len(shown)-cut-1
	switch {
	case len(shown) == 0:
		return e.shown
	case strings.HasPrefix(shown[0], "?"):
		head, _ = strconv.Atoi(shown[0][1:])
		tail = len(shown) - 1
		if head == 0 {
			head = len(printed)
		}
	case cut < 0:
		head, tail = len(printed), 0
	}
	if head+tail >= len(printed) {
		return slices.Concat(printed, blank)
	}
	return slices.Concat(printed[:head], []string{elided}, printed[len(printed)-tail:], blank)
}

// withoutBlankEnd leaves out the blank lines before the next prompt.
func withoutBlankEnd(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// splitWords splits a command line as a shell does that knows quotes and comments and nothing else.
// Whatever else a shell would act on is refused, so that no page shows what the test does not do.
func splitWords(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, inWord := rune(0), false
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote == 0 && (r == '\'' || r == '"'):
			quote, inWord = r, true
		case quote == 0 && r == ' ':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		case quote == 0 && r == '#' && !inWord:
			return words, nil
		case quote != '\'' && strings.ContainsRune("$`\\", r), quote == 0 && strings.ContainsRune("|&;<>*?()~", r):
			return nil, fmt.Errorf("the test knows no %q", r)
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("an open %q", quote)
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}

func TestCommandLinesOfTheGuideAreSplitAsAShellDoes(t *testing.T) {
	for line, want := range map[string][]string{
		`holdfast check`:                   {"holdfast", "check"},
		`a  'b c' "d e"f ''`:               {"a", "b c", "d ef", ""},
		`a b   # c`:                        {"a", "b"},
		`a '$x' "it's"`:                    {"a", "$x", "it's"},
		`a > b`:                            nil,
		`a $x`:                             nil,
		`a "$x"`:                           nil,
		`a *.csv`:                          nil,
		`a 'b`:                             nil,
		`a --set active_share=20 --pin=n#`: {"a", "--set", "active_share=20", "--pin=n#"},
	} {
		got, err := splitWords(line)
		if !slices.Equal(got, want) || (err == nil) != (want != nil) {
			t.Errorf("%s: %q %v", line, got, err)
		}
	}
}

func TestWhatThePageShowsIsComparedLineByLine(t *testing.T) {
	printed := []string{"a", "", "b", "c"}
	for _, c := range []struct {
		shown string
		same  bool
	}{
		{"", true}, {"a\n\nb\nc", true}, {"a\n\nb\nc\n", true}, {"a\n…\nc", true}, {"…", true}, {"a\n…", true}, {"…\nb\nc", true},
		{"a\n\nb", false}, {"a\n…\nb", false}, {"b\n…", false}, {"a\n\nb\nc\nd", false}, {"a\n\nb\nc\n…\nc", false},
	} {
		if why := mismatch(strings.Split(c.shown, "\n"), printed); (why == "") != c.same {
			t.Errorf("%q: %q", c.shown, why)
		}
	}
}
