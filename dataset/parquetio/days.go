package parquetio

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// Days outside the years 1 to 9999 are damage or sentinels, never a date of a business.
const (
	firstDay = -719162 // 0001-01-01
	lastDay  = 2932896 // 9999-12-31
)

const secondsPerDay = 86400

// Which day an instant belongs to depends on where one stands: midnight in Madrid is 22:00 or 23:00 UTC of the day before.
// Timestamps that are adjusted to UTC are converted in Options.Location; those that are not were written as wall-clock
// time and are taken at their word. INT96, which carries no such flag, is UTC as Spark, Hive and Impala write it today.

// nullTick marks a null among raw ticks. No timestamp within the years 1 to 9999 has this value in any unit.
const nullTick = math.MinInt64

// ticker turns the raw values of a chunk, days or timestamps, into days.
type ticker struct {
	unit     timeUnit       // 0: the values are days already
	location *time.Location // nil: as written
}

// newTicker returns the conversion for a leaf, of instants to days in a location.
func newTicker(l leaf, location *time.Location) ticker {
	k := ticker{unit: l.unit}
	if l.adjusted && location != time.UTC {
		k.location = location
	}
	return k
}

// tickBuffers are what the days of a chunk are decoded with.
type tickBuffers struct {
	buffers[int64]
	ticks []int64 // of a portion
}

// decode decodes a portion of a page to raw values, which are good until the next one.
func (b *tickBuffers) decode(p *portion, l leaf) ([]int64, error) {
	b.ticks = slices.Grow(b.ticks[:0], p.rows)[:p.rows]
	return b.ticks, b.buffers.decode(b.ticks, p, tickTarget(l))
}

// eachTicks decodes one chunk to raw values and hands them to use, a portion of a page at a time, with the number of nulls among them.
func eachTicks(r *pageReader, b *tickBuffers, use func(ticks []int64, nulls int) error) error {
	return r.each(func(p *page) error { return b.look(p, tickTarget(r.leaf)) }, func(p *portion) error {
		ticks, err := b.decode(p, r.leaf)
		if err != nil {
			return err
		}
		return use(ticks, p.rows-p.stored)
	})
}

// days decodes one chunk to days since 1970-01-01.
func days(r *pageReader, b *tickBuffers, out []int32, location *time.Location, c *tally) error {
	first := 0
	return eachTicks(r, b, func(ticks []int64, nulls int) error {
		c.nulls += nulls
		first += len(ticks)
		return daysOf(ticks, out[first-len(ticks):first], r.leaf, location, first-len(ticks), c)
	})
}

// daysOf turns raw values into days. first is the row of the row group that the first of them is.
func daysOf(ticks []int64, out []int32, l leaf, location *time.Location, first int, c *tally) error {
	k := newTicker(l, location)
	for row, tick := range ticks {
		if tick == nullTick {
			out[row] = NullDay
			continue
		}
		day, midnight := k.day(tick)
		if day < firstDay || day > lastDay {
			return fmt.Errorf("row %d of the row group: holds a %s outside the years 1 to 9999 (stored value %d)", first+row, l.Kind, tick)
		}
		out[row] = int32(day)
		if !midnight {
			c.timesOfDay++
		}
	}
	return nil
}

// day returns the calendar day of a raw value and whether it is that day's midnight.
func (k ticker) day(tick int64) (day int64, midnight bool) {
	if k.unit == 0 {
		return tick, true
	}
	seconds, rest := floorDiv(tick, int64(k.unit))
	if k.location != nil {
		t := time.Unix(seconds, 0).In(k.location)
		_, offset := t.Zone()
		seconds += int64(offset)
	}
	day, second := floorDiv(seconds, secondsPerDay)
	return day, second == 0 && rest == 0
}

// floorDiv divides towards minus infinity, so that an hour before 1970 belongs to the day before.
func floorDiv(a, b int64) (quotient, rest int64) {
	quotient, rest = a/b, a%b
	if rest < 0 {
		quotient, rest = quotient-1, rest+b
	}
	return quotient, rest
}

// tickTarget decodes a leaf to raw ticks.
func tickTarget(l leaf) target[int64] {
	return target[int64]{null: nullTick, convert: tickConverter(l), texts: parseDays}
}

// tickConverter returns the conversion of a leaf's integers to raw ticks.
func tickConverter(l leaf) func([]int64, *values) error {
	switch {
	case l.physical == format.Int96:
		return func(dst []int64, v *values) error {
			for i, x := range v.i96 {
				dst[i] = int96Micros(x)
			}
			return nil
		}
	case l.physical == format.Int32:
		return func(dst []int64, v *values) error {
			for i, x := range v.i32 {
				dst[i] = int64(x)
			}
			return nil
		}
	}
	return func(dst []int64, v *values) error {
		for i, x := range v.i64 {
			// The smallest number would read as null; any other impossible one is found with its row.
			dst[i] = max(x, nullTick+1)
		}
		return nil
	}
}

// int96Micros converts nanoseconds of the day (8 bytes) and Julian day number (4 bytes) to microseconds since 1970,
// whose Julian day is 2440588. Impossible values become ones that are out of range.
func int96Micros(x deprecated.Int96) int64 {
	const epoch = 2440588
	nanosOfDay := int64(uint64(x[1])<<32 | uint64(x[0]))
	day := int64(x[2]) - epoch
	if nanosOfDay < 0 || nanosOfDay > secondsPerDay*int64(nanos) || day > lastDay {
		return math.MaxInt64
	}
	return day*secondsPerDay*int64(micros) + nanosOfDay/1000
}

// parseDays reads ISO dates.
func parseDays(dst []int64, texts [][]byte) error {
	for i, b := range texts {
		day, ok := parseDay(string(b))
		if !ok {
			return fmt.Errorf("holds the text %s, which is not a date like 2026-03-31: convert the column to DATE", quoteName(string(b)))
		}
		dst[i] = day
	}
	return nil
}

// parseDay reads 2026-03-31 and nothing else.
func parseDay(s string) (int64, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || len(s) != len(time.DateOnly) {
		return 0, false
	}
	day, _ := floorDiv(t.Unix(), secondsPerDay)
	return day, true
}
