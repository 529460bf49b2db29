package expr_test

import (
	"math"
	"strings"
	"testing"

	"holdfast/dataset/expr"
)

// na stands for missing in the tables below.
var na = math.NaN()

// tableColumns and tableRow are one row with values of every kind: n is a
// missing number, u a missing Bool, v a missing text.
func tableColumns() expr.Columns {
	return expr.Columns{
		"one": expr.Number, "two": expr.Number, "n": expr.Number, "huge": expr.Number, "infinite": expr.Number,
		"yes": expr.Bool, "no": expr.Bool, "u": expr.Bool,
		"plan": expr.Text, "same": expr.Text, "other": expr.Text, "v": expr.Text,
	}
}

func tableRow(name string) expr.Vector {
	numbers := map[string]float64{
		"one": 1, "two": 2, "n": na, "huge": math.MaxFloat64, "infinite": math.Inf(1),
		"yes": 1, "no": 0, "u": na,
	}
	if v, ok := numbers[name]; ok {
		return expr.Vector{Numbers: []float64{v}}
	}
	codes := map[string]int32{"plan": 1, "same": 0, "other": 2, "v": -1}
	levels := []string{"free", "team", "pro"}
	if name == "same" { // the same text under another code
		levels = []string{"team", "free"}
	}
	return expr.Vector{Codes: []int32{codes[name]}, Levels: levels}
}

type valueOf struct {
	src  string
	want float64
}

func checkValues(t *testing.T, table []valueOf) {
	t.Helper()
	for _, c := range table {
		e, err := expr.Parse(c.src, tableColumns())
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
			continue
		}
		got := e.Eval(1, tableRow).Numbers[0]
		if got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s = %v, want %v", c.src, got, c.want)
		}
	}
}

// The three tables of Kleene's strong logic, Introduction to Metamathematics
// (1952), section 64: not, and, or, with u for undefined.
func TestLogicIsKleenes(t *testing.T) {
	checkValues(t, []valueOf{
		{"not yes", 0},
		{"not no", 1},
		{"not u", na},
		{"yes and yes", 1},
		{"yes and no", 0},
		{"yes and u", na},
		{"no and yes", 0},
		{"no and no", 0},
		{"no and u", 0},
		{"u and yes", na},
		{"u and no", 0},
		{"u and u", na},
		{"yes or yes", 1},
		{"yes or no", 1},
		{"yes or u", 1},
		{"no or yes", 1},
		{"no or no", 0},
		{"no or u", na},
		{"u or yes", 1},
		{"u or no", na},
		{"u or u", na},
		{"yes == no", 0},
		{"no == no", 1},
		{"yes == u", na},
		{"u == u", na},
		{"u != yes", na},
		{"yes != no", 1},
		{"yes && !no || u", 1},
	})
}

func TestMissingGoesThroughComparisons(t *testing.T) {
	checkValues(t, []valueOf{
		{"one < two", 1},
		{"two < one", 0},
		{"one < one", 0},
		{"one < n", na},
		{"n < one", na},
		{"one <= two", 1},
		{"two <= one", 0},
		{"one <= one", 1},
		{"one <= n", na},
		{"one > two", 0},
		{"two > one", 1},
		{"one > one", 0},
		{"n > one", na},
		{"one >= two", 0},
		{"two >= one", 1},
		{"one >= one", 1},
		{"n >= n", na},
		{"one == one", 1},
		{"one == two", 0},
		{"n == n", na},
		{"one != two", 1},
		{"one != one", 0},
		{"one != n", na},
		{"one in [1, 3]", 1},
		{"two in [1, 3]", 0},
		{"n in [1, 3]", na},
		{"two not in [1, -3]", 1},
		{"-two in [1, -2]", 1},
		{"0 < one < two", 1},
		{"0 < two < two", 0},
		{"0 < n < two", na},
		{"two < n < one", na},
		{"two < one < n", 0},
		{"infinite > one", na},
	})
}

func TestTextsAreComparedByWhatTheySayNotByTheirCodes(t *testing.T) {
	checkValues(t, []valueOf{
		{"plan == 'team'", 1},
		{"'team' == plan", 1},
		{"plan != 'team'", 0},
		{"plan == 'free'", 0},
		{"plan == 'gold'", 0},
		{"v == 'team'", na},
		{"v != 'team'", na},
		{"plan == v", na},
		{"v == v", na},
		{"plan == same", 1},
		{"same == plan", 1},
		{"plan != same", 0},
		{"plan == other", 0},
		{"plan != other", 1},
		{"plan in ['pro', 'team']", 1},
		{"plan in ['team', 'pro']", 1},
		{"plan in ['pro']", 0},
		{"v in ['pro']", na},
		{"plan not in ['gold']", 1},
		{"'a' == 'a'", 1},
		{"'a' == 'b'", 0},
		{`plan == "te\u0061m"`, 1},
		{"(yes ? plan : other) == 'team'", 1},
		{"(no ? plan : other) == same", 0},
		{"(u ? plan : other) == 'team'", na},
		{"coalesce(v, same) == plan", 1},
		{"coalesce(v, nil, 'x') in ['x']", 1},
		{"(no ? plan : nil) == plan", na},
		{"missing(v)", 1},
		{"missing(plan)", 0},
		{"missing(coalesce(v, plan))", 0},
		{"missing(u ? plan : v)", 1},
	})
}

func TestWhatHasNoFiniteValueIsMissing(t *testing.T) {
	checkValues(t, []valueOf{
		{"one + n", na},
		{"n - one", na},
		{"n * 0", na},
		{"n / one", na},
		{"n % two", na},
		{"n ^ 0", na},
		{"1 ^ n", na},
		{"-n", na},
		{"one / 0", na},
		{"0 / 0", na},
		{"one / -0", na},
		{"one % 0", na},
		{"0 ^ -1", na},
		{"(-8) ^ (1 / 3)", na},
		{"huge + huge", na},
		{"-huge - huge", na},
		{"huge * two", na},
		{"huge / 0.5", na},
		{"huge ^ two", na},
		{"huge + 1 == huge", 1},
		{"log(0)", na},
		{"log(-one)", na},
		{"ln(n)", na},
		{"log1p(-1)", na},
		{"log1p(-two)", na},
		{"sqrt(-one)", na},
		{"exp(1000)", na},
		{"expm1(1000)", na},
		{"exp(-1000)", 0},
		{"abs(n)", na},
		{"round(n)", na},
		{"min(one, n)", na},
		{"max(n, one)", na},
		{"max(one, two, n)", na},
		{"clip(n, 0, 1)", na},
		{"clip(one, n, 1)", na},
		{"clip(one, 0, n)", na},
		{"infinite", na},
		{"infinite + 1", na},
		{"missing(infinite)", 1},
		{"coalesce(infinite, 3)", 3},
		{"min(infinite, 3)", na},
	})
}

func TestOnlyCoalesceMissingAndTheBranchTakenSeeThrough(t *testing.T) {
	checkValues(t, []valueOf{
		{"missing(n)", 1},
		{"missing(one)", 0},
		{"missing(u)", 1},
		{"missing(no)", 0},
		{"missing(one / 0)", 1},
		{"missing(u and yes)", 1},
		{"coalesce(n, one)", 1},
		{"coalesce(one, n)", 1},
		{"coalesce(n, nil, two)", 2},
		{"coalesce(n, n)", na},
		{"coalesce(one / 0, 5)", 5},
		{"coalesce(u, yes)", 1},
		{"coalesce(u, no, yes)", 0},
		{"coalesce(no, yes)", 0},
		{"yes ? one : n", 1},
		{"no ? n : two", 2},
		{"u ? one : one", na},
		{"if(yes, n, one)", na},
		{"if(one > n, 1, 1)", na},
		{"yes ? u : yes", na},
		{"u ? yes : yes", na},
		{"no ? u : yes", 1},
		{"one > 0 ? nil : 1", na},
	})
}

// The values are exact decimals, or the correctly rounded constants of
// math: ln 2, e - 1.
func TestOperatorsAndFunctionsHaveTheirTextbookValues(t *testing.T) {
	checkValues(t, []valueOf{
		{"1 + 2 * 3", 7},
		{"(1 + 2) * 3", 9},
		{"10 - 4 - 3", 3},
		{"2 ^ 3 ^ 2", 512},
		{"2 ** 3", 8},
		{"-2 ^ 2", -4},
		{"(-2) ^ 2", 4},
		{"2 ^ -1", 0.5},
		{"12 / 4 / 3", 1},
		{"7 % 3", 1},
		{"-7 % 3", -1},
		{"7 % -3", 1},
		{"5.5 % 2", 1.5},
		{"- -1", 1},
		{"abs(-4)", 4},
		{"floor(-1.5)", -2},
		{"ceil(-1.5)", -1},
		{"ceil(1.2)", 2},
		{"round(0.5)", 1},
		{"round(-0.5)", -1},
		{"round(1.5)", 2},
		{"round(2.5)", 3},
		{"round(2.4)", 2},
		{"sqrt(2.25)", 1.5},
		{"log(2)", math.Ln2},
		{"ln(2)", math.Ln2},
		{"exp(1)", math.E},
		{"expm1(0)", 0},
		{"log1p(1)", math.Ln2},
		{"log1p(1e-20)", 1e-20},
		{"expm1(1e-20)", 1e-20},
		{"min(3, 1, 2)", 1},
		{"max(3, 1, 2)", 3},
		{"clip(11, 0, 10)", 10},
		{"clip(-1, 0, 10)", 0},
		{"clip(5, 0, 10)", 5},
		{"clip(5, two, one)", 1},
		{"1e-3", 0.001},
		{".5", 0.5},
		{"2.", 2},
		{"1_000", 1000},
		{"0.1 + 0.2", 0.30000000000000004},
		{"9007199254740992", 1 << 53},
		{"true", 1},
		{"false", 0},
		{"not (one > two)", 1},
		{"one > two ? 1 : one > 0 ? 2 : 3", 2},
	})
}

func TestABoolColumnOfAnyOtherNumberIsTrue(t *testing.T) {
	e, err := expr.Parse("flag", expr.Columns{"flag": expr.Bool})
	if err != nil {
		t.Fatal(err)
	}
	got := e.Eval(5, func(string) expr.Vector {
		return expr.Vector{Numbers: []float64{0, 1, 2, -0.5, na}}
	}).Numbers
	want := []float64{0, 1, 1, 1, na}
	for i := range want {
		if got[i] != want[i] && !math.IsNaN(want[i]) || math.IsNaN(want[i]) != math.IsNaN(got[i]) {
			t.Errorf("row %d is %v, want %v", i, got[i], want[i])
		}
	}
}

// The recipe of a published health score: more than 80 % of the seats active,
// one of three sticky features used by half, and usage growing. All 3^5 rows
// of its five conditions, each of which holds, fails or is missing.
func TestTheStickyRecipeFollowsItsTruthTable(t *testing.T) {
	const src = "active > 0.8 and (imports >= 0.5 or exports >= 0.5 or letters >= 0.5) and trend > 0"
	names := []string{"active", "imports", "exports", "letters", "trend"}
	holds := map[string]float64{"active": 0.9, "imports": 0.5, "exports": 0.7, "letters": 1, "trend": 0.01}
	fails := map[string]float64{"active": 0.8, "imports": 0.4, "exports": 0, "letters": 0.49, "trend": 0}
	cols := expr.Columns{}
	for _, name := range names {
		cols[name] = expr.Number
	}
	e, err := expr.Parse(src, cols)
	if err != nil {
		t.Fatal(err)
	}
	for k := range 243 {
		state, rest := map[string]int{}, k // 0 fails, 1 missing, 2 holds
		for _, name := range names {
			state[name], rest = rest%3, rest/3
		}
		got := e.Eval(1, func(name string) expr.Vector {
			return expr.Vector{Numbers: []float64{[]float64{fails[name], na, holds[name]}[state[name]]}}
		}).Numbers[0]
		sticky := max(state["imports"], state["exports"], state["letters"])
		want := []float64{0, na, 1}[min(state["active"], sticky, state["trend"])]
		if got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%v = %v, want %v", state, got, want)
		}
	}
}

func TestAChoiceOfTextsHasTheLevelsOfAllBranches(t *testing.T) {
	e, err := expr.Parse("days < 90 ? 'onboarding' : days < 730 ? 'growing' : plan", expr.Columns{"days": expr.Number, "plan": expr.Text})
	if err != nil {
		t.Fatal(err)
	}
	got := e.Eval(6, func(name string) expr.Vector {
		if name == "plan" {
			return expr.Vector{Codes: []int32{0, 0, 0, 1, -1, 9}, Levels: []string{"pro", "growing"}}
		}
		return expr.Vector{Numbers: []float64{5, 100, 800, 900, 900, na}}
	})
	var said []string
	for _, code := range got.Codes {
		if code < 0 {
			said = append(said, "-")
		} else {
			said = append(said, got.Levels[code])
		}
	}
	if s := strings.Join(said, " "); s != "onboarding growing pro growing - -" {
		t.Errorf("got %s", s)
	}
	if s := strings.Join(got.Levels, " "); s != "onboarding growing pro" {
		t.Errorf("levels are %s", s)
	}
}
