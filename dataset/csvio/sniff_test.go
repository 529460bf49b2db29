package csvio

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// opened opens a text as far as its header and returns the sheet.
func opened(t testing.TB, opts Options, content string) (*sheet, error) {
	t.Helper()
	s, err := openSheet(text("x.csv", content), opts)
	if err == nil {
		t.Cleanup(func() { s.close() })
	}
	return s, err
}

func TestTheDelimiterIsTheMarkThatCutsAllRecordsAlike(t *testing.T) {
	for name, c := range map[string]struct {
		csv  string
		want byte
	}{
		"commas":                                     {"a,b\n1,2\n", ','},
		"semicolons beside decimal commas":           {"a;b\n1,5;2,5\n", ';'},
		"commas beside semicolons in a text":         {"a,b\nx;y,z\nx,y\n", ','},
		"tabs beside commas in an address":           {"name\taddress\nA\t1 Road, Town\n", '\t'},
		"bars":                                       {"a|b\n1|2\n", '|'},
		"marks inside quotes do not count":           {"\"a;b\",c\n\"1;2\",3\n", ','},
		"a quoted line end does not end a record":    {"a;b\n\"x,\ny,\";2\n", ';'},
		"the only mark of the header, if rows break": {"a,b\n1,2\n1,2,3\n", ','},
		"a single column":                            {"a\n1\n", ','},
		"blank lines say nothing":                    {"a;b\n\n1;2\n\n", ';'},
		"rows of the other mark":                     {"a,b;c\n1;2\n", ';'},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := opened(t, Options{}, c.csv)
			if err != nil {
				t.Fatal(err)
			}
			if s.delim != c.want {
				t.Errorf("got %q, want %q", s.delim, c.want)
			}
		})
	}
}

func TestTwoDelimitersThatFitAreAskedFor(t *testing.T) {
	for name, c := range map[string]struct{ csv, want string }{
		"both cut all records":         {"a,b;c\n1,2;3\n", `',' or ';' could stand between the fields; say --delimiter`},
		"none does, two cut the names": {"a\tb|c\n1\n2\n", `tab or '|'`},
		"three do":                     {"a,b;c|d\n1,2;3|4\n", `',' or ';' or '|'`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := opened(t, Options{}, c.csv); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			s, err := opened(t, Options{Delimiter: '|'}, c.csv)
			if err != nil || s.delim != '|' {
				t.Errorf("with the flag: %v", err)
			}
		})
	}
}

func TestTheLineOfExcelNamesTheDelimiter(t *testing.T) {
	for name, c := range map[string]struct {
		csv   string
		asked byte
		want  byte
		names string
		line  int // in which the first record after the header begins
	}{
		"it is no header":               {"sep=;\na,b;c\n1;2\n", 0, ';', "a,b c", 3},
		"with CR LF":                    {"sep=|\r\na|b\r\n1|2\r\n", 0, '|', "a b", 3},
		"a flag says more":              {"sep=;\na;b,c\n", ',', ',', "a;b c", 3},
		"a column of that name":         {"sep=ab,c\n1,2\n", 0, ',', "sep=ab c", 2},
		"a tab":                         {"sep=\t\na\tb\n", 0, '\t', "a b", 3},
		"without it lines count from 1": {"a;b\n1;2\n", 0, ';', "a b", 2},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := opened(t, Options{Delimiter: c.asked}, c.csv)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(s.names, " "); s.delim != c.want || got != c.names || s.line != c.line {
				t.Errorf("%q, names %s, line %d; want %q, %s, %d", s.delim, got, s.line, c.want, c.names, c.line)
			}
		})
	}
}

// Any table of words that hold no mark is cut by the mark that joined it, however large the part that is looked at.
func TestTheDelimiterOfATableOfWordsIsFound(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		delim := rapid.SampledFrom(delimiters[:]).Draw(r, "delimiter")
		width := rapid.IntRange(2, 6).Draw(r, "width")
		var b strings.Builder
		for row := range rapid.IntRange(1, 300).Draw(r, "rows") {
			for i := range width {
				if i > 0 {
					b.WriteByte(delim)
				}
				b.WriteString([]string{"name", "x"}[min(row, 1)] + strings.Repeat("y", i))
			}
			b.WriteByte('\n')
		}
		s, err := openSheet(text("x.csv", b.String()), Options{})
		if err != nil {
			r.Fatal(err)
		}
		defer s.close()
		if s.delim != delim || len(s.names) != width {
			r.Errorf("%q and %d columns, want %q and %d", s.delim, len(s.names), delim, width)
		}
	})
}
