package csvio

import (
	"context"
	"errors"
	"testing"
)

func TestATypeOfAColumnThatIsNotThereIsAColumnError(t *testing.T) {
	for name, c := range map[string]struct {
		types map[string]Type
		want  ColumnError
		text  string
	}{
		"with a name like it": {map[string]Type{"renewal": Date}, ColumnError{Column: "renewal", Near: "renewals"},
			`csvio: --type: there is no column "renewal"; did you mean "renewals"?`},
		"unlike any": {map[string]Type{"zip": Text}, ColumnError{Column: "zip", Have: `the columns are "renewals", "arr"`}, `csvio: --type: there is no column "zip"; the columns are "renewals", "arr"`},
		"the first of several, in every run": {map[string]Type{"q": Text, "p": Text, "o": Text, "r": Text}, ColumnError{Column: "o", Have: `the columns are "renewals", "arr"`},
			`csvio: --type: there is no column "o"; the columns are "renewals", "arr"`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Survey(context.Background(), []Source{text("x.csv", "renewals,arr\n1,2\n")}, Options{Types: c.types})
			var got *ColumnError
			if !errors.As(err, &got) || *got != c.want || err.Error() != c.text {
				t.Errorf("got %v, want %s", err, c.text)
			}
		})
	}
}

// A column may be in one file only.
func TestATypeOfAColumnOfAnyFileIsTaken(t *testing.T) {
	table := surveyed(t, Options{Types: map[string]Type{"b": Text}}, text("x.csv", "a\n1\n"), text("y.csv", "a,b\n1,2\n"))
	if got, want := typesOf(table), "a=int b=text"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Of many columns a message names the first.
func TestTheListOfColumnsIsShort(t *testing.T) {
	names := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"}
	if got, want := listed(names), `the columns are "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l" and 2 more`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
