package words

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestCleanKeepsWhatCanBeReadAndDropsWhatCannot(t *testing.T) {
	for _, c := range []struct{ fact, in, want string }{
		{"plain text stays", "active_share", "active_share"},
		{"letters of other scripts stay", "Nutzung größer 日本 данные", "Nutzung größer 日本 данные"},
		{"emoji stay", "happy 🙂", "happy 🙂"},
		{"NUL and ESC go", "a\x00b\x1b[31mc", "ab[31mc"},
		{"a right-to-left override goes", "abc\u202edef\u2066g\u2069", "abcdefg"},
		{"zero-width characters go", "a\u200bb\u200dc\ufeffd", "abcd"},
		{"lines and tabs become one blank", " a\r\n\t b\u2028c ", "a b c"},
		{"invalid UTF-8 becomes the replacement character", "a\xffb", "a\ufffdb"},
		{"characters that XML forbids go", "a\ufffe\uffffb", "ab"},
		{"private use goes", "a\ue000b", "ab"},
		{"markup stays text", "<script>alert(1)</script>", "<script>alert(1)</script>"},
		{"a tower of accents is cut to three", "a" + strings.Repeat("\u0301", 50), "a" + strings.Repeat("\u0301", 3)},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("%s: Clean(%q) = %q, want %q", c.fact, c.in, got, c.want)
		}
	}
}

func TestLabelIsShortAndNeverEmpty(t *testing.T) {
	for _, c := range []struct {
		fact, in string
		limit    int
		want     string
	}{
		{"a short name stays", "logistic", 20, "logistic"},
		{"a long name loses its middle", "logistic_with_all_factors_2026", 16, "logistic_w…_2026"},
		{"an empty name is named", "", 20, Unnamed},
		{"so is one of control characters", "\x00\u202e", 20, Unnamed},
		{"characters are counted, not bytes", "größere", 7, "größere"},
		{"no room leaves the ellipsis", "abc", 0, "…"},
	} {
		if got := Label(c.in, c.limit); got != c.want {
			t.Errorf("%s: Label(%q, %d) = %q, want %q", c.fact, c.in, c.limit, got, c.want)
		}
	}
}

func TestLabelsOfEqualPrefixDiffer(t *testing.T) {
	prefix := strings.Repeat("x", 1000)
	if a, b := Label(prefix+"_a", 30), Label(prefix+"_b", 30); a == b {
		t.Errorf("both are %q", a)
	}
}

func TestLabelNeverExceedsItsLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, limit := rapid.String().Draw(t, "name"), rapid.IntRange(len(Unnamed), 50).Draw(t, "limit")
		if got := utf8.RuneCountInString(Label(in, limit)); got > limit {
			t.Fatalf("%d characters, limit %d", got, limit)
		}
	})
}

func TestCapitalRaisesTheFirstLetterOnly(t *testing.T) {
	for in, want := range map[string]string{"": "", "log loss": "Log loss", "AUC": "AUC", "über": "Über", "1a": "1a"} {
		if got := Capital(in); got != want {
			t.Errorf("Capital(%q) = %q, want %q", in, got, want)
		}
	}
}

// What comes out of Clean is printable, valid and stable, whatever goes in.
func FuzzClean(f *testing.F) {
	for _, seed := range []string{"", "a\x00b", "\u202eabc", "\xff\xfe", " \t\n", "👩‍👩‍👧", "<svg onload=x>", "e\u0301\u0301\u0301\u0301"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := Clean(in)
		if !utf8.ValidString(out) {
			t.Errorf("Clean(%q) = %q is not valid UTF-8", in, out)
		}
		for _, r := range out {
			if !unicode.IsPrint(r) {
				t.Errorf("Clean(%q) holds %U", in, r)
			}
		}
		if again := Clean(out); again != out {
			t.Errorf("Clean is not stable: %q, then %q", out, again)
		}
	})
}
