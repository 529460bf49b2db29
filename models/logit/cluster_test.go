package logit

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// scoresOf is the sum of w (y - mu) x over the rows, intercept first, with nothing of the solver's.
func scoresOf(p Problem, f *Fitted, rows []int) []float64 {
	sum := make([]float64, len(f.Coef)+1)
	for _, i := range rows {
		eta, w := f.Intercept, 1.0
		if p.Offset != nil {
			eta += p.Offset[i]
		}
		for j, c := range p.Columns {
			eta += f.Coef[j] * c[i]
		}
		if p.Weights != nil {
			w = p.Weights[i]
		}
		r := w * (p.Y[i] - 1/(1+math.Exp(-eta)))
		sum[0] += r
		for j, c := range p.Columns {
			sum[j+1] += r * c[i]
		}
	}
	return sum
}

// Two accounts have opposite scores, u and -u in sum: 2 V (uu' + uu') V = 4 Vu (Vu)'.
func TestClusterCovarianceOfTwoAccountsByHand(t *testing.T) {
	p := skewed(200, 1)
	f, cluster, u := mustFit(t, p, Settings{}), make([]int32, 200), [2]float64{}
	for i, x := range p.Columns[0] {
		if cluster[i] = int32(i / 120); i < 120 {
			r := p.Y[i] - 1/(1+math.Exp(-f.Intercept-f.Coef[0]*x))
			u[0], u[1] = u[0]+r, u[1]+r*x
		}
	}
	got := clusterCovariance(t, p, f, cluster)
	for j := range 2 {
		for k := range 2 {
			a, b := f.Covariance.At(j, 0)*u[0]+f.Covariance.At(j, 1)*u[1], f.Covariance.At(k, 0)*u[0]+f.Covariance.At(k, 1)*u[1]
			agree(t, "covariance", 1e-12, []float64{got.At(j, k)}, []float64{4 * a * b})
		}
	}
}

func TestClusterCovarianceIgnoresLabelsAndWeightlessRows(t *testing.T) {
	p := skewed(300, 3)
	a, b := make([]int32, 300), make([]int32, 300)
	for i := range a {
		a[i] = int32(i / 10)
		b[i] = 1000 - 7*a[i]
	}
	f := mustFit(t, p, Settings{})
	want := clusterCovariance(t, p, f, a)
	for i, got := range clusterCovariance(t, p, f, b).RawSymmetric().Data {
		if got != want.RawSymmetric().Data[i] {
			t.Fatalf("labels matter: entry %d is %g and %g", i, got, want.RawSymmetric().Data[i])
		}
	}
	longer := p.rows(append(order(300), 5))
	longer.Weights = make([]float64, 301)
	for i := range 300 {
		longer.Weights[i] = 1
	}
	for i, got := range clusterCovariance(t, longer, f, append(a, 77)).RawSymmetric().Data {
		if got != want.RawSymmetric().Data[i] {
			t.Fatalf("a row of weight zero counts as a cluster: entry %d", i)
		}
	}
	if c := clusterCovariance(t, p, f, make([]int32, 300)); !math.IsNaN(c.At(0, 0)) {
		t.Errorf("one cluster gives %g", c.At(0, 0))
	}
}

// neighbours are clusters of 1 to 9 rows, but one that is larger than a chunk.
func neighbours(rows int) []int32 {
	rng := rand.New(rand.NewPCG(7, 8))
	var cluster []int32
	for g := int32(0); len(cluster) < rows; g++ {
		size := 1 + rng.IntN(9)
		if g == 700 {
			size = 2*chunkRows + 100
		}
		cluster = append(cluster, slices.Repeat([]int32{g}, size)...)
	}
	return cluster[:rows]
}

// c V (sum of u u') V as it is written, with all scores at once. Three rows of eight have no weight, and
// some clusters no other rows.
func TestClusterCovarianceIsThatOfTheFormulaAndTheSameOnAnyNumberOfProcessors(t *testing.T) {
	p := skewed(40_000, 5)
	p.Weights = make([]float64, len(p.Y))
	p.Offset = make([]float64, len(p.Y))
	for i := range p.Y {
		p.Weights[i], p.Offset[i] = float64(max(0, i%8-2)), float64(i%5)/10
	}
	f, cluster := mustFit(t, p, Settings{}), neighbours(len(p.Y))
	sum, groups := mat.NewSymDense(6, nil), 0.0
	for from := 0; from < len(cluster); {
		rows, weight := []int{}, 0.0
		for i := from; i < len(cluster) && cluster[i] == cluster[from]; i++ {
			rows, weight = append(rows, i), weight+p.Weights[i]
		}
		if from += len(rows); weight > 0 {
			sum.SymRankOne(sum, 1, mat.NewVecDense(6, scoresOf(p, f, rows)))
			groups++
		}
	}
	var half, want mat.Dense
	half.Mul(f.Covariance, sum)
	want.Mul(&half, f.Covariance)
	want.Scale(groups/(groups-1), &want)

	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	first := clusterCovariance(t, p, f, cluster)
	for j := range 6 {
		for k := range 6 {
			if got := first.At(j, k); math.Abs(got-want.At(j, k)) > 1e-12*math.Sqrt(want.At(j, j)*want.At(k, k)) {
				t.Errorf("covariance of %d and %d is %g, want %g", j, k, got, want.At(j, k))
			}
		}
	}
	for _, procs := range []int{1, 3, 8} {
		runtime.GOMAXPROCS(procs)
		for name, q := range map[string]Problem{"memory": p, "a source": p.stored()} {
			if got := clusterCovariance(t, q, f, cluster); !slices.Equal(got.RawSymmetric().Data, first.RawSymmetric().Data) {
				t.Errorf("%d processors, from %s: %v, want %v", procs, name, got.RawSymmetric().Data, first.RawSymmetric().Data)
			}
		}
	}
}

// What is held does not grow with the number of clusters: of 20,000 of them that would be 5 times 20,000
// numbers.
func TestClusterCovarianceHoldsNotTheScoresOfAllClusters(t *testing.T) {
	p := skewed(60_000, 4)
	f, cluster := mustFit(t, p, Settings{}), make([]int32, len(p.Y))
	for i := range cluster {
		cluster[i] = int32(i / 3)
	}
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if _, err := ClusterCovariance(p, f, cluster); err != nil {
				b.Fatal(err)
			}
		}
	})
	if most := int64(runtime.GOMAXPROCS(0)*chunkRows*8*16 + 1<<16); result.AllocedBytesPerOp() > most {
		t.Errorf("%d bytes, want %d at most", result.AllocedBytesPerOp(), most)
	}
}

func TestSpansAreWholeClusters(t *testing.T) {
	for name, c := range map[string]struct {
		cluster []int32
		want    []Span
	}{
		"none":                     {nil, nil},
		"one row":                  {[]int32{7}, []Span{{0, 1}}},
		"as many rows as may be":   {[]int32{1, 1, 2, 3, 3, 4}, []Span{{0, 3}, {3, 6}}},
		"fewer, to cut no cluster": {[]int32{1, 1, 2, 2, 3, 3}, []Span{{0, 2}, {2, 4}, {4, 6}}},
		"more, for a large one":    {[]int32{1, 2, 2, 2, 2, 3}, []Span{{0, 1}, {1, 5}, {5, 6}}},
		"a label that comes again": {[]int32{1, 1, 2, 1, 1, 1}, []Span{{0, 3}, {3, 6}}},
	} {
		if got := Spans(c.cluster, 3); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
