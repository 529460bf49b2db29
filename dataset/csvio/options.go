package csvio

import (
	"bytes"
	"io"
	"os"
)

// Source is a CSV file that can be read more than once.
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

// Options answer what a file may leave open. The zero value asks.
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

// Encoding is how characters are stored.
type Encoding string

// The encodings that can be read. Windows1252 contains Latin-1 and is what files of that name are written in.
const (
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1252 Encoding = "windows-1252"
)

// DateOrder is the order of day, month and year in dates written with numbers.
type DateOrder string

// The orders in use.
const (
	DMY DateOrder = "dmy"
	MDY DateOrder = "mdy"
	YMD DateOrder = "ymd"
)

// Type is what a column holds.
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

// NullWords returns the words that mean missing beside the empty cell, as spreadsheets, pandas, R and databases write
// them.
func NullWords() []string {
	return []string{"-", "NA", "N/A", "n/a", "#N/A", "<NA>", "NULL", "null", "Null", "None", "NaN", "nan", "NaT", `\N`}
}

// words is a set of short texts.
type words struct {
	set    map[string]bool
	begins [256]bool
	most   int
}

func newWords(lists ...[]string) *words {
	w := &words{set: make(map[string]bool)}
	for _, list := range lists {
		for _, word := range list {
			word = string(bytes.Trim([]byte(word), blanks))
			if word == "" {
				continue
			}
			w.set[word] = true
			w.begins[word[0]] = true
			w.most = max(w.most, len(word))
		}
	}
	return w
}

// holds says whether a cell, without the blanks around it, is one of the words.
func (w *words) holds(cell []byte) bool {
	return len(cell) > 0 && len(cell) <= w.most && w.begins[cell[0]] && w.set[string(cell)]
}
