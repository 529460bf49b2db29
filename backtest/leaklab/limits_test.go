package leaklab

import (
	"math"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
)

// spoke says whether a test finds anything at an exhibit, of a factor with a source.
func spoke(x exhibit, test func(x *exhibit) (Finding, bool)) bool {
	x.factor.Expr = "x"
	_, ok := test(&x)
	return ok
}

func TestWhatItTakesToNameAccounts(t *testing.T) {
	for _, c := range []struct {
		kind features.Kind
		name naming
		want bool
	}{
		{features.Numeric, naming{50, 0.98, true, false}, true},
		{features.Numeric, naming{50, 0.98, false, true}, true},
		{features.Numeric, naming{50, 0.98, false, false}, false},
		{features.Numeric, naming{49, 1, true, true}, false},
		{features.Numeric, naming{1000, 0.979, true, true}, false},
		{features.Category, naming{10, 1, false, false}, true},
		{features.Category, naming{9, 1, true, true}, false},
		{features.Category, naming{1000, 0.501, false, false}, true},
		{features.Category, naming{1000, 0.5, true, true}, false},
	} {
		if got := spoke(exhibit{factor: features.Factor{Kind: c.kind}, name: c.name}, (&lab{}).names); got != c.want {
			t.Errorf("%q %+v: %v, want %v", c.kind, c.name, got, c.want)
		}
	}
}

func TestWhatItTakesToKnowALifetime(t *testing.T) {
	const many = 30
	for fact, c := range map[string]struct {
		when, stdErr, who    float64
		positives, negatives int
		want                 bool
	}{
		"more than a trait can":                      {0.6, 0.01, 0.69, many, many, true},
		"the other way round":                        {0.4, 0.01, 0.31, many, many, true},
		"everybody churned":                          {0.6, 0.01, math.NaN(), many, many, true},
		"too few that churn now":                     {0.6, 0.01, 0.69, many - 1, many, false},
		"too few that churn later":                   {0.6, 0.01, 0.69, many, many - 1, false},
		"a small distance":                           {0.579, 0.01, 0.6, many, many, false},
		"less than five standard errors":             {0.6, 0.0201, 0.7, many, many, false},
		"less than half of that to who stays":        {0.6, 0.01, 0.71, many, many, false},
		"against the direction of who stays":         {0.6, 0.01, 0.45, many, many, false},
		"against the direction, the other way round": {0.4, 0.01, 0.55, many, many, false},
	} {
		life := lifetime{fixed: true, sooner: stratified{c.when, c.stdErr, c.positives, c.negatives}, ever: stratified{auc: c.who}}
		if got := spoke(exhibit{life: life}, (&lab{}).knowsTheLife); got != c.want {
			t.Errorf("%s: %v, want %v", fact, got, c.want)
		}
		if life.fixed = false; spoke(exhibit{life: life}, (&lab{}).knowsTheLife) {
			t.Errorf("%s: a column that changes knows no lifetime", fact)
		}
	}
}

// The region holds 100 of 200 churned accounts, of which Wilson's lower 99 % limit is 0.42, and none of the
// others. At a distance of 1.5 it would hold 4.4 % of these: chance leaves out all of 240 in 2.0e-5 of
// cases, and all of 270 in 5e-6.
func TestARegionIsNoLeakThatChanceLeavesOutAsOften(t *testing.T) {
	for others, want := range map[int]bool{240: false, 270: true} {
		c := curve{positives: 200, negatives: others, points: []point{{edge: 1, above: true, positives: 100}}}
		if r, ok := c.beyond(honestReach); ok != want {
			t.Errorf("none of %d others: %+v, want %v", others, r, want)
		}
	}
}

func TestWhatItTakesToBeFilledLater(t *testing.T) {
	churned, renewed := curve{positives: 200, negatives: 270}, curve{positives: 270, negatives: 200}
	churned.points, renewed.points = []point{{edge: 1, above: true, positives: 100}}, []point{{edge: 1, above: true, negatives: 100}}
	for fact, c := range map[string]struct {
		marks marking
		want  bool
	}{
		"marked at t, more so later":    {marking{true, churned, 0.03, 3, 0.1, 0, nil}, true},
		"no resting value":              {marking{false, churned, 0.03, 3, 0.1, 0, nil}, false},
		"hardly more so later":          {marking{true, churned, 0.029, 3, 0.1, 0, nil}, false},
		"more so by chance":             {marking{true, churned, 0.03, 2.9, 0.1, 0, nil}, false},
		"nobody knows":                  {marking{true, churned, math.NaN(), 3, 0.1, 0, nil}, false},
		"it marks those who stay":       {marking{true, renewed, 0.03, 3, 0.1, 0, nil}, false},
		"no region is so pure":          {marking{true, curve{positives: 200, negatives: 270}, 0.03, 3, 0.1, 0, nil}, false},
		"others are marked as well":     {marking{true, churned, 0.03, 3, 0.1, 0.04, nil}, false}, // 3 sqrt(0.1 0.9/200) = 0.064
		"others are, but clearly fewer": {marking{true, churned, 0.03, 3, 0.1, 0.03, nil}, true},
	} {
		if got := spoke(exhibit{shift: Shift{marks: c.marks}}, (&lab{}).filledLater); got != c.want {
			t.Errorf("%s: %v, want %v", fact, got, c.want)
		}
	}
}

// Ten renewed examples, each of its own row, and a churned one that does not count.
func TestAColumnRestsWhereFourInFiveHoldOneValue(t *testing.T) {
	for fact, c := range map[string]struct {
		values []float64
		rest   float64
		ok     bool
	}{
		"eight of ten":         {[]float64{3, 3, 3, 3, 1, 3, 3, 3, 3, 9, 5}, 3, true},
		"seven of ten":         {[]float64{3, 3, 3, 3, 1, 2, 3, 3, 3, 9, 3}, 3, false},
		"eight without one":    {[]float64{nan, nan, nan, nan, 1, nan, nan, nan, nan, 9, 5}, nan, true},
		"seven without one":    {[]float64{nan, nan, nan, nan, 1, 2, nan, nan, nan, 9, nan}, 2, false},
		"all different values": {[]float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 5}, 5, false},
	} {
		l, col := &lab{}, &column{values: c.values}
		for i := range c.values {
			l.rows = append(l.rows, int32(i))
			l.labels.about, l.labels.positive = append(l.labels.about, int32(i)), append(l.labels.positive, i == 10)
		}
		if rest, ok := l.restingValue(col); ok != c.ok || ok && rest != c.rest && (rest == rest || c.rest == c.rest) {
			t.Errorf("%s: %v, %v; want %v, %v", fact, rest, ok, c.rest, c.ok)
		}
	}
}

func TestWhatItTakesToForesee(t *testing.T) {
	l := &lab{s: &dataset.Snapshots{Accounts: make([]string, 100)}}
	for fact, c := range map[string]struct {
		changed, right int
		want           bool
	}{
		"four of five of thirty": {30, 24, true},
		"fewer of them":          {30, 23, false},
		"too few changes":        {29, 29, false},
	} {
		x, y := exhibit{past: extremes{fixed: true}}, exhibit{}
		for a := range c.changed {
			x.past.first, y.past.first, y.past.last = append(x.past.first, float64(a)), append(y.past.first, -1), append(y.past.last, float64(a))
			if a >= c.right {
				x.past.first[a] = -2
			}
		}
		foresees := func(of *exhibit) (Finding, bool) { return l.foresees(of, []*exhibit{of, &y}) }
		if got := spoke(x, foresees); got != c.want {
			t.Errorf("%s: %v, want %v", fact, got, c.want)
		}
		if y.past.fixed = true; spoke(x, foresees) {
			t.Errorf("%s: what never changes has no future", fact)
		}
	}
	five := []float64{7, 7, 7, 7, 8, 7}
	for n, want := range map[int]int{5: 5, 6: 0} { // 4 of 5 are not more than 80 %, 5 of 6 are
		if changed, _, _ := l.foretold(five[:n], make([]float64, n), five[:n]); changed != want {
			t.Errorf("%d changes, most of them to one value: %d count, want %d", n, changed, want)
		}
	}
}

func TestFiveAccountsShowThatAColumnChangesAfterTheEnd(t *testing.T) {
	for after, want := range map[int]bool{4: false, 5: true} {
		if got := spoke(exhibit{gone: goneOnly{after: after}}, (&lab{}).changesAfterTheEnd); got != want {
			t.Errorf("%d accounts: %v, want %v", after, got, want)
		}
	}
}

// Account a leaves on day 30, the day of its second snapshot, on which the column changes; b stays.
func TestTheDayOfTheChurnIsAfterIt(t *testing.T) {
	l := &lab{
		s:   &dataset.Snapshots{Accounts: []string{"a", "b"}, Account: []int32{0, 0, 1, 1}, Date: []dataset.Date{10, 30, 10, 30}},
		all: []int32{0, 1, 2, 3}, churn: []dataset.Date{30, dataset.NoDate},
	}
	c := &column{values: []float64{0, 1, 0, 0}}
	if g := l.goneOf(c); !g.stays || !g.before || g.after != 1 || g.share != 1 {
		t.Errorf("%+v; want one value before and among those who stay, and one account that changes", g)
	}
	l.churn[1] = 40
	if g := l.goneOf(c); g.stays || !g.before || g.after != 1 {
		t.Errorf("%+v; nobody stayed", g)
	}
}

// What is strong in either direction raises the limit for the others: three in four of a column's values of
// those who leave are below those of the others, or above.
func TestStrengthHasNoDirection(t *testing.T) {
	signal := func(a, m int) float64 { return scatter(a, m) + 0.5*one(oneInFour(a) > 0 && monthsToEnd(a, m) < 5) }
	p := tiny{accounts: 400, leaves: oneInFour, columns: map[string]func(a, m int) float64{
		"rises": signal, "falls": func(a, m int) float64 { return -signal(a, m) }}}.project(t)
	l := newLab(p.panel)
	strength := make(map[string]float64)
	for _, f := range p.factors {
		x, err := l.examine(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		strength[f.Name] = x.strength
	}
	if up, down := strength["rises"], strength["falls"]; math.Abs(up-down) > 1e-12 || up < 0.7 {
		t.Errorf("rising %v, falling %v: want the same, well above 0.5", up, down)
	}
}

// 640 of either kind in turns: a point for every sixty-fourth of them, from above and from below.
func TestACurveLooksAtEverySixtyFourth(t *testing.T) {
	var values []float64
	var q sample
	for i := range 1280 {
		values = append(values, float64(i))
		q.about, q.account, q.positive = append(q.about, int32(i)), append(q.account, int32(i)), append(q.positive, i%2 == 0)
	}
	c := trace(values, q)
	for i, p := range c.points {
		if i > 0 && p.above == c.points[i-1].above && p.positives > c.points[i-1].positives+10 {
			t.Errorf("from %d positive accounts to %d", c.points[i-1].positives, p.positives)
		}
	}
	if len(c.points) < 128 {
		t.Errorf("%d points, want 64 and more from either end", len(c.points))
	}
}
