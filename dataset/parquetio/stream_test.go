package parquetio

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// streamed reads all rows of a path through a Stream, in pieces of at most n rows, and lays
// them out as Read does, texts in place of codes.
type streamed struct {
	numbers map[string][]uint64 // bits
	days    map[string][]int32
	texts   map[string][]string
}

const noText = "\x00null"

func readAllOf(t *testing.T, path string, want []Request, n int) (*streamed, error) {
	t.Helper()
	files, err := Open(t.Context(), path)
	if err != nil {
		return nil, err
	}
	defer files.Close()
	s, err := files.NewStream(t.Context(), want, Options{})
	if err != nil {
		return nil, err
	}
	out := &streamed{map[string][]uint64{}, map[string][]int32{}, map[string][]string{}}
	r := s.Reader()
	defer r.Close()
	for g := range s.Groups() {
		if err := r.Open(t.Context(), g); err != nil {
			return nil, err
		}
		for {
			p, err := r.Next(t.Context(), n)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, err
			}
			for i := range p.Columns {
				out.add(&p.Columns[i], p.Rows)
			}
		}
	}
	return out, nil
}

func (s *streamed) add(c *Column, rows int) {
	switch c.As {
	case AsNumber:
		for _, v := range c.Numbers {
			s.numbers[c.Name] = append(s.numbers[c.Name], math.Float64bits(v))
		}
	case AsDay:
		s.days[c.Name] = append(s.days[c.Name], c.Days...)
	case AsText:
		for _, code := range c.Codes {
			text := noText
			if code >= 0 {
				text = c.Levels[code]
			}
			s.texts[c.Name] = append(s.texts[c.Name], text)
		}
	default:
		from := len(s.texts[c.Name])
		for i := range rows {
			s.texts[c.Name] = append(s.texts[c.Name], string(c.Texts.At(i)))
		}
		for _, i := range c.NullRows {
			s.texts[c.Name][from+i] = noText
		}
	}
}

// sameAsRead compares with the table that Read makes.
func (s *streamed) sameAsRead(t *testing.T, table *Table) {
	t.Helper()
	for _, c := range table.Columns {
		got := max(len(s.numbers[c.Name]), len(s.days[c.Name]), len(s.texts[c.Name]))
		if got != table.Rows {
			t.Fatalf("%s: %d rows, want %d", c.Name, got, table.Rows)
		}
		for i := range table.Rows {
			switch c.As {
			case AsNumber:
				if s.numbers[c.Name][i] != math.Float64bits(c.Numbers[i]) {
					t.Fatalf("%s, row %d: bits %x, want %v", c.Name, i, s.numbers[c.Name][i], c.Numbers[i])
				}
			case AsDay:
				if s.days[c.Name][i] != c.Days[i] {
					t.Fatalf("%s, row %d: day %d, want %d", c.Name, i, s.days[c.Name][i], c.Days[i])
				}
			default:
				want := noText
				if c.Codes[i] >= 0 {
					want = c.Levels[c.Codes[i]]
				}
				if s.texts[c.Name][i] != want {
					t.Fatalf("%s, row %d: %q, want %q", c.Name, i, s.texts[c.Name][i], want)
				}
			}
		}
	}
}

// smallPages writes a table in row groups of several pages, so that pages of columns end at
// different rows.
func smallPages(t *testing.T, rows int) (string, []Request) {
	t.Helper()
	fields, cols := snapshotTable(rows)
	path := filepath.Join(t.TempDir(), "pages.parquet")
	writeTo(t, path, fields, cols)
	return path, requestsFor(fields)
}

// writeTo writes columns to a file.
func writeTo(t *testing.T, path string, fields []Field, cols []Column) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := NewWriter(f, fields)
	if err == nil {
		err = w.Write(cols)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAStreamReadsWhatReadReads(t *testing.T) {
	path, want := smallPages(t, 140_000)
	table, err := Read(t.Context(), path, want, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{1000, 4096, 200_000} {
		s, err := readAllOf(t, path, want, n)
		if err != nil {
			t.Fatal(err)
		}
		s.sameAsRead(t, table)
	}
}

// Columns that are in the names of directories, or in some part files only, are the same for
// a Stream as for Read.
func TestAStreamFillsColumnsThatFilesLack(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, fields []Field, cols []Column) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		writeTo(t, path, fields, cols)
	}
	x := Field{Name: "x", Kind: Float, Nullable: true}
	y := Field{Name: "y", Kind: Text, Nullable: true}
	write("tier=3/a.parquet", []Field{x, y}, []Column{{Numbers: []float64{1, math.NaN()}}, {Codes: []int32{-1, 0}, Levels: []string{"k"}}})
	write("tier=4/b.parquet", []Field{x}, []Column{{Numbers: []float64{5, 6, 7}}})
	for _, as := range []As{AsKey, AsText} {
		want := []Request{{Column: "x", As: AsNumber}, {Column: "y", As: as}, {Column: "tier", As: as}}
		table, err := Read(t.Context(), dir, want, Options{})
		if err != nil {
			t.Fatal(err)
		}
		s, err := readAllOf(t, dir, want, 2)
		if err != nil {
			t.Fatal(err)
		}
		s.sameAsRead(t, table)
	}
}

// Whatever byte of a file is damaged: a Stream refuses it, or reads what Read reads.
func TestAStreamIsRefusedWhereReadIs(t *testing.T) {
	path, want := smallPages(t, 3000)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(t.TempDir(), "damaged.parquet")
	for at := 4; at < len(whole); at += 1 + len(whole)/150 {
		b := append([]byte{}, whole...)
		b[at] ^= 0x5a
		if err := os.WriteFile(damaged, b, 0o644); err != nil {
			t.Fatal(err)
		}
		table, readErr := Read(t.Context(), damaged, want, Options{})
		s, err := readAllOf(t, damaged, want, 512)
		if (err == nil) != (readErr == nil) {
			t.Errorf("byte %d: Read says %v, a Stream %v", at, readErr, err)
		}
		if err == nil && readErr == nil {
			s.sameAsRead(t, table)
		}
	}
}

func TestAStreamEndsWithItsContext(t *testing.T) {
	path, want := smallPages(t, 3000)
	files, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	s, err := files.NewStream(t.Context(), want, Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r := s.Reader()
	defer r.Close()
	if err := r.Open(ctx, 0); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := r.Next(ctx, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want %v", err, context.Canceled)
	}
}
