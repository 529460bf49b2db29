package models

import (
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features"
)

// predicted is a candidate whose file has a prediction for every row of the table that is
// not NaN in p.
func predicted(t *testing.T, tab table, p []float64, c Candidate) (Candidate, *dataset.Examples) {
	t.Helper()
	spec := tab.write(t)
	path := filepath.Join(filepath.Dir(spec.Snapshots), "other.parquet")
	s, err := dataset.LoadSnapshots(t.Context(), spec.Snapshots, spec.Columns, nil, spec.Reading)
	if err != nil {
		t.Fatal(err)
	}
	account, day := parquetio.Column{Name: "key", Levels: s.Accounts}, parquetio.Column{Name: "day"}
	for i := range s.Account {
		account.Codes, day.Days = append(account.Codes, s.Account[i]), append(day.Days, int32(s.Date[i]))
	}
	writeParquet(t, path, []parquetio.Field{{Name: "key", Kind: parquetio.Text}, {Name: "day", Kind: parquetio.Day}, {Name: "score", Kind: parquetio.Float, Nullable: true}},
		[]parquetio.Column{account, day, {Name: "score", Numbers: p}})
	c.Name, c.Kind = "other", Predicted
	c.Foreign = &Foreign{Predictions: dataset.Predictions{Path: path, Account: "key", AsOf: "day", Column: "score"}, Probability: c.Foreign != nil}
	compiled, err := Compile([]Candidate{c}, nil, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	spec.Uses, spec.Predictions = features.Uses(Inputs(compiled)), ForeignPredictions(compiled)
	e, err := dataset.Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return compiled[0], e
}

// fitted fits on all examples and scores them.
func fittedOn(t *testing.T, c Candidate, e *dataset.Examples) (*Model, *Predictions) {
	t.Helper()
	m, err := c.Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	return m, p
}

func TestProbabilitiesOfAnotherToolAreUsedAsTheyAre(t *testing.T) {
	p := []float64{0.9, 0.2, 0.5, 0.01, math.NaN(), 0, 1, 0.3}
	for _, c := range []struct {
		fact   string
		higher features.Direction
		sign   float64
	}{{"of churn", "", 1}, {"of staying", features.LowerChurn, -1}} {
		cand, e := predicted(t, eight(), p, Candidate{HigherIs: c.higher, Foreign: &Foreign{}})
		m, got := fittedOn(t, cand, e)
		for i, want := range p {
			want = min(max(want, 1e-15), 1-1e-15)
			if eta := c.sign * logOdds(want); !near(got.Eta[i], eta, 1e-9) && want == want {
				t.Errorf("%s, row %d: eta %v, want %v", c.fact, i, got.Eta[i], eta)
			}
		}
		if got.Eta[4] == got.Eta[4] {
			t.Errorf("%s: a row without a prediction has eta %v", c.fact, got.Eta[4])
		}
		if m.Calibration.Intercept != 0 || m.Calibration.Slope != 1 {
			t.Errorf("%s: recalibrated to %+v", c.fact, m.Calibration)
		}
	}
}

func TestScoresOfAnotherToolAreCalibratedOnTheRowsThatHaveOne(t *testing.T) {
	tab := eight()
	scores := []float64{20, 30, 25, 60, math.NaN(), 65, 90, 80}
	cand, e := predicted(t, tab, scores, Candidate{HigherIs: features.LowerChurn})
	m, got := fittedOn(t, cand, e)
	var x []float64
	var churned []bool
	for i, s := range scores {
		if s == s {
			x, churned = append(x, -s), append(churned, tab.churned[i])
		}
	}
	a, b := newton2(x, churned)
	if !near(m.Calibration.Intercept, a, 1e-8) || !near(m.Calibration.Slope, b, 1e-9) {
		t.Errorf("calibration %+v, an independent fit says %v + %v score", m.Calibration, a, b)
	}
	if got.Score[0] != -20 || got.Score[4] == got.Score[4] {
		t.Errorf("scores %v", got.Score)
	}
	if !slices.Contains(codes(m.Warnings), "unscored_training") {
		t.Errorf("warnings %v", m.Warnings)
	}
	written(t, m) // it has a file like all others
}

func TestCompileSaysWhatIsWrongWithPredictions(t *testing.T) {
	file := dataset.Predictions{Path: "p.parquet", Account: "a", AsOf: "d", Column: "p"}
	for _, c := range []struct {
		fact    string
		foreign *Foreign
		columns expr.Columns
		said    string
	}{
		{"no file", nil, nil, "it names no file"},
		{"no direction", &Foreign{Predictions: file}, nil, "say higher_is: healthier or riskier, or is_probability: true"},
		{"a column of its name", &Foreign{Predictions: file, Probability: true}, expr.Columns{"predictions of other": expr.Number}, "choose another name"},
	} {
		_, err := Compile([]Candidate{{Name: "other", Kind: Predicted, Foreign: c.foreign}}, nil, c.columns)
		if err == nil || !strings.Contains(err.Error(), c.said) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.said)
		}
	}
}

// Another tool's predictions may begin after the first cutoff: until then nothing says where
// their colours begin, which is no reason to end a backtest.
func TestPredictionsThatBeginLaterHaveNoColours(t *testing.T) {
	none := math.NaN()
	tab := table{churned: yes(1, 0, 1, 0), numbers: []numberColumn{{"nps", []float64{1, 2, 3, 4}}}}
	c, e := predicted(t, tab, []float64{none, none, none, 0.4}, Candidate{Foreign: &Foreign{Probability: true}})
	m, _ := fittedOn(t, c, e)
	early := e.All()
	early.Rows = slices.DeleteFunc(slices.Clone(early.Rows), func(row int32) bool { return row == 3 })
	if l, err := m.Ladder(t.Context(), early, DefaultBandRules(), nil); l != nil || err != nil {
		t.Errorf("ladder %v, %v", l, err)
	}
	if err := m.Introduce(t.Context(), early, DefaultBandRules(), nil); err != nil || m.Bands != nil {
		t.Errorf("bands %v, %v", m.Bands, err)
	}
	if l, err := m.Ladder(t.Context(), e.All(), DefaultBandRules(), nil); l == nil || err != nil {
		t.Errorf("with one prediction: ladder %v, %v", l, err)
	}
}
