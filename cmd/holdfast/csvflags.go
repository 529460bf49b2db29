package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"holdfast/dataset/csvio"
)

// csvFlags are the answers to what a CSV file leaves open, as they are typed.
type csvFlags struct {
	delimiter, encoding, dates, decimal string
	nulls, types                        []string
}

func (f *csvFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.dates, "dates", "", "CSV: `order` of dates such as 03/04/2026: dmy, mdy or ymd")
	flags.StringVar(&f.decimal, "decimal", "", "CSV: what stands before the fraction: `point` or comma")
	flags.StringVar(&f.delimiter, "delimiter", "", "CSV: what stands between fields, such as `;` or tab (default: found)")
	flags.StringVar(&f.encoding, "encoding", "", "CSV: `utf-8`, utf-16le, utf-16be, windows-1252 or latin-1 (default: utf-8, or what a byte order mark says)")
	flags.StringArrayVar(&f.nulls, "null", nil, "CSV: another `word` for missing; repeat it for more")
	flags.StringArrayVar(&f.types, "type", nil, "CSV: `COLUMN=TYPE` with text, number, int, bool, date or timestamp; repeat it for more")
}

// unused refuses answers where no CSV file asks: who types --dates dmy believes that it has an effect on dates, and
// Parquet has its types already.
func (f *csvFlags) unused() error {
	for _, flag := range []struct {
		name  string
		given bool
	}{
		{"dates", f.dates != ""}, {"decimal", f.decimal != ""}, {"delimiter", f.delimiter != ""}, {"encoding", f.encoding != ""},
		{"null", len(f.nulls) > 0}, {"type", len(f.types) > 0},
	} {
		if flag.given {
			return fail(exitUsage, fmt.Errorf("--%s is for CSV, but neither input is named .csv or .tsv (.gz or not); leave it out, or see holdfast import --help", flag.name))
		}
	}
	return nil
}

// options checks the words.
func (f *csvFlags) options() (csvio.Options, error) {
	o := csvio.Options{Nulls: f.nulls, Types: make(map[string]csvio.Type)}
	wrong := func(flag, got, want string) (csvio.Options, error) {
		return o, fail(exitUsage, fmt.Errorf("--%s %q is not %s", flag, plain(got), want))
	}
	switch f.dates {
	case "", "dmy", "mdy", "ymd":
		o.Dates = csvio.DateOrder(f.dates)
	default:
		return wrong("dates", f.dates, "dmy, mdy or ymd")
	}
	var ok bool
	if o.Decimal, ok = map[string]byte{"": 0, "point": '.', ".": '.', "comma": ',', ",": ','}[f.decimal]; !ok {
		return wrong("decimal", f.decimal, "point or comma")
	}
	if o.Encoding, ok = map[string]csvio.Encoding{"": "", "utf-8": csvio.UTF8, "utf-16le": csvio.UTF16LE, "utf-16be": csvio.UTF16BE,
		"windows-1252": csvio.Windows1252, "latin-1": csvio.Windows1252}[f.encoding]; !ok {
		return wrong("encoding", f.encoding, "utf-8, utf-16le, utf-16be, windows-1252 or latin-1")
	}
	if o.Delimiter, ok = delimiterOf(f.delimiter); !ok {
		return wrong("delimiter", f.delimiter, "one ASCII character, or tab")
	}
	for _, pair := range f.types {
		i := strings.LastIndexByte(pair, '=') // names may hold one, types do not
		typ := csvio.Type(pair[i+1:])
		if i <= 0 || !slices.Contains([]csvio.Type{csvio.Text, csvio.Number, csvio.Int, csvio.Bool, csvio.Date, csvio.Timestamp}, typ) {
			return wrong("type", pair, "COLUMN=TYPE with text, number, int, bool, date or timestamp")
		}
		o.Types[pair[:i]] = typ
	}
	return o, nil
}

// delimiterOf reads the character itself or its name; 0 is to be found.
func delimiterOf(text string) (byte, bool) {
	switch {
	case text == "":
		return 0, true
	case text == "tab" || text == `\t`:
		return '\t', true
	case len(text) == 1 && text[0] < 0x80 && !strings.Contains("\"\r\n\x00", text):
		return text[0], true
	}
	return 0, false
}
