package models

import (
	"encoding/json"
	"testing"

	"holdfast/dataset/expr"
)

func TestReadingsAreShortForPeople(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{
		{0, "0"}, {1, "1"}, {0.21349, "0.213"}, {5.876, "5.88"}, {12345.6, "12346"}, {1e6, "1000000"}, {-0.000123456, "-0.000123"}, {99.94, "99.9"}, {3e-9, "3e-09"},
	} {
		if got := threeDigits(c.v); got != c.want {
			t.Errorf("%v is written %s, want %s", c.v, got, c.want)
		}
	}
}

func TestReadingIsANumberATextOrNull(t *testing.T) {
	nan := 0.0
	nan /= nan
	for _, c := range []struct {
		of   Reading
		json string
		word string
	}{
		{readingAt(expr.Vector{Numbers: []float64{0.5}}, 0), "0.5", "0.5"},
		{readingAt(expr.Vector{Numbers: []float64{nan}}, 0), "null", "missing"},
		{readingAt(expr.Vector{Codes: []int32{1}, Levels: []string{"a", "b\n"}}, 0), `"b\n"`, "b\n"},
		{readingAt(expr.Vector{Codes: []int32{-1}, Levels: []string{"a"}}, 0), "null", "missing"},
		{Peer{Factor: "f", Median: 2}.reading(), "2", "2"},
		{Peer{Factor: "f", Median: Undefined(), Level: "pro"}.reading(), `"pro"`, "pro"},
		{Peer{}.reading(), "null", ""},
	} {
		text, err := json.Marshal(c.of)
		if err != nil || string(text) != c.json || c.of.String() != c.word {
			t.Errorf("%+v: %s %q %v, want %s %q", c.of, text, c.of.String(), err, c.json, c.word)
		}
	}
}
