package csvio

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The table of the comment on shapeOf, and its borders.
func TestShapesUnderBothReadings(t *testing.T) {
	for body, want := range map[string][2]shape{
		"1234":         {whole, whole},
		"1,234":        {whole, broken},
		"1,234.5":      {broken, illegible},
		"1.234.567":    {illegible, whole},
		"12,34":        {illegible, broken},
		"1e5":          {broken, broken},
		"12,34,567":    {illegible, illegible},
		"0,123":        {illegible, broken},
		"1,234e5":      {illegible, broken},
		"1.5e5":        {broken, illegible},
		"1.e5":         {broken, illegible},
		"1234,567":     {illegible, broken},
		"01.5":         {illegible, illegible},
		"0.5":          {broken, illegible},
		".5":           {broken, illegible},
		"5.":           {broken, illegible},
		".":            {illegible, illegible},
		"":             {illegible, illegible},
		"1e":           {illegible, illegible},
		"1e+":          {illegible, illegible},
		"1\x00234":     {whole, whole}, // a space that does not break
		"1\x0023":      {illegible, illegible},
		"1\x00234,567": {whole, broken},
	} {
		if got := [2]shape{shapeOf([]byte(body), '.', ','), shapeOf([]byte(body), ',', '.')}; got != want {
			t.Errorf("%q: got %d, want %d", body, got, want)
		}
	}
}

// Swapping points and commas in a body swaps the readings.
func TestTheReadingsMirrorEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[0-9.,]{0,12}(e[0-9])?`).Draw(t, "body")
		mirror := strings.NewReplacer(",", ".", ".", ",").Replace(body)
		if a, b := shapeOf([]byte(body), '.', ','), shapeOf([]byte(mirror), ',', '.'); a != b {
			t.Errorf("%q is %d, %q is %d", body, a, mirror, b)
		}
	})
}

// A number that is printed with groups and dress comes back, under the reading that it was printed for.
func TestDressedNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(-1e15, 1e15).Draw(t, "cents")
		point := rapid.Bool().Draw(t, "decimal point")
		group, decimal := ",", byte('.')
		if !point {
			group, decimal = ".", ','
		}
		if rapid.Bool().Draw(t, "spaces") {
			group = rapid.SampledFrom([]string{"\u00a0", "\u202f", ""}).Draw(t, "group")
		}
		sign, cents := "", amount
		if amount < 0 {
			sign, cents = "-", -amount
		}
		text := grouped(cents/100, group) + string(decimal) + fmt.Sprintf("%02d", cents%100)
		cell := rapid.SampledFrom([]string{sign + text, sign + "$" + text, sign + text + " €", sign + text + "%", sign + text + "\u00a0%", sign + "CHF " + text}).Draw(t, "cell")
		n, ok := parseNumeral([]byte(cell))
		if want := float64(amount) / 100; !ok || n.legible(decimal) == illegible || n.value(decimal) != want {
			t.Errorf("%q: got %v (%v), want %v", cell, n.value(decimal), ok, want)
		}
	})
}

// grouped prints a whole number in groups of three digits.
func grouped(n int64, by string) string {
	digits := fmt.Sprint(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + by + digits[at:]
	}
	return digits
}
