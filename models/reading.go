package models

import (
	"encoding/json"
	"math"
	"strconv"

	"holdfast/dataset/expr"
)

// Reading is the value of a factor for people: a number, a level of a category, or
// missing. The zero value is nothing to be shown.
type Reading struct {
	Number  Stat
	Level   string
	Missing bool
	kind    readingKind
}

type readingKind uint8

const (
	nothing readingKind = iota
	number
	level
)

// readingAt is a row of a factor's values. A vector without numbers or codes is a column that
// is not there, of which nothing is shown; a row of it that has no value is missing.
func readingAt(v expr.Vector, row int) Reading {
	switch {
	case v.Numbers != nil:
		return Reading{Number: Stat(v.Numbers[row]), Missing: v.Numbers[row] != v.Numbers[row], kind: number}
	case v.Codes != nil && v.Codes[row] >= 0:
		return Reading{Number: Undefined(), Level: v.Levels[v.Codes[row]], kind: level}
	case v.Codes != nil:
		return Reading{Number: Undefined(), Missing: true, kind: level}
	}
	return Reading{Number: Undefined()}
}

// named is a reading of a text; nothing for an empty one.
func named(text string) Reading {
	if text == "" {
		return Reading{Number: Undefined()}
	}
	return Reading{Number: Undefined(), Level: text, kind: level}
}

// reading is what is usual; nothing where the model was not introduced.
func (p Peer) reading() Reading {
	switch {
	case p.Level != "":
		return Reading{Number: Undefined(), Level: p.Level, kind: level}
	case p.Factor != "" && p.Median.Defined():
		return Reading{Number: p.Median, kind: number}
	}
	return Reading{Number: Undefined()}
}

// String is the reading in three digits, the level, "missing", or nothing.
func (r Reading) String() string {
	switch {
	case r.kind == nothing:
		return ""
	case r.Missing:
		return "missing"
	case r.kind == level:
		return r.Level
	}
	return threeDigits(float64(r.Number))
}

// MarshalJSON writes a number, a text, or null for what is missing or not to be shown. There
// is no reader: explanations leave holdfast and do not come back.
func (r Reading) MarshalJSON() ([]byte, error) {
	if r.kind == level && !r.Missing {
		return json.Marshal(r.Level)
	}
	return r.Number.MarshalJSON()
}

// threeDigits writes a number for people: three digits that count, all of them before the
// point, and no exponent.
func threeDigits(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e15) {
		return strconv.FormatFloat(v, 'g', 3, 64)
	} else if a >= 100 {
		return strconv.FormatFloat(math.Round(v), 'f', -1, 64)
	}
	return strconv.FormatFloat(threeOf(v), 'f', -1, 64)
}
