package monitor

import (
	"bytes"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/models"
)

// drawVector draws a number or a category with missing values, of rows of up to ten accounts.
func drawVector(t *rapid.T) (v expr.Vector, accounts *metrics.DriftRows) {
	n := rapid.IntRange(2, 60).Draw(t, "rows")
	accounts = rowsOf(t, rapid.SliceOfN(rapid.Int32Range(0, 9), n, n).Draw(t, "account"))
	if rapid.Bool().Draw(t, "category") {
		v.Levels = []string{"a", "b", "c", "never"}
		v.Codes = rapid.SliceOfN(rapid.Int32Range(-1, 2), n, n).Draw(t, "codes")
		return v, accounts
	}
	v.Numbers = rapid.SliceOfN(rapid.SampledFrom([]float64{math.NaN(), math.Inf(-1), math.Inf(1), -2, 0, 0.5, 1, 1e300, 7}), n, n).Draw(t, "numbers")
	return v, accounts
}

// rowsOf are rows of these accounts.
func rowsOf(t interface{ Fatal(...any) }, account []int32) *metrics.DriftRows {
	rows, err := metrics.NewDriftRows(make([]int32, len(account)), account, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestTheReferenceAgainstItselfHasNotMoved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v, accounts := drawVector(t)
		h, err := histogram(v, accounts)
		if err != nil {
			t.Fatal(err)
		}
		bin, n := binned(&h, v)
		now := counts(bin, n)
		if !slices.Equal(now, h.Counts) {
			t.Fatalf("%v, and in the reference %v", now, h.Counts)
		}
		if s := metrics.Against(h.Counts, now, h.Effect.Float()); s.PSI != 0 {
			t.Fatalf("a PSI of %v against itself", s.PSI)
		}
		if s := lastShare(&h, now); s.Now != s.Then {
			t.Fatalf("missing %v, and in the reference %v", s.Now, s.Then)
		}
	})
}

// A value has a bin in every histogram, and what is missing the last, whatever the levels
// of today are.
func TestEveryValueHasABin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reference, accounts := drawVector(t)
		h, err := histogram(reference, accounts)
		if err != nil {
			t.Fatal(err)
		}
		later := expr.Vector{Numbers: []float64{math.NaN(), math.Inf(-1), math.Inf(1), 0.3}}
		if reference.Codes != nil {
			later = expr.Vector{Codes: []int32{-1, 0, 1, 2}, Levels: []string{"new", "c", "a"}}
		}
		bin, n := binned(&h, later)
		for i, b := range bin {
			if b < 0 || int(b) >= n || n != len(h.Counts) || (i == 0) != (int(b) == n-1) {
				t.Fatalf("row %d is in bin %d of %d, and the reference has %d", i, b, n, len(h.Counts))
			}
		}
	})
}

func TestTheNewestSnapshotOfAnAccountInAQuarterCounts(t *testing.T) {
	e := survey(t, world{signing: 20, seed: 4}.draw().write(t), dataset.NoDate)
	line := e.Timeline
	rows := newest(line, quarterEnd(0), quarterEnd(3))
	seen := make(map[[2]int32]bool)
	for _, row := range rows {
		key := [2]int32{line.Account[row], int32(quarterOf(line.AsOf[row]))}
		if seen[key] {
			t.Errorf("account %d counts twice in a quarter", key[0])
		}
		seen[key] = true
	}
	for _, row := range line.Between(quarterEnd(0), quarterEnd(3)+1, 1) {
		if !seen[[2]int32{line.Account[row], int32(quarterOf(line.AsOf[row]))}] {
			t.Errorf("account %d is missing in a quarter in which it has a snapshot", line.Account[row])
		}
	}
}

// Four accounts of two rows each; of two both rows lack the value, the last of three bins, of the others
// none. The share of what lacks is a half: u_g is (2 - 1)/8 or (0 - 1)/8 in either of the two bins, V has
// 4/3 x 4/64 = 1/12 on its diagonal, and the effect is (2 x 1/12 / (1/2)) / (1/8) = 8/3.
func TestWhatIsMissingHasADesignEffectOfItsOwn(t *testing.T) {
	h, err := counted([]int32{2, 2, 0, 1, 0, 0, 2, 2}, rowsOf(t, []int32{0, 0, 1, 1, 2, 2, 3, 3}), 3)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(h.Counts, []int{3, 1, 4}) || !(math.Abs(h.LastEffect.Float()-8.0/3) <= 1e-12) || h.Effect == h.LastEffect {
		t.Errorf("%+v, want 3, 1 and 4 rows and an effect of 8/3 of the last", h)
	}
}

func TestAReferenceCountsItsAccounts(t *testing.T) {
	m, _ := world{signing: 20, seed: 5}.made(t, worldFactors())
	e := survey(t, world{signing: 20, seed: 5}.draw().write(t), quarterEnd(madeInQuarter))
	accounts := make(map[int32]bool)
	rows := newest(e.Timeline, m.Training.KnownBy.AddMonths(-12)+1, m.Training.KnownBy)
	for _, row := range rows {
		accounts[e.Timeline.Account[row]] = true
	}
	if r := m.Reference; r.Accounts != len(accounts) || r.Rows != len(rows) || r.Accounts == r.Rows {
		t.Errorf("%d rows of %d accounts, want %d of %d", r.Rows, r.Accounts, len(rows), len(accounts))
	}
}

// The model file keeps the reference to the bit, and is refused when the reference is of
// another model or its counts do not add up.
func TestTheModelFileKeepsTheReference(t *testing.T) {
	m, e := world{signing: 60, seed: 3}.made(t, worldFactors())
	m.Reference.Promise = promised(watched(t, m, e, Options{}).Since, 0.95)
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	read, err := models.Read("model.json", bytes.NewReader(file.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := read.Write(&again); err != nil || !bytes.Equal(again.Bytes(), file.Bytes()) {
		t.Errorf("it reads back as another (%v)", err)
	}
	for fact, spoil := range map[string]func(r *models.Reference){
		"another factor":      func(r *models.Reference) { r.Factors[0].Factor = "other" },
		"a factor too few":    func(r *models.Reference) { r.Factors = r.Factors[1:] },
		"a count too many":    func(r *models.Reference) { r.Factors[0].Counts = append(slices.Clone(r.Factors[0].Counts), 0) },
		"rows that are lost":  func(r *models.Reference) { r.Rows++ },
		"edges out of order":  func(r *models.Reference) { slices.Reverse(r.Score.Edges) },
		"a negative count":    func(r *models.Reference) { r.Score.Counts[0] -= r.Rows; r.Score.Counts[1] += r.Rows },
		"a fifth band":        func(r *models.Reference) { r.Bands.Counts = append(slices.Clone(r.Bands.Counts), 0) },
		"a level of 2":        func(r *models.Reference) { r.Promise.Level = 2 },
		"edges of a category": func(r *models.Reference) { r.Factors[3].Edges = []float64{1} },
	} {
		other, err := models.Read("model.json", bytes.NewReader(file.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		spoil(other.Reference)
		if err := other.Write(new(bytes.Buffer)); err == nil {
			t.Errorf("%s: it was written", fact)
		}
	}
}
