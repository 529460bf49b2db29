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
	// convert turns decoded values into T; len(dst) == v.n.
	convert func(dst []T, v *values) error
	// dictionary does the same for the entries of a dictionary page; nil means convert.
	dictionary func(dst []T, v *values) error
}

// fill decodes all pages of r into out, which has one entry per row of the chunk, and returns the number of nulls.
// Dictionary entries are converted once.
func fill[T any](r *pageReader, out []T, t target[T]) (nulls int, err error) {
	if t.dictionary == nil {
		t.dictionary = t.convert
	}
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
			dictionary = make([]T, p.values.n)
			if err := t.dictionary(dictionary, &p.values); err != nil {
				return 0, err
			}
			continue
		}
		rows := out[:p.rows]
		out = out[p.rows:]
		if p.defined == nil {
			err = place(rows, &p, dictionary, t)
		} else {
			n := present(p.defined, p.rows)
			nulls += p.rows - n
			dense = slices.Grow(dense[:0], n)[:n]
			if err = place(dense, &p, dictionary, t); err == nil {
				spread(rows, dense, p.defined, t.null)
			}
		}
		if err != nil {
			return 0, err
		}
	}
}

// place writes the values of a page that are not null to dst, one after the other.
func place[T any](dst []T, p *page, dictionary []T, t target[T]) error {
	if p.indexes == nil {
		return t.convert(dst, &p.values)
	}
	for i, index := range p.indexes {
		dst[i] = dictionary[index]
	}
	return nil
}

// spread puts dense values where defined is 1 and null elsewhere.
func spread[T any](rows, dense []T, defined []uint8, null T) {
	next := 0
	for i, d := range defined {
		if d == 0 {
			rows[i] = null
			continue
		}
		rows[i] = dense[next]
		next++
	}
}
