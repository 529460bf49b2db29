package csvio

import (
	"io"
	"os"
)

// Source is a CSV file that can be read more than once. It is a function and not a reader because
// the types of columns are known only at the end of the file: it is read once to find them and
// once to write by them. Holding the cells between the two would take memory that grows with the
// rows.
type Source struct {
	// Path names the file in messages.
	Path string
	// Open starts reading from the first byte. It is called once by Survey and once by Convert.
	Open func() (io.ReadCloser, error)
}

// File is the Source of a file on disk.
func File(path string) Source {
	return Source{Path: path, Open: func() (io.ReadCloser, error) { return os.Open(path) }}
}

// Options answer what a file may leave open. The zero value asks: no default stands in for an
// answer that would change what a cell means.
type Options struct {
	// Delimiter stands between fields; 0 means: comma, semicolon, tab or bar, whichever cuts all records alike.
	Delimiter byte
	// Encoding of the text; "" means UTF-8, or what a byte order mark says.
	Encoding Encoding
	// Dates is the order of day, month and year in dates such as 03/04/2026. A column that proves another order is an
	// error.
	Dates DateOrder
	// Decimal is the mark before the fraction, '.' or ','; the other one then groups thousands. 0 means unknown.
	Decimal byte
	// Nulls are words that mean missing, beside NullWords.
	Nulls []string
	// Types are types of columns by name, which every cell must then have. A column that is made Text keeps words such
	// as NA; only its empty cells and the words in Nulls are missing.
	Types map[string]Type
	// Workers bounds the goroutines that look at cells; 0 means GOMAXPROCS. No result depends on it.
	Workers int

	keepsWords bool // NullWords do not mean missing
}

// nullsOf leaves the options of one column: one that was made Text on request keeps NA and the
// like, because there they may be words, such as the key of an account in Namibia.
func (o Options) nullsOf(column string) Options {
	o.keepsWords = o.Types[column] == Text
	return o
}

// Encoding is how characters are stored.
type Encoding string

// The encodings that can be read. Windows1252 contains Latin-1 and is what files of that name are
// written in, as the WHATWG Encoding Standard notes of the web.
const (
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1252 Encoding = "windows-1252"
)

// DateOrder is the order of day, month and year in dates written with numbers.
type DateOrder string

// The orders in use. DMY and MDY compete for dates that end in a year of four digits; YMD is only
// asked about where the year has two, since a year of four that stands first is always followed
// by the month.
const (
	DMY DateOrder = "dmy"
	MDY DateOrder = "mdy"
	YMD DateOrder = "ymd"
)

// Type is what a column holds. The values are the words that a user types, and those that import
// --json prints.
type Type string

// The types of columns.
const (
	Text      Type = "text"
	Int       Type = "int"
	Number    Type = "number"
	Bool      Type = "bool"
	Date      Type = "date"
	Timestamp Type = "timestamp"
)
