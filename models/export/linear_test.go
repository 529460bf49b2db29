package export

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/features"
	"holdfast/models"
)

// limitedFactors are numbers between limits that were learned or given, of every policy that
// leaves one straight line, and one that is the same for everybody.
func limitedFactors() []features.Factor {
	ends := []features.Bound{{Value: 2, Percentile: true}, {Value: 98, Percentile: true}}
	return []features.Factor{
		{Name: "usage", Expr: "usage", Clip: ends},
		{Name: "tickets", Expr: "tickets", Clip: []features.Bound{{Value: 0}, {Value: 12}}, Missing: features.Zero, Expect: features.HigherChurn},
		{Name: "pulse", Expr: "pulse", Clip: []features.Bound{{Value: 1}, {Value: 9}}, Missing: features.Value, Fill: 5},
		{Name: "both", Expr: "usage - 3 * tickets", Clip: ends, Missing: features.Drop, Only: &features.Only{By: "plan", In: []string{"pro", "team"}}},
		{Name: "nothing", Expr: "0 * coalesce(usage, 0)", Clip: []features.Bound{{Value: -1}, {Value: 1}}},
	}
}

// byHand is the score of every row by the sheet: its points, its limits, and what it says of
// missing values.
func byHand(t *testing.T, m *models.Model, s *Sheet, n int, values func(f *features.Encoding) []float64, within func(row int) bool) []float64 {
	t.Helper()
	scores := make([]float64, n)
	for _, w := range s.Weights {
		for i, x := range values(w.encoding) {
			if math.IsNaN(x) && strings.HasPrefix(w.Missing, "counts as ") {
				x = w.encoding.Fill
			}
			if w.encoding.Factor.Only != nil && !within(i) {
				x = w.encoding.Columns[0].Mean // its average score
			}
			scores[i] += w.Points / 100 * min(100, max(0, 100*(x-w.At[0])/(w.At[100]-w.At[0])))
		}
	}
	return scores
}

// Of a plain fit, the score that people would type in ranks every row as the model does, is in
// the same band, and has the probability between those of its neighbours in the table.
func TestALinearFitHasPercentWeightsOfTheSameOrder(t *testing.T) {
	for _, method := range []models.Method{"", models.Platt, models.Isotonic} {
		m := fit(t, candidate{models.Candidate{Name: "plain", Kind: models.Logistic, Calibrate: models.Calibrate{Method: method}}, limitedFactors()})
		s, err := WeightsOf(m)
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Weights) != 4 || !s.Linear || len(s.Cuts) != 2 || len(s.Levels) != 11 {
			t.Fatalf("%d weights, linear %v, %d cuts, %d levels", len(s.Weights), s.Linear, len(s.Cuts), len(s.Levels))
		}
		snapshots, want := rows(t, m)
		all := everyRow(snapshots)
		scores := byHand(t, m, s, len(all), func(f *features.Encoding) []float64 {
			v, err := f.Values(t.Context(), len(all), snapshots.Table.Batches(all))
			if err != nil {
				t.Fatal(err)
			}
			return v.Numbers
		}, func(row int) bool {
			for _, c := range snapshots.Table.Columns() {
				if v := c.Vector(); c.Name == "plan" && v.Codes[row] >= 0 {
					return v.Levels[v.Codes[row]] == "pro" || v.Levels[v.Codes[row]] == "team"
				}
			}
			return false
		})
		order := slices.Clone(all)
		slices.SortFunc(order, func(a, b int32) int {
			if want.Score[a] < want.Score[b] {
				return -1
			}
			return 1
		})
		before, compared := math.Inf(1), 0
		for _, i := range order {
			h, eta := scores[i], want.Eta[i]
			if math.IsNaN(h) != math.IsNaN(eta) {
				t.Fatalf("row %d scores %v by hand, and has log-odds %v", i, h, eta)
			}
			if math.IsNaN(h) {
				continue
			}
			compared++
			if h > before+1e-9 || h < -1e-9 || h > 100+1e-9 {
				t.Errorf("row %d scores %v by hand after %v, in the order of the model", i, h, before)
			}
			before = h
			band := models.Green
			for _, cut := range slices.Backward(s.Cuts) {
				if h <= cut.UpTo {
					band = cut.Band
				}
			}
			if of := m.BandOf(m.Bands, "", want.Score[i], eta); of != band {
				t.Errorf("%s: row %d with a score of %v is %s by hand and %s by the model; the cuts are %v", method, i, h, band, of, s.Cuts)
			}
			at := min(max(int(h/10), 0), 9)
			if p := models.Probability(eta); p > s.Levels[at].P*(1+1e-9) || p < s.Levels[at+1].P*(1-1e-9) {
				t.Errorf("row %d with a score of %v has p %v, and not between %v and %v", i, h, p, s.Levels[at], s.Levels[at+1])
			}
		}
		if compared < 300 {
			t.Errorf("%d rows were compared", compared)
		}
		var page strings.Builder
		if err := WeightsMarkdown(&page, m); err != nil || !strings.Contains(page.String(), "The order of the accounts by this score is that of the model") || !strings.Contains(page.String(), "| 100 |") {
			t.Errorf("%v:\n%s", err, page.String())
		}
	}
}

func TestWhatIsNoStraightLineBetweenLimitsIsNamed(t *testing.T) {
	ends := []features.Bound{{Value: 1}, {Value: 60}}
	for words, f := range map[string]features.Factor{
		`factor "odd" has no limits`:          {Expr: "usage"},
		`factor "odd" is bent by scale log1p`: {Expr: "tickets", Clip: ends, Scale: features.Log1p},
		`factor "odd" has a flag of its own`:  {Expr: "usage", Clip: ends, Missing: features.Own},
		`factor "odd" is of kind category`:    {Expr: "plan", Kind: features.Category},
		`factor "odd" is of kind bins`:        {Expr: "usage", Kind: features.Bins},
		`factor "odd" is of kind spline`:      {Expr: "usage", Kind: features.Spline, Clip: ends},
	} {
		f.Name = "odd"
		_, err := WeightsOf(fit(t, candidate{models.Candidate{Name: "m", Kind: models.Logistic}, append(limitedFactors()[:1], f)}))
		if part := (*UnsupportedError)(nil); !errors.As(err, &part) || !strings.Contains(part.Part, words) || !strings.Contains(part.Part, "form: percent") {
			t.Errorf("%v, want an UnsupportedError that says %s", err, words)
		}
	}
}
