package health

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/beside"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// The figures by numpy and scipy on these eleven values: quantile, median_abs_deviation
// (scale "normal"), mannwhitneyu over n1 n0.
func TestProfileOfANumberByHand(t *testing.T) {
	x := []float64{0, 0, 0, 1, 2, 3, 4, 5, 6, 100, math.NaN()}
	churned := []bool{true, false, true, false, false, false, true, false, false, true, true}
	var p Factor
	p.numbers(x, churned)
	// Median 2.5, deviations 2.5 2.5 2.5 1.5 .5 .5 1.5 2.5 3.5 97.5: MAD 2.5.
	want := Factor{N: 11, Missing: 1, MissingShare: models.Stat(1. / 11), Distinct: 8, Mode: "0", ModeShare: 0.3, Zero: 0.3,
		Min: 0, P1: 0, Median: 2.5, P99: 91.54, Max: 100, RobustSD: 2.5 * 1.4826022185056018, Outliers: 1,
		// Ranks of the churned 2, 2, 7, 10 sum to 21: (21 - 10) / 24.
		AUC: models.Stat(11. / 24)}
	if !near(p.P99, want.P99) || !near(p.AUC, want.AUC) || !near(p.RobustSD, want.RobustSD) {
		t.Errorf("p99 %v, AUC %v, robust SD %v; want %v, %v, %v", p.P99, p.AUC, p.RobustSD, want.P99, want.AUC, want.RobustSD)
	}
	if p.N != want.N || p.Missing != want.Missing || p.Distinct != want.Distinct || p.Mode != want.Mode || p.ModeShare != want.ModeShare ||
		p.Zero != want.Zero || p.Min != want.Min || p.P1 != want.P1 || p.Median != want.Median || p.Max != want.Max || p.Outliers != want.Outliers {
		t.Errorf("%+v, want %+v", p, want)
	}
}

// near allows for the last digits.
func near(a, b models.Stat) bool { return math.Abs(float64(a-b)) <= 1e-12*math.Abs(float64(b)) }

func TestProfileOfNothing(t *testing.T) {
	var p Factor
	p.numbers([]float64{math.NaN(), math.NaN()}, []bool{true, false})
	if p.Missing != 2 || p.Distinct != 0 || p.Median.Defined() || p.AUC.Defined() || p.Outliers != 0 {
		t.Errorf("%+v", p)
	}
}

func TestMostlyEqualValuesHaveNoOutliers(t *testing.T) {
	var p Factor
	p.numbers([]float64{1, 1, 1, 1, 99}, []bool{true, false, true, false, false})
	if p.Outliers != 0 || p.RobustSD.Defined() {
		t.Errorf("%d outliers by a deviation of %v: the deviation is zero", p.Outliers, p.RobustSD)
	}
}

func TestProfileOfACategory(t *testing.T) {
	v := expr.Vector{Codes: []int32{0, 0, 1, 1, 2, -1}, Levels: []string{"a", "b", "c", "never"}}
	var p Factor
	p.categories(v, []bool{true, false, false, false, true, false}, []int32{0, 0, 1, 2, 2, 3})
	if p.N != 6 || p.Missing != 1 || p.Distinct != 3 || p.Mode != "a" || p.Rare != 3 || p.OneAccount != 2 {
		t.Errorf("%+v", p)
	}
	names := []string{}
	for _, l := range p.Levels {
		names = append(names, l.Name)
	}
	if !slices.Equal(names, []string{"a", "b", "c"}) || p.Levels[0].Rate != 0.5 || p.Levels[1].Accounts != 2 || p.Levels[2].Churned != 1 {
		t.Errorf("levels %+v", p.Levels)
	}
}

func TestFrequentLevelsOfTheReferenceHaveABinEach(t *testing.T) {
	v := expr.Vector{Codes: []int32{1, 1, 0, -1, 2, 1}, Levels: []string{"x", "y", "new"}}
	first := day(t, "2025-01-31")
	f := frameOf(first, 0, 0, 0, 0, 3, 3)
	bin, bins := binned(v, f)
	// y is the most frequent: bin 0; x 1; what the reference lacks 2; missing 3.
	if want := []int32{0, 0, 1, 3, 2, 0}; bins != 4 || !slices.Equal(bin, want) {
		t.Errorf("bins %v of %d, want %v of 4", bin, bins, want)
	}
}

// correlationOf is that of whole columns of ranks.
func correlationOf(x, y []float64) (rho float64, n int) {
	var m moments
	m.add(x, y, float64(len(x)+1)/2)
	return m.correlation()
}

// Spearman's correlation of (1 2 3 4 5) and (5 6 7 8 7) is 0.8207826816681233 (scipy).
func TestCorrelationIsSpearmans(t *testing.T) {
	rho, n := correlationOf([]float64{1, 2, 3, 4, 5}, []float64{1, 2, 3.5, 5, 3.5})
	if n != 5 || math.Abs(rho-0.8207826816681233) > 1e-15 {
		t.Errorf("%v over %d rows, want 0.8207826816681233 over 5", rho, n)
	}
	if rho, n := correlationOf([]float64{1, 2, math.NaN(), 3}, []float64{1, math.NaN(), 2, 3}); n != 2 || rho == rho {
		t.Errorf("two common rows: %v over %d", rho, n)
	}
}

func TestCorrelationOfAFactorWithItselfIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 60).Draw(t, "n")
		ranks := rapid.Permutation(every(1, n)).Draw(t, "ranks")
		x, turned := make([]float64, n), make([]float64, n)
		for i, r := range ranks {
			x[i], turned[i] = float64(r+1), float64(n-r)
		}
		same, _ := correlationOf(x, x)
		back, _ := correlationOf(x, turned)
		if math.Abs(same-1) > 1e-14 || math.Abs(back+1) > 1e-14 {
			t.Fatalf("with itself %v, with its reverse %v", same, back)
		}
	})
}

func TestGroupsJoinByTheNearestMember(t *testing.T) {
	factors := []features.Factor{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d"}, {Name: "e"}}
	pairs := []Pair{{A: "b", B: "c", Spearman: -0.95}, {A: "d", B: "e", Spearman: 0.85}, {A: "a", B: "c", Spearman: 0.8}, {A: "a", B: "d", Spearman: 0.79}}
	got := groups(factors, pairs)
	if len(got) != 2 || !slices.Equal(got[0].Factors, []string{"a", "b", "c"}) || got[0].Strongest != -0.95 ||
		!slices.Equal(got[1].Factors, []string{"d", "e"}) || got[1].Strongest != 0.85 {
		t.Errorf("%+v", got)
	}
}

// design is a correlation matrix of raw columns.
func design(columns ...[]float64) [][]float64 {
	r := make([][]float64, len(columns))
	for i := range columns {
		r[i] = make([]float64, len(columns))
		for j := range columns {
			r[i][j] = pearson(columns[i], columns[j])
		}
	}
	return r
}

// pearson is the textbook formula in two passes.
func pearson(x, y []float64) float64 {
	var mx, my, sxx, syy, sxy float64
	for i := range x {
		mx, my = mx+x[i]/float64(len(x)), my+y[i]/float64(len(x))
	}
	for i := range x {
		sxx, syy, sxy = sxx+(x[i]-mx)*(x[i]-mx), syy+(y[i]-my)*(y[i]-my), sxy+(x[i]-mx)*(y[i]-my)
	}
	return sxy / math.Sqrt(sxx*syy)
}

// Fair data (Fair 1978), auxiliary regressions with a constant: statsmodels'
// variance_inflation_factor.
func TestInflationOfTheFairDataEqualsStatsmodels(t *testing.T) {
	f, err := os.Open(beside.Path(t, "VIF of the Fair data", "published", "fair.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	order := []string{"rate_marriage", "age", "yrs_married", "children", "religious", "educ", "occupation", "occupation_husb"}
	want := []float64{1.03479817, 5.45411588, 7.14294942, 2.52897249, 1.03690582, 1.29624169, 1.20686345, 1.08287615}
	columns, names := make([][]float64, len(order)), make([]features.Name, len(order))
	for j, name := range order {
		names[j] = features.Name{Factor: name}
		at := slices.Index(rows[0], name)
		for _, row := range rows[1:] {
			v, err := strconv.ParseFloat(row[at], 64)
			if err != nil {
				t.Fatal(err)
			}
			columns[j] = append(columns[j], v)
		}
	}
	got, aliases := inflate(design(columns...), names)
	for j := range got {
		if math.Abs(float64(got[j].VIF)-want[j]) > 6e-9 {
			t.Errorf("%s: %.9f, published %.8f", order[j], got[j].VIF, want[j])
		}
	}
	if len(aliases) > 0 {
		t.Errorf("aliases %v", aliases)
	}
}

func TestAliasedColumnsNameTheirCombination(t *testing.T) {
	a, b, c := []float64{1, 4, 2, 8, 5, 7}, []float64{2, 1, 7, 3, 3, 9}, []float64{1, 0, 0, 1, 1, 0}
	sum := make([]float64, len(a))
	for i := range a {
		sum[i] = 3*a[i] - b[i] + 10
	}
	names := []features.Name{{Factor: "a"}, {Factor: "b"}, {Factor: "c"}, {Factor: "sum"}}
	got, aliases := inflate(design(a, b, c, sum), names)
	if len(aliases) != 1 || aliases[0].Column != "sum" || !slices.Equal(aliases[0].Of, []string{"a", "b"}) {
		t.Fatalf("aliases %+v", aliases)
	}
	for j, infinite := range []bool{true, true, false, true} {
		if math.IsInf(float64(got[j].VIF), 1) != infinite {
			t.Errorf("%s: %v", names[j].Factor, got[j].VIF)
		}
	}
	// c is in no combination: its inflation is that among a, b and c.
	alone, _ := inflate(design(a, b, c), names[:3])
	if !near(got[2].VIF, alone[2].VIF) {
		t.Errorf("c: %v beside the alias, %v without", got[2].VIF, alone[2].VIF)
	}
}

func TestSweepingEveryColumnInverts(t *testing.T) {
	r := [][]float64{{1, 0.5, 0.2}, {0.5, 1, -0.3}, {0.2, -0.3, 1}}
	inverse := [][]float64{{1, 0.5, 0.2}, {0.5, 1, -0.3}, {0.2, -0.3, 1}}
	for k := range inverse {
		sweep(inverse, k)
	}
	for i := range r {
		for j := range r {
			sum := 0.0
			for k := range r {
				sum += r[i][k] * inverse[k][j]
			}
			if want := map[bool]float64{true: 1}[i == j]; math.Abs(sum-want) > 1e-14 {
				t.Errorf("product at %d, %d is %v", i, j, sum)
			}
		}
	}
}

// TestMedianDeviationIsThatOfSortedDistances holds the walk from both ends against what it
// stands for: all distances, sorted.
func TestMedianDeviationIsThatOfSortedDistances(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sorted := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-1e6, 1e6), rapid.Just(0.0), rapid.Just(1.0)), 1, 40).Draw(t, "values")
		slices.Sort(sorted)
		median := quantile(sorted, 0.5)
		distances := make([]float64, len(sorted))
		for i, v := range sorted {
			distances[i] = math.Abs(v - median)
		}
		slices.Sort(distances)
		if got, want := medianDeviation(sorted, median), quantile(distances, 0.5); got != want {
			t.Fatalf("%v, want %v", got, want)
		}
	})
}
