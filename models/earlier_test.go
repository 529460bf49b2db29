package models

import (
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// everyKind has a candidate of each kind that leaves a model file behind.
func everyKind() []Candidate {
	return append(platforms(), recipe(),
		Candidate{Name: "logistic", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.01}},
		Candidate{Name: "hand", Kind: Weights, Weights: []FactorWeight{{"usage", 60}, {"tickets", 40}}},
		Candidate{Name: "vendor", Kind: Vendor, Column: "pulse", HigherIs: features.LowerChurn},
	)
}

// written is the model as it comes back from its file.
func written(t *testing.T, m *Model) *Model {
	t.Helper()
	back, err := Read("last/model.json", strings.NewReader(text(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func TestAnEarlierModelIsUsedAsItIs(t *testing.T) {
	past, now := sparse(400, 41), sparse(300, 42)
	for _, c := range everyKind() {
		was := written(t, fitOne(t, past, c, sparseFactors(t, past)))
		m := fitOne(t, now, Candidate{Name: "last", Kind: Earlier, Earlier: was}, nil)
		if m.Name != "last" || was.Name == "last" {
			t.Errorf("%s is called %q, and the file's %q", c.Name, m.Name, was.Name)
		}
		if a, b := predict(t, m, now), predict(t, was, now); !sameBits(a.Eta, b.Eta) {
			t.Errorf("%s scores differently as a candidate", c.Name)
		}
		if m.Training != was.Training {
			t.Errorf("%s forgot what it was trained on", c.Name)
		}
	}
}

// The recipe of a model, learned anew on the rows it came from, is the model.
func TestRefitOnTheSameRowsIsTheSameModel(t *testing.T) {
	tab := sparse(400, 43)
	for _, c := range everyKind() {
		was := written(t, fitOne(t, tab, c, sparseFactors(t, tab)))
		m := fitOne(t, tab, Candidate{Name: was.Name, Kind: Earlier, Earlier: was, Refit: true}, nil)
		if got, want := text(t, m), text(t, was); got != want {
			t.Errorf("%s became another model", c.Name)
		}
	}
}

func TestRefitLearnsFromTheNewRows(t *testing.T) {
	past, now := sparse(400, 44), sparse(400, 45)
	for _, c := range everyKind() {
		was := written(t, fitOne(t, past, c, sparseFactors(t, past)))
		m := fitOne(t, now, Candidate{Name: c.Name, Kind: Earlier, Earlier: was, Refit: true}, nil)
		fresh := fitOne(t, now, c, sparseFactors(t, now))
		if a, b := predict(t, m, now), predict(t, fresh, now); !sameBits(a.Eta, b.Eta) {
			t.Errorf("%s, refitted, differs from its candidate fitted on these rows", c.Name)
		}
	}
}

func TestAnEarlierModelKnowsItsLabelsBeforehand(t *testing.T) {
	was := &Model{Training: Training{KnownBy: day1 + 7}}
	for _, c := range []struct {
		fact string
		c    Candidate
		want dataset.Date
	}{
		{"as it is, it remembers", Candidate{Kind: Earlier, Earlier: was}, day1 + 7},
		{"refitted, it starts anew", Candidate{Kind: Earlier, Earlier: was, Refit: true}, dataset.NoDate},
		{"others know nothing", Candidate{Kind: Logistic}, dataset.NoDate},
	} {
		if got := c.c.KnownBy(); got != c.want {
			t.Errorf("%s: known by %v, want %v", c.fact, got, c.want)
		}
	}
}

func TestAnEarlierModelOfAnotherQuestionIsWarnedOf(t *testing.T) {
	tab := sparse(300, 46)
	was := fitOne(t, tab, everyKind()[0], sparseFactors(t, tab))
	was.Clock = dataset.Clock{Mode: dataset.Horizon, Horizon: 30}
	m := fitOne(t, tab, Candidate{Kind: Earlier, Earlier: was}, nil)
	if len(m.Warnings) != 1 || !strings.Contains(m.Warnings[0].Message, "fitted for churn within 30 days and is used for renewals 1 days ahead") {
		t.Errorf("warnings %v", m.Warnings)
	}
}

func TestAnEarlierModelNeedsItsColumns(t *testing.T) {
	tab := sparse(300, 47)
	was := written(t, fitOne(t, tab, Candidate{Kind: Weights, Weights: []FactorWeight{{"usage", 1}, {"tickets", 1}}}, sparseFactors(t, tab)))
	for _, c := range []struct {
		fact    string
		earlier *Model
		columns expr.Columns
		said    []string
	}{
		{"no file", nil, tab.types(), []string{"it names no model file"}},
		{"columns that went", was, expr.Columns{"plan": expr.Text}, []string{`column "tickets", which the snapshots do not have`, `column "usage"`}},
		{"a column of another type", was, expr.Columns{"usage": expr.Text, "tickets": expr.Number}, []string{`reads column "usage" as a number, and now it is text`}},
		{"another tool's predictions", &Model{Kind: Predicted}, tab.types(), []string{"name their file with kind: predictions"}},
	} {
		_, err := Compile([]Candidate{{Name: "last", Kind: Earlier, Earlier: c.earlier}}, nil, c.columns)
		for _, said := range c.said {
			if err == nil || !strings.Contains(err.Error(), said) {
				t.Errorf("%s: %v, want %q", c.fact, err, said)
			}
		}
	}
}
