package parquetio

import (
	"math"
	"runtime"
	"time"
)

// As is what the caller wants a column to become.
type As uint8

const (
	// AsNumber reads booleans, integers, floats and decimals as float64; NaN where null, and 0 for -0. Integers beyond 2^53 are
	// rounded to the nearest float64, decimals to the float64 nearest to the decimal number.
	AsNumber As = iota + 1
	// AsText reads text, and booleans, integers and UUIDs as canonical text, as codes into sorted levels; -1 where null.
	AsText
	// AsKey reads account keys: text, integers (exact over the whole 64-bit range) and UUIDs as canonical text, as codes
	// into sorted levels; -1 where null. Floats are refused: they cannot hold a key above 2^53.
	AsKey
	// AsDay reads DATE, TIMESTAMP, INT96 and ISO text (2026-03-31, nothing else) as days since 1970-01-01; NullDay where
	// null. Plain integers are refused: they could be days, seconds, or 20260331.
	AsDay
)

// String returns the noun used for the target in messages.
func (a As) String() string {
	switch a {
	case AsNumber:
		return "a number"
	case AsText:
		return "a category"
	case AsKey:
		return "a key"
	case AsDay:
		return "a day"
	}
	return "an unknown target"
}

// NullDay marks a missing day in Column.Days.
const NullDay = math.MinInt32

// NullInstant marks a missing instant in Column.Instants.
const NullInstant = math.MinInt64

// Request asks for one column.
type Request struct {
	Column string
	As     As
	// Optional accepts that no part file has the column; the result then has Stored Absent and nil slices.
	Optional bool
}

// Options control reading. The zero value is ready to use.
type Options struct {
	// Location turns instants into days; nil means UTC. Timestamps without a zone (isAdjustedToUTC=false) are taken as
	// written, whatever the location.
	Location *time.Location
	// Workers bounds the goroutines that decode; 0 means GOMAXPROCS. The result does not depend on it.
	Workers int
	// MemoryLimit is the ceiling in bytes for one Table, whatever the headers of the files claim. 0 means 64 MiB plus
	// 512 bytes for each byte stored, which no honest file of snapshots comes near.
	MemoryLimit int64
	// Keys is how many of the first columns only Order is given: it decides by them, and they are no columns of the table.
	Keys int
	// Order says which rows are wanted and in which order: row i of the table is row order[i] of all that are read; nil means
	// all of them as they are. It is called once, when the keys are decoded, and keeps what it is given; meanwhile the
	// columns behind the keys are decoded. Its error ends the read. Parts and FirstInf keep to the numbers of the rows
	// read; Nulls, NaNs and TimesOfDay count all of these, Levels and Infs what is wanted. A nil Order wants all rows.
	Order func(keys *Table) (order []int32, err error)
	// Packed leaves columns of few different numbers packed: Column.Packed is set then instead of Numbers.
	Packed bool
	// Spare is memory of columns that were read before, and takes that of this read. Nil is none. The texts of keys are
	// in its file, if it has one: good for as long as that is open.
	Spare *Spare
	// Until spares the reader row groups that lie wholly after a day. It is a permission, not a filter: rows after that
	// day that share a row group with others are returned, and a row group is left out only if every row of it was seen
	// to hold a later day, so that whoever drops the later rows gets the same rows with it as without.
	Until Until
}

// location is where instants become days.
func (o *Options) location() *time.Location {
	if o.Location == nil {
		return time.UTC
	}
	return o.Location
}

// workers is the number of goroutines that decode.
func (o *Options) workers() int {
	if o.Workers <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return o.Workers
}

// memoryLimit is the ceiling for a table of files of the given size.
func (o *Options) memoryLimit(stored int64) int64 {
	const floor, ratio = 64 << 20, 512
	if o.MemoryLimit > 0 {
		return o.MemoryLimit
	}
	return floor + ratio*stored
}

// rowLimit is how many rows of one column stay below the ceiling.
func (o *Options) rowLimit(stored int64, as As) int {
	return int(o.memoryLimit(stored)) / as.width()
}

// Column is one column of a Table. Exactly one of Numbers, Packed, Codes and Days is set, by As, and has Table.Rows entries.
type Column struct {
	Name string
	As   As
	// Stored is the kind in the files; over part files that differ, the widest.
	Stored Kind
	// Numbers holds AsNumber values; NaN for null and for a stored NaN.
	Numbers []float64
	// Packed holds AsNumber values, if that was asked for (Options.Packed) and can be.
	Packed *Packed
	// Codes holds AsText and AsKey values as indexes into Levels; -1 for null.
	Codes []int32
	// Levels are the distinct values that occur, in byte order.
	Levels []string
	// Texts holds AsKey values as a Stream reads them and as a GroupWriter takes texts, and NullRows the rows without one.
	Texts    Texts
	NullRows []int
	// Days holds AsDay values, days since 1970-01-01; NullDay for null.
	Days []int32
	// Instants holds microseconds since 1970-01-01, NullInstant for null. Only a Writer takes them: what is read becomes
	// days.
	Instants []int64
	// Nulls counts the missing values.
	Nulls int
	// NaNs counts stored NaN values, which are not Nulls.
	NaNs int
	// Infs counts infinities; FirstInf is the row of the first one, -1 if there is none.
	Infs     int
	FirstInf int
	// TimesOfDay counts instants that are not at midnight of the day they were given.
	TimesOfDay int
}

// Part says which rows of a Table came from which file: row FirstRow+i of the table is row FileRow+i of the file.
type Part struct {
	Path     string
	FirstRow int
	Rows     int
	FileRow  int
}

// Table is a set of columns of equal length, in the order of the requests, without the keys (Options.Keys).
type Table struct {
	Rows    int
	Columns []Column
	Parts   []Part
	// Notices tell how part files differ.
	Notices []Notice
}
