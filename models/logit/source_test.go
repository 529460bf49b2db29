package logit

import (
	"context"
	"errors"
	"math"
	"reflect"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// onDisk stands for columns that have to be read: every piece is a copy in the caller's
// buffer. From the failing read on there is an error.
type onDisk struct {
	columns [][]float64
	fails   func(column, from int) bool
}

var errDisk = errors.New("the disk is gone")

func (d onDisk) Size() (rows, columns int) { return held(d.columns).Size() }

func (d onDisk) Piece(column, from int, buffer []float64) ([]float64, error) {
	if d.fails != nil && d.fails(column, from) {
		return nil, errDisk
	}
	copy(buffer, d.columns[column][from:])
	return buffer, nil
}

// Mark is the memory that stands for the disk.
func (d onDisk) Mark(column int) any { return &d.columns[column][0] }

// clusterCovariance is ClusterCovariance of a source that can be read.
func clusterCovariance(t *testing.T, p Problem, f *Fitted, cluster []int32) *mat.SymDense {
	t.Helper()
	cov, err := ClusterCovariance(p, f, cluster)
	if err != nil {
		t.Fatal(err)
	}
	return cov
}

// stored is the problem with its columns in a source.
func (p Problem) stored() Problem {
	p.Source, p.Columns = onDisk{columns: p.Columns}, nil
	return p
}

func TestColumnsFromASourceGiveTheSameFitToTheBit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		if rapid.Bool().Draw(t, "unweighted") {
			p.Weights = nil
		}
		p.NoIntercept = rapid.Bool().Draw(t, "no intercept")
		settings := Settings{Exact: ExactMode(rapid.IntRange(0, 2).Draw(t, "exact"))}
		want, wantErr := Fit(context.Background(), p, settings)
		got, err := Fit(context.Background(), p.stored(), settings)
		if !reflect.DeepEqual(err, wantErr) {
			t.Fatalf("error %v from a source, %v in memory", err, wantErr)
		}
		if err == nil && !sameBits(got, want) {
			t.Fatalf("from a source %+v\nin memory %+v", got, want)
		}
	})
}

// sameBits compares fits; NaN equals NaN.
func sameBits(a, b *Fitted) bool {
	same := func(x, y []float64) bool {
		for i := range x {
			if math.Float64bits(x[i]) != math.Float64bits(y[i]) {
				return false
			}
		}
		return len(x) == len(y)
	}
	numbers := func(f *Fitted) []float64 {
		return append([]float64{f.Intercept, f.InterceptStdErr, f.LogLik, f.NullLogLik, f.Deviance, f.AIC, f.BIC, f.SumWeights, f.Events, f.Gradient},
			f.Covariance.RawSymmetric().Data...)
	}
	return same(a.Coef, b.Coef) && same(a.StdErr, b.StdErr) && same(numbers(a), numbers(b)) &&
		a.N == b.N && a.Iterations == b.Iterations && a.Refined == b.Refined &&
		reflect.DeepEqual(a.Aliased, b.Aliased) && reflect.DeepEqual(a.Warnings, b.Warnings)
}

// Several chunks, on one processor and on four: the case that the small problems above
// cannot reach.
func TestALargeSourceGivesTheSameFitOnAnyNumberOfProcessors(t *testing.T) {
	p := skewed(3*chunkRows+17, 6)
	want, err := Fit(context.Background(), p, Settings{Exact: ExactNever})
	if err != nil {
		t.Fatal(err)
	}
	for _, processors := range []int{1, 4} {
		previous := runtime.GOMAXPROCS(processors)
		got, err := Fit(context.Background(), p.stored(), Settings{Exact: ExactNever})
		runtime.GOMAXPROCS(previous)
		if err != nil || !sameBits(got, want) {
			t.Errorf("%d processors: %v", processors, err)
		}
	}
	cluster := make([]int32, len(p.Y))
	for i := range cluster {
		cluster[i] = int32(i / 7)
	}
	a, b := clusterCovariance(t, p, want, cluster), clusterCovariance(t, p.stored(), want, cluster)
	if !reflect.DeepEqual(a.RawSymmetric().Data, b.RawSymmetric().Data) {
		t.Error("the cluster covariance differs")
	}
}

func TestSeparationAndDependenceAreFoundInASource(t *testing.T) {
	n := 2*chunkRows + 5
	x, twice, y := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = math.Sin(float64(i))
		twice[i] = 2*x[i] + 1
		if x[i] > 0.5 {
			y[i] = 1
		}
	}
	_, err := Fit(context.Background(), Problem{Columns: [][]float64{x}, Y: y}.stored(), Settings{})
	var separation *SeparationError
	if !errors.As(err, &separation) || !reflect.DeepEqual(separation.Columns, []int{0}) {
		t.Errorf("separated outcomes: %v", err)
	}
	y[0], y[chunkRows+3] = 1-y[0], 1-y[chunkRows+3]
	f, err := Fit(context.Background(), Problem{Columns: [][]float64{x, twice}, Y: y}.stored(), Settings{})
	if err != nil || !reflect.DeepEqual(f.Aliased, []Alias{{Column: 1, Of: []int{-1, 0}}}) {
		t.Errorf("dependent columns: %+v, %v", f, err)
	}
}

// works are all that reads columns, each as a function of its problem alone.
func works(t *testing.T, p Problem) map[string]func(Problem) error {
	f := mustFit(t, p, Settings{})
	return map[string]func(Problem) error{
		"a fit": func(p Problem) error {
			_, err := Fit(t.Context(), p, Settings{})
			return err
		},
		"a fit in float64": func(p Problem) error {
			_, err := Fit(t.Context(), p, Settings{Exact: ExactNever})
			return err
		},
		"a fit with an offset": func(p Problem) error {
			p.Offset = make([]float64, len(p.Y)) // its null model is a fit as well
			_, err := Fit(t.Context(), p, Settings{})
			return err
		},
		"Firth's penalty": func(p Problem) error {
			p.Firth = true
			_, err := Fit(t.Context(), p, Settings{})
			return err
		},
		"a path": func(p Problem) error {
			_, err := FitPath(t.Context(), p, PathSettings{Alpha: 1, Count: 3})
			return err
		},
		"a path to strength 0": func(p Problem) error {
			_, err := FitPath(t.Context(), p, PathSettings{Alpha: 1, Factors: []float64{0, 1, 1}, Lambdas: []float64{.01, 0}})
			return err
		},
		"constraints": func(p Problem) error {
			_, err := FitConstrained(t.Context(), p, Constraints{High: []float64{0, 0, 0}, Low: []float64{-1, -1, -1}}, Settings{})
			return err
		},
		"profiles": func(p Problem) error {
			_, err := f.Profile(t.Context(), p, Settings{}, []int{0, 1}, 0.9)
			return err
		},
		"FLIC": func(p Problem) error {
			_, err := FLIC(t.Context(), p, f)
			return err
		},
		"scores by account": func(p Problem) error {
			cluster := make([]int32, len(p.Y))
			cluster[0] = 1
			_, err := ClusterCovariance(p, f, cluster)
			return err
		},
	}
}

// A piece that cannot be read once, and could be a moment later, is no reason to go on without it.
func TestOnePieceThatCannotBeReadEndsWhateverNeedsIt(t *testing.T) {
	far := skewed(100, 3) // squares overflow: a column that is measured with care
	far.Columns[0] = slices.Clone(far.Columns[0])
	for i := range far.Columns[0] {
		far.Columns[0][i] *= 0x1p700
	}
	for _, p := range []Problem{skewed(100, 3), alike(skewed(100, 3)), separable(100), far} {
		for name, work := range works(t, skewed(100, 3)) {
			var reads, fails atomic.Int64
			q := p
			q.Columns, q.Source = nil, onDisk{p.Columns, func(int, int) bool { return reads.Add(1) == fails.Load() }}
			want := work(q) // nothing fails: its reads are counted
			total := reads.Load()
			for at := int64(1); at <= total; at += max(1, total/20) {
				reads.Store(0)
				fails.Store(at)
				if err := work(q); !errors.Is(err, errDisk) {
					t.Errorf("%s: read %d of %d fails: %v, instead of %v", name, at, total, err, want)
				}
			}
		}
	}
}

// alike hides the second column in the first, so that the fit needs a basis.
func alike(p Problem) Problem {
	mixed := make([]float64, len(p.Y))
	for i := range mixed {
		mixed[i] = p.Columns[0][i] + 0x1p-30*float64(float32(p.Columns[1][i]))
	}
	p.Columns = [][]float64{p.Columns[0], mixed, p.Columns[2]}
	return p
}

// separable has outcomes that no two of its columns tell without each other.
func separable(n int) Problem {
	p := skewed(n, 3)
	for i := range p.Y {
		p.Y[i] = 0
		if p.Columns[0][i] > p.Columns[1][i] {
			p.Y[i] = 1
		}
	}
	return p
}

func TestASourceOfAnotherSizeIsRefused(t *testing.T) {
	columns := [][]float64{{1, 2, 3, 4}}
	for name, p := range map[string]Problem{
		"fewer responses": {Source: onDisk{columns: columns}, Y: []float64{0, 1, 1}},
		"both":            {Source: onDisk{columns: columns}, Columns: columns, Y: []float64{0, 1, 0, 1}},
	} {
		if _, err := Fit(context.Background(), p, Settings{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
