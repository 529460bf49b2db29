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

// fill decodes all pages of r: the rows of each to where room says, and then hands them to done with the number of nulls among
// them. b is memory to work with.
func fill[T any](r *pageReader, b *buffers[T], t target[T], room func(n int) []T, done func(rows []T, nulls int) error) error {
	b.dictionary = b.dictionary[:0]
	for {
		p, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if p.dictionary {
			if err := b.look(&p, t); err != nil {
				return err
			}
			continue
		}
		rows := room(p.rows)
		if err := b.decode(rows, &p, t); err != nil {
			return err
		}
		if err := done(rows, p.rows-p.stored); err != nil {
			return err
		}
	}
}

// fillRows is fill of rows that come one after the other; it returns the number of nulls.
func fillRows[T any](r *pageReader, b *buffers[T], t target[T], out []T) (nulls int, err error) {
	err = fill(r, b, t, func(n int) []T {
		rows := out[:n]
		out = out[n:]
		return rows
	}, func(_ []T, n int) error { nulls += n; return nil })
	return nulls, err
}

// buffers are what decoding needs beside the rows.
type buffers[T any] struct {
	dictionary []T // of the chunk; its entries are converted once
	dense      []T // the values of a page that are not null, behind what stands for null
}

// look converts the entries of a dictionary page.
func (b *buffers[T]) look(p *page, t target[T]) error {
	b.dictionary = slices.Grow(b.dictionary[:0], p.values.n)[:p.values.n]
	return t.take(b.dictionary, &p.values)
}

// decode decodes a data page to rows, which are as many as it has.
func (b *buffers[T]) decode(rows []T, p *page, t target[T]) error {
	if p.defined == nil {
		return place(rows, p, b.dictionary, t)
	}
	b.dense = slices.Grow(b.dense[:0], p.stored+1)[:p.stored+1]
	b.dense[0] = t.null
	if err := place(b.dense[1:], p, b.dictionary, t); err != nil {
		return err
	}
	spread(rows, b.dense, p.defined)
	return nil
}

// take converts all values of a page.
func (t target[T]) take(dst []T, v *values) error {
	if v.texts == nil {
		return t.convert(dst, v)
	}
	return v.texts.each(func(at int, views [][]byte) error { return t.texts(dst[at:at+len(views)], views) })
}

// place writes the values of a page that are not null to dst, one after the other.
func place[T any](dst []T, p *page, dictionary []T, t target[T]) error {
	if p.indexes == nil {
		return t.take(dst, &p.values)
	}
	for i, index := range p.indexes {
		dst[i] = dictionary[index]
	}
	return nil
}

// spread puts the values dense[1:] where defined is 1 and dense[0], which stands for a missing one, where it is 0. It
// computes the index instead of branching, because a processor cannot foresee where the gaps are.
func spread[T any](rows, dense []T, defined []uint8) {
	last := 0
	for i, d := range defined {
		last += int(d)
		rows[i] = dense[last&-int(d)]
	}
}
