package trigger

import (
	"math"
	"slices"

	"holdfast/dataset/expr"
)

// Standings are what is known of some rows, an account on a day each. Columns have a value
// for every row; one that is nil is missing throughout. They are columns and not a struct per
// row because an expression is evaluated a column at a time.
type Standings struct {
	Rows        int
	P           []float64 // probability of churn; NaN for a row without a score, as in Health
	Health      []float64 // 0-100, 100 is healthy
	Value       []float64 // the money at stake; NaN where it is not known
	Band        []int8    // index into Bands; -1 for none
	BandBefore  []int8    // -1 for none, and for no snapshot before
	TopCategory Names
	Segment     Names
}

// Names is a column of texts: codes that index Levels, -1 for none. Levels are all different,
// which NamesOf and Adopt keep; some may belong to no row. The zero value is missing throughout.
type Names struct {
	Codes  []int32
	Levels []string
}

// NamesOf numbers texts in the order in which they come; "" is none.
func NamesOf(texts []string) Names {
	n := Names{Codes: make([]int32, len(texts))}
	number := map[string]int32{"": -1}
	for i, text := range texts {
		code, seen := number[text]
		if !seen {
			code = int32(len(n.Levels))
			number[text], n.Levels = code, append(n.Levels, text)
		}
		n.Codes[i] = code
	}
	return n
}

// Holds asks the condition of every row: one answer per row, in their order. The rows do not
// know of each other, so that the same rows in parts give the same answers. s is only read.
func (c *Condition) Holds(s *Standings) []bool {
	answers := c.when.Eval(s.Rows, s.column).Numbers
	holds := make([]bool, s.Rows)
	for i, x := range answers {
		holds[i] = x == 1 // NaN: it cannot be told
	}
	return holds
}

// column lays out what a condition asks about; a name that is none of them is missing.
func (s *Standings) column(name string) expr.Vector {
	switch name {
	case P:
		return expr.Vector{Numbers: s.P}
	case Health:
		return expr.Vector{Numbers: s.Health}
	case Value:
		return expr.Vector{Numbers: s.Value}
	case Band:
		return bandVector(s.Band)
	case BandBefore:
		return bandVector(s.BandBefore)
	case Dropped:
		return expr.Vector{Numbers: s.dropped()}
	case TopCategory:
		return s.TopCategory.vector()
	case Segment:
		return s.Segment.vector()
	}
	return expr.Vector{}
}

func (n Names) vector() expr.Vector { return expr.Vector{Codes: n.Codes, Levels: n.Levels} }

// bandVector gives bands their names.
func bandVector(bands []int8) expr.Vector {
	v := expr.Vector{Codes: make([]int32, len(bands)), Levels: Bands()}
	for i, b := range bands {
		v.Codes[i] = int32(b)
	}
	return v
}

// dropped is 1 where the band is worse than before, NaN where there is no band, and 0
// otherwise: an account that had none before has not dropped.
func (s *Standings) dropped() []float64 {
	out := make([]float64, len(s.Band))
	for i, now := range s.Band {
		switch {
		case now < 0:
			out[i] = math.NaN()
		case i < len(s.BandBefore) && s.BandBefore[i] >= 0 && now > s.BandBefore[i]:
			out[i] = 1
		}
	}
	return out
}

// Adopt takes in the levels of another column that it does not have yet, and returns the
// codes of that column in its own levels: one per row of other, -1 where other has none. Its
// own codes stay what they are. It is how columns of several fits become one, each of which
// has numbered its categories by itself. O(levels of both multiplied), of which there are few.
func (n *Names) Adopt(other Names) []int32 {
	place := make([]int32, len(other.Levels))
	for code, level := range other.Levels {
		at := slices.Index(n.Levels, level)
		if at < 0 {
			at = len(n.Levels)
			n.Levels = append(n.Levels, level)
		}
		place[code] = int32(at)
	}
	codes := make([]int32, len(other.Codes))
	for i, code := range other.Codes {
		codes[i] = -1
		if code >= 0 {
			codes[i] = place[code]
		}
	}
	return codes
}
