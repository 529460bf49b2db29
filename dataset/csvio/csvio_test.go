package csvio

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
)

// text is a file that holds a text.
func text(name, content string) Source {
	return Source{Path: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(content)), nil }}
}

// typesOf lists the columns as name=type.
func typesOf(t *Table) string {
	var list []string
	for _, c := range t.Columns {
		typ := string(c.Type)
		if c.Zoned {
			typ = "instant"
		}
		list = append(list, c.Name+"="+typ)
	}
	return strings.Join(list, " ")
}

// messages lists the warnings, and the notes of the columns.
func messages(t *Table) string {
	var b strings.Builder
	for _, w := range t.Warnings {
		fmt.Fprintf(&b, "%s: %s\n", w.Code, w)
	}
	for _, c := range t.Columns {
		fmt.Fprintf(&b, "%s: %s\n", c.Name, c.Note)
	}
	return b.String()
}

func surveyed(t testing.TB, opts Options, files ...Source) *Table {
	t.Helper()
	table, err := Survey(context.Background(), files, opts)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// converted returns the Parquet of file i.
func parquetOf(t testing.TB, table *Table, i int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := table.Convert(context.Background(), i, &out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// reread imports a text and reads columns of the Parquet.
func reread(t testing.TB, opts Options, content string, as parquetio.As, columns ...string) *parquetio.Table {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.parquet")
	if err := os.WriteFile(path, parquetOf(t, surveyed(t, opts, text("x.csv", content)), 0), 0o644); err != nil {
		t.Fatal(err)
	}
	var wanted []parquetio.Request
	for _, c := range columns {
		wanted = append(wanted, parquetio.Request{Column: c, As: as})
	}
	table, err := parquetio.Read(context.Background(), path, wanted, parquetio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// column makes a file of one column. In such a file an empty cell needs quotes, or its line is blank.
func column(cells ...string) string {
	return strings.ReplaceAll("x\n"+strings.Join(cells, "\n")+"\n", "\n\n", "\n\"\"\n")
}

func TestAColumnHasTheTypeThatAllItsCellsHave(t *testing.T) {
	for name, c := range map[string]struct {
		csv  string
		opts Options
		want string // type of the column
		says string // in a warning or note
	}{
		"whole numbers":                                {csv: column("1", "-2", "0", "-0", " 3 "), want: "int"},
		"0 and 1 are whole numbers":                    {csv: column("0", "1"), want: "int"},
		"numbers with a fraction":                      {csv: column("1", "2.5", ".5", "5."), want: "number"},
		"exponents":                                    {csv: column("1e5", "2.5E-3", "-1e+10"), want: "number"},
		"words for missing":                            {csv: column("1", "NA", "", "#N/A", "NULL", "-", `\N`, "None", "NaN"), want: "int", says: `"NA", "#N/A", "NULL" read as missing`},
		"own words for missing":                        {csv: column("1", "TBD", "tbc"), opts: Options{Nulls: []string{"TBD", "tbc"}}, want: "int"},
		"words for yes and no in any case":             {csv: column("true", "FALSE", "Yes", "n", "T"), want: "bool"},
		"yes and 1 do not mix":                         {csv: column("true", "1", "0"), want: "text"},
		"digits that begin with 0 are names":           {csv: column("007", "12"), want: "text", says: `"007" in line 2 begins with 0`},
		"numbers beyond 2^53 are names":                {csv: column("9007199254740993", "12"), want: "text", says: "beyond 2^53"},
		"2^53 is a number":                             {csv: column("9007199254740992", "-9007199254740992"), want: "int"},
		"a number beyond 2^53 among fractions":         {csv: column("9007199254740993", "1.5"), want: "number"},
		"telephone numbers are names":                  {csv: column("+49301234", "+49301235"), want: "text", says: "telephone"},
		"changes are numbers":                          {csv: column("+5", "-3", "0"), want: "int"},
		"an infinity is a word":                        {csv: column("inf", "1"), want: "text"},
		"a number too large for a float is a word":     {csv: column("1e999", "1"), want: "text"},
		"hexadecimal is text":                          {csv: column("0x10", "0x11"), want: "text"},
		"underscores are text":                         {csv: column("1_000", "2_000"), want: "text"},
		"formulas stay text":                           {csv: column("=1+1", "@x", "+a", "-b"), want: "text"},
		"percentages":                                  {csv: column("12%", "3.5 %", "-1%"), want: "number", says: `in percent: "12%" is 12`},
		"percentages and numbers do not mix":           {csv: column("12%", "3", "4%"), want: "text"},
		"dollars":                                      {csv: column(`"$1,234.50"`, "-$3.00", "$0.99", "($4.20)"), want: "number", says: "in $"},
		"euros with a decimal comma":                   {csv: "x;y\n1.234,50 €;1\n-3,00 €;2\n", want: "number", says: "in €"},
		"two currencies":                               {csv: column("$1", "€2"), want: "text", says: "mixed_currencies"},
		"a comma that groups":                          {csv: column(`"1,234,567"`, `"1,234"`, "5"), want: "int", says: "decimal point"},
		"a comma before the fraction":                  {csv: "x;y\n1,234;1\n1,5;2\n", want: "number", says: "decimal comma"},
		"points that group":                            {csv: "x;y\n1.234;1\n1.234.567;2\n", want: "int", says: "decimal comma"},
		"a column that proves it for another":          {csv: "x;y\n1,234;2,5\n", want: "number", says: `as column "y" proves with "2,5" in line 2`},
		"three digits after the point between commas":  {csv: column("1.234", "2.345"), want: "number"},
		"commas as asked for":                          {csv: column(`"1,234"`), opts: Options{Decimal: ','}, want: "number"},
		"points as asked for":                          {csv: column(`"1,234"`), opts: Options{Decimal: '.'}, want: "int"},
		"two notations in one column":                  {csv: "x;y\n1,5;1\n1.5;2\n", want: "text", says: "two_notations"},
		"groups of the wrong size":                     {csv: column(`"1,23,456"`, `"12,34"`), want: "text"},
		"spaces that do not break between groups":      {csv: column("1\u202f234", "12\u00a0345.5"), want: "number"},
		"ordinary spaces between groups are text":      {csv: column("1 234", "5 678"), want: "text"},
		"ISO dates":                                    {csv: column("2026-03-31", "2026/04/01", "2026-4-1"), want: "date"},
		"the day first because one row proves it":      {csv: column("03/04/2026", "25/12/2026"), want: "date", says: `day first, see "25/12/2026" in line 3`},
		"the month first because one row proves it":    {csv: column("03/04/2026", "12/25/2026"), want: "date", says: "month first"},
		"a date that proves it for another":            {csv: "x,y\n03/04/2026,13/05/2026\n", want: "date", says: `as column "y" proves`},
		"equal days and months need no order":          {csv: column("03/03/2026", "04/04/2026"), want: "date"},
		"the order asked for":                          {csv: column("03/04/2026"), opts: Options{Dates: MDY}, want: "date", says: "month first"},
		"rows that prove both orders":                  {csv: column("25/12/2026", "12/25/2026"), want: "text", says: "two_notations"},
		"names of months":                              {csv: column("31-Mar-2026", "1 april 2026"), want: "date"},
		"years of two digits with an order":            {csv: column("03/04/26", "31/12/69"), opts: Options{Dates: DMY}, want: "date", says: "1969 to 2068"},
		"versions are no dates":                        {csv: column("1.2.10", "1.3.12"), want: "text"},
		"no such day":                                  {csv: column("2026-02-30", "2026-02-28"), want: "text"},
		"the empty date of MySQL":                      {csv: column("0000-00-00", "2026-02-28"), want: "text"},
		"timestamps with a zone":                       {csv: column("2026-03-31T12:00:00Z", "2026-03-31 12:00:00.5+02:00", "2026-03-31 12:00 UTC"), want: "instant"},
		"timestamps without a zone":                    {csv: column("2026-03-31T12:00:00", "2026-03-31 12:00", "2026-03-31"), want: "timestamp"},
		"half days":                                    {csv: column("12/25/2026 2:05 PM", "12/24/2026 12:00 am"), want: "timestamp"},
		"with and without a zone do not mix":           {csv: column("2026-03-31T12:00:00Z", "2026-03-31T12:00:00"), want: "text"},
		"an hour that is none":                         {csv: column("2026-03-31T25:00:00", "2026-03-31T12:00:00"), want: "text"},
		"dates as one number stay numbers":             {csv: column("20260331", "20260430"), want: "int"},
		"dates as one number, when asked for":          {csv: column("20260331", "20260430"), opts: Options{Types: map[string]Type{"x": Date}}, want: "date"},
		"NA is a word where text is asked for":         {csv: column("NA", "EMEA"), opts: Options{Types: map[string]Type{"x": Text}}, want: "text", says: "x: \n"},
		"names as numbers, when asked for":             {csv: column("007", "+12", "1e3"), opts: Options{Types: map[string]Type{"x": Number}}, want: "number"},
		"0 and 1 as yes and no, when asked for":        {csv: column("0", "1", "yes"), opts: Options{Types: map[string]Type{"x": Bool}}, want: "bool"},
		"dates as timestamps, when asked for":          {csv: column("2026-03-31"), opts: Options{Types: map[string]Type{"x": Timestamp}}, want: "timestamp"},
		"nothing at all":                               {csv: "x,y\n,1\n,2\n", want: "text", says: "no values"},
		"a header alone":                               {csv: "x\n", want: "text", says: "no_rows"},
		"day numbers of a spreadsheet are not guessed": {csv: "renewal_date\n46112\n46142\n", want: "int", says: "day_numbers"},
		"packed dates are pointed out":                 {csv: "renewal_date\n20260331\n", want: "int", says: "--type renewal_date=date"},
	} {
		t.Run(name, func(t *testing.T) {
			table := surveyed(t, c.opts, text("x.csv", c.csv))
			got := string(table.Columns[0].Type)
			if table.Columns[0].Zoned {
				got = "instant"
			}
			if got != c.want {
				t.Errorf("got %s, want %s\n%s", got, c.want, messages(table))
			}
			if !strings.Contains(messages(table), c.says) {
				t.Errorf("%q is not said in\n%s", c.says, messages(table))
			}
			parquetOf(t, table, 0)
		})
	}
}

// One bad cell in ten thousand keeps a column from being a number, and is shown with its line.
func TestTheCellThatSpoilsAColumnIsShown(t *testing.T) {
	cells := make([]string, 10_000)
	for i := range cells {
		cells[i] = fmt.Sprint(i)
	}
	cells[6_999] = "TBD"
	table := surveyed(t, Options{}, text("x.csv", column(cells...)))
	const want = `almost_number: column "x": is text: 9999 of 10000 values are numbers, but not "TBD" in line 7001; --null TBD reads it as missing`
	if !strings.Contains(messages(table), want) {
		t.Errorf("want %s\ngot %s", want, messages(table))
	}
	if got := typesOf(surveyed(t, Options{Nulls: []string{"TBD"}}, text("x.csv", column(cells...)))); got != "x=int" {
		t.Errorf("with the cure: %s", got)
	}
}

func TestShapesOfFiles(t *testing.T) {
	for name, c := range map[string]struct {
		csv  string
		opts Options
		want string
		rows int
	}{
		"semicolons":                         {csv: "a;b\n1;2\n", want: "a=int b=int", rows: 1},
		"semicolons and decimal commas":      {csv: "a;b\n1,5;2,5\n", want: "a=number b=number", rows: 1},
		"tabs":                               {csv: "a\tb\n1\t2\n", want: "a=int b=int", rows: 1},
		"bars":                               {csv: "a|b\n1|2\n", want: "a=int b=int", rows: 1},
		"any delimiter that is asked for":    {csv: "a:b\n1:2\n", opts: Options{Delimiter: ':'}, want: "a=int b=int", rows: 1},
		"the first line that Excel writes":   {csv: "sep=;\r\na;b\r\n1;2\r\n", want: "a=int b=int", rows: 1},
		"CR LF":                              {csv: "a,b\r\n1,2\r\n3,4", want: "a=int b=int", rows: 2},
		"no line end at the end":             {csv: "a,b\n1,2", want: "a=int b=int", rows: 1},
		"blank lines at the end":             {csv: "a,b\n1,2\n\n\r\n\n", want: "a=int b=int", rows: 1},
		"a byte order mark":                  {csv: "\ufeffa,b\n1,2\n", want: "a=int b=int", rows: 1},
		"UTF-16 little endian":               {csv: "\xff\xfea\x00\n\x001\x00\n\x00", want: "a=int", rows: 1},
		"UTF-16 big endian":                  {csv: "\xfe\xff\x00a\x00\n\x001\x00\n", want: "a=int", rows: 1},
		"Windows-1252":                       {csv: "a,b\n1\x80,2\n", opts: Options{Encoding: Windows1252}, want: "a=number b=int", rows: 1},
		"quoted line ends and delimiters":    {csv: "a,b\n\"x\ny,z\",2\n", want: "a=text b=int", rows: 1},
		"quoted numbers are numbers":         {csv: "a\n\"1\"\n\"2\"\n", want: "a=int", rows: 2},
		"a quote inside a bare field":        {csv: "a,b\n12\" monitor,2\n", want: "a=text b=int", rows: 1},
		"blanks around names":                {csv: " a , b\n1,2\n", want: "a=int b=int", rows: 1},
		"a delimiter at the end of lines":    {csv: "a,b,\n1,2,\n3,4,\n", want: "a=int b=int", rows: 2},
		"rows of delimiters only":            {csv: "a,b\n1,2\n,\n,\n", want: "a=int b=int", rows: 1},
		"a quoted empty cell is a row":       {csv: "a\n1\n\"\"\n2\n", want: "a=int", rows: 3},
		"names with quotes and line ends":    {csv: "\"a \"\"b\"\"\nc\",d\n1,2\n", want: "a \"b\"\nc=int d=int", rows: 1},
		"names in other scripts":             {csv: "société,顧客\n1,2\n", want: "société=int 顧客=int", rows: 1},
		"a comma in a name, semicolons":      {csv: "\"a,b\";c\n1;2\n", want: "a,b=int c=int", rows: 1},
		"yes is a possible name of a column": {csv: "yes\n1\n", want: "yes=int", rows: 1},
	} {
		t.Run(name, func(t *testing.T) {
			table := surveyed(t, c.opts, text("x.csv", c.csv))
			if got := typesOf(table); got != c.want || table.Files[0].Rows != c.rows {
				t.Errorf("got %q and %d rows, want %q and %d", got, table.Files[0].Rows, c.want, c.rows)
			}
			parquetOf(t, table, 0)
		})
	}
}

func TestRowsWithoutValuesAreCounted(t *testing.T) {
	table := surveyed(t, Options{}, text("x.csv", "a,b\n1,2\n\n\n3,4\n,\n\n"))
	if got := messages(table); !strings.Contains(got, "3 rows without any value were left out, the first in line 3") {
		t.Error(got)
	}
}

func TestRefusedFilesNameTheLineAndTheCure(t *testing.T) {
	wide := strings.Repeat("a,", maxColumns+1)
	for name, c := range map[string]struct {
		csv  string
		opts Options
		want []string
	}{
		"nothing":                        {"", Options{}, []string{"is empty"}},
		"a short row":                    {"a,b\n1,2\n3\n", Options{}, []string{"line 3: 1 fields where the header has 2"}},
		"a long row":                     {"a,b\n1,2\n3,4,5\n", Options{}, []string{"line 3: 3 fields where the header has 2", "quotes"}},
		"a delimiter after the rows":     {"a,b\n1,2,\n3,4,\n", Options{}, []string{"line 2: 3 fields", "take the delimiter off"}},
		"equal names":                    {"a,b,a\n1,2,3\n", Options{}, []string{`columns 1 and 3 are both called "a"`}},
		"no name":                        {"a,,b\n1,2,3\n", Options{}, []string{"column 2 has no name"}},
		"the index of pandas":            {",a\n0,2\n", Options{}, []string{"column 1 has no name", "index=False"}},
		"a last column without a name":   {"a,\n1,2\n", Options{}, []string{`column 2 has no name but holds "2"`}},
		"no header":                      {"1,2026-03-31\n2,2026-04-30\n", Options{}, []string{"must name the columns"}},
		"a quote that is never closed":   {"a,b\n1,2\n\"3,4\n5,6\n", Options{}, []string{"line 3: field 1: the quote at its beginning is never closed"}},
		"text after a quote":             {"a,b\n1,2\n\"3\"x,4\n", Options{}, []string{"line 3: field 1: text after its closing quote"}},
		"Latin-1":                        {"a,b\n1,caf\xe9\n", Options{}, []string{"line 2, character 6: byte 0xe9 is not UTF-8", "--encoding windows-1252"}},
		"a NUL byte":                     {"a,b\n1,\x00\n", Options{}, []string{"line 2, character 3: a NUL byte", "--encoding utf-16le"}},
		"half a surrogate":               {"\xff\xfea\x00\n\x00\x00\xd8\n\x00", Options{}, []string{"half a character of UTF-16"}},
		"half a unit":                    {"\xff\xfea\x00\n\x001", Options{}, []string{"ends within a character of UTF-16"}},
		"line ends of old Macs":          {"a,b\r1,2\r3,4\r", Options{}, []string{"line 1", "carriage return"}},
		"two possible delimiters":        {"a,b;c\n1,2;3\n", Options{}, []string{`',' or ';'`, "--delimiter"}},
		"Parquet":                        {"PAR1xxxxPAR1", Options{}, []string{"is Parquet already"}},
		"a workbook":                     {"PK\x03\x04xxxx", Options{}, []string{"Excel workbook"}},
		"too many columns":               {wide + "\n", Options{}, []string{"more than 10000 columns"}},
		"an open date":                   {column("03/04/2026"), Options{}, []string{`"03/04/2026" in line 2 is 3 April 2026 with --dates dmy and 4 March 2026 with --dates mdy`}},
		"an open number":                 {column(`"1,234"`), Options{}, []string{"1234 with --decimal point and 1.234 with --decimal comma"}},
		"an open number with a point":    {"x;y\n1.234;1\n", Options{}, []string{"1.234 with --decimal point and 1234 with --decimal comma"}},
		"a year of two digits":           {column("25/12/26"), Options{}, []string{"25 December 2026 with --dates dmy and 26 December 2025 with --dates ymd"}},
		"dates against the flag":         {column("25/12/2026"), Options{Dates: MDY}, []string{`"25/12/2026" in line 2 cannot be read with --dates mdy`}},
		"numbers against the flag":       {column("1.5"), Options{Decimal: ','}, []string{`"1.5" in line 2 cannot be read with --decimal comma`}},
		"a type that cells do not have":  {column("1", "TBD"), Options{Types: map[string]Type{"x": Number}}, []string{"--type x=number", `"TBD" in line 3`}},
		"a fraction for a whole number":  {column("1", "1.5"), Options{Types: map[string]Type{"x": Int}}, []string{"--type x=int"}},
		"a 2 for yes or no":              {column("1", "2"), Options{Types: map[string]Type{"x": Bool}}, []string{"--type x=bool"}},
		"a type of a column that is not": {column("1"), Options{Types: map[string]Type{"y": Number}}, []string{`no column "y"`}},
		"an encoding that is not":        {column("1"), Options{Encoding: "ebcdic"}, []string{`"ebcdic" is not known`}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Survey(context.Background(), []Source{text("x.csv", c.csv)}, c.opts)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in: %v", want, err)
				}
			}
		})
	}
}

func TestAllOpenQuestionsAreAskedAtOnce(t *testing.T) {
	_, err := Survey(context.Background(), []Source{text("x.csv", "a,b\n03/04/2026,\"1,234\"\n")}, Options{})
	refused, ok := err.(*dataset.RefusedError)
	if !ok || len(refused.Findings) != 2 || refused.Findings[0].Code != AmbiguousDates || refused.Findings[1].Code != AmbiguousNumbers {
		t.Errorf("got %v", err)
	}
}

// An unclosed quote, or a file that is one line, must not fill the memory.
func TestARecordOfMoreThanItsBoundIsRefused(t *testing.T) {
	endless := Source{Path: "x.csv", Open: func() (io.ReadCloser, error) {
		rest := io.LimitReader(repeat("x"), 4*maxRecord)
		return io.NopCloser(io.MultiReader(strings.NewReader("a,b\n1,\"2\n"), rest)), nil
	}}
	_, err := Survey(context.Background(), []Source{endless}, Options{})
	if err == nil || !strings.Contains(err.Error(), "line 2: a record of more than 16 MiB begins here") {
		t.Errorf("got %v", err)
	}
}

// repeat is a text without an end.
type repeat string

func (r repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r[0]
	}
	return len(p), nil
}

func TestAFieldOfAMegabyteIsKept(t *testing.T) {
	long := strings.Repeat("word ", 1<<20/5)
	table := reread(t, Options{}, "a,b\n1,\""+long+"\"\n", parquetio.AsText, "b")
	if got := table.Columns[0].Levels[0]; got != long {
		t.Errorf("%d bytes came back, want %d", len(got), len(long))
	}
}

func TestManyColumnsAreRead(t *testing.T) {
	var names, cells []string
	for i := range maxColumns {
		names, cells = append(names, fmt.Sprint("c", i)), append(cells, fmt.Sprint(i))
	}
	table := surveyed(t, Options{}, text("x.csv", strings.Join(names, ",")+"\n"+strings.Join(cells, ",")+"\n"))
	if len(table.Columns) != maxColumns || table.Columns[maxColumns-1].Type != Int {
		t.Errorf("%d columns", len(table.Columns))
	}
}

// Files that are surveyed together agree: one is whole numbers, one has fractions, and only one proves the order of dates.
func TestFilesOfOneTableHaveTheSameTypes(t *testing.T) {
	files := []Source{text("jan.csv", "id,x,d\n1,5,03/04/2026\n"), text("feb.csv", "d,id,x,new\n25/12/2026,A7,5.5,1\n")}
	table := surveyed(t, Options{}, files...)
	if got, want := typesOf(table), "id=text x=number d=date new=int"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := messages(table); !strings.Contains(got, `files_differ: column "new": is not in jan.csv`) {
		t.Error(got)
	}
	for i := range files {
		parquetOf(t, table, i)
	}
}

func TestAFileThatChangesBetweenTheReadingsIsRefused(t *testing.T) {
	for name, later := range map[string]string{"another row": "a\n1\n2\n", "another name": "b\n1\n", "another type": "a\nx\n", "another width": "a,b\n1,2\n"} {
		t.Run(name, func(t *testing.T) {
			now := "a\n1\n"
			src := Source{Path: "x.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(now)), nil }}
			table := surveyed(t, Options{}, src)
			now = later
			if err := table.Convert(context.Background(), 0, io.Discard); err == nil {
				t.Error("written")
			}
		})
	}
}

func TestACancelledContextStopsTheWork(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Survey(ctx, []Source{text("x.csv", column("1", "2"))}, Options{}); err == nil {
		t.Error("surveyed")
	}
}
