package csvio

import (
	"fmt"
	"testing"
)

// As for dates: the files that are given together come from one program.
func TestDecimalMarksAreDecidedOverAllFiles(t *testing.T) {
	open, comma, point := "x;k\n1,234;a\n", "x;k\n1,5;a\n", "x;k\n1.5;a\n"
	for name, c := range map[string]struct {
		files []string
		opts  Options
		want  string // type and decimal mark of column x, or the question
	}{
		"open alone":                             {[]string{open}, Options{}, `ambiguous_numbers x0.csv: column "x"`},
		"proved by a later file":                 {[]string{open, comma}, Options{}, "number ,"},
		"whole numbers prove nothing":            {[]string{open, "x;k\n1234;a\n"}, Options{}, `ambiguous_numbers column "x"`},
		"proved by another column":               {[]string{open, "y;k\n1,5;a\n"}, Options{}, "number ,"},
		"proved to group by another column":      {[]string{open, "y;k\n1.5;a\n"}, Options{}, "int ."},
		"two files that contradict":              {[]string{comma, point}, Options{}, "text ."},
		"two columns that contradict":            {[]string{open, "y;k\n1,5;a\n", "z;k\n1.5;a\n"}, Options{}, `ambiguous_numbers column "x"`},
		"a flag beats the proof of others":       {[]string{open, "y;k\nb;a\n"}, Options{Decimal: ','}, "number ,"},
		"a flag against the column's own proof":  {[]string{comma}, Options{Decimal: '.'}, `wrong_type x0.csv: column "x"`},
		"points between semicolons are open":     {[]string{"x;k\n1.234;a\n"}, Options{}, `ambiguous_numbers x0.csv: column "x"`},
		"points between commas are points":       {[]string{"x,k\n1.234,a\n"}, Options{}, "number ."},
		"between commas and between semicolons":  {[]string{"x,k\n1.234,a\n", "x;k\n1.234;a\n"}, Options{}, `ambiguous_numbers column "x"`},
		"points between commas, proved to group": {[]string{"x,k\n1.234,a\n", "y,k\n1.234.567,a\n"}, Options{}, "int ,"},
		"percentages prove as well":              {[]string{open, "y;k\n1,5%;a\n"}, Options{}, "number ,"},
		"a column with words proves nothing":     {[]string{open, "y;k\n1,5;a\nx;b\n"}, Options{}, `ambiguous_numbers column "x"`},
		"text on request is not asked about":     {[]string{open}, Options{Types: map[string]Type{"x": Text}}, "text ."},
		"whole numbers on request group":         {[]string{open}, Options{Types: map[string]Type{"x": Int}}, "int ."},
		"numbers on request are still asked for": {[]string{open}, Options{Types: map[string]Type{"x": Number}}, `ambiguous_numbers x0.csv: column "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			var files []Source
			for i, f := range c.files {
				files = append(files, text(fmt.Sprintf("x%d.csv", i), f))
			}
			if got := asked(t, c.opts, files...); got != "" {
				if got != c.want {
					t.Errorf("asked %s, want %s", got, c.want)
				}
				return
			}
			table := surveyed(t, c.opts, files...)
			if got := fmt.Sprintf("%s %c", table.Columns[0].Type, table.Columns[0].decimal); got != c.want {
				t.Errorf("got %s, want %s\n%s", got, c.want, messages(table))
			}
		})
	}
}
