package backtest

import (
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/backtest/metrics"
)

// bendable are the metrics whose intervals are of percentiles unless BCa ones are asked for.
var bendable = []string{AveragePrecision, LogLoss, Brier, Precision, Lift, Capture}

// drawnPortfolio is a company of so many accounts, resampled for BCa intervals.
func drawnPortfolio(t *testing.T, seed uint64, accounts, list, replicates int) (*Predictions, *resampled) {
	t.Helper()
	p := portfolio(rand.New(rand.NewPCG(seed, 0)), accounts)
	o := Options{Capacity: list, Replicates: replicates, Seed: 4, Intervals: BCa}
	boot, err := resample(t.Context(), p, p.take(nil), o, func(string, int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return p, boot
}

// without is the predictions of all accounts but one, numbered anew.
func without(p *Predictions, account int32) *Predictions {
	out := &Predictions{Score: make([][]float64, len(p.Score)), Eta: make([][]float64, len(p.Eta))}
	for i, a := range p.Account {
		if a == account {
			continue
		}
		out.Fold, out.Account = append(out.Fold, p.Fold[i]), append(out.Account, a)
		out.Churned, out.Value = append(out.Churned, p.Churned[i]), append(out.Value, p.Value[i])
		for c := range p.Score {
			out.Score[c], out.Eta[c] = append(out.Score[c], p.Score[c][i]), append(out.Eta[c], p.Eta[c][i])
		}
	}
	return out
}

// pointsOf are the metrics of candidate c by name.
func pointsOf(t *testing.T, p *Predictions, c, list int) []Metric {
	t.Helper()
	points, err := pointMetrics(p.take(nil), p.Score[c], p.Eta[c], Options{Capacity: list, Level: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	return points
}

func TestDrawnMetricsAreThoseOfTheSample(t *testing.T) {
	p, boot := drawnPortfolio(t, 81, 150, 12, 10)
	for c := range p.Score {
		points := pointsOf(t, p, c, 12)
		for _, name := range bendable {
			got := boot.of(c, name)
			if want := Find(points, name).Value; !near(got.value, want, 1e-12) || len(got.influence) != 150 {
				t.Errorf("candidate %d, %s: %v with %d influences, want %v", c, name, got.value, len(got.influence), want)
			}
			if sum := sumOf(got.influence); math.Abs(sum) > 1e-9 {
				t.Errorf("candidate %d, %s: influences add up to %v", c, name, sum)
			}
		}
	}
	if ks := boot.of(0, KS); len(ks.replicates) != 10 || len(ks.influence) != 0 {
		t.Errorf("KS has %d replicates and %d influences; its interval is another one", len(ks.replicates), len(ks.influence))
	}
	if auc := boot.of(0, AUC); auc.replicates != nil {
		t.Error("AUC is not drawn")
	}
}

// Leaving every account out in turn, which measures all metrics anew, has the standard error and
// the acceleration of the influences (Efron 1987, equations 6.6 and 7.1): log loss, Brier and
// average precision to the first order in the number of accounts. Lists jump from account to
// account at their cut, so that leaving out is no yardstick for them; draws are, see below.
func TestInfluencesAreWhatLeavingOutAccountsDoes(t *testing.T) {
	const accounts, list = 200, 20
	p, boot := drawnPortfolio(t, 82, accounts, list, 10)
	points := make([][]Metric, accounts)
	for g := range points {
		points[g] = pointsOf(t, without(p, int32(g)), 0, list)
	}
	for _, name := range []string{LogLoss, Brier, AveragePrecision} {
		left, mean := make([]float64, accounts), 0.0
		for g := range left {
			left[g] = Find(points[g], name).Value
			mean += left[g] / accounts
		}
		for g, v := range left {
			left[g] = mean - v
		}
		u := boot.of(0, name).influence
		if one, all := metrics.InfluenceStdErr(u), metrics.InfluenceStdErr(left); math.Abs(all/one-1) > 0.03 {
			t.Errorf("%s: standard error %v by influences, %v leaving out", name, one, all)
		}
		if one, all := metrics.Acceleration(u), metrics.Acceleration(left); math.Abs(one-all) > 0.003 {
			t.Errorf("%s: acceleration %v by influences, %v leaving out", name, one, all)
		}
	}
}

func TestInfluencesGiveTheErrorOfDraws(t *testing.T) {
	_, boot := drawnPortfolio(t, 83, 1200, 200, 2000)
	for _, name := range bendable {
		d := boot.of(0, name)
		gain := d.less(boot.of(1, name))
		for i, x := range []drawn{d, gain} {
			// 2,000 draws know a standard error to 1.6 %; that of lists is of first order only.
			if linear, drawn := metrics.InfluenceStdErr(x.influence), spread(x.replicates); math.Abs(linear/drawn-1) > 0.1 {
				t.Errorf("%s, %d: standard error %v by influences, %v by draws", name, i, linear, drawn)
			}
		}
	}
}

func TestIntervalsOfDrawnMetrics(t *testing.T) {
	replicates := []float64{.63, .52, .75, .58, .6, .61, .55, .64, .66, .7}
	skew := []float64{-1, -1, 2}
	for _, c := range []struct {
		fact      string
		d         drawn
		low, high float64
		method    string
	}{
		// numpy.percentile of the replicates, 10 and 90 %.
		{"without influences they are percentiles", drawn{replicates: replicates}, 0.547, 0.705, byBootstrap},
		// scipy: a = 6/(6 6^1.5) of the influences, z0 = 0, as in TestBCaByHand.
		{"with influences they are BCa", drawn{tilted{.62, skew}, replicates, false}, 0.5521963892643639, 0.7139266670988365, byBCa},
		{"where all replicates lie above they are percentiles", drawn{tilted{.1, skew}, replicates, false}, 0.547, 0.705, byBootstrap},
		{"where an influence is not defined they are percentiles", drawn{tilted{.62, []float64{1, math.NaN()}}, replicates, false}, 0.547, 0.705, byBootstrap},
		{"candidates that predict the same gain nothing", drawn{tilted{.62, skew}, replicates, false}.less(drawn{tilted{.62, skew}, replicates, false}), 0, 0, byBCa},
		{"a loss is the mirror image of a gain", drawn{tilted{.62, skew}, replicates, false}.times(-1), -0.7139266670988365, -0.5521963892643639, byBCa},
	} {
		t.Run(c.fact, func(t *testing.T) {
			low, high, method := c.d.interval(0.8)
			if !near(low, c.low, 1e-12) || !near(high, c.high, 1e-12) || method != c.method {
				t.Errorf("[%v, %v] by %q, want [%v, %v] by %q", low, high, method, c.low, c.high, c.method)
			}
		})
	}
}

func TestOptionsSayHowDrawnIntervalsAreMade(t *testing.T) {
	if o := (Options{}).withDefaults(); o.Intervals != Percentile || o.check() != nil {
		t.Errorf("by default %q, %v", o.Intervals, o.check())
	}
	if err := (Options{Intervals: "t"}).withDefaults().check(); err == nil {
		t.Error("intervals of a kind that is not there are not refused")
	}
	for _, name := range bendable {
		plain, bent := Options{}.IntervalMethod(name), Options{Intervals: BCa}.IntervalMethod(name)
		if plain != byBootstrap || bent != byBCa {
			t.Errorf("%s: %q, and %q with BCa", name, plain, bent)
		}
	}
	for _, name := range []string{AUC, KS, ValueCaptured, ValueLogLoss, CITL} {
		if plain, bent := (Options{}).IntervalMethod(name), (Options{Intervals: BCa}).IntervalMethod(name); plain != bent || plain == "" {
			t.Errorf("%s: %q, and %q with BCa", name, plain, bent)
		}
	}
}
