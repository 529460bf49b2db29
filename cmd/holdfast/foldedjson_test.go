package main

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFoldedJSONKeepsShortThingsOnOneLine(t *testing.T) {
	var out bytes.Buffer
	long := strings.Repeat("x", foldedWidth)
	err := writeFolded(&out, struct {
		B     map[string]float64 `json:"b"`
		A     []any              `json:"a"`
		Long  []string           `json:"long"`
		Empty struct{}           `json:"empty"`
		None  *int               `json:"none"`
	}{map[string]float64{"y": 1, "x": 0.1}, []any{"<é>", nil, true, 9007199254740993}, []string{long, "y"}, struct{}{}, nil})
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "b": {"x": 0.1, "y": 1},
  "a": ["<é>", null, true, 9007199254740993],
  "long": [
    "` + long + `",
    "y"
  ],
  "empty": {},
  "none": null
}
`
	if out.String() != want {
		t.Errorf("got %s, want %s", out.String(), want)
	}
}

func TestFoldedJSONIsTheSameValue(t *testing.T) {
	scalar := rapid.OneOf(rapid.Float64().AsAny(), rapid.String().AsAny(), rapid.Bool().AsAny())
	var value func(depth int) *rapid.Generator[any]
	value = func(depth int) *rapid.Generator[any] {
		if depth == 0 {
			return scalar
		}
		return rapid.OneOf(scalar, rapid.SliceOfN(value(depth-1), 0, 6).AsAny(), rapid.MapOfN(rapid.String(), value(depth-1), 0, 6).AsAny())
	}
	rapid.Check(t, func(t *rapid.T) {
		v := value(3).Draw(t, "value")
		plain, err := json.Marshal(v)
		if err != nil {
			t.Skip("JSON has no such number: nothing was compared")
		}
		var folded bytes.Buffer
		if err := writeFolded(&folded, v); err != nil {
			t.Fatal(err)
		}
		var want, got any
		if json.Unmarshal(plain, &want) != nil || json.Unmarshal(folded.Bytes(), &got) != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("got %s of %s", folded.String(), plain)
		}
	})
}
