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

// fill decodes all pages of r into out, which has one entry per row of the chunk, and returns the number of nulls.
// Dictionary entries are converted once.
func fill[T any](r *pageReader, out []T, t target[T]) (nulls int, err error) {
	var dictionary, dense []T
	for {
		p, err := r.next()
		if errors.Is(err, io.EOF) {
			return nulls, nil
		}
		if err != nil {
			return 0, err
		}
		if p.dictionary {
			if dictionary, err = dictionaryOf(&p, t); err != nil {
				return 0, err
			}
			continue
		}
		rows := out[:p.rows]
		out = out[p.rows:]
		if p.defined == nil {
			err = place(rows, &p, dictionary, t)
		} else {
			nulls += p.rows - p.stored
			dense = slices.Grow(dense[:0], p.stored+1)[:p.stored+1]
			dense[0] = t.null
			if err = place(dense[1:], &p, dictionary, t); err == nil {
				spread(rows, dense, p.defined)
			}
		}
		if err != nil {
			return 0, err
		}
	}
}

// dictionaryOf converts the entries of a dictionary page.
func dictionaryOf[T any](p *page, t target[T]) ([]T, error) {
	dictionary := make([]T, p.values.n)
	return dictionary, t.take(dictionary, &p.values)
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
