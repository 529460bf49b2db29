package csvio

import (
	"fmt"
	"math"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
)

// The methods below read one cell each. Survey has seen every cell, so an error means that the file
// has changed since, or that a type was asked for whose last doubts only reading can settle:
// 20261332 is eight digits but no date.

// filler reads the cells of one column as its type.
type filler struct {
	Column
	field int // of a record
	lexer *lexer
}

// fill reads the cells of a block into a column, which gets one value for each row: NaN, NullDay, NullInstant or code -1
// for a missing one. After an error, row is the one to blame. Different blocks may be filled at once.
func (f *filler) fill(into *parquetio.Column, b *block, width int) (row int, err error) {
	into.Name = f.Name
	// A dictionary for each block keeps the workers apart; a block is small enough for its texts to fit.
	codes := make(map[string]int32)
	var scratch []byte
	for row := range b.rows() {
		cell := b.cell(b.spans[row*width+f.field], &scratch)
		bare := trim(cell)
		null := len(bare) == 0 || f.lexer.nulls.holds(bare)
		switch f.Type {
		case Int, Number:
			err = f.number(into, bare, null)
		case Bool:
			err = f.yesNo(into, bare, null)
		case Date:
			err = f.day(into, bare, null)
		case Timestamp:
			err = f.instant(into, bare, null)
		default:
			addText(into, codes, cell, null)
		}
		if err != nil {
			return row, err
		}
	}
	return 0, nil
}

// addText gives a text its code in the block; the Writer unites the dictionaries. The text is kept
// as it stands in the file, blanks and all: whether " X9" and "X9" are one account is not for a
// converter to say.
func addText(into *parquetio.Column, codes map[string]int32, cell []byte, null bool) {
	code, known := int32(-1), null
	if !null {
		code, known = codes[string(cell)]
	}
	if !known {
		code = int32(len(into.Levels))
		into.Levels = append(into.Levels, string(cell))
		codes[into.Levels[code]] = code
	}
	into.Codes = append(into.Codes, code)
}

// number reads a number under the decimal mark of the column; signs, symbols and percent signs are undone by the parser.
func (f *filler) number(into *parquetio.Column, cell []byte, null bool) error {
	v := math.NaN()
	if !null {
		n, ok := parseNumeral(cell)
		if !ok || n.legible(f.decimal) == illegible {
			return unexpected(cell, "a number")
		}
		v = n.value(f.decimal)
	}
	into.Numbers = append(into.Numbers, v)
	return nil
}

// yesNo reads the words of parseBool, and 0 and 1, which a type that was asked for allows.
func (f *filler) yesNo(into *parquetio.Column, cell []byte, null bool) error {
	v := math.NaN()
	if !null {
		yes, ok := parseBool(cell)
		if !ok && (len(cell) != 1 || cell[0] != '0' && cell[0] != '1') {
			return unexpected(cell, "yes or no")
		}
		v = 0
		if yes || cell[0] == '1' {
			v = 1
		}
	}
	into.Numbers = append(into.Numbers, v)
	return nil
}

// day reads a date in the order of the column, as days since 1970-01-01.
func (f *filler) day(into *parquetio.Column, cell []byte, null bool) error {
	day := int32(parquetio.NullDay)
	if !null {
		m, ok := parseDateOf(cell)
		if ok {
			day, ok = m.day(f.order)
		}
		if !ok {
			return unexpected(cell, "a date")
		}
	}
	into.Days = append(into.Days, day)
	return nil
}

// instant reads a timestamp in the order of the column, as microseconds since 1970-01-01: UTC where the column has zones,
// else local time. A date is its midnight.
func (f *filler) instant(into *parquetio.Column, cell []byte, null bool) error {
	at := int64(parquetio.NullInstant)
	if !null {
		m, ok := parseDateOf(cell)
		if ok {
			at, ok = m.micros(f.order)
		}
		if !ok {
			return unexpected(cell, "a date or timestamp")
		}
	}
	into.Instants = append(into.Instants, at)
	return nil
}

// parseDateOf also reads a date that is written as one number, which only a type that was asked for allows.
func parseDateOf(cell []byte) (moment, bool) {
	if len(cell) == 8 && digits(cell) == 8 {
		return moment{order: YMD, parts: [3]int{atoi(cell[:4]), atoi(cell[4:6]), atoi(cell[6:])}}, true
	}
	return parseMoment(cell)
}

// unexpected is the error of a cell that has not the type of its column; convert adds the place.
func unexpected(cell []byte, want string) error {
	return fmt.Errorf("%s is not %s; correct it, or read it as missing with --null", dataset.Quote(string(cell)), want)
}
