package export

import (
	"encoding/csv"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"holdfast/features"
	"holdfast/features/binning"
	"holdfast/models"
)

// handScores is a candidate of hand weights over factors of every kind that has a score.
func handScores() candidate {
	factors := []features.Factor{
		{Name: "usage", Category: "usage", Expr: "usage", Clip: []features.Bound{{Value: 10}, {Value: 90}}, Expect: features.LowerChurn},
		{Name: "=load", Expr: "tickets", Clip: []features.Bound{{Value: 0}, {Value: 20}}, Scale: features.Log1p, Expect: features.HigherChurn, Missing: features.Value, Fill: 3},
		{Name: "depth|1", Expr: "usage", Kind: features.Points, Points: []features.Anchor{{X: 30, Points: 0}, {X: 70, Points: 100}}, Missing: features.Mean},
		{Name: "calm", Expr: "tickets", Kind: features.Tiers, Tiers: []features.Tier{{UpTo: given(2), Points: 100}, {Points: 20}}},
		{Name: "mood", Expr: "pulse", Kind: features.Bins, Bins: &binning.Options{MaxBins: 3}},
	}
	weights := []models.FactorWeight{{Factor: "usage", Weight: 4}, {Factor: "=load", Weight: 2}, {Factor: "depth|1", Weight: 2}, {Factor: "calm", Weight: 1}, {Factor: "mood", Weight: 1}}
	return candidate{models.Candidate{Name: "today", Kind: models.Weights, Weights: weights}, factors}
}

func TestPercentWeightsSumToAHundred(t *testing.T) {
	for _, c := range candidates() {
		if c.Kind != models.Weights && c.Fitting.Form != models.Percent {
			continue
		}
		s, err := WeightsOf(fit(t, c))
		if err != nil {
			t.Fatal(err)
		}
		total := 0.0
		for _, w := range s.Weights {
			total += w.Points
		}
		if math.Abs(total-100) > 1e-12 {
			t.Errorf("%s: %v points in all", c.Name, total)
		}
	}
}

// A score that is computed from nothing but the table and what it says of missing values
// ranks, and cuts into bands, as the model does.
func TestTheTableIsEnoughToScoreByHand(t *testing.T) {
	for _, name := range []string{"percent", "hand"} {
		for _, c := range candidates() {
			if c.Name != name {
				continue
			}
			m := fit(t, c)
			sheet, err := WeightsOf(m)
			if err != nil {
				t.Fatal(err)
			}
			list, cuts := sheet.Weights, sheet.Cuts
			if len(cuts) == 0 {
				t.Fatalf("%s: no cuts", name)
			}
			snapshots, want := rows(t, m)
			all := make([]int32, snapshots.Table.Rows())
			for i := range all {
				all[i] = int32(i)
			}
			scores := make([]float64, len(all))
			for j, w := range list {
				v, err := m.Encoder.Factors[j].Values(t.Context(), len(all), snapshots.Table.Batches(all))
				if err != nil {
					t.Fatal(err)
				}
				for i, x := range v.Numbers {
					if math.IsNaN(x) {
						if x = math.NaN(); strings.HasPrefix(w.Missing, "counts as ") {
							x = w.encoding.Fill
						}
					}
					scores[i] += w.Points / 100 * min(100, max(0, 100*(x-w.At[0])/(w.At[100]-w.At[0])))
				}
			}
			for i, s := range scores {
				if math.IsNaN(s) != math.IsNaN(want.Score[i]) || math.Abs(s+want.Score[i]-m.Intercept) > 1e-9 {
					t.Fatalf("%s: row %d scores %v by the table and %v by the model", name, i, s, m.Intercept-want.Score[i])
				}
				band := models.Green
				for k := len(cuts) - 1; k >= 0; k-- {
					if s <= cuts[k].UpTo*(1+1e-12) {
						band = cuts[k].Band
					}
				}
				if by := m.BandOf(m.Bands, "", want.Score[i], want.Eta[i]); by != "" && by != band {
					t.Errorf("%s: row %d is %s by the table and %s by the model", name, i, band, by)
				}
			}
		}
	}
}

func TestWeightsSayWhatEveryValueScores(t *testing.T) {
	m := fit(t, handScores())
	s, err := WeightsOf(m)
	if err != nil {
		t.Fatal(err)
	}
	list := s.Weights
	usage, load, depth, calm, mood := list[0], list[1], list[2], list[3], list[4]
	if usage.Points != 40 || usage.Higher != "healthier" || usage.At[0] != 10 || usage.At[50] != 50 || usage.At[100] != 90 {
		t.Errorf("usage %+v", usage)
	}
	// Half-way on the scale ln(1+x) from 20 to 0 is sqrt(21) - 1.
	if load.Higher != "riskier" || math.Abs(load.At[0]-20) > 1e-12 || math.Abs(load.At[50]-(math.Sqrt(21)-1)) > 1e-12 || load.At[100] != 0 || load.Missing != "counts as 3" {
		t.Errorf("load %+v", load)
	}
	if depth.Steps != "30: 0; 70: 100" || !strings.HasSuffix(depth.Missing, "(the mean)") || depth.Scale != "linear between" {
		t.Errorf("depth %+v", depth)
	}
	if calm.Steps != "up to 2: 100; above: 20" {
		t.Errorf("calm %+v", calm)
	}
	if !strings.Contains(mood.Steps, "; from there on: ") || !strings.HasPrefix(mood.Missing, "scores ") {
		t.Errorf("mood %+v", mood)
	}
}

func TestTheTablesAreInertInSpreadsheetsAndMarkdown(t *testing.T) {
	m := fit(t, handScores())
	var sheet, page strings.Builder
	if err := errors.Join(WeightsCSV(&sheet, m), WeightsMarkdown(&page, m)); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(sheet.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		for _, cell := range r {
			if _, err := strconv.ParseFloat(cell, 64); err != nil && cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
	if !strings.Contains(page.String(), `depth\|1 |`) {
		t.Errorf("the name of a factor ends a cell:\n%s", page.String())
	}
}

func TestModelsWithoutPercentWeightsNameWhatToFit(t *testing.T) {
	for _, c := range candidates() {
		if c.Name != "every kind" && c.Name != "rules" && c.Name != "by stage" && c.Name != "tier_points" {
			continue
		}
		err := WeightsCSV(&strings.Builder{}, fit(t, c))
		if part := (*UnsupportedError)(nil); !errors.As(err, &part) || !strings.Contains(part.Part, "form: percent") {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}

// refusedBy are the errors of PMML and ONNX for a model.
func refusedBy(t *testing.T, m *models.Model) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for _, e := range evaluators() {
		var part *UnsupportedError
		if err := e.export(&strings.Builder{}, m); errors.As(err, &part) {
			found[part.Format] = part.Part
		} else if err != nil {
			t.Error(err)
		}
	}
	return found
}

func TestWhatAFormatCannotHoldIsNamed(t *testing.T) {
	scores := handScores()
	steady := fit(t, scores)
	steady.Bands.Hysteresis = 0.02
	if r := refusedBy(t, steady); len(r) != 2 || !strings.Contains(r["ONNX"], "hysteresis") {
		t.Errorf("hysteresis: %v", r)
	}
	empty := fit(t, candidate{models.Candidate{Name: "empty", Kind: models.Logistic}, []features.Factor{{Name: "x", Expr: "plan == '' ? 1 : usage"}}})
	if r := refusedBy(t, empty); len(r) != 1 || !strings.Contains(r["ONNX"], "empty text") {
		t.Errorf("an empty text: %v", r)
	}
	rest := fit(t, candidate{models.Candidate{Name: "rest", Kind: models.Logistic}, []features.Factor{{Name: "x", Expr: "tickets % 3"}}})
	if r := refusedBy(t, rest); len(r) != 1 || !strings.Contains(r["PMML"], "uses %") {
		t.Errorf("a remainder: %v", r)
	}
	control := fit(t, candidate{models.Candidate{Name: "control", Kind: models.Logistic}, []features.Factor{{Name: "x", Expr: `plan == "a\u0001" ? 1 : usage`}}})
	if r := refusedBy(t, control); len(r) != 1 || !strings.Contains(r["PMML"], "XML cannot hold") {
		t.Errorf("a control character: %v", r)
	}
	foreign := &models.Model{Name: "foreign", Kind: models.Predicted}
	if r := refusedBy(t, foreign); len(r) != 2 || !strings.Contains(r["PMML"], "another tool's predictions") {
		t.Errorf("predictions: %v", r)
	}
	base := &models.Model{Name: "baseline", Kind: models.Baseline, Encoder: &features.Encoder{Form: features.Raw}, Calibration: models.Calibration{Intercept: -1}}
	if r := refusedBy(t, base); len(r) != 1 || !strings.Contains(r["ONNX"], "gives everybody the same") {
		t.Errorf("baseline: %v", r)
	}
}
