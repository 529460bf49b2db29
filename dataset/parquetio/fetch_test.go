package parquetio

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"holdfast/dataset/store"
)

// distant reads local files as if each read were a request to an object store, and notes the requests. The protocols
// themselves are tested against real servers in dataset/store, with the build tag cloud.
type distant struct {
	store.Store
	mu       sync.Mutex
	requests []request
	under    int // way
	most     int // under way at once
	chunks   bool
	fault    func() error // of requests for chunks; nil: none
}

// request is a range that was asked for.
type request struct{ from, to int64 }

// Open implements store.Store.
func (d *distant) Open(ctx context.Context, name string) (*store.File, error) {
	f, err := d.Store.Open(ctx, name)
	if err == nil {
		f.Remote = true
		f.ReaderAt = &distantFile{f.ReaderAt, d}
	}
	return f, err
}

type distantFile struct {
	io.ReaderAt
	store *distant
}

// ReadAt implements io.ReaderAt.
func (f *distantFile) ReadAt(b []byte, offset int64) (int, error) {
	r := request{offset, offset + int64(len(b))}
	f.store.begin(r)
	defer f.store.end()
	if f.store.chunks && f.store.fault != nil {
		if err := f.store.fault(); err != nil {
			return 0, err
		}
	}
	return f.ReaderAt.ReadAt(b, offset)
}

func (d *distant) begin(r request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.requests = append(d.requests, r)
	d.under++
	d.most = max(d.most, d.under)
}

func (d *distant) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.under--
}

// sorted returns the requests by offset.
func (d *distant) sorted() []request {
	slices.SortFunc(d.requests, func(a, b request) int { return cmp.Compare(a.from, b.from) })
	return d.requests
}

// readDistant reads a local path over a distant store.
func readDistant(ctx context.Context, d *distant, path string, want []Request, o Options) (*Table, error) {
	p, err := planDistant(ctx, d, path, want, o.Keys)
	if err != nil {
		return nil, err
	}
	return p.read(ctx, p.groups, o)
}

// planDistant finds columns of a local path over a distant store, which from then on counts requests for chunks.
func planDistant(ctx context.Context, d *distant, path string, want []Request, keys int) (*plan, error) {
	var err error
	if d.Store, err = store.Open(ctx, path); err != nil {
		return nil, err
	}
	s := &selection{path: path, store: d}
	if err := s.readFooters(ctx); err != nil {
		return nil, err
	}
	d.requests, d.chunks = nil, true
	return newKeyedPlan(s, want, keys)
}

func TestDistantFilesReadLikeLocalOnes(t *testing.T) {
	dir, want := severalParts(t)
	local := mustRead(t, dir, want, Options{})
	for _, workers := range []int{1, 2, 7} {
		got, err := readDistant(t.Context(), new(distant), dir, want, Options{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(local.Parts, got.Parts); diff != "" {
			t.Errorf("%d workers: %s", workers, diff)
		}
		for i := range local.Columns {
			if !sameColumn(&local.Columns[i], &got.Columns[i]) {
				t.Errorf("%d workers: column %s differs", workers, local.Columns[i].Name)
			}
		}
	}
}

// sameColumn compares bits. cmp takes seconds for half a million values.
func sameColumn(a, b *Column) bool {
	bits := func(v, w float64) bool { return math.Float64bits(v) == math.Float64bits(w) }
	return slices.EqualFunc(a.Numbers, b.Numbers, bits) && slices.Equal(a.Codes, b.Codes) && slices.Equal(a.Levels, b.Levels) &&
		slices.Equal(a.Days, b.Days) && a.Nulls == b.Nulls && a.NaNs == b.NaNs
}

// wide is a file of random numbers in columns of 80 kB, so that a column left out is more than a gap.
func wide(t *testing.T, columns int) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	fields, cols := make([]Field, columns), make([]Column, columns)
	for k := range fields {
		fields[k] = Field{Name: fmt.Sprintf("x%d", k), Kind: Float}
		for range 10_000 {
			cols[k].Numbers = append(cols[k].Numbers, rng.NormFloat64())
		}
	}
	return saved(t, "wide.parquet", fileOf(t, fields, cols))
}

func TestChunksThatLieCloseComeTogether(t *testing.T) {
	path := wide(t, 8)
	ask := func(names ...string) (want []Request) {
		for _, n := range names {
			want = append(want, Request{Column: n, As: AsNumber})
		}
		return want
	}
	cases := []struct {
		name     string
		want     []Request
		requests int
	}{
		{"one column", ask("x3"), 1},
		{"neighbours", ask("x3", "x4"), 1},
		{"neighbours in another order", ask("x4", "x2", "x3"), 1},
		{"a column twice", ask("x3", "x3"), 1},
		{"with a column between", ask("x1", "x3"), 2},
		{"all", ask("x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"), 1},
		{"none", nil, 0},
	}
	for _, c := range cases {
		d := new(distant)
		if _, err := readDistant(t.Context(), d, path, c.want, Options{}); err != nil {
			t.Fatal(err)
		}
		if len(d.requests) != c.requests {
			t.Errorf("%s: requests %v, want %d", c.name, d.sorted(), c.requests)
		}
	}
}

// TestSpansCoverTheirChunks draws chunks anywhere in a file: every one must lie in one span, no span may hold a gap of more
// than mostGap, and no span is larger than what was wanted of it and its gaps.
func TestSpansCoverTheirChunks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var chunks []chunk
		at := int64(4)
		for range rapid.IntRange(0, 12).Draw(t, "chunks") {
			at += rapid.Int64Range(0, 3*mostGap).Draw(t, "gap")
			size := rapid.Int64Range(1, 2*mostBytes).Draw(t, "size")
			chunks = append(chunks, chunk{offset: at, size: size})
			at += size
		}
		var g fetchGroup
		g.plan(nil, slices.Clone(chunks), len(chunks))
		wanted, spanned := int64(0), int64(0)
		for i, s := range g.spans {
			if i > 0 && s.offset <= g.spans[i-1].offset+g.spans[i-1].size+mostGap {
				t.Fatalf("spans %d and %d lie within a gap of one another", i-1, i)
			}
			if n := int64(len(s.errs)); (n-1)*mostBytes >= s.size || n*mostBytes < s.size {
				t.Fatalf("%d requests for %d bytes", n, s.size)
			}
			spanned += s.size
		}
		for _, c := range chunks {
			wanted += c.size
			if !slices.ContainsFunc(g.spans, func(s *span) bool { return s.offset <= c.offset && c.offset+c.size <= s.offset+s.size }) {
				t.Fatalf("no span holds the chunk at %d", c.offset)
			}
		}
		if most := wanted + int64(len(chunks))*mostGap; spanned > most || g.cost != min(spanned, mostAhead) {
			t.Fatalf("%d bytes for %d wanted, cost %d", spanned, wanted, g.cost)
		}
	})
}

// TestRequestsAreBounded reads a tree of 40 files, of which each column that is left out is more than a gap.
func TestRequestsAreBounded(t *testing.T) {
	file, err := os.ReadFile(wide(t, 8))
	if err != nil {
		t.Fatal(err)
	}
	d := &distant{fault: func() error { time.Sleep(time.Millisecond); return nil }}
	files := map[string][]byte{}
	for i := range 40 {
		files[fmt.Sprintf("%02d.parquet", i)] = file
	}
	table, err := readDistant(t.Context(), d, tree(t, files), []Request{{Column: "x1", As: AsNumber}, {Column: "x5", As: AsNumber}}, Options{Workers: 2})
	if err != nil || table.Rows != 400_000 {
		t.Fatal(err)
	}
	if d.most > mostRequests || d.most < 2 || len(d.requests) != 80 {
		t.Errorf("%d requests, %d at once", len(d.requests), d.most)
	}
}

func TestAFailedRequestIsReportedInOrder(t *testing.T) {
	dir, want := severalParts(t)
	broken := errors.New("connection reset")
	for range 20 {
		_, err := readDistant(t.Context(), &distant{fault: func() error { return broken }}, dir, want, Options{Workers: 4})
		if !errors.Is(err, broken) || !strings.Contains(err.Error(), `a.parquet: column "account_id", row group 0: connection reset`) {
			t.Fatalf("error %v, want the first chunk of the first file", err)
		}
	}
}

func TestACancelledReadEndsItsRequests(t *testing.T) {
	path := wide(t, 8)
	ctx, cancel := context.WithCancel(t.Context())
	d := &distant{fault: func() error {
		cancel()
		<-ctx.Done()
		return ctx.Err()
	}}
	if _, err := readDistant(ctx, d, path, []Request{{Column: "x1", As: AsNumber}, {Column: "x5", As: AsNumber}}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if d.under != 0 {
		t.Errorf("%d requests are still under way", d.under)
	}
}

func TestAFileThatChangesAfterItsFooterIsNotRead(t *testing.T) {
	dir, want := severalParts(t)
	s, err := openSelection(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for i := range s.parts {
		s.parts[i].remote = true
	}
	s.parts[2].Version = "another"
	p, err := newPlan(s, want)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.read(t.Context(), p.groups, Options{}); !errors.Is(err, store.ErrChanged) || !strings.Contains(err.Error(), "c.parquet") {
		t.Errorf("error %v", err)
	}
}
