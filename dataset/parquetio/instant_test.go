package parquetio

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"
)

// written writes batches of one column x and ends the row group after each.
func written(t failer, f Field, batches ...Column) []byte {
	t.Helper()
	f.Name = "x"
	var b bytes.Buffer
	w, err := NewWriter(&b, []Field{f})
	if err != nil {
		t.Fatal(err)
	}
	for _, batch := range batches {
		if err := w.Write([]Column{batch}); err != nil {
			t.Fatal(err)
		}
		if err := w.EndGroup(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// storedInstants returns the bare int64 values of column x as another implementation sees them, NullInstant for null:
// our own reader keeps only days.
func storedInstants(t failer, file []byte) []int64 {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out []int64
	for _, group := range f.RowGroups() {
		pages := group.ColumnChunks()[0].Pages()
		for {
			page, err := pages.ReadPage()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			vals := make([]parquet.Value, page.NumValues())
			if n, err := page.Values().ReadValues(vals); n != len(vals) {
				t.Fatal(n, err)
			}
			for _, v := range vals {
				if v.IsNull() {
					out = append(out, NullInstant)
					continue
				}
				out = append(out, v.Int64())
			}
		}
		if err := pages.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// microsOf is an instant as a Writer takes it.
func microsOf(t testing.TB, instant string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, instant)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMicro()
}

// A time with a zone falls on the day of whoever reads it; a time on a clock at no stated place is the same day
// everywhere. The days follow from the offsets in the IANA database: Berlin is two hours ahead of UTC in April 2026,
// New York four behind, Tokyo nine ahead.
func TestWrittenInstantsKeepTheirZone(t *testing.T) {
	for _, c := range []struct {
		name, instant, zone string
		local               bool
		day                 string
	}{
		{"an instant late in the evening of Greenwich is tomorrow in Berlin", "2026-04-01T22:30:00Z", "Europe/Berlin", false, "2026-04-02"},
		{"the same is today in New York", "2026-04-01T22:30:00Z", "America/New_York", false, "2026-04-01"},
		{"the same is today in Greenwich", "2026-04-01T22:30:00Z", "UTC", false, "2026-04-01"},
		{"an instant in the small hours is yesterday in New York", "2026-04-01T03:59:59.999999Z", "America/New_York", false, "2026-03-31"},
		{"a local time late in the evening stays today in Berlin", "2026-04-01T22:30:00Z", "Europe/Berlin", true, "2026-04-01"},
		{"a local time late in the evening stays today in Tokyo", "2026-04-01T22:30:00Z", "Asia/Tokyo", true, "2026-04-01"},
		{"a local time in the small hours stays today in New York", "2026-04-01T00:00:00.000001Z", "America/New_York", true, "2026-04-01"},
		{"an instant before 1970 is rounded to the day it is in", "1969-12-31T23:59:59.999999Z", "UTC", false, "1969-12-31"},
		{"a local time before 1970 as well", "1969-12-31T00:00:00.000001Z", "UTC", true, "1969-12-31"},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Skipf("no time zone database here, not checked: %v", err)
			}
			file := written(t, Field{Kind: Instant, Local: c.local}, Column{Instants: []int64{microsOf(t, c.instant)}})
			want := int32(microsOf(t, c.day+"T00:00:00Z") / 86_400e6)
			if got := column(t, file, AsDay, Options{Location: zone}).Days[0]; got != want {
				t.Errorf("day %d, want %d (%s)", got, want, c.day)
			}
		})
	}
}

func TestTheSchemaSaysWhetherInstantsHaveAZone(t *testing.T) {
	for local, want := range map[bool]string{false: "TIMESTAMP(MICROS, UTC)", true: "TIMESTAMP(MICROS, no zone)"} {
		file := written(t, Field{Kind: Instant, Local: local, Nullable: true}, Column{Instants: []int64{0}})
		fields, rows, err := Schema(context.Background(), saved(t, "a.parquet", file))
		if err != nil || rows != 1 {
			t.Fatal(rows, err)
		}
		if f := fields[0]; f.Kind != Instant || !f.Nullable || !strings.EqualFold(f.Detail, want) {
			t.Errorf("local %v: %+v, want %s", local, f, want)
		}
	}
}

// To the microsecond, as parquet-go reads what we wrote.
func TestWrittenInstantsAreStoredToTheMicrosecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		instant := rapid.OneOf(rapid.Int64Range(-62_135_596_800_000_000, 253_402_300_799_999_999), // years 1 to 9999
			rapid.SampledFrom([]int64{NullInstant, 0, -1, 1}))
		want := rapid.SliceOfN(instant, 0, 50).Draw(t, "instants")
		file := written(t, Field{Kind: Instant, Nullable: true, Local: rapid.Bool().Draw(t, "local")}, Column{Instants: want})
		if got := storedInstants(t, file); !slices.Equal(got, want) {
			t.Errorf("got %d, want %d", got, want)
		}
	})
}

func TestMissingInstantsAreMissingDays(t *testing.T) {
	file := written(t, Field{Kind: Instant, Nullable: true}, Column{Instants: []int64{NullInstant, 0, NullInstant, 43_200_000_000}})
	got := column(t, file, AsDay, Options{})
	if diff := cmp.Diff([]int32{NullDay, 0, NullDay, 0}, got.Days); diff != "" || got.Nulls != 2 || got.TimesOfDay != 1 {
		t.Errorf("%d nulls and %d times of day, want 2 and 1; days %s", got.Nulls, got.TimesOfDay, diff)
	}
}

func TestAMissingInstantIsRefusedInARequiredColumn(t *testing.T) {
	w, err := NewWriter(io.Discard, []Field{{Name: "x", Kind: Instant}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]Column{{Instants: []int64{0, NullInstant}}}); err == nil || !strings.Contains(err.Error(), "null instant but is not nullable") {
		t.Errorf("got %v", err)
	}
	if err := w.EndGroup(); err == nil {
		t.Error("a row group was written after an error")
	}
}

// groupRows lists how many rows each row group of a file has.
func groupRows(t testing.TB, file []byte) []int64 {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var rows []int64
	for _, group := range f.RowGroups() {
		rows = append(rows, group.NumRows())
	}
	return rows
}

func TestRowGroupsEndWhereTheyAreEnded(t *testing.T) {
	of := func(n int) Column { return Column{Numbers: make([]float64, n)} }
	for name, c := range map[string]struct {
		batches []Column
		want    []int64
	}{
		"after every batch":                             {[]Column{of(3), of(1), of(2)}, []int64{3, 1, 2}},
		"a group without rows is none":                  {[]Column{of(0), of(3), of(0), of(0), of(1)}, []int64{3, 1}},
		"a full group has ended already":                {[]Column{of(rowsPerGroup), of(1)}, []int64{rowsPerGroup, 1}},
		"a batch larger than a group ends with its end": {[]Column{of(rowsPerGroup + 7), of(1)}, []int64{rowsPerGroup, 7, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := groupRows(t, written(t, Field{Kind: Int}, c.batches...)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Rows mean the same wherever groups end, the codes of texts above all: every group has a dictionary of its own.
func TestTextsSurviveTheEndsOfRowGroups(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var batches []Column
	var want []string
	for b := range 5 {
		c := Column{Levels: []string{"", "zebra", "ant", strings.Repeat("b", b)}}
		for range 20 {
			code := rng.Int32N(5) - 1
			c.Codes = append(c.Codes, code)
		}
		want = append(want, texts(&c)...)
		batches = append(batches, c)
	}
	got := column(t, written(t, Field{Kind: Text, Nullable: true}, batches...), AsText, Options{})
	if diff := cmp.Diff(want, texts(&got)); diff != "" {
		t.Error(diff)
	}
}

func TestEndGroupReportsAFullDisk(t *testing.T) {
	fields, cols := snapshotTable(50_000) // more than is buffered
	w, err := NewWriter(&failing{after: 10}, fields)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(cols); err != nil {
		t.Fatal(err)
	}
	full := w.EndGroup()
	if full == nil || !strings.HasPrefix(full.Error(), "parquetio: writing") {
		t.Errorf("got %v", full)
	}
	if err := w.Close(); err != full {
		t.Errorf("Close returned %v after EndGroup returned %v", err, full)
	}
}
