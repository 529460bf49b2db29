package dataset

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// packedTwins are a column of numbers, packed and spelled out, in memory and in a file.
func packedTwins(t *testing.T, n int) (twins map[string]Column, values []float64, file *spill.File) {
	t.Helper()
	file, err := spill.Create(t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	rng := rand.New(rand.NewPCG(8, 8))
	packed := &parquetio.Packed{Entries: []float64{math.NaN(), 0, 2.5, -7, 1e300}, Codes: make([]uint16, n)}
	values = make([]float64, n)
	for i := range values {
		packed.Codes[i] = uint16(rng.IntN(len(packed.Entries)))
		values[i] = packed.Entries[packed.Codes[i]]
	}
	twins = make(map[string]Column)
	for name, c := range map[string]parquetio.Column{"plain": {Name: "x", As: parquetio.AsNumber, Numbers: values}, "packed": {Name: "x", As: parquetio.AsNumber, Packed: packed}} {
		if twins[name+", stored"], err = toFile(file, c); err != nil {
			t.Fatal(err)
		}
		twins[name] = heldColumn(c)
	}
	return twins, values, file
}

// Whoever reads a column does not see how or where it is kept.
func TestPackedColumnsReadAsNumbers(t *testing.T) {
	const n = storeBlock + 3*BatchRows + 5
	twins, values, _ := packedTwins(t, n)
	third := make([]int32, 0, n)
	for i := 1; i < n; i += 3 {
		third = append(third, int32(i))
	}
	mixed := slices.Clone(third)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	same := func(name string, got, want []float64) {
		t.Helper()
		if !slices.EqualFunc(got, want, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
			t.Errorf("%s: other numbers", name)
		}
	}
	hash := heldColumn(parquetio.Column{Name: "x", As: parquetio.AsNumber, Numbers: values}).hash()
	missing := 0
	for _, v := range values {
		if v != v {
			missing++
		}
	}
	for name, c := range twins {
		if c.Len() != n || c.Missing() != missing || c.hash() != hash {
			t.Errorf("%s: %d rows, %d missing, hash %s", name, c.Len(), c.Missing(), c.hash())
		}
		same(name, c.Vector().Numbers, values)
		same(name+", some", c.block(7, 5000).Numbers, values[7:5000])
		same(name+", none", c.block(9, 9).Numbers, nil)
		same(name+", gathered", c.gather(mixed).Numbers, gather(values, mixed))
		var all []float64
		c.blocks(func(v expr.Vector) { all = append(all, v.Numbers...) })
		same(name+", by blocks", all, values)
		part := c.take(third, make(map[*selection]*selection))
		same(name+", selected", part.Vector().Numbers, gather(values, third))
		same(name+", selected twice", part.gather([]int32{5, 2, 2}).Numbers, gather(values, []int32{third[5], third[2], third[2]}))
		if few := third[:100]; c.few(few) {
			same(name+", copied", c.copied(few).Vector().Numbers, gather(values, few))
		} else if c.stored == nil {
			t.Errorf("%s: a hundred rows are not few", name)
		}
		table := &Table{rows: n, index: make(map[string]int), memory: 1}
		table.add(c)
		view := View{Examples: &Examples{Table: table}, Rows: third}
		if got, ok := view.Numbers([]float64{1}, "x"); ok != (c.stored == nil) || ok && got[0] != 1 {
			t.Errorf("%s: numbers of a view: %v", name, ok)
		} else if ok {
			same(name+", of a view", got[1:], gather(values, third))
		}
		if c.stored != nil {
			order := make([]int32, n)
			for i := range order {
				order[i] = int32(n - 1 - i)
			}
			if err := c.stored.sort(order); err != nil {
				t.Fatal(err)
			}
			same(name+", sorted", c.Vector().Numbers, gather(values, order))
		}
	}
}

// What cannot be read is missing, whatever is in the memory it was to be read to.
func TestPackedColumnsThatCannotBeReadAreMissing(t *testing.T) {
	twins, _, file := packedTwins(t, 1000)
	c := twins["packed, stored"]
	file.Close()
	garbage := make([]float64, 1000)
	for i := range garbage {
		garbage[i] = math.Float64frombits(math.MaxUint64)
	}
	for name, got := range map[string][]float64{"block": c.numbersInto(garbage, 0, 1000), "gathered": c.numbersAt(slices.Clone(garbage), []int32{3, 1, 4})} {
		if slices.ContainsFunc(got, func(v float64) bool { return v == v }) {
			t.Errorf("%s: there are numbers", name)
		}
	}
	if file.Err() == nil {
		t.Error("and no error")
	}
}
