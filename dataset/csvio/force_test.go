package csvio

import (
	"slices"
	"strings"
	"testing"

	"holdfast/dataset/parquetio"
)

// What may be forced is more than what is found, but nothing that would lose a cell.
func TestTypesOnRequest(t *testing.T) {
	for name, c := range map[string]struct {
		cells []string
		typ   Type
		want  []float64 // of the Parquet; nil where it is refused
		says  string    // in the refusal
	}{
		"names of digits as numbers":           {[]string{"007", "+12"}, Number, []float64{7, 12}, ""},
		"names of digits as whole numbers":     {[]string{"007", "+12"}, Int, []float64{7, 12}, ""},
		"numbers beyond 2^53 as numbers":       {[]string{"9007199254740994"}, Number, []float64{9007199254740994}, ""},
		"numbers beyond 2^53 as whole numbers": {[]string{"9007199254740994"}, Int, nil, `"9007199254740994" in line 2`},
		"two currencies as numbers":            {[]string{"$1", "2 €"}, Number, []float64{1, 2}, ""},
		"percent and plain as numbers":         {[]string{"12%", "0.5"}, Number, []float64{12, 0.5}, ""},
		"money as whole numbers":               {[]string{"$1"}, Int, nil, `"$1" in line 2`},
		"a fraction as whole number":           {[]string{"1", "1.5"}, Int, nil, `"1.5" in line 3`},
		"an exponent as whole number":          {[]string{"1e3"}, Int, nil, `"1e3" in line 2`},
		"0 and 1 as yes and no":                {[]string{"0", "1", "yes", "F"}, Bool, []float64{0, 1, 1, 0}, ""},
		"2 as yes":                             {[]string{"1", "2"}, Bool, nil, `"2" in line 3`},
		"a word as number":                     {[]string{"1", "TBD"}, Number, nil, `"TBD" in line 3]; correct the file, read a word as missing with --null`},
		"a date as number":                     {[]string{"2026-03-31"}, Number, nil, `"2026-03-31" in line 2`},
		"nothing as number":                    {[]string{""}, Number, []float64{}, ""},
		"a number as date":                     {[]string{"46112"}, Date, nil, "--type x=date"},
		"a timestamp as date":                  {[]string{"2026-03-31 10:00"}, Date, nil, `"2026-03-31 10:00" in line 2`},
		"instants and local times together":    {[]string{"2026-03-31T10:00Z", "2026-03-31T10:00"}, Timestamp, nil, "--type x=timestamp"},
	} {
		t.Run(name, func(t *testing.T) {
			opts := Options{Types: map[string]Type{"x": c.typ}}
			if c.want == nil {
				_, err := Survey(t.Context(), []Source{text("x.csv", column(c.cells...))}, opts)
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("got %v, want %s", err, c.says)
				}
				return
			}
			got := reread(t, opts, column(c.cells...), parquetio.AsNumber, "x").Columns[0].Numbers
			if len(c.want) > 0 && !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if len(c.want) == 0 && surveyed(t, opts, text("x.csv", column(c.cells...))).Columns[0].Type != c.typ {
				t.Errorf("an empty column is not of type %s", c.typ)
			}
		})
	}
}
