package csvio

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// RFC 4180, section 2, and what spreadsheets make of it.
func TestRecordsAndFields(t *testing.T) {
	for name, c := range map[string]struct {
		csv  string
		want string // fields between |, records between /
	}{
		"two records":                          {"a,b\nc,d\n", "a|b/c|d"},
		"no line end at the end":               {"a,b\nc,d", "a|b/c|d"},
		"CR LF":                                {"a,b\r\nc,d\r\n", "a|b/c|d"},
		"CR at the end of the file":            {"a,b\r", "a|b"},
		"CR inside a field":                    {"a\rb,c\n", "a\rb|c"},
		"empty fields":                         {",a,\n", "|a|"},
		"an empty last field at the end":       {"a,", "a|"},
		"quotes around a field":                {"\"a\",b\n", "a|b"},
		"a delimiter in quotes":                {"\"a,b\",c\n", "a,b|c"},
		"a line end in quotes":                 {"\"a\r\nb\",c\n", "a\r\nb|c"},
		"a quote in quotes":                    {"\"a\"\"b\",c\n", `a"b|c`},
		"nothing but a quote in quotes":        {"\"\"\"\",c\n", `"|c`},
		"quotes at both ends":                  {"\"\"\"a\"\"\",c\n", `"a"|c`},
		"an empty field in quotes":             {"\"\",c\n", "|c"},
		"an empty record in quotes":            {"\"\"\nc\n", "/c"},
		"a quote inside a bare field":          {"a\"b,c\"\n", `a"b|c"`},
		"a blank before a quote makes it bare": {"a, \"b\"\n", `a| "b"`},
		"CR after a closing quote":             {"\"a\"\r\nb\n", "a/b"},
		"a closing quote at the end":           {"a,\"b\"", "a|b"},
		"blank lines are no records":           {"a\n\n\r\nb\n", "a/b"},
		"delimiters alone are no record":       {"a,b\n,\nc,d\n", "a|b/c|d"},
		"blanks are a value":                   {"a,b\n , \n", "a|b/ | "},
		"characters of several bytes":          {"é,漢\n😀,x\n", "é|漢/😀|x"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := records(strings.NewReader(c.csv), ',')
			if err != nil {
				t.Fatal(err)
			}
			rows := make([]string, len(got))
			for i, r := range got {
				rows[i] = strings.Join(r, "|")
			}
			if text := strings.Join(rows, "/"); text != c.want {
				t.Errorf("got %q, want %q", text, c.want)
			}
		})
	}
}

// A record that breaks is named by the line in which it begins, wherever blocks and quoted line ends lie.
func TestARaggedRecordIsFoundInItsLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 5).Draw(t, "width")
		line, b := 1, strings.Builder{}
		put := func(fields int) {
			cells := make([]string, fields)
			for i := range cells {
				cells[i] = rapid.SampledFrom([]string{"x", "1", "\"a\nb\"", "\"q\"\"\""}).Draw(t, "cell")
			}
			record := strings.Join(cells, ",") + rapid.SampledFrom([]string{"\n", "\r\n", "\n\n"}).Draw(t, "end")
			b.WriteString(record)
			line += strings.Count(record, "\n")
		}
		names := make([]string, width)
		for i := range names {
			names[i] = fmt.Sprint("c", i)
		}
		b.WriteString(strings.Join(names, ",") + "\n")
		line++
		for range rapid.IntRange(0, 40).Draw(t, "good rows") {
			put(width)
		}
		bad, at := rapid.IntRange(1, 7).Draw(t, "bad width"), line
		if bad == width {
			bad++
		}
		put(bad)
		put(width)
		_, err := Survey(context.Background(), []Source{text("x.csv", b.String())}, Options{Delimiter: ','})
		if want := fmt.Sprintf("line %d: %d fields where the header has %d", at, bad, width); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

// Rows are neither lost nor made where blocks end: a file of several blocks, with records that straddle them.
func TestEveryRowOfManyBlocksIsCountedOnce(t *testing.T) {
	for _, cell := range []string{"x", strings.Repeat("long ", 500), "\"two\nlines\"", "\"" + strings.Repeat("\"\"", 300) + "\""} {
		const rows = 3_001
		b := strings.Builder{}
		b.WriteString("id,text\n")
		for i := range rows {
			fmt.Fprintf(&b, "%d,%s\n", i, cell)
		}
		table := surveyed(t, Options{Workers: 2}, text("x.csv", b.String()))
		if got := table.Columns[0]; table.Files[0].Rows != rows || got.Rows != rows || got.Type != Int || got.Nulls != 0 {
			t.Errorf("%.10s: %d rows, %+v", cell, table.Files[0].Rows, got)
		}
	}
}

// The stated ceiling of a file that is one field: a record may take maxRecord bytes, and no more of it is read.
func TestAnEndlessFieldTakesBoundedMemory(t *testing.T) {
	for name, begin := range map[string]string{"in quotes": "a\n\"", "bare": "a\n", "of delimiters": "a;b\n", "in the header": ""} {
		t.Run(name, func(t *testing.T) {
			fill := repeat("x")
			if name == "of delimiters" {
				fill = ";"
			}
			read := &counting{in: io.MultiReader(strings.NewReader(begin), io.LimitReader(fill, 1<<30))}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := Survey(t.Context(), []Source{{Path: "x.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(read), nil }}}, Options{Workers: 1})
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), "a record of more than 16 MiB") && !strings.Contains(err.Error(), "line 2: more than 10000 fields where the header has 2") {
				t.Errorf("got %.200v", err)
			}
			if read.n > 2*maxRecord {
				t.Errorf("%d MiB were read of it", read.n>>20)
			}
			if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 256 {
				t.Errorf("%d MiB were allocated for it", took)
			}
		})
	}
}

// counting counts what is read.
type counting struct {
	in io.Reader
	n  int
}

func (c *counting) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += n
	return n, err
}

// The widest table that is allowed, with rows enough for several blocks, comes back; one column more is refused.
func TestTenThousandColumnsComeBack(t *testing.T) {
	line := func(first string, cells int) string { return first + strings.Repeat(",7", cells-1) + "\n" }
	names := func(n int) string {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint("c", i)
		}
		return strings.Join(list, ",") + "\n"
	}
	csv := names(maxColumns) + strings.Repeat(line("x", maxColumns), 60)
	table := surveyed(t, Options{}, text("x.csv", csv))
	if got := table.Files[0].Rows; got != 60 || len(table.Columns) != maxColumns || table.Columns[0].Type != Text || table.Columns[maxColumns-1].Type != Int {
		t.Errorf("%d rows, %d columns", got, len(table.Columns))
	}
	parquetOf(t, table, 0)
	if _, err := Survey(t.Context(), []Source{text("x.csv", names(maxColumns+2))}, Options{}); err == nil || !strings.Contains(err.Error(), "more than 10000 columns; is ',' the delimiter?") {
		t.Errorf("got %v", err)
	}
}

func TestBlankRowsAreCountedUnlessTheyEndTheFile(t *testing.T) {
	for csv, want := range map[string]string{
		"a,b\n1,2\n\n\n":           "",
		"a,b\n1,2\n\n3,4\n\n":      "1 rows without any value were left out, the first in line 3",
		"a,b\n1,2\n,\n":            "1 rows without any value were left out, the first in line 3",
		"a,b\n\n\n1,2\n,\n\n3,4\n": "4 rows without any value were left out, the first in line 2",
		"a,b\n1,2\n\n,\n":          "1 rows without any value were left out, the first in line 4",
	} {
		got := messages(surveyed(t, Options{}, text("x.csv", csv)))
		if strings.Contains(got, "blank_rows") != (want != "") || !strings.Contains(got, want) {
			t.Errorf("%q: got %s, want %s", csv, got, want)
		}
	}
}
