package parquetio

import (
	"context"
	"math"

	"holdfast/dataset/store"
)

// window reads a chunk from its file page by page, so that a page is in memory and not the chunk, and in the cache when it is
// expanded. Of an object store it reads several pages at a time: each request takes a while.
type window struct {
	file        *store.File
	offset, end int64  // what is left of the chunk
	bytes       []byte // that were read: the page that was given last, and what lies behind it
	given       int    // of these, those of that page
}

const (
	// firstWindow is what is read of a page before its size is known.
	firstWindow = 1 << 12
	// farWindow is what one request to an object store asks for. A stream holds as much of each of its columns.
	farWindow = 2 << 20
)

// page reads the next page with its header; nothing at the end of the chunk. It is good until the next one.
func (w *window) page() ([]byte, error) {
	w.bytes, w.given = w.bytes[:copy(w.bytes, w.bytes[w.given:])], 0
	size, err := w.read()
	if err != nil {
		return nil, err
	}
	w.offset, w.given = w.offset+int64(size), size
	return w.bytes[:size], nil
}

// read reads a page and returns its size: first what a header may take, and the rest once it has said how much that is. Of a
// page that is damaged it reads what there is: the page reader says what is wrong.
func (w *window) read() (size int, err error) {
	left := w.left()
	for want := firstWindow; ; want *= 4 { // the header may be longer than what was read
		if err := w.fill(min(left, want)); err != nil || left == 0 {
			return 0, err
		}
		size, ok := pageSize(w.bytes)
		if ok && size <= left {
			return size, w.fill(size)
		}
		if ok || len(w.bytes) >= min(left, maxPageHeader) {
			return left, w.fill(left)
		}
	}
}

// left is how much of the chunk there is from the page on that comes next.
func (w *window) left() int { return int(min(w.end-w.offset, math.MaxInt32)) }

// fill reads as many bytes, unless they have been.
func (w *window) fill(want int) error {
	have := len(w.bytes)
	if have >= want {
		return nil
	}
	if w.file.Remote {
		want = max(want, min(have+farWindow, w.left()))
	}
	if cap(w.bytes) < want {
		w.bytes = append(make([]byte, 0, want+want/8), w.bytes...)
	}
	w.bytes = w.bytes[:want]
	_, err := w.file.ReadAt(w.bytes[have:], w.offset+int64(have))
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

// open begins with a chunk, in the memory of the one before.
func (w *window) open(f *store.File, c chunk) {
	*w = window{file: f, offset: c.offset, end: c.offset + c.size, bytes: w.bytes[:0]}
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
	w.window.open(f, c)
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
