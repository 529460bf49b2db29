package csvio

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"holdfast/dataset"
)

// asked surveys files that leave something open and lists the codes and places of the questions.
func asked(t *testing.T, opts Options, files ...Source) string {
	t.Helper()
	_, err := Survey(context.Background(), files, opts)
	var refused *dataset.RefusedError
	if err == nil {
		return ""
	}
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	var list []string
	for _, f := range refused.Findings {
		list = append(list, f.Code+" "+f.Where)
	}
	return strings.Join(list, "; ")
}

// Files that are given together speak for each other, whatever their order; a contradiction silences them.
func TestDatesAreDecidedOverAllFiles(t *testing.T) {
	open, day, month, same := "d\n03/04/2026\n", "d\n25/12/2026\n", "d\n12/25/2026\n", "d\n04/04/2026\n"
	for name, c := range map[string]struct {
		files []string
		want  string // type and order of column d, or the question
	}{
		"open alone":                               {[]string{open}, `ambiguous_dates x0.csv: column "d"`},
		"open in two files":                        {[]string{open, open}, `ambiguous_dates column "d"`},
		"proved by a later file":                   {[]string{open, day}, "date dmy"},
		"proved by an earlier file":                {[]string{month, open}, "date mdy"},
		"proved by a column of another name":       {[]string{open, "e\n25/12/2026\n"}, "date dmy"},
		"proved by a timestamp":                    {[]string{open, "e\n12/25/2026 10:00\n"}, "date mdy"},
		"ISO proves nothing":                       {[]string{open, "e\n2026-12-25\n"}, `ambiguous_dates column "d"`},
		"years of two digits prove nothing":        {[]string{open, "e\n25/12/26\n"}, `ambiguous_dates column "d"; ambiguous_dates column "e"`},
		"a column with words proves nothing":       {[]string{open, "e\n25/12/2026\nsoon\n"}, `ambiguous_dates column "d"`},
		"two files that contradict":                {[]string{day, month}, "text "},
		"two columns that contradict":              {[]string{open, "e\n25/12/2026\n", "f\n12/25/2026\n"}, `ambiguous_dates column "d"`},
		"the same day in either order":             {[]string{same, same}, "date dmy"},
		"the same day speaks for nobody":           {[]string{open, "e\n04/04/2026\n"}, `ambiguous_dates column "d"`},
		"empty in one file":                        {[]string{day, "d\n\"\"\n"}, "date dmy"},
		"a date in one and a timestamp in another": {[]string{day, "d\n26/12/2026 10:00\n"}, "timestamp dmy"},
		"an instant in one and none in another":    {[]string{"d\n2026-03-31T10:00:00Z\n", "d\n2026-03-31T10:00:00\n"}, "text "},
	} {
		t.Run(name, func(t *testing.T) {
			var files []Source
			for i, f := range c.files {
				files = append(files, text(fmt.Sprintf("x%d.csv", i), f))
			}
			if got := asked(t, Options{}, files...); got != "" {
				if got != c.want {
					t.Errorf("asked %s, want %s", got, c.want)
				}
				return
			}
			table := surveyed(t, Options{}, files...)
			if got := fmt.Sprintf("%s %s", table.Columns[0].Type, table.Columns[0].order); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestAQuestionAboutDatesShowsBothDaysAndTheFile(t *testing.T) {
	_, err := Survey(context.Background(), []Source{text("a.csv", "d\n\"\"\n"), text("b.csv", "d\n01/02/2026\n")}, Options{})
	const want = `column "d": "01/02/2026" in line 2 of b.csv is 1 February 2026 with --dates dmy and 2 January 2026 with --dates mdy; say which`
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// 20,000 is 3 October 1954 and 80,000 is 10 January 2119 in Excel's count from 30 December 1899.
func TestNumbersInAColumnThatIsCalledADateArePointedOut(t *testing.T) {
	for csv, want := range map[string]string{
		"renewal_date\n46112\n":             "day_numbers",
		"renewal_date\n46112\n80001\n":      "",
		"Date of renewal\n20000\n80000\n":   "day_numbers",
		"created_at\n20260331\n":            "packed_dates",
		"decided_on\n20260331\n19000101\n":  "packed_dates",
		"decided_on\n20260331\n18991231\n":  "",
		"seats\n46112\n":                    "",
		"renewal_date\n46112.5\n":           "", // a time of day: no whole number, and no column of dates either
		"renewal_date\n46112\n2026-03-31\n": "",
		"renewal_date\n2026-03-31\n":        "",
	} {
		got := messages(surveyed(t, Options{}, text("x.csv", csv)))
		for _, code := range []string{"day_numbers", "packed_dates"} {
			if strings.Contains(got, code) != (code == want) {
				t.Errorf("%q: got %s, want %q", csv, got, want)
			}
		}
	}
}
