package parquetio

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"time"
)

// fillConstant fills the rows of one row group whose column is not in the file: with the value of the directory name, or
// with null when key is nil.
func (j *job) fillConstant(group, column int, key *hiveKey) error {
	g, c := j.groups[group], &j.columns[column]
	from, to := j.starts[group], j.starts[group]+g.rows
	out := &j.table.Columns[column]
	if key == nil || key.null {
		j.tallies[column][group].nulls = g.rows
		key = nil
	}
	switch c.As {
	case AsNumber:
		v, err := key.number()
		if j.packings[column] != nil {
			j.repeatPacked(group, column, from, to, v)
			return err
		}
		j.numberRows(column, from, to).repeat(v)
		return err
	case AsDay:
		v, err := key.day()
		repeat(out.Days[from:to], v)
		return err
	}
	code := int32(-1)
	if key != nil {
		words := &j.vocabularies[column]
		words.mu.Lock()
		code = words.code([]byte(key.value))
		words.mu.Unlock()
	}
	repeat(out.Codes[from:to], code)
	return nil
}

// repeat gives all rows one value.
func (to numberRows) repeat(v float64) {
	if to.places == nil {
		repeat(to.out, v)
	}
	for _, place := range to.places {
		to.out[place] = v
	}
}

func repeat[T any](dst []T, v T) {
	for i := range dst {
		dst[i] = v
	}
}

// number reads the value as a decimal number; NaN for null.
func (k *hiveKey) number() (float64, error) {
	if k == nil {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(k.value, 64)
	if err != nil || v-v != 0 {
		return math.NaN(), fmt.Errorf("has the value %s, which is not a number: use it as a category", quoteName(k.value))
	}
	return v, nil
}

// day reads the value as an ISO date; NullDay for null.
func (k *hiveKey) day() (int32, error) {
	if k == nil {
		return NullDay, nil
	}
	day, ok := parseDay(k.value)
	if _, err := time.Parse("2006-01", k.value); err == nil {
		return NullDay, fmt.Errorf("has the value %s, a month and not a day: name a date column of the files, or the directories after days, like %s=2026-03-31",
			quoteName(k.value), k.name)
	}
	if !ok {
		return NullDay, errors.New("has the value " + quoteName(k.value) + ", which is not a date like 2026-03-31")
	}
	return int32(day), nil
}
