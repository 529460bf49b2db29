package parquetio

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/parquet-go/parquet-go/format"
)

// A replay of last March needs no row of April, and in files that grow by appending, the rows of April fill row groups of
// their own. Which ones is claimed by the statistics in the footer, but a footer is written by anyone, and a wrong minimum
// would drop rows without a word. So statistics choose and data decides: a row group whose least day is claimed to lie
// after the last one wanted is dropped only once its day column, alone, has been read and every row of it holds a day
// after the last. A wrong claim costs the time to read one column and changes nothing.
//
// Row groups without a usable claim (text, INT96, whose statistics old writers got wrong, and files without statistics) are
// asked in the same way: one column of many is cheap, and the first row that is wanted ends the question.

// Until names the last day that a caller wants.
type Until struct {
	// Column holds days; empty means that there is no last day. It need not be among the columns that are read.
	Column string
	// Last is the last day wanted, in days since 1970-01-01.
	Last int32
}

// wanted returns the row groups of which some row may be wanted, in their order. The others hold a day in every row, and
// every day is after o.Until.Last.
func (p *plan) wanted(ctx context.Context, groups []groupRef, o Options) ([]groupRef, error) {
	if o.Until.Column == "" {
		return groups, nil
	}
	days := &plan{selection: p.selection}
	column, err := days.resolve(Request{Column: o.Until.Column, As: AsDay})
	if err != nil {
		return nil, err
	}
	k := &pruner{plan: p, column: &column, last: o.Until.Last, location: o.location(), most: o.rowLimit(p.stored, AsDay)}
	late := make([]bool, len(groups))
	if err := inOrder(ctx, o.workers(), len(groups), func(w *worker, i int) error {
		late[i] = k.late(ctx, w, groups[i])
		return nil
	}); err != nil {
		return nil, err
	}
	var kept []groupRef
	for i, g := range groups {
		if !late[i] {
			kept = append(kept, g)
		}
	}
	return kept, nil
}

// pruner decides which row groups lie wholly after a day.
type pruner struct {
	*plan
	column   *planned
	last     int32
	location *time.Location
	most     int // rows of a group that is worth asking, so that no claim of rows costs memory
}

// late reports whether every row of a group lies after the last day. A group that cannot be read is not late: whoever
// reads it next says what is wrong with it, in its order.
func (k *pruner) late(ctx context.Context, w *worker, g groupRef) bool {
	p := &k.parts[g.part]
	src := k.column.sources[g.part]
	if src.key != nil {
		day, err := src.key.day()
		return err == nil && day > k.last // NullDay is before all days
	}
	if src.leaf == nil || src.leaf.void || g.rows > k.most {
		return false
	}
	c := p.layout.groups[g.group].chunks[src.leaf.column]
	if day, claimed := k.claim(src.leaf, c); claimed && day <= int64(k.last) {
		return false
	}
	late, err := k.ask(ctx, w, p, src.leaf, c)
	return err == nil && late
}

// claim returns the least day of a chunk according to the statistics of its footer, for the types whose statistics have
// one meaning and can be compared: DATE and TIMESTAMP on integers.
func (k *pruner) claim(l *leaf, c chunk) (day int64, claimed bool) {
	t := newTicker(*l, k.location)
	switch {
	case l.physical == format.Int32 && len(c.least) == 4:
		day, _ = t.day(int64(int32(binary.LittleEndian.Uint32(c.least))))
	case l.physical == format.Int64 && len(c.least) == 8:
		day, _ = t.day(int64(binary.LittleEndian.Uint64(c.least)))
	default:
		return 0, false
	}
	return day, true
}

// ask reads the day column of a row group page by page, up to the first row that is null or not after the last day.
func (k *pruner) ask(ctx context.Context, w *worker, p *part, l *leaf, c chunk) (bool, error) {
	if err := checkCodec(c.codec); err != nil {
		return false, err
	}
	if err := p.openChunk(ctx, w, *l, c); err != nil {
		return false, err
	}
	defer w.window.close()
	t := newTicker(*l, k.location)
	err := eachTicks(&w.pages, &w.ticks, func(ticks []int64, nulls int) error {
		for _, tick := range ticks {
			if day, _ := t.day(tick); nulls > 0 || day <= int64(k.last) || day > lastDay {
				return errEarlier
			}
		}
		return nil
	})
	if errors.Is(err, errEarlier) {
		return false, nil
	}
	return err == nil, err
}

// errEarlier ends the search for a row that is not after the last day.
var errEarlier = errors.New("a row is null or not after the last day")
