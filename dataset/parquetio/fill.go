package parquetio

import (
	"errors"
	"io"
	"slices"
)

// target says how the pages of a chunk become a slice of T.
type target[T any] struct {
	// null is what stands for a missing value.
	null T
	// convert turns decoded numbers into T; len(dst) == v.n.
	convert func(dst []T, v *values) error
	// texts does the same for a piece of the values of a type stored as bytes.
	texts func(dst []T, views [][]byte) error
}

// each hands the dictionary of a chunk to look, if it has one, and the rows of its pages to use, a portion at a time.
func (r *pageReader) each(look func(p *page) error, use func(p *portion) error) error {
	for {
		p, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if p.dictionary {
			err = look(&p)
		} else {
			err = p.each(use)
		}
		if err != nil {
			return err
		}
	}
}

// each hands the rows of a page to use, a portion at a time.
func (p *page) each(use func(p *portion) error) error {
	var part portion
	for {
		var err error
		if part, err = p.next(piece); err != nil {
			return err
		}
		if err := use(&part); err != nil || p.rows == 0 {
			return err
		}
	}
}

// fillRows decodes all pages of a chunk to rows that come one after the other; it returns the number of nulls. b is memory to
// work with.
func fillRows[T any](r *pageReader, b *buffers[T], t target[T], out []T) (nulls int, err error) {
	err = r.each(func(p *page) error { return b.look(p, t) }, func(p *portion) error {
		rows := out[:p.rows]
		out, nulls = out[p.rows:], nulls+p.rows-p.stored
		return b.decode(rows, p, t)
	})
	return nulls, err
}

// buffers are what decoding needs beside the rows. Both lists begin with what stands for null.
type buffers[T any] struct {
	dictionary []T // null, and the entries of the chunk's dictionary, which are converted once
	dense      []T // null, and the values of a portion that are not
}

// decoding is what the pages of a column are decoded with, one of them by what is asked for.
type decoding struct {
	numbers numberBuffers
	ticks   tickBuffers
	codes   buffers[int32]
}

// look converts the entries of a dictionary page.
func (b *buffers[T]) look(p *page, t target[T]) error {
	b.dictionary = slices.Grow(b.dictionary[:0], p.values.n+1)[:p.values.n+1]
	b.dictionary[0] = t.null
	return t.take(b.dictionary[1:], &p.values)
}

// decode decodes a portion of a page to rows, which are as many as it has.
func (b *buffers[T]) decode(rows []T, p *portion, t target[T]) error {
	switch {
	case p.indexes != nil && p.defined != nil:
		spreadEntries(rows, b.dictionary, p.indexes, p.defined)
		return nil
	case p.indexes != nil:
		entries(rows, b.dictionary[1:], p.indexes)
		return nil
	case p.defined == nil:
		return t.take(rows, &p.values)
	}
	if err := t.take(b.behindNull(p.stored, t), &p.values); err != nil {
		return err
	}
	spread(rows, b.dense, p.defined)
	return nil
}

// behindNull is the place in dense of the n values of a portion.
func (b *buffers[T]) behindNull(n int, t target[T]) []T {
	b.dense = slices.Grow(b.dense[:0], n+1)[:n+1]
	b.dense[0] = t.null
	return b.dense[1:]
}

// take converts values.
func (t target[T]) take(dst []T, v *values) error {
	if v.texts == nil {
		return t.convert(dst, v)
	}
	return v.texts.each(v.n, func(at int, views [][]byte) error { return t.texts(dst[at:at+len(views)], views) })
}
