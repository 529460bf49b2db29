package metrics

import (
	"encoding/csv"
	"math"
	"math/big"
	"os"
	"strconv"
	"testing"

	"holdfast/dataset/beside"
)

// openShared opens a file of the reference data that lives beside the
// repository, or skips the test saying what stays unchecked.
func openShared(t *testing.T, unchecked string, path ...string) *os.File {
	t.Helper()
	f, err := os.Open(beside.Path(t, unchecked, path...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// readPublished reads a CSV of published data as columns by name.
func readPublished(t *testing.T, unchecked, file string) map[string][]string {
	t.Helper()
	rows, err := csv.NewReader(openShared(t, unchecked, "published", file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string][]string{}
	for c, name := range rows[0] {
		for _, row := range rows[1:] {
			columns[name] = append(columns[name], row[c])
		}
	}
	return columns
}

// floats parses a column of numbers.
func floats(t *testing.T, column []string) []float64 {
	t.Helper()
	out := make([]float64, len(column))
	for i, s := range column {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatalf("row %d: %v", i, err)
		}
		out[i] = v
	}
	return out
}

// isEqual marks the rows of a column that hold a text.
func isEqual(column []string, text string) []bool {
	out := make([]bool, len(column))
	for i, s := range column {
		out[i] = s == text
	}
	return out
}

// logits are the log-odds of probabilities.
func logits(p []float64) []float64 {
	out := make([]float64, len(p))
	for i, v := range p {
		out[i] = math.Log(v) - math.Log1p(-v)
	}
	return out
}

// bools turns 0/1 into outcomes.
func bools(y ...int) []bool {
	out := make([]bool, len(y))
	for i, v := range y {
		out[i] = v == 1
	}
	return out
}

// blocksOf numbers n rows as accounts of the given number of consecutive rows.
func blocksOf(size, n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i / size)
	}
	return out
}

// ulps is the distance of got from a certified decimal, in units in the last
// place of the certified value.
func ulps(t *testing.T, got float64, certified string) float64 {
	t.Helper()
	want, _, err := big.ParseFloat(certified, 10, 400, big.ToNearestEven)
	if err != nil {
		t.Fatalf("certified value %q: %v", certified, err)
	}
	if math.IsNaN(got) || math.IsInf(got, 0) {
		return math.Inf(1)
	}
	nearest, _ := want.Float64()
	unit := math.Nextafter(math.Abs(nearest), math.Inf(1)) - math.Abs(nearest)
	diff := new(big.Float).SetPrec(400).SetFloat64(got)
	diff.Sub(diff, want).Quo(diff, new(big.Float).SetFloat64(unit))
	d, _ := diff.Float64()
	return math.Abs(d)
}

// near reports whether got equals a printed number to a relative tolerance.
func near(got, want, relative float64) bool {
	return math.Abs(got-want) <= relative*math.Abs(want)
}

// sameBits is equality as a file would see it, with all NaNs equal.
func sameBits(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}
