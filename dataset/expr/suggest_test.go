package expr

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNearestSuggestsWhatWasMeantOrNothing(t *testing.T) {
	have := []string{"licences", "active_users", "nps", "Seats", "SEATS", "arr", "support_calls", "trend_30d", "trend_90d"}
	for _, c := range []struct {
		name, want string
	}{
		{"licenses", "licences"},
		{"Licences", "licences"},
		{"acitve_users", "active_users"}, // a swap is one edit
		{"activeusers", "active_users"},
		{"suport_cals", "support_calls"},
		{"seats", "SEATS"}, // both differ in case only: the one that sorts first
		{"seat", "SEATS"},
		{"np", "nps"},
		{"ars", "arr"},
		{"trend_60d", "trend_30d"}, // a tie
		{"a", ""},                  // one letter tells nothing
		{"mrr", "arr"},
		{"nos", "nps"},
		{"nxx", ""},
		{"support_dolls", "support_calls"},
		{"suppart_dolls", "support_calls"}, // three edits
		{"suppart_dollz", ""},              // four
		{"usage", ""},
		{"support", ""},
		{"", ""},
	} {
		got, ok := Nearest(c.name, have)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Nearest(%q) = %q, %v, want %q", c.name, got, ok, c.want)
		}
		backwards := slices.Clone(have)
		slices.Reverse(backwards)
		if other, _ := Nearest(c.name, backwards); other != got {
			t.Errorf("Nearest(%q) depends on the order of the names: %q and %q", c.name, got, other)
		}
	}
}

// Distances counted by hand; "ca" to "abc" is the standard pair that tells
// optimal string alignment (3) from unrestricted Damerau-Levenshtein (2).
func TestAlignmentCountsEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0},
		{"", "abc", 3},
		{"abc", "abc", 0},
		{"abc", "abd", 1},
		{"abc", "ac", 1},
		{"abc", "acb", 1},
		{"ca", "abc", 3},
		{"kitten", "sitting", 3},
		{"früh", "fruh", 1},
	} {
		if got := alignment([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("alignment(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

func TestAlignmentIsSymmetricAndZeroOnlyForEqualNames(t *testing.T) {
	name := rapid.StringMatching("[abcd_]{0,8}")
	rapid.Check(t, func(t *rapid.T) {
		a, b := []rune(name.Draw(t, "a")), []rune(name.Draw(t, "b"))
		d := alignment(a, b)
		if d != alignment(b, a) || (d == 0) != slices.Equal(a, b) || d > max(len(a), len(b)) {
			t.Fatalf("alignment(%q, %q) = %d, the other way %d", string(a), string(b), d, alignment(b, a))
		}
	})
}

func TestNearestIsCheapForAnAbsurdName(t *testing.T) {
	have := make([]string, 1000)
	for i := range have {
		have[i] = strings.Repeat("x", i%50)
	}
	if got, ok := Nearest(strings.Repeat("x", maxBytes), have); ok {
		t.Errorf("suggested %q", got)
	}
}

func TestEveryFunctionThatIsSuggestedExists(t *testing.T) {
	for _, name := range functionNames() {
		if _, _, known := arity(name); !known {
			t.Errorf("%s is listed and not known", name)
		}
	}
}
