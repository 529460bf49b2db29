package parquetio

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"holdfast/dataset/store"
)

func TestTheTailOfAFileReadsLikeTheFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		file := rapid.SliceOfN(rapid.Byte(), 1, 60).Draw(t, "file")
		start := rapid.IntRange(0, len(file)).Draw(t, "start")
		r := &tailReader{file: bytes.NewReader(file), bytes: file[start:], start: int64(start)}
		want, got := make([]byte, rapid.IntRange(0, 70).Draw(t, "size")), make([]byte, 70)
		offset := rapid.Int64Range(0, int64(len(file))-1).Draw(t, "offset")
		n, wantErr := bytes.NewReader(file).ReadAt(want, offset)
		m, err := r.ReadAt(got[:len(want)], offset)
		if n != m || !bytes.Equal(want[:n], got[:m]) || !errors.Is(err, wantErr) {
			t.Fatalf("%d bytes %x, %v; want %d bytes %x, %v", m, got[:m], err, n, want[:n], wantErr)
		}
	})
}

// footerRequests reads the footer of a file from afar, and locally.
func footerRequests(t *testing.T, file []byte) (requests []request, remote, local error) {
	t.Helper()
	path := saved(t, "a.parquet", file)
	d := new(distant)
	var err error
	if d.Store, err = store.Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	f, err := d.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	meta, end, remote := readFooterOf(f)
	want, wantEnd, local := readFooter(bytes.NewReader(file), int64(len(file)))
	if end != wantEnd || !cmp.Equal(want, meta) {
		t.Errorf("the footer that ends the data at %d is read as another, at %d", wantEnd, end)
	}
	return d.requests, remote, local
}

func TestAFooterIsOneRequest(t *testing.T) {
	file, err := os.ReadFile(wide(t, 3))
	if err != nil {
		t.Fatal(err)
	}
	requests, remote, local := footerRequests(t, file)
	if size := int64(len(file)); len(requests) != 1 || requests[0] != (request{size - usualFooter, size}) || remote != nil || local != nil {
		t.Errorf("requests %v, %v %v", requests, remote, local)
	}
}

func TestALargeFooterIsTwoRequestsThatDoNotOverlap(t *testing.T) {
	var fields []Field
	var cols []Column
	for k := range 200 {
		fields = append(fields, Field{Name: fmt.Sprintf("%s_%d", strings.Repeat("long", 100), k), Kind: Float})
		cols = append(cols, Column{Numbers: []float64{1}})
	}
	file := fileOf(t, fields, cols)
	requests, remote, local := footerRequests(t, file)
	if remote != nil || local != nil || len(requests) != 2 || requests[1].to != requests[0].from {
		t.Errorf("%d bytes: requests %v, %v %v", len(file), requests, remote, local)
	}
}

func TestDamagedFilesSayTheSameFromAfar(t *testing.T) {
	good := numbersFile(t, "x", 1)
	for name, file := range map[string][]byte{
		"empty": nil, "short": []byte("PAR1"), "text": []byte("id,arr\n1,2\n3,4\n"), "short text": []byte("id"), "spreadsheet": []byte("PK\x03\x04............"),
		"cut": good[:len(good)/2], "encrypted footer": append(good[:len(good)-4:len(good)-4], "PARE"...),
		"long footer": append(good[:len(good)-8:len(good)-8], "\xff\xff\xff\x7fPAR1"...), "no footer": append(good[:len(good)-8:len(good)-8], "\x00\x00\x00\x00PAR1"...),
	} {
		_, remote, local := footerRequests(t, file)
		if local == nil || remote == nil || local.Error() != remote.Error() {
			t.Errorf("%s: %v from afar, %v locally", name, remote, local)
		}
	}
}
