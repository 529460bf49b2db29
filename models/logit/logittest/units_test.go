package logittest

import (
	"testing"
)

// A saturated pair of groups at x = 0 and x = 1: the intercept is the log-odds of the one
// and the slope their difference, whatever the units. 3 of 4 and 1 of 4 churn, so that
// b_0 = log 3, b_1 = -2 log 3, V_00 = 4/3, V_01 = -4/3, V_11 = 8/3.
func twoGroups() Problem {
	return Problem{
		Columns: [][]float64{{0, 0, 1, 1}}, Y: []float64{1, 0, 1, 0}, Weights: []float64{3, 1, 1, 3}, L2: []float64{0},
		Answer: Answer{
			Beta:     []string{"1.0986122886681096914", "-2.1972245773362193828"},
			SE:       []string{"1.1547005383792515290", "1.6329931618554520655"},
			CovFirst: []string{"1.3333333333333333333", "-1.3333333333333333333"},
		},
		Objective: "-4.498681156950466",
	}
}

func TestBadUnitsMoveTheAnswerWithTheColumns(t *testing.T) {
	p := twoGroups()
	q := p.InBadUnits()
	const shift, scale = 1 << 30, 1 << 20
	if q.Columns[0][0] != shift*scale || q.Columns[0][3] != (shift+1)*scale {
		t.Fatalf("columns %v, want 2^20 times what is 2^30 farther", q.Columns)
	}
	b1 := -2.1972245773362193828 / scale
	for name, c := range map[string]struct {
		want float64
		text string
	}{
		"slope":           {b1, q.Answer.Beta[1]},
		"intercept":       {1.0986122886681096914 + 2.1972245773362193828*shift, q.Answer.Beta[0]},
		"error of slope":  {1.6329931618554520655 / scale, q.Answer.SE[1]},
		"error of origin": {1753413057.0066969, q.Answer.SE[0]}, // sqrt(4/3 + 2^31 4/3 + 2^60 8/3)
	} {
		if d := Digits(c.want, c.text); d < 15.5 {
			t.Errorf("%s: %s, want %.17g", name, c.text, c.want)
		}
	}
	if q.Objective != p.Objective {
		t.Errorf("the objective %q moved with the units", q.Objective)
	}
}

func TestBadUnitsLeaveOutWhatTheyCannotKnow(t *testing.T) {
	p := twoGroups()
	p.Answer.CovFirst, p.Firth = nil, true
	q := p.InBadUnits()
	if q.Answer.SE[0] != "" || q.Answer.SE[1] == "" {
		t.Errorf("standard errors %q: that of the moved intercept needs the covariance", q.Answer.SE)
	}
	if q.Objective != "" {
		t.Errorf("the objective %q holds a determinant in other units", q.Objective)
	}
	p.NoIntercept, p.Columns = true, [][]float64{{0.1, 0.2, 0.3, 0.7}}
	p.Answer = Answer{Beta: []string{"3"}, SE: []string{"2"}}
	if q = p.InBadUnits(); q.Columns[0][0] != 0.1*(1<<20) || Digits(3.0/(1<<20), q.Answer.Beta[0]) < 17 {
		t.Errorf("without an intercept: column %v, answer %v", q.Columns[0], q.Answer)
	}
}

func TestAColumnIsMovedAsFarAsSumsAreExact(t *testing.T) {
	for _, c := range []struct {
		name   string
		column []float64
		want   float64
	}{
		{"whole numbers", []float64{0, 1, 7}, 1 << 30},
		{"halves of the last bit that is left at 2^20", []float64{0x1p-32, 1}, 1 << 20},
		{"a third has no bit to spare", []float64{1.0 / 3}, 0},
	} {
		if got := farthest(c.column); got != c.want {
			t.Errorf("%s: moved by %g, want %g", c.name, got, c.want)
		}
	}
}
