package parquetio

// A page of a million rows is a mebibyte as dictionary indexes of eight bits, four as 32-bit numbers and eight as float64: far
// more than the caches hold. So the levels and the sizes of a page are checked as a whole, and its values decoded a portion at
// a time, each from the indexes to the rows of the column while it lies in the cache.

// portion is some consecutive rows of a data page. Its slices are valid until the next portion of any page.
type portion struct {
	// rows counts them; stored, those with a value.
	rows, stored int
	// defined is as that of a page; nil means that no row is null.
	defined []byte
	// values holds the values that are not null, unless they are in the dictionary.
	values values
	// indexes are the dictionary entries of the values that are not null, all of which are there, with room for eight more
	// behind the last (spreadEntries); nil for pages without dictionary.
	indexes []int32
}

// next takes the next rows off a page: most of them, which is a multiple of eight, and fewer at the end. Whoever takes all
// rows of a page, or one portion of a page without rows, has checked its values.
func (p *page) next(most int) (portion, error) {
	n := min(p.rows, most)
	out := portion{rows: n, stored: n}
	if p.rows -= n; p.defined != nil {
		out.defined, p.defined = p.defined[:(n+n8-1)/n8], p.defined[n/n8:]
		if out.stored = present(out.defined, n); out.stored == n {
			out.defined = nil
		}
	}
	p.stored -= out.stored
	var err error
	if p.indexes == nil {
		out.values = p.values.cut(out.stored)
	} else if out.indexes, err = p.indexes.next(out.stored); err != nil {
		err = pageError(p.number, err)
	}
	return out, err
}

// check looks at all values of a page.
func (p *page) check() error {
	if p.dictionary || p.indexes == nil {
		return p.values.check()
	}
	for p.rows > 0 {
		if _, err := p.next(piece); err != nil {
			return err
		}
	}
	return nil
}

// cut takes the first n values. Texts, which are cut as they are used, go on from where they are.
func (v *values) cut(n int) values {
	v.n -= n
	return values{
		n:       n,
		bools:   cutOff(&v.bools, n),
		i32:     cutOff(&v.i32, n),
		i64:     cutOff(&v.i64, n),
		i96:     cutOff(&v.i96, n),
		f32:     cutOff(&v.f32, n),
		f64:     cutOff(&v.f64, n),
		doubles: cutOff(&v.doubles, 8*n),
		texts:   v.texts,
	}
}

// cutOff takes the first n elements of a list, unless it is nil.
func cutOff[T any](list *[]T, n int) []T {
	if *list == nil {
		return nil
	}
	first := (*list)[:n:n]
	*list = (*list)[n:]
	return first
}
