package models

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestStatIsANumberOrNull(t *testing.T) {
	for _, c := range []struct {
		fact string
		stat Stat
		text string
	}{
		{"a number is itself", 0.1, "0.1"},
		{"zero is defined", 0, "0"},
		{"undefined is null", Undefined(), "null"},
		{"infinite is null", Stat(math.Inf(-1)), "null"},
	} {
		got, err := json.Marshal(c.stat)
		if err != nil || string(got) != c.text {
			t.Errorf("%s: %s (%v), want %s", c.fact, got, err, c.text)
		}
	}
}

func TestStatReadsBackToTheSameBits(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		want := Stat(rapid.Float64().Draw(r, "value"))
		if math.IsInf(float64(want), 0) {
			want = Undefined()
		}
		text, err := json.Marshal(want)
		if err != nil {
			r.Fatal(err)
		}
		var got Stat
		if err := json.Unmarshal(text, &got); err != nil {
			r.Fatal(err)
		}
		if !sameBits([]float64{float64(got)}, []float64{float64(want)}) || got.Defined() != want.Defined() {
			r.Fatalf("%v became %v", want, got)
		}
	})
}

func TestStatRefusesTextThatIsNoNumber(t *testing.T) {
	var s Stat
	if err := json.Unmarshal([]byte(`"high"`), &s); err == nil {
		t.Errorf("read %v", s)
	}
}
