package models

import (
	"encoding/json"
	"math"
)

// Stat is a number that may be undefined. NaN means undefined and is null in
// JSON, which has no NaN. The zero value is 0, a number: what is not known has to be set to
// Undefined.
type Stat float64

// Undefined is the Stat without a value.
func Undefined() Stat { return Stat(math.NaN()) }

// Defined says whether the number has a value.
func (s Stat) Defined() bool { return s == s }

// Float is the number, NaN where it is undefined.
func (s Stat) Float() float64 { return float64(s) }

// MarshalJSON writes null for what is undefined or infinite, which JSON has no word for; an
// infinite Stat so reads back undefined. Other numbers read back to the same bits.
func (s Stat) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(s)) || math.IsInf(float64(s), 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(s))
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Stat) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*s = Undefined()
		return nil
	}
	return json.Unmarshal(data, (*float64)(s))
}
