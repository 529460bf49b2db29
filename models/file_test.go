package models

import (
	"bytes"
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/features"
)

// oneOfEachKind fits every kind on the same rows.
func oneOfEachKind(t testing.TB, tab table) []*Model {
	t.Helper()
	return fitEachKind(t, tab, tab.load(t).All())
}

// fitEachKind fits them on examples of the table.
func fitEachKind(t testing.TB, tab table, all dataset.View) []*Model {
	t.Helper()
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Category: "usage", Expr: "usage", Clip: []features.Bound{{Value: 1, Percentile: true}, {Value: 99, Percentile: true}}, Missing: features.Own, Expect: features.LowerChurn},
		features.Factor{Name: "tickets", Category: "support", Expr: "tickets", Scale: features.Log1p, Expect: features.HigherChurn},
		features.Factor{Name: "plan <&> \u2028", Expr: "plan", Kind: features.Category, Rare: 2},
	)
	compiled, err := Compile([]Candidate{
		{Name: "logistic", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Auto: true}},
		weights("hand", FactorWeight{"usage", 70}, FactorWeight{"tickets", 30}),
		{Name: "vendor", Kind: Vendor, Column: "usage", HigherIs: features.LowerChurn},
	}, factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	var fitted []*Model
	for _, c := range compiled {
		m, err := c.Fit(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		m.Columns = dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date"}
		fitted = append(fitted, m)
	}
	return fitted
}

func TestModelFileReloadsToBitEqualScores(t *testing.T) {
	fitted := oneOfEachKind(t, noisy(300, 31))
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(r, "rows")
		number := rapid.OneOf(rapid.Float64Range(-1e6, 1e6), rapid.Float64(), rapid.Just(math.NaN()), rapid.Just(0.0))
		finite := rapid.Map(number, func(v float64) float64 {
			if math.IsInf(v, 0) {
				return 0 // refused on reading: never reaches a model
			}
			return v
		})
		tab := table{churned: make([]bool, n), numbers: []numberColumn{
			{"usage", rapid.SliceOfN(finite, n, n).Draw(r, "usage")}, {"tickets", rapid.SliceOfN(finite, n, n).Draw(r, "tickets")},
		}, texts: []textColumn{{"plan", rapid.SliceOfN(rapid.SampledFrom([]string{"", "basic", "pro", "team", "new"}), n, n).Draw(r, "plan")}}}
		e := tab.load(t)
		for _, m := range fitted {
			back, err := Read("model.json", strings.NewReader(text(t, m)))
			if err != nil {
				r.Fatal(err)
			}
			want, _, err := m.Predict(t.Context(), n, e.All().Batches())
			if err != nil {
				r.Fatal(err)
			}
			got, _, err := back.Predict(t.Context(), n, e.All().Batches())
			if err != nil {
				r.Fatal(err)
			}
			if !sameBits(got.Eta, want.Eta) || !sameBits(got.Score, want.Score) {
				r.Fatalf("%s: %v after reading, %v before", m.Name, got, want)
			}
		}
	})
}

func sameBits(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y })
}

func TestModelFileIsTheSameBytesOnceReadAndWrittenAgain(t *testing.T) {
	for _, m := range oneOfEachKind(t, noisy(300, 32)) {
		once := text(t, m)
		back, err := Read("model.json", strings.NewReader(once))
		if err != nil {
			t.Fatal(err)
		}
		if text(t, m) != once || text(t, back) != once {
			t.Errorf("%s: the same model gives other bytes", m.Name)
		}
	}
}

func TestModelFileDoesNotDependOnTheOrderOfRows(t *testing.T) {
	tab := noisy(200, 33)
	tab.account = make([]int, 200)
	for i := range tab.account {
		tab.account[i] = i
	}
	backwards := table{churned: reversed(tab.churned), account: reversed(tab.account), asOf: reversed(tab.asOf)}
	for _, c := range tab.numbers {
		backwards.numbers = append(backwards.numbers, numberColumn{c.name, reversed(c.values)})
	}
	backwards.texts = []textColumn{{"plan", reversed(tab.texts[0].values)}}
	again := oneOfEachKind(t, backwards)
	for i, m := range oneOfEachKind(t, tab) {
		if text(t, m) != text(t, again[i]) {
			t.Errorf("%s: the model depends on the order of the rows in the files", m.Name)
		}
	}
}

func reversed[T any](x []T) []T {
	out := slices.Clone(x)
	slices.Reverse(out)
	return out
}

func TestUndefinedNumbersAreNullInTheFile(t *testing.T) {
	m := oneOfEachKind(t, noisy(300, 34))[1]
	if !strings.Contains(text(t, m), `"std_error": null`) {
		t.Error("a standard error that does not exist is not null")
	}
	back, err := Read("model.json", strings.NewReader(text(t, m)))
	if err != nil {
		t.Fatal(err)
	}
	if back.Weights[1].StdErr.Defined() || !back.Weights[1].Weight.Defined() {
		t.Errorf("read back as %+v", back.Weights[1])
	}
}

func TestWriteRefusesWhatCouldNotBeReadBack(t *testing.T) {
	for _, c := range []struct {
		fact   string
		damage func(m *Model)
	}{
		{"a coefficient that is no number", func(m *Model) { m.Coef[0] = math.NaN() }},
		{"a coefficient too many", func(m *Model) { m.Coef = append(m.Coef, 1) }},
		{"a name that is not UTF-8", func(m *Model) { m.Name = "caf\xe9" }},
	} {
		t.Run(c.fact, func(t *testing.T) {
			m := oneOfEachKind(t, noisy(120, 35))[0]
			c.damage(m)
			var out bytes.Buffer
			if err := m.Write(&out); err == nil || out.Len() > 0 {
				t.Errorf("wrote %d bytes, error %v", out.Len(), err)
			}
		})
	}
}

func TestReadSaysWhyAFileIsNoModel(t *testing.T) {
	good := text(t, oneOfEachKind(t, noisy(120, 36))[0])
	replace := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("the model file does not contain %q", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	for _, c := range []struct {
		fact, text, why string
	}{
		{"an empty file", "", "not a model file"},
		{"half a file", good[:len(good)/2], "not a model file"},
		{"another JSON document", `{"hello": 1}`, "not a model file: it says no format; fit and backtest write model.json"},
		{"a format before the first", replace(`"format": 1`, `"format": 0`), "format 0; this version reads format 1 only"},
		{"a newer format", replace(`"format": 1`, `"format": 2`), "format 2; this version reads format 1 only"},
		{"an unknown key", replace(`"name":`, `"color": "red", "name":`), "color"},
		{"text after the end", good + "{}", "not a model file"},
		{"a number that is not JSON", replace(`"intercept": `, `"intercept": NaN, "x": `), "not a model file"},
		{"an unknown column type", replace(`"plan": "text"`, `"plan": "blob"`), `unknown type "blob"`},
		{"an expression over a column that is not listed", replace(`"expr": "usage"`, `"expr": "usages"`), "usages"},
		{"a changed digit, well-formed and false", replace(`"churned": `, `"churned": 1`), "damaged or edited"},
		{"a blank at the end", good + " ", "damaged or edited"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			m, err := Read("some/model.json", strings.NewReader(c.text))
			var refused *RefusedError
			if !errors.As(err, &refused) || m != nil || refused.File != "some/model.json" || !strings.Contains(err.Error(), c.why) {
				t.Errorf("got %v, want a RefusedError that says %q", err, c.why)
			}
		})
	}
}

// A seal proves that a file is as it was written, not that it was written by this
// program: what it says is checked all the same.
func TestReadRefusesASealedModelThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		fact   string
		change func(m *Model)
		why    string
	}{
		{"without an encoder", func(m *Model) { m.Encoder = nil }, "no encoder"},
		{"with more coefficients than columns", func(m *Model) { m.Coef = append(m.Coef, 1) }, "design columns"},
		{"with fewer coefficients than columns", func(m *Model) { m.Coef = m.Coef[1:] }, "design columns"},
		{"with a column type there is not", func(m *Model) { m.Types["plan"] = "blob" }, `unknown type "blob"`},
		{"with an expression that does not compile", func(m *Model) { m.Encoder.Factors[0].Factor.Expr = "usage +" }, "usage"},
		{"with a form there is not", func(m *Model) { m.Encoder.Form = "cubist" }, `unknown form "cubist"`},
		{"with a spread of zero", func(m *Model) { m.Encoder.Factors[1].Columns[0].SD = 0 }, "tickets"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			m := oneOfEachKind(t, noisy(120, 38))[0]
			c.change(m)
			text, err := m.seal()
			if err != nil {
				t.Fatal(err)
			}
			var refused *RefusedError
			if _, err := Read("forged", bytes.NewReader(text)); !errors.As(err, &refused) || !strings.Contains(err.Error(), c.why) {
				t.Errorf("got %v, want a RefusedError that says %q", err, c.why)
			}
		})
	}
}

func TestReadStopsAtTheLargestSizeOfAModel(t *testing.T) {
	_, err := Read("huge", io.LimitReader(blanks{}, maxFile+1000))
	var refused *RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "larger than 64 MiB") {
		t.Errorf("got %v, want a refusal of the size", err)
	}
}

// blanks is an endless file.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestReadPassesOnAnErrorOfReading(t *testing.T) {
	broken := errors.New("disk on fire")
	_, err := Read("model.json", io.MultiReader(strings.NewReader("{"), failing{broken}))
	var refused *RefusedError
	if !errors.Is(err, broken) || errors.As(err, &refused) {
		t.Errorf("got %v, want the error of the reader: the file may be fine", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestWritePassesOnAnErrorOfWriting(t *testing.T) {
	broken := errors.New("disk full")
	if err := oneOfEachKind(t, noisy(120, 37))[0].Write(failingWriter{broken}); !errors.Is(err, broken) {
		t.Errorf("got %v, want the error of the writer", err)
	}
}

type failingWriter struct{ err error }

func (f failingWriter) Write([]byte) (int, error) { return 0, f.err }
