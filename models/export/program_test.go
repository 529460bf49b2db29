package export

import (
	"math"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/models"
)

// tolerance is what p may differ by from that of the Go scorer, relatively: the steps are
// the same, but sums run in another order and an engine's exp may end on another digit.
const tolerance = 1e-12

// run computes a program for one row of a table, in Go: what a format spells must mean this.
type run struct {
	*program
	columns []expr.Vector // of the inputs
	row     int
	values  []float64 // of the nodes; a truth is 1 or 0
}

func newRun(p *program, table *dataset.Table) *run {
	r := &run{program: p, values: make([]float64, len(p.nodes))}
	for _, in := range p.inputs {
		c, _ := table.Column(in.name)
		r.columns = append(r.columns, c.Vector())
	}
	return r
}

// text is the text of an input, false where it has none.
func (r *run) text(input int) (string, bool) {
	v := r.columns[input]
	if v.Codes[r.row] < 0 {
		return "", false
	}
	return v.Levels[v.Codes[r.row]], true
}

func (r *run) at(row int) {
	r.row = row
	for at, n := range r.nodes {
		r.values[at] = r.value(n)
	}
}

func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func (r *run) value(n node) float64 {
	arg := func(k int) float64 { return r.values[n.args[k]] }
	switch n.op {
	case opConst:
		return n.number
	case opNumber:
		return r.columns[n.input].Numbers[r.row]
	case opTruth:
		return oneIf(r.columns[n.input].Numbers[r.row] == n.number)
	case opTextIs:
		s, ok := r.text(n.input)
		return oneIf(ok && s == n.text)
	case opNoText:
		_, ok := r.text(n.input)
		return oneIf(!ok)
	case opSame:
		a, ok := r.text(int(n.args[0]))
		b, both := r.text(int(n.args[1]))
		return oneIf(ok && both && a == b)
	case opAlways, opNever:
		return oneIf(n.op == opAlways)
	case opAdd:
		return arg(0) + arg(1)
	case opSub:
		return arg(0) - arg(1)
	case opMul:
		return arg(0) * arg(1)
	case opDiv:
		return arg(0) / arg(1)
	case opRem:
		return math.Mod(arg(0), arg(1))
	case opPow:
		if math.IsNaN(arg(0)) || math.IsNaN(arg(1)) {
			return math.NaN()
		}
		return math.Pow(arg(0), arg(1))
	case opAbs:
		return math.Abs(arg(0))
	case opFloor:
		return math.Floor(arg(0))
	case opExp:
		return math.Exp(arg(0))
	case opLog:
		return math.Log(arg(0))
	case opSqrt:
		return math.Sqrt(arg(0))
	case opChoose:
		if arg(0) == 1 {
			return arg(1)
		}
		return arg(2)
	case opLess:
		return oneIf(arg(0) < arg(1))
	case opLessEq:
		return oneIf(arg(0) <= arg(1))
	case opEqual:
		return oneIf(arg(0) == arg(1))
	case opMissing:
		return oneIf(math.IsNaN(arg(0)))
	case opAnd:
		return arg(0) * arg(1)
	case opOr:
		return max(arg(0), arg(1))
	case opNot:
		return 1 - arg(0)
	}
	panic("no such operation: " + n.op)
}

// band is that of the row.
func (r *run) band(s *scored) models.Band {
	if math.IsNaN(r.values[s.eta]) || len(s.bands) == 0 {
		return ""
	}
	for _, b := range s.bands {
		if r.values[b.when] == 1 {
			return b.band
		}
	}
	return models.Green
}

// agrees says whether a probability is that of the Go scorer.
func agrees(got, want float64) bool {
	if math.IsNaN(want) || math.IsNaN(got) {
		return math.IsNaN(want) && math.IsNaN(got)
	}
	return math.Abs(got-want) <= tolerance*want
}

func TestAProgramGivesWhatTheScorerGivesOnEveryOddRow(t *testing.T) {
	for _, c := range candidates() {
		t.Run(c.Name, func(t *testing.T) {
			m := fit(t, c)
			s, err := compile(m, "test")
			if err != nil {
				t.Fatal(err)
			}
			table, want := rows(t, m)
			r := newRun(s.program, table.Table)
			worst, unscored := 0.0, 0
			for i, eta := range want.Eta {
				r.at(i)
				p := models.Probability(eta)
				if !agrees(r.values[s.p], p) {
					t.Fatalf("row %d: p is %v, of the scorer %v (log-odds %v, %v)", i, r.values[s.p], p, r.values[s.eta], eta)
				}
				if band := m.BandOf(m.Bands, "", want.Score[i], eta); r.band(s) != band {
					t.Errorf("row %d: band %q, of the scorer %q", i, r.band(s), band)
				}
				if math.IsNaN(p) {
					unscored++
				} else if p > 0 {
					worst = max(worst, math.Abs(r.values[s.p]-p)/p)
				}
			}
			t.Logf("%d rows, %d of them unscored, %d nodes; p differs by %.2g at most, relatively", len(want.Eta), unscored, len(s.nodes), worst)
		})
	}
}
