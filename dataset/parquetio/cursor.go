package parquetio

import (
	"fmt"
	"slices"
	"time"

	"holdfast/dataset/store"
)

// cursor is the place of a Reader in one column: the page that comes next, and rows that are decoded and that nobody has
// taken yet.
type cursor struct {
	*planned
	leaf     *leaf // nil for a column that the file does not have: all rows are alike
	location *time.Location
	pages    pageReader
	page     page // whose rows are taken
	portion  portion
	source   window // of pages
	raw      []byte // the bytes that page lies in, if it is raw and of a local file
	ended    bool

	numbers held[float64]
	days    held[int32]
	codes   held[int32]
	keys    heldTexts
	words   vocabulary // of codes
	levels  []string   // of words

	decoding decoding
	constant constant

	first int   // the row of the row group behind the last that was decoded
	found tally // in the row group so far
}

// constant is the value of a column of which all rows are alike.
type constant struct {
	number    float64
	day, code int32
}

// open starts a row group of a file.
func (c *cursor) open(f *store.File, p *part, g groupRef, location *time.Location) error {
	src := c.sources[g.part]
	c.leaf, c.location, c.ended, c.first, c.found, c.page = src.leaf, location, false, 0, tally{}, page{}
	c.numbers.reset()
	c.days.reset()
	c.codes.reset()
	c.keys.reset()
	c.words, c.levels = vocabulary{}, nil
	if src.leaf == nil || src.leaf.void {
		c.leaf = nil
		return c.openConstant(src.key)
	}
	ch := p.layout.groups[g.group].chunks[src.leaf.column]
	if err := checkCodec(ch.codec); err != nil {
		return err
	}
	c.source.open(f, ch)
	c.pages.reset(*src.leaf, ch, nil)
	c.pages.window = &c.source
	return nil
}

// openConstant finds the one value of a column that is in the path, or nowhere.
func (c *cursor) openConstant(key *hiveKey) (err error) {
	if key != nil && key.null {
		key = nil
	}
	switch c.As {
	case AsNumber:
		c.constant.number, err = key.number()
	case AsDay:
		c.constant.day, err = key.day()
	case AsText:
		if c.constant.code = -1; key != nil {
			c.constant.code = c.words.code([]byte(key.value))
		}
	default:
		if c.keys.constant = key != nil; key != nil {
			c.keys.dictionary.Add([]byte(key.value))
		}
	}
	if err != nil {
		return fmt.Errorf("directory name: %w", err)
	}
	return nil
}

// repeat decodes n rows of a constant.
func (c *cursor) repeat(n int) {
	switch c.As {
	case AsNumber:
		repeat(c.numbers.room(n), c.constant.number)
	case AsDay:
		repeat(c.days.room(n), c.constant.day)
	case AsText:
		repeat(c.codes.room(n), c.constant.code)
	default:
		c.keys.repeat(n, c.first)
	}
	c.first += n
}

// left is how many rows are decoded and not taken.
func (c *cursor) left() int {
	switch c.As {
	case AsNumber:
		return len(c.numbers.rows) - c.numbers.at
	case AsDay:
		return len(c.days.rows) - c.days.at
	case AsText:
		return len(c.codes.rows) - c.codes.at
	}
	return c.keys.texts.Len() - c.keys.at
}

// look converts the dictionary of the row group.
func (c *cursor) look(p *page) error {
	switch c.As {
	case AsNumber:
		return c.decoding.numbers.look(p, *c.leaf)
	case AsDay:
		return c.decoding.ticks.look(p, tickTarget(*c.leaf))
	case AsText:
		return c.decoding.codes.look(p, codeTarget(*c.leaf, &c.words))
	}
	return c.keys.look(p, *c.leaf)
}

// add decodes rows of the page behind those that are left: n or a few more, while there are, and no more than a portion. Of
// a page without rows it checks that it has no values either.
func (c *cursor) add(n int) error {
	var err error
	p := &c.portion
	if *p, err = c.page.next(min(piece, max(n8, (n+n8-1)&^(n8-1)))); err != nil {
		return err
	}
	switch c.As {
	case AsNumber:
		err = c.addNumbers(p)
	case AsDay:
		err = c.addDays(p)
	case AsText:
		err = c.decoding.codes.decode(c.codes.room(p.rows), p, codeTarget(*c.leaf, &c.words))
	default:
		err = c.keys.add(p, *c.leaf, c.first)
	}
	c.first += p.rows
	return err
}

// addNumbers is numbers of one portion.
func (c *cursor) addNumbers(p *portion) error {
	rows := c.numbers.room(p.rows)
	odd, err := c.decoding.numbers.decode(rows, p, *c.leaf)
	if odd && err == nil {
		one := tally{nulls: p.rows - p.stored}
		one.countSpecials(rows, c.first)
		c.found.nans += one.nans
		c.found.infs += one.infs
	}
	return err
}

// addDays is days of one portion.
func (c *cursor) addDays(p *portion) error {
	ticks, err := c.decoding.ticks.decode(p, *c.leaf)
	if err != nil {
		return err
	}
	return daysOf(ticks, c.days.room(p.rows), *c.leaf, c.location, c.first, &c.found)
}

// take returns the next n rows as a column. Its counts are those of the row group as far as it was decoded, which may be
// further than the rows.
func (c *cursor) take(n int) Column {
	out := Column{Name: c.Column, As: c.As, Stored: c.stored, NaNs: c.found.nans, Infs: c.found.infs, FirstInf: -1, TimesOfDay: c.found.timesOfDay}
	switch c.As {
	case AsNumber:
		out.Numbers = c.numbers.next(n)
	case AsDay:
		out.Days = c.days.next(n)
	case AsText:
		out.Codes, out.Levels = c.codes.next(n), c.levelNames()
	default:
		out.Texts, out.NullRows = c.keys.next(n)
	}
	return out
}

// levelNames are the levels that codes know so far.
func (c *cursor) levelNames() []string {
	for len(c.levels) < len(c.words.ends) {
		c.levels = append(c.levels, string(c.words.at(int32(len(c.levels)))))
	}
	return c.levels
}

// held are decoded rows of a column, of which the first have been taken.
type held[T any] struct {
	rows []T
	at   int // taken
}

// reset forgets all rows and keeps the memory.
func (h *held[T]) reset() { h.rows, h.at = h.rows[:0], 0 }

// room makes n rows behind those that are left, which move to the front.
func (h *held[T]) room(n int) []T {
	left := copy(h.rows, h.rows[h.at:])
	h.rows, h.at = slices.Grow(h.rows[:left], n)[:left+n], 0
	return h.rows[left:]
}

// next takes n rows.
func (h *held[T]) next(n int) []T {
	rows := h.rows[h.at : h.at+n : h.at+n]
	h.at += n
	return rows
}
