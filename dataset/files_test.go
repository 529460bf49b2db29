package dataset

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset/beside"

	"holdfast/dataset/parquetio"
)

// column is one column of a file that a test writes.
type column struct {
	field  parquetio.Field
	values parquetio.Column
}

// null stands for a missing text or day in the columns below.
const null = "\x00"

var nan = math.NaN()

// texts is a nullable text column.
func texts(name string, values ...string) column {
	c := column{field: parquetio.Field{Name: name, Kind: parquetio.Text, Nullable: true}}
	for _, v := range values {
		code := int32(-1)
		if v != null {
			code = int32(slices.Index(c.values.Levels, v))
			if code < 0 {
				code = int32(len(c.values.Levels))
				c.values.Levels = append(c.values.Levels, v)
			}
		}
		c.values.Codes = append(c.values.Codes, code)
	}
	return c
}

// days is a nullable DATE column of ISO days.
func days(name string, values ...string) column {
	c := column{field: parquetio.Field{Name: name, Kind: parquetio.Day, Nullable: true}}
	for _, v := range values {
		d := NoDate
		if v != null {
			d = day(v)
		}
		c.values.Days = append(c.values.Days, int32(d))
	}
	return c
}

// floats is a DOUBLE column; NaN is stored as NaN.
func floats(name string, values ...float64) column {
	return column{parquetio.Field{Name: name, Kind: parquetio.Float}, parquetio.Column{Numbers: values}}
}

// optional makes a column nullable: NaN is stored as null.
func optional(c column) column {
	c.field.Nullable = true
	return c
}

func ints(name string, values ...float64) column {
	return column{parquetio.Field{Name: name, Kind: parquetio.Int, Nullable: true}, parquetio.Column{Numbers: values}}
}

func bools(name string, values ...float64) column {
	return column{parquetio.Field{Name: name, Kind: parquetio.Bool, Nullable: true}, parquetio.Column{Numbers: values}}
}

// write writes the columns as one Parquet file in a new directory.
func write(t testing.TB, columns ...column) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "rows.parquet")
	writeTo(t, path, columns...)
	return path
}

func writeTo(t testing.TB, path string, columns ...column) {
	t.Helper()
	fields, values := make([]parquetio.Field, len(columns)), make([]parquetio.Column, len(columns))
	for i, c := range columns {
		fields[i], values[i] = c.field, c.values
	}
	var file bytes.Buffer
	w, err := parquetio.NewWriter(&file, fields)
	if err == nil {
		err = w.Write(values)
	}
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = os.WriteFile(path, file.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// day reads an ISO day of a test.
func day(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// standard are the roles of the files of these tests.
var standard = Columns{
	Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "outcome_date", Outcome: "churned",
}

var everything = Reading{AsOf: NoDate}

// contents lists all that examples hold, bit for bit, without the paths in warnings.
func contents(e *Examples) string {
	var b strings.Builder
	fmt.Fprintln(&b, e.Counts, e.ObservedUntil, e.Hashes)
	for i := range e.Account {
		fmt.Fprintf(&b, "%q %s %s %s %v", e.Accounts[e.Account[i]], e.AsOf[i], e.Outcome[i], e.Known[i], e.Churned[i])
		if e.Value != nil {
			fmt.Fprintf(&b, " value %x", math.Float64bits(e.Value[i]))
		}
		if e.Event != nil {
			fmt.Fprintf(&b, " %s after %x", e.Event[i], math.Float64bits(e.ValueAfter[i]))
		}
		if e.Segment != nil && e.Segment[i] >= 0 {
			fmt.Fprintf(&b, " segment %s", e.Segments[e.Segment[i]])
		}
		for _, c := range e.Table.Columns() {
			v := c.Vector()
			if v.Numbers != nil {
				fmt.Fprintf(&b, " %s %x", c.Name, math.Float64bits(v.Numbers[i]))
			} else {
				fmt.Fprintf(&b, " %s %d of %q", c.Name, v.Codes[i], v.Levels)
			}
		}
		b.WriteByte('\n')
	}
	for _, w := range e.Warnings {
		fmt.Fprintln(&b, w.Code, w.Message)
	}
	fmt.Fprintf(&b, "%q\n", e.Accounts)
	return b.String()
}

// sharedFolder returns a folder of the test material beside the repository, or skips
// the test.
func sharedFolder(t testing.TB, elem ...string) string {
	t.Helper()
	return beside.Path(t, "odd Parquet forms and real data sets", elem...)
}

// refusal returns the findings of an error that refuses data.
func refusal(t testing.TB, err error) []Warning {
	t.Helper()
	refused, ok := err.(*RefusedError)
	if !ok {
		t.Fatalf("error %v (%T) is not a refusal of the data", err, err)
	}
	return refused.Findings
}

// mentions fails the test for every word the text does not hold.
func mentions(t testing.TB, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q does not mention %q", text, word)
		}
	}
}

// warned returns the messages of the warnings of a code.
func warned(warnings []Warning, code string) []string {
	var messages []string
	for _, w := range warnings {
		if w.Code == code {
			messages = append(messages, w.Message)
		}
	}
	return messages
}
