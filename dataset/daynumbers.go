package dataset

import (
	"math"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// A date that is used is held as a number: the days since 1970-01-01, NaN where missing.
// Everything that is done to columns of numbers then works for it, and only those who
// declare it a number, as the age of package history does, can compute with it.

// DayNumbers are the date columns among the given ones, as the numbers they are held as.
func DayNumbers(columns expr.Columns) expr.Columns {
	days := make(expr.Columns)
	for name, t := range columns {
		if t == expr.Day {
			days[name] = expr.Number
		}
	}
	return days
}

// dayNumbers turns decoded columns of days into numbers, in place. An int32 is exact in a
// float64, so that no day is lost by it.
func dayNumbers(columns []parquetio.Column) {
	for i := range columns {
		c := &columns[i]
		if c.As != parquetio.AsDay {
			continue
		}
		c.As, c.Numbers = parquetio.AsNumber, make([]float64, len(c.Days))
		for row, day := range c.Days {
			c.Numbers[row] = float64(day)
			if day == parquetio.NullDay {
				c.Numbers[row] = math.NaN()
			}
		}
		c.Days = nil
	}
}
