package csvio

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"holdfast/dataset/parquetio"
)

func TestNumbersKeepTheirValue(t *testing.T) {
	for name, c := range map[string]struct {
		csv  string
		opts Options
		want []float64 // of column x; NaN for missing
	}{
		"whole":                  {column("1", "-2", "", "9007199254740992"), Options{}, []float64{1, -2, math.NaN(), 1 << 53}},
		"fractions":              {column("0.1", "-2.50", ".5", "5.", "1e-3"), Options{}, []float64{0.1, -2.5, 0.5, 5, 0.001}},
		"negative zero":          {column("-0.0", "1.5"), Options{}, []float64{0, 1.5}}, // it is read as the one zero there is
		"seventeen digits":       {column("0.30000000000000004", "123456789.12345678"), Options{}, []float64{0.30000000000000004, 123456789.12345678}},
		"groups":                 {column(`"1,234,567"`, `"1,234"`), Options{}, []float64{1234567, 1234}},
		"groups and a fraction":  {column(`"1,234.5"`, "-3.25"), Options{}, []float64{1234.5, -3.25}},
		"decimal commas":         {"x;y\n1.234,5;1\n-3,25;1\n7;1\n", Options{}, []float64{1234.5, -3.25, 7}},
		"points that group":      {"x;y\n1.234;1\n1.234.567;1\n", Options{}, []float64{1234, 1234567}},
		"money":                  {column(`"$1,234.50"`, "-$3.00", "$-4", `"(5.25 $)"`), Options{}, []float64{1234.5, -3, -4, -5.25}},
		"money after the number": {"x;y\n1.234,50 €;1\n-3 €;1\n", Options{}, []float64{1234.5, -3}},
		"money by its code":      {column("USD 12.50", "USD 7"), Options{}, []float64{12.5, 7}},
		"percent":                {column("12%", "-3.5 %"), Options{}, []float64{12, -3.5}},
		"yes and no":             {column("yes", "F", "", "TRUE"), Options{}, []float64{1, 0, math.NaN(), 1}},
		"spaces between groups":  {column("1\u00a0234\u00a0567", "12"), Options{}, []float64{1234567, 12}},
	} {
		t.Run(name, func(t *testing.T) {
			got := reread(t, c.opts, c.csv, parquetio.AsNumber, "x").Columns[0].Numbers
			if !slices.EqualFunc(got, c.want, func(a, b float64) bool {
				return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
			}) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestDaysKeepTheirDate(t *testing.T) {
	for name, c := range map[string]struct {
		csv  string
		opts Options
		want []string
	}{
		"ISO":                      {column("2026-03-31", "", "1969-12-31", "9999-12-31"), Options{}, []string{"2026-03-31", "-", "1969-12-31", "9999-12-31"}},
		"the day first":            {column("03/04/2026", "25.12.2026"), Options{}, []string{"2026-04-03", "2026-12-25"}},
		"the month first":          {column("3/4/2026", "12/25/2026"), Options{}, []string{"2026-03-04", "2026-12-25"}},
		"names of months":          {column("31-Mar-2026", "1 April 2026"), Options{}, []string{"2026-03-31", "2026-04-01"}},
		"two digits, day first":    {column("03/04/26", "31/12/69"), Options{Dates: DMY}, []string{"2026-04-03", "1969-12-31"}},
		"two digits, year first":   {column("26-03-04", "68-12-31"), Options{Dates: YMD}, []string{"2026-03-04", "2068-12-31"}},
		"one number":               {column("20260331"), Options{Types: map[string]Type{"x": Date}}, []string{"2026-03-31"}},
		"a leap day":               {column("29/02/2024", "1/3/2024"), Options{}, []string{"2024-02-29", "2024-03-01"}},
		"local timestamps":         {column("2026-03-31 23:59:59.999999", "2026-03-31T00:00:00"), Options{}, []string{"2026-03-31", "2026-03-31"}},
		"instants, as days in UTC": {column("2026-03-31T23:30:00-02:00", "2026-03-31T01:00:00+0200", "2026-03-31T12:00:00Z"), Options{}, []string{"2026-04-01", "2026-03-30", "2026-03-31"}},
		"half days":                {column("3/31/2026 11:59 PM", "3/31/2026 12:30 AM"), Options{}, []string{"2026-03-31", "2026-03-31"}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, d := range reread(t, c.opts, c.csv, parquetio.AsDay, "x").Columns[0].Days {
				if d == parquetio.NullDay {
					got = append(got, "-")
				} else {
					got = append(got, time.Unix(int64(d)*secondsPerDay, 0).UTC().Format(time.DateOnly))
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Instants are checked in microseconds, where the day does not show them. Expected values by time.Date.
func TestInstantsKeepTheirTime(t *testing.T) {
	for cell, want := range map[string]time.Time{
		"2026-03-31T12:34:56.123456Z":      time.Date(2026, 3, 31, 12, 34, 56, 123456000, time.UTC),
		"2026-03-31 12:34:56.1234567 UTC":  time.Date(2026, 3, 31, 12, 34, 56, 123456000, time.UTC),
		"2026-03-31T12:34+05:30":           time.Date(2026, 3, 31, 7, 4, 0, 0, time.UTC),
		"2026-03-31 00:00:00-08":           time.Date(2026, 3, 31, 8, 0, 0, 0, time.UTC),
		"31/3/2026 2:05:06 pm":             time.Date(2026, 3, 31, 14, 5, 6, 0, time.UTC),
		"31/3/2026 12:00 am":               time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC),
		"31/3/2026 12:00 PM":               time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC),
		"1969-12-31T23:59:59.5Z":           time.Date(1969, 12, 31, 23, 59, 59, 500000000, time.UTC),
		"31-Mar-2026 07:08":                time.Date(2026, 3, 31, 7, 8, 0, 0, time.UTC),
		"2026-03-31T23:59:59.999999+00:00": time.Date(2026, 3, 31, 23, 59, 59, 999999000, time.UTC),
	} {
		m, ok := parseMoment([]byte(cell))
		got, fits := m.micros(DMY)
		if !ok || !fits || got != want.UnixMicro() {
			t.Errorf("%s is %d, want %d", cell, got, want.UnixMicro())
		}
	}
}

func TestTextStaysAsItIs(t *testing.T) {
	const content = "x\n=1+1\n \"padded\"\n\"a \"\"quote\"\"\"\n\"two\r\nlines\"\n007\n"
	got := reread(t, Options{}, content, parquetio.AsText, "x")
	want := []string{"=1+1", ` "padded"`, `a "quote"`, "two\r\nlines", "007"}
	for i, code := range got.Columns[0].Codes {
		if text := got.Columns[0].Levels[code]; text != want[i] {
			t.Errorf("row %d: got %q, want %q", i, text, want[i])
		}
	}
}

// The quick way to read numbers must be the slow way: strconv rounds correctly.
func TestPlainNumbersAreTheNearestFloat(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`-?[0-9]{0,15}(\.[0-9]{0,15})?`).Draw(t, "cell")
		n := numeral{body: []byte(cell)}
		if !n.plain() {
			return
		}
		want, err := strconv.ParseFloat(cell, 64)
		if got := n.value('.'); err != nil || math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("%q is %v, want %v (%v)", cell, got, want, err)
		}
	})
}

// What is said of a number must not depend on which way it was read.
func TestPlainNumbersHaveTheShapeOfAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`-?[0-9]{0,5}(\.[0-9]{0,5})?`).Draw(t, "cell")
		n := numeral{body: []byte(cell)}
		if !n.plain() {
			return
		}
		if point, comma := shapeOf(n.body, '.', ','), shapeOf(n.body, ',', '.'); n.point != point || n.comma != comma {
			t.Errorf("%q: got %d %d, want %d %d", cell, n.point, n.comma, point, comma)
		}
	})
}

// Any number that Go prints comes back to the bit.
func TestPrintedNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Float64().Draw(t, "number")
		if math.IsInf(want, 0) || want != want {
			return
		}
		cell := strconv.FormatFloat(want, 'g', -1, 64)
		n, ok := parseNumeral([]byte(cell))
		if !ok || math.Float64bits(n.value('.')) != math.Float64bits(want) {
			t.Errorf("%s came back as %v", cell, n.value('.'))
		}
	})
}

// drip gives a reader out in pieces.
type drip struct {
	in  io.Reader
	rng *rand.Rand
}

func (d drip) Read(p []byte) (int, error) { return d.in.Read(p[:min(len(p), 1+d.rng.IntN(7))]) }

// records cuts a text with a scanner.
func records(in io.Reader, delim byte) ([][]string, error) {
	s := scanner{path: "x", in: in, delim: delim, line: 1}
	var out [][]string
	var scratch []byte
	for b := (&block{}); ; {
		err := s.next(b, 1) // one record each, since there is no header to say how many fields
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		var row []string
		for _, f := range b.spans {
			row = append(row, string(b.cell(f, &scratch)))
		}
		out = append(out, row)
	}
}

// Whatever encoding/csv writes is read back, in pieces of any size.
func TestRecordsOfTheStandardLibraryComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.StringMatching(`[a-z",;\t\n ]{0,6}`), rapid.Just("x"))
		width := rapid.IntRange(2, 5).Draw(t, "width")
		delim := rapid.SampledFrom(delimiters[:]).Draw(t, "delimiter")
		var want [][]string
		for range rapid.IntRange(1, 20).Draw(t, "rows") {
			row := []string{"key"} // else a row may be empty, and is left out
			for range width - 1 {
				row = append(row, cell.Draw(t, "cell"))
			}
			want = append(want, row)
		}
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.Comma, w.UseCRLF = rune(delim), false
		if err := w.WriteAll(want); err != nil {
			t.Fatal(err)
		}
		got, err := records(drip{&text, rand.New(rand.NewPCG(1, 2))}, delim)
		if err != nil || !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Errorf("got %q (%v), want %q", got, err, want)
		}
	})
}

func TestTheResultDoesNotDependOnTheWorkers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	b.WriteString("id,d,x,word\n")
	for range 60_000 {
		b.WriteString(strconv.Itoa(rng.IntN(1000)) + ",2026-03-0" + strconv.Itoa(1+rng.IntN(9)) + "," +
			strconv.FormatFloat(rng.NormFloat64(), 'g', 5, 64) + ",w" + strconv.Itoa(rng.IntN(50)) + "\n")
	}
	var first []byte
	for workers := range 4 {
		table := surveyed(t, Options{Workers: workers}, text("x.csv", b.String()))
		got := parquetOf(t, table, 0)
		if first == nil {
			first = got
		}
		if !bytes.Equal(got, first) {
			t.Errorf("%d workers write other bytes", workers)
		}
	}
}

func TestWindows1252HasTheCharactersOfItsPage(t *testing.T) {
	// https://encoding.spec.whatwg.org/index-windows-1252.txt
	got := reread(t, Options{Encoding: Windows1252}, "x\n\x80 \x93Caf\xe9\x94 \x99\n", parquetio.AsText, "x").Columns[0].Levels[0]
	if want := "€ “Café” ™"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGzipIsUndone(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write([]byte(column("1", "2"))); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	whole := packed.String()
	if got := reread(t, Options{}, whole, parquetio.AsNumber, "x").Columns[0].Numbers; !slices.Equal(got, []float64{1, 2}) {
		t.Errorf("got %v", got)
	}
	if _, err := Survey(t.Context(), []Source{text("x.csv.gz", whole[:len(whole)-6])}, Options{}); err == nil {
		t.Error("half a file was read")
	}
}
