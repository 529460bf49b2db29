package parquetio

import (
	"context"
	"math"

	"holdfast/dataset/store"
)

// window reads a chunk from its file page by page, so that a page is in memory and not the chunk, and in the cache when it is
// expanded.
type window struct {
	file        *store.File
	offset, end int64  // what is left of the chunk
	bytes       []byte // of the page that was read last
}

// firstWindow is what is read of a page before its size is known.
const firstWindow = 1 << 12

// page reads the next page with its header; nothing at the end of the chunk. It is good until the next one.
func (w *window) page() ([]byte, error) {
	size, err := w.read()
	if err != nil {
		return nil, err
	}
	w.offset += int64(size)
	return w.bytes[:size], nil
}

// read reads a page and returns its size: first what a header may take, and the rest once it has said how much that is. A
// chunk of an object store is one request. Of a page that is damaged it reads what there is: the page reader says what is
// wrong.
func (w *window) read() (size int, err error) {
	left := int(min(w.end-w.offset, math.MaxInt32))
	have := min(left, firstWindow)
	if w.file.Remote {
		have = left
	}
	if err := w.to(0, have); err != nil || left == 0 {
		return 0, err
	}
	size, ok := pageSize(w.bytes)
	for !ok && have < min(left, maxPageHeader) { // the header is longer than what was read
		more := min(left, 4*have)
		if err := w.to(have, more); err != nil {
			return 0, err
		}
		have = more
		size, ok = pageSize(w.bytes)
	}
	if !ok || size > left {
		size = left
	}
	return size, w.to(min(have, size), size)
}

// to makes bytes [have, want) those of the file behind the first ones.
func (w *window) to(have, want int) error {
	if cap(w.bytes) < want {
		w.bytes = append(make([]byte, 0, want+want/8), w.bytes[:have]...)
	}
	w.bytes = w.bytes[:want]
	if want == have {
		return nil
	}
	_, err := w.file.ReadAt(w.bytes[have:want], w.offset+int64(have))
	return err
}

// pageSize is the length of the page at the beginning of b with its header; not ok if the header does not end there.
func pageSize(b []byte) (size int, ok bool) {
	n, err := skim(b[:min(len(b), maxPageHeader)])
	if err != nil {
		return 0, false
	}
	var h pageMeta
	if err := unmarshal(b[:n], &h); err != nil || h.CompressedPageSize < 0 {
		return 0, false
	}
	return n + int(h.CompressedPageSize), true
}

// close lets go of the file, if there is one.
func (w *window) close() {
	if w.file != nil {
		w.file.Close() // it was only read
		w.file = nil
	}
}

// openChunk makes the worker read the pages of a chunk: from a local file one after the other, from another in one request.
// Close its window after the last.
func (p *part) openChunk(ctx context.Context, w *worker, l leaf, c chunk) error {
	if p.remote {
		data := make([]byte, c.size)
		w.pages.reset(l, c, data)
		return p.readAt(ctx, data, c.offset)
	}
	f, err := p.open(ctx)
	if err != nil {
		return err
	}
	w.window.file, w.window.offset, w.window.end = f, c.offset, c.offset+c.size
	w.pages.reset(l, c, nil)
	w.pages.window = &w.window
	return nil
}

// open opens the file anew, which must still be the one whose footer was checked.
func (p *part) open(ctx context.Context) (*store.File, error) {
	f, err := p.store.Open(ctx, p.path)
	if err == nil && f.Identity != p.Identity {
		f.Close()
		return nil, store.ErrChanged
	}
	return f, err
}
