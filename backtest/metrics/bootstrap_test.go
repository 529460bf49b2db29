package metrics

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"
)

// checksum is a statistic that notices any change of the multiplicities.
func checksum() Statistic {
	return func(count []int32, out []float64) {
		out[0], out[1] = 0, 0
		for g, n := range count {
			out[0] += float64(n)
			out[1] += float64(n) * math.Sqrt(float64(g+1))
		}
	}
}

func TestReplicatesDoNotDependOnProcessors(t *testing.T) {
	rankings := scenarios(rand.New(rand.NewPCG(1, 1)), 500, 30)
	run := func(processors int) []float64 {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		plain, err := Bootstrap(context.Background(), 30, 101, 9, 2, checksum)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := BootstrapAUC(context.Background(), rankings, 101, 9)
		if err != nil {
			t.Fatal(err)
		}
		return append(plain.Values, packed.Values...)
	}
	one, many := run(1), run(5)
	for i := range one {
		if !sameBits(one[i], many[i]) {
			t.Fatalf("value %d: %v on one processor, %v on five", i, one[i], many[i])
		}
	}
}

func TestReplicateDependsOnlyOnItsNumberAndTheSeed(t *testing.T) {
	few, _ := Bootstrap(context.Background(), 30, 3, 9, 2, checksum)
	many, _ := Bootstrap(context.Background(), 30, 50, 9, 2, checksum)
	other, _ := Bootstrap(context.Background(), 30, 3, 10, 2, checksum)
	for i, v := range few.Values {
		if many.Values[i] != v {
			t.Errorf("value %d changes with the number of replicates", i)
		}
	}
	if few.Values[1] == other.Values[1] || few.Values[1] == few.Values[3] {
		t.Error("another seed or another replicate draws the same accounts")
	}
}

func TestEveryReplicateDrawsAsManyAccountsAsThereAre(t *testing.T) {
	for _, accounts := range []int{1, 2, 3, 1000, 1001} {
		r, err := Bootstrap(context.Background(), accounts, 5, 1, 2, checksum)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(r.Values); i += 2 {
			if r.Values[i] != float64(accounts) {
				t.Errorf("%v draws of %d accounts", r.Values[i], accounts)
			}
		}
	}
}

// 60,000 draws of 60 accounts in 1,000 replicates: each account is drawn 1,000
// times in the mean. Pearson's statistic has 59 degrees of freedom: 99.99 % of
// the time it lies below 106 and above 27.
func TestDrawsAreUniform(t *testing.T) {
	const accounts, replicates = 60, 1000
	total, count := make([]float64, accounts), make([]int32, accounts)
	for r := range uint64(replicates) {
		draw(count, rand.NewPCG(2, r))
		for g, n := range count {
			total[g] += float64(n)
		}
	}
	chi2 := 0.0
	for _, n := range total {
		chi2 += (n - replicates) * (n - replicates) / replicates
	}
	if chi2 > 106 || chi2 < 27 {
		t.Errorf("chi-square %v with 59 degrees of freedom", chi2)
	}
}

func TestNeighbouringStreamsAreUncorrelated(t *testing.T) {
	const replicates = 2000
	r, err := Bootstrap(context.Background(), 50, replicates, 4, 2, checksum)
	if err != nil {
		t.Fatal(err)
	}
	var sum, squares, lagged float64
	for i := range replicates {
		sum += r.Values[2*i+1]
	}
	mean := sum / replicates
	for i := range replicates {
		d := r.Values[2*i+1] - mean
		squares += d * d
		if i > 0 {
			lagged += d * (r.Values[2*i-1] - mean)
		}
	}
	if c := lagged / squares; math.Abs(c) > 4/math.Sqrt(replicates) {
		t.Errorf("correlation of neighbouring replicates %v", c)
	}
}

func TestCancellingStopsWithinASecond(t *testing.T) {
	ctx, cancel := context.WithCancelCause(context.Background())
	cause := errors.New("the user pressed control-C")
	start := time.Now()
	slow := func() Statistic {
		return func(_ []int32, out []float64) {
			cancel(cause)
			time.Sleep(time.Millisecond)
			out[0] = 1
		}
	}
	r, err := Bootstrap(ctx, 10, 1_000_000, 1, 1, slow)
	if r != nil || !errors.Is(err, cause) {
		t.Errorf("result %v, error %v, want none and the cause", r, err)
	}
	if took := time.Since(start); took > time.Second {
		t.Errorf("took %v", took)
	}
	if _, err := BootstrapAUC(ctx, scenarios(rand.New(rand.NewPCG(1, 1)), 9, 3), 8, 1); !errors.Is(err, cause) {
		t.Errorf("a cancelled context: error %v", err)
	}
}

func TestBootstrapRefusesSizesWithoutMeaning(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct{ clusters, replicates, width int }{{0, 1, 1}, {1, -1, 1}, {1, 1, 0}} {
		if _, err := Bootstrap(ctx, c.clusters, c.replicates, 1, c.width, checksum); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
	if r, err := Bootstrap(ctx, 1, 0, 1, 1, checksum); err != nil || len(r.Values) != 0 {
		t.Errorf("no replicates: %v, %v", r, err)
	}
	if _, err := BootstrapAUC(ctx, nil, 1, 1); err == nil {
		t.Error("no rankings: no error")
	}
	small, large := NewRanking([]float64{1}, bools(1), nil), NewRanking([]float64{1, 2}, bools(1, 0), nil)
	if _, err := BootstrapAUC(ctx, []*Ranking{small, large}, 1, 1); err == nil || !strings.Contains(err.Error(), "ranking 1 has 2 accounts") {
		t.Errorf("rankings of different accounts: error %v", err)
	}
}

func TestPercentilesInterpolateBetweenOrderStatistics(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name      string
		values    []float64
		level     float64
		low, high float64
		undefined int
	}{
		// numpy.percentile([1,2,3,4,5], [5, 95]) = 1.2, 4.8
		{"five replicates", []float64{4, 1, 5, 3, 2}, 0.9, 1.2, 4.8, 0},
		{"undefined ones are left out", []float64{nan, 4, 1, nan, 5, 3, 2}, 0.9, 1.2, 4.8, 2},
		{"one replicate is both limits", []float64{7}, 0.5, 7, 7, 0},
		{"the whole range", []float64{3, 1, 2}, 1, 1, 3, 0},
		{"none defined", []float64{nan}, 0.9, nan, nan, 1},
		{"none at all", nil, 0.9, nan, nan, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := &Replicates{Width: 1, Values: c.values}
			low, high := r.Percentile(0, c.level)
			for _, f := range []struct{ got, want float64 }{{low, c.low}, {high, c.high}} {
				if !near(f.got, f.want, 1e-15) && !sameBits(f.got, f.want) {
					t.Errorf("[%v, %v], want [%v, %v]", low, high, c.low, c.high)
				}
			}
			if got := r.Undefined(0); got != c.undefined {
				t.Errorf("%d undefined, want %d", got, c.undefined)
			}
		})
	}
}

func TestPercentileReadsItsColumn(t *testing.T) {
	r := &Replicates{Width: 2, Values: []float64{1, 10, 1, 20, 1, 30}}
	if low, high := r.Percentile(1, 1); low != 10 || high != 30 {
		t.Errorf("[%v, %v], want [10, 30]", low, high)
	}
}
