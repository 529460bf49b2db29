package csvio

import (
	"holdfast/dataset"
)

// Table is what a set of CSV files holds: their columns, by name, have the same types in all of them.
type Table struct {
	// Files are in the order in which they were given; Convert counts them from 0.
	Files []Sheet
	// Columns are those of all files, in the order in which they first occur.
	Columns []Column
	// Warnings are what the user should read but need not answer: almost_TYPE, two_notations, mixed_currencies,
	// day_numbers, packed_dates, blank_rows, no_rows and files_differ.
	Warnings []dataset.Warning

	opts Options
}

// Sheet is one file of a Table.
type Sheet struct {
	Source
	// Rows counts the records with a value; the header is none of them.
	Rows int
	// Delimiter is the one that was asked for or found.
	Delimiter byte

	columns []int // for each field of a record, its place in Table.Columns; -1 for the empty field after a last delimiter
}

// Column is one column of the table that the files hold.
type Column struct {
	Name    string `json:"name"` // as in the header, without the blanks around it
	Type    Type   `json:"type"`
	Zoned   bool   `json:"zoned,omitempty"`   // a Timestamp that is an instant, stored in UTC
	Rows    int    `json:"rows"`              // of the files that have the column
	Nulls   int    `json:"nulls"`             // cells among them that mean missing
	Example string `json:"example,omitempty"` // the first value, as it is written in the file
	Note    string `json:"note,omitempty"`    // how values were read, and why so

	decimal byte      // the mark by which numbers are read; '.' where none decided
	order   DateOrder // by which dates without one of their own are read
}
