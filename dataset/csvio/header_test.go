package csvio

import (
	"strings"
	"testing"
)

func TestNamesAreKeptAsTheyStandButForBlanks(t *testing.T) {
	s, err := opened(t, Options{}, "\n\n Account ID ,\"ARR, total\",\"the \"\"best\"\"\",café\n1,2,3,4\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(s.names, "|"), `Account ID|ARR, total|the "best"|café`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAHeaderMustTellColumnsApart(t *testing.T) {
	for name, c := range map[string]struct {
		names []string
		want  string // of the error; "" for none
	}{
		"different names":                        {[]string{"a", "b"}, ""},
		"names that differ in case":              {[]string{"ARR", "arr"}, ""},
		"a last one without a name":              {[]string{"a", ""}, ""},
		"two last ones without a name":           {[]string{"a", "", ""}, "column 2 has no name"},
		"a first one without a name":             {[]string{"", "a"}, "index=False"},
		"a single one without a name":            {[]string{""}, "column 1 has no name"},
		"the same name twice":                    {[]string{"a", "b", "b"}, `columns 2 and 3 are both called "b"`},
		"the same name twice and an empty last":  {[]string{"a", "a", ""}, `columns 1 and 2`},
		"a carriage return alone":                {[]string{"a", "b\r1"}, "single carriage return"},
		"a line end of Windows inside a name":    {[]string{"a\r\nb"}, ""},
		"values only":                            {[]string{"1", "2026-03-31"}, "must name the columns"},
		"a year among names":                     {[]string{"account", "2026"}, ""},
		"the word for missing is a value":        {[]string{"NA", "1"}, "must name the columns"},
		"yes may be a name":                      {[]string{"1", "yes"}, ""},
		"a hostile name is quoted in the answer": {[]string{"\x1b[31m", "\x1b[31m"}, `"\x1b[31m"`},
	} {
		t.Run(name, func(t *testing.T) {
			err := checkNames(c.names)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestAWrongHeaderIsNamedByItsLine(t *testing.T) {
	for csv, want := range map[string]string{
		"a,a\n":             "x.csv: line 1: ",
		"\n\na,a\n":         "x.csv: line 3: ",
		"sep=,\na,a\n":      "x.csv: line 2: ",
		"sep=,\n\na,a\n1,2": "x.csv: line 3: ",
	} {
		if _, err := opened(t, Options{}, csv); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", csv, err, want)
		}
	}
}
