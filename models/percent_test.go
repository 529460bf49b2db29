package models

import (
	"cmp"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/features"
)

// fiveFactors is n rows of five numbers that say something each, in directions that are
// known, and the factors over them.
func fiveFactors(t *testing.T, n int, seed uint64) (table, []features.Factor) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 9))
	tab := table{churned: make([]bool, n), asOf: make([]dataset.Date, n)}
	names, effect := []string{"usage", "seats", "nps", "tickets", "late"}, []float64{-0.8, -0.5, -0.2, 0.4, 0.1}
	for range names {
		tab.numbers = append(tab.numbers, numberColumn{"", make([]float64, n)})
	}
	for i := range n {
		common, eta := rng.NormFloat64(), -1.0
		for j := range names {
			x := 0.5*common + rng.NormFloat64()
			tab.numbers[j].values[i] = x
			eta += effect[j] * x
		}
		tab.churned[i] = rng.Float64() < Probability(eta)
		tab.asOf[i] = day1 + dataset.Date(rng.IntN(700))
	}
	var factors []features.Factor
	for j, name := range names {
		tab.numbers[j].name = name
		f := features.Factor{Name: name, Category: []string{"usage", "usage", "voice", "support", "support"}[j], Expr: name, Expect: features.LowerChurn}
		if effect[j] > 0 {
			f.Expect = features.HigherChurn
		}
		factors = append(factors, f)
	}
	return tab, compileFactors(t, tab.types(), factors...)
}

// percentTask is a percent fit with all that it works with.
func percentTask(t *testing.T, tab table, factors []features.Factor, f Fitting) (*task, *Model) {
	t.Helper()
	f.Form = Percent
	c := compileOne(t, tab, Candidate{Kind: Logistic, Fitting: f}, factors)
	train := tab.load(t).All()
	m, err := c.Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	task, _, err := c.newTask(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	return task, m
}

// All 5151 divisions of 100 points among three factors are fitted: the search must find
// the best of those that the limits allow.
func TestWholePointsAreTheBestOfAllDivisions(t *testing.T) {
	for seed, f := range []Fitting{
		{}, {Bounds: []Bound{{"usage", 20, 20}}}, {Bounds: []Bound{{"nps", 15, 40}}}, {Caps: []Cap{{"usage", 0.35}}},
	} {
		tab, factors := fiveFactors(t, 250, uint64(100+seed))
		task, m := percentTask(t, tab, []features.Factor{factors[0], factors[2], factors[3]}, f)
		best, at := math.Inf(1), []float64(nil)
		g := grid{task: task}
		g.limit()
		for a := 0.0; a <= 100; a++ {
			for b := 0.0; a+b <= 100; b++ {
				points := []float64{a, b, 100 - a - b}
				if !g.allowed(points) {
					continue
				}
				if loss := meanLossOf(task, points); loss < best {
					best, at = loss, points
				}
			}
		}
		if !slices.Equal(at, m.Percents.Points) && best < m.Percents.Rounded-1e-12 {
			t.Errorf("%+v: found %v at %.12f, the best are %v at %.12f", f, m.Percents.Points, m.Percents.Rounded, at, best)
		}
		t.Logf("exact %.3f, whole %v, rounding costs %.2e", m.Percents.Exact, m.Percents.Points, m.Percents.Rounded-m.Percents.LogLoss)
	}
}

// meanLossOf fits level and slope to a score by textbook Newton steps, with nothing of the
// solver's.
func meanLossOf(t *task, points []float64) float64 {
	score := make([]float64, len(t.y))
	churned := make([]bool, len(t.y))
	for i := range score {
		for j, w := range points {
			score[i] -= w / 100 * t.design.Columns[j][i] / 20
		}
		churned[i] = t.y[i] == 1
	}
	a, b := newtonFew(score, churned)
	if !(b > 0) {
		return math.Inf(1) // a score that is turned round is not the one that was asked for
	}
	sum := 0.0
	for i, s := range score {
		sum += logLoss(a+b*s, churned[i])
	}
	return sum / float64(len(score))
}

// newtonFew is newton2 with as many steps as it takes.
func newtonFew(x []float64, churned []bool) (a, b float64) {
	for range 30 {
		var g0, g1, h00, h01, h11 float64
		for i := range x {
			p := Probability(a + b*x[i])
			r, w := indicator(churned[i])-p, p*(1-p)
			g0, g1 = g0+r, g1+r*x[i]
			h00, h01, h11 = h00+w, h01+w*x[i], h11+w*x[i]*x[i]
		}
		det := h00*h11 - h01*h01
		da, db := (h11*g0-h01*g1)/det, (h00*g1-h01*g0)/det
		a, b = a+da, b+db
		if math.Abs(da)+math.Abs(db) < 1e-10 {
			break
		}
	}
	return a, b
}

// Between two factors, or in and out of a bound or a cap, no points can be moved from the
// exact ones and gain.
func TestExactPointsAreTheBestTheLimitsAllow(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tab, factors := fiveFactors(t, 300, rapid.Uint64Range(0, 50).Draw(r, "seed"))
		f := Fitting{}
		if rapid.Bool().Draw(r, "pinned") {
			f.Bounds = append(f.Bounds, Bound{"tickets", 30, 30})
		}
		if rapid.Bool().Draw(r, "bounded") {
			f.Bounds = append(f.Bounds, Bound{"late", 12, 25})
		}
		if rapid.Bool().Draw(r, "capped") {
			f.Caps = []Cap{{"usage", 0.3}}
		}
		task, m := percentTask(t, tab, factors, f)
		g := grid{task: task}
		g.limit()
		if !g.allowed(m.Percents.Points) {
			r.Fatalf("points %v are not allowed by %+v", m.Percents.Points, f)
		}
		if got := meanLossOf(task, m.Percents.Exact); !near(got, m.Percents.LogLoss, 1e-9) {
			r.Fatalf("log loss of the exact points %.12f, stated %.12f", got, m.Percents.LogLoss)
		}
		from, to := rapid.IntRange(0, 4).Draw(r, "from"), rapid.IntRange(0, 4).Draw(r, "to")
		for _, size := range []float64{5, 0.5, 0.05} {
			moved := slices.Clone(m.Percents.Exact)
			moved[from] -= size
			moved[to] += size
			if allowedExactly(task, moved) && meanLossOf(task, moved) < m.Percents.LogLoss-1e-9 {
				r.Fatalf("%v points from %d to %d gain", size, from, to)
			}
		}
	})
}

// allowedExactly is grid.allowed for points that need not be whole.
func allowedExactly(t *task, points []float64) bool {
	capped := make(map[string]float64)
	for j, w := range points {
		b := t.c.Fitting.bound(t.names[j].Factor)
		if w < b.Low || w > b.High {
			return false
		}
		capped[t.names[j].Category] += w
	}
	for _, c := range t.c.Fitting.Caps {
		if capped[c.Category] > 100*c.Share {
			return false
		}
	}
	return true
}

// What was fitted can be typed into a platform: hand weights of the same points give the
// same probabilities.
func TestPercentWeightsAreHandWeights(t *testing.T) {
	tab, factors := fiveFactors(t, 500, 7)
	m := fitOne(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Form: Percent}}, factors)
	var byHand []FactorWeight
	sum := 0.0
	for j, w := range m.Percents.Points {
		byHand = append(byHand, FactorWeight{factors[j].Name, w})
		if stated := *m.Weights[j+1].Points; !near(stated, w, 1e-12) || float64(m.Weights[j+1].Weight) > 0 {
			t.Errorf("%s: %v points and a weight of %v are stated, want %v points that lower churn", m.Weights[j+1].Factor, stated, m.Weights[j+1].Weight, w)
		}
		sum += w
	}
	if sum != 100 || m.Percents.Rounded < m.Percents.LogLoss || m.Percents.Rounded > m.Percents.LogLoss+1e-4 {
		t.Errorf("the points sum to %v, log loss %v became %v", sum, m.Percents.LogLoss, m.Percents.Rounded)
	}
	hand := predict(t, fitOne(t, tab, Candidate{Kind: Weights, Weights: byHand}, factors), tab)
	for i, eta := range predict(t, m, tab).Eta {
		if !near(eta, hand.Eta[i], 1e-9) {
			t.Fatalf("row %d: %v, by hand %v", i, eta, hand.Eta[i])
		}
	}
	back, err := Read("model.json", strings.NewReader(text(t, written(t, m))))
	if err != nil || !slices.Equal(predict(t, back, tab).Eta, predict(t, m, tab).Eta) {
		t.Errorf("the file does not give the same scores: %v", err)
	}
}

// A factor that is the same for everyone, such as one that is not filled yet, keeps the
// points that it was promised, and the others share the rest.
func TestAConstantFactorKeepsItsPinnedPoints(t *testing.T) {
	tab, factors := fiveFactors(t, 400, 8)
	for i := range tab.numbers[2].values {
		tab.numbers[2].values[i] = 7
	}
	_, m := percentTask(t, tab, factors, Fitting{Bounds: []Bound{{"nps", 30, 30}}, Caps: []Cap{{"usage", 0.4}}})
	points := m.Percents.Points
	if points[2] != 30 || points[0]+points[1] > 40 {
		t.Errorf("points %v", points)
	}
}

func TestPercentWeightsNeedAFactorThatRunsItsDeclaredWay(t *testing.T) {
	tab, factors := fiveFactors(t, 400, 9)
	for i := range tab.churned {
		tab.churned[i] = !tab.churned[i]
	}
	_, err := tryFit(t, tab, Candidate{Kind: Logistic, Fitting: Fitting{Form: Percent}}, factors)
	var unfit *FitError
	if !errors.As(err, &unfit) || !strings.Contains(err.Error(), "check expect") {
		t.Errorf("got %v", err)
	}
}

// With two dozen factors there are too many roundings to look at one by one.
func TestManyFactorsAreRoundedToo(t *testing.T) {
	n, rng := 1500, rand.New(rand.NewPCG(3, 3))
	tab := table{churned: make([]bool, n)}
	var factors []features.Factor
	eta := make([]float64, n)
	for j := range 24 {
		c := numberColumn{string(rune('a' + j)), make([]float64, n)}
		for i := range n {
			c.values[i] = rng.NormFloat64()
			eta[i] -= 0.2 * c.values[i]
		}
		tab.numbers = append(tab.numbers, c)
		factors = append(factors, features.Factor{Name: c.name, Expr: c.name, Expect: features.LowerChurn})
	}
	for i := range n {
		tab.churned[i] = rng.Float64() < Probability(eta[i])
	}
	task, m := percentTask(t, tab, compileFactors(t, tab.types(), factors...), Fitting{Bounds: []Bound{{"a", 0, 3}}})
	sum := 0.0
	for _, w := range m.Percents.Points {
		sum += w
	}
	if sum != 100 || m.Percents.Points[0] > 3 {
		t.Errorf("points %v sum to %v", m.Percents.Points, sum)
	}
	byRemainders := meanLossOf(task, largestRemainders(m.Percents.Exact))
	t.Logf("rounding costs %.2e, largest remainders %.2e", m.Percents.Rounded-m.Percents.LogLoss, byRemainders-m.Percents.LogLoss)
	if !(m.Percents.Rounded < byRemainders-1e-6) {
		t.Errorf("log loss %v, by largest remainders %v", m.Percents.Rounded, byRemainders)
	}
}

// largestRemainders is how points are rounded where nobody asks what it costs.
func largestRemainders(exact []float64) []float64 {
	points, left := make([]float64, len(exact)), 100.0
	order := make([]int, len(exact))
	for j, w := range exact {
		points[j], order[j] = math.Floor(w), j
		left -= points[j]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(exact[b]-points[b], exact[a]-points[a]) })
	for _, j := range order[:int(left)] {
		points[j]++
	}
	return points
}
