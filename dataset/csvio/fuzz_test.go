package csvio

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"
)

// FuzzImport holds any file against what must be true of all: no panic, what was surveyed can be converted, and the
// number of workers does not show.
func FuzzImport(f *testing.F) {
	for _, seed := range []string{
		"a,b\n1,2\n", "a;b\n1,5;03/04/2026\n", "sep=;\na;b\n", "a\n\"x\"\"y\"\n", "\xff\xfea\x00\n\x001\x00", "\x1f\x8b\x08\x00",
		"a,b,\n1,2,\n", "a\n12%\n$1,234.50\n", "a\n2026-03-31T12:00:00.5+02:00\n31-Mar-2026\n", "a\r1\r2", "a\n1\u00a0234\n(5 $)\n", "a\n\"\n",
	} {
		f.Add([]byte(seed), byte(0), byte(0), "")
	}
	f.Fuzz(func(t *testing.T, content []byte, dates, decimal byte, null string) {
		opts := Options{Nulls: []string{null}, Workers: 1, Dates: []DateOrder{"", DMY, MDY, YMD}[dates%4], Decimal: []byte{0, '.', ','}[decimal%3]}
		src := Source{Path: "x.csv", Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }}
		table, err := Survey(context.Background(), []Source{src}, opts)
		opts.Workers = 3
		again, errAgain := Survey(context.Background(), []Source{src}, opts)
		if (err == nil) != (errAgain == nil) || err != nil && err.Error() != errAgain.Error() {
			t.Fatalf("%v with one worker, %v with three", err, errAgain)
		}
		if err != nil {
			return
		}
		if !bytes.Equal(parquetOf(t, table, 0), parquetOf(t, again, 0)) {
			t.Error("three workers write other bytes")
		}
	})
}

// FuzzRecords holds the scanner against encoding/csv, wherever that accepts a text. The differences are those that the
// package comment names: CR inside quotes, and rows without a value.
func FuzzRecords(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "\"a\"\"b\",c\n\"x\ny\",\n", ",\n,a", "\"\"\n", "a\r\nb\r\n", "\"a\"\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		r := csv.NewReader(strings.NewReader(content))
		r.FieldsPerRecord = -1
		want, err := r.ReadAll()
		if err != nil || strings.ContainsAny(strings.ReplaceAll(content, "\r\n", ""), "\r\x00") || strings.Contains(content, "\"") && strings.Contains(content, "\r") {
			return
		}
		hasValue := func(row []string) bool { return strings.Join(row, "") != "" }
		got, err := records(strings.NewReader(content), ',')
		if err != nil {
			if strings.Contains(err.Error(), "UTF-8") {
				return
			}
			t.Fatalf("%v, but encoding/csv reads %q", err, want)
		}
		got = slices.DeleteFunc(got, func(row []string) bool { return !hasValue(row) }) // "" quoted is kept
		want = slices.DeleteFunc(want, func(row []string) bool { return !hasValue(row) })
		if !slices.EqualFunc(got, want, slices.Equal[[]string]) {
			t.Errorf("got %q, encoding/csv reads %q", got, want)
		}
	})
}
