package synth

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// observedRenewal is a decision with the snapshot that decided it.
type observedRenewal struct {
	decision
	row
}

// observe simulates a company and returns its renewals.
func observe(t testing.TB, c Company) (*world, []observedRenewal) {
	t.Helper()
	w, err := newWorld(c)
	if err != nil {
		t.Fatal(err)
	}
	var all []observedRenewal
	h := newHistory(w)
	for i := range w.Accounts {
		h.run(i)
		for _, d := range h.decisions {
			all = append(all, observedRenewal{d, h.snapshots[slices.Index(h.days, d.asOf)]})
		}
	}
	return w, all
}

// ofStage keeps the renewals of a stage.
func ofStage(all []observedRenewal, s Stage) []observedRenewal {
	return slices.DeleteFunc(slices.Clone(all), func(r observedRenewal) bool { return r.stage != s })
}

// churnShare is the share of renewals that were lost.
func churnShare(of []observedRenewal) float64 {
	n := 0.0
	for _, r := range of {
		n += flag(r.churned)
	}
	return n / float64(len(of))
}

// TestChurnHappensAsOftenAsTheTruthSays compares counts with their expectation
// under both probabilities, overall and by tenths of the probability: a sum of
// independent Bernoulli variables stays within four standard deviations.
func TestChurnHappensAsOftenAsTheTruthSays(t *testing.T) {
	for _, c := range []Company{
		{Accounts: 12_000, Seed: 11},
		{Accounts: 6_000, Seed: 12, Noise: 0.5},
		{Accounts: 6_000, Seed: 13, Drift: 0.5},
	} {
		_, all := observe(t, c)
		for name, p := range map[string]func(odds) float64{
			"p_true":    func(o odds) float64 { return o.churn },
			"p_factors": func(o odds) float64 { return o.churnFactors },
		} {
			slices.SortStableFunc(all, func(a, b observedRenewal) int {
				if p(a.odds) < p(b.odds) {
					return -1
				}
				return 1
			})
			checkCount(t, fmt.Sprintf("noise %v, drift %v, %s, all", c.Noise, c.Drift, name), all, p)
			for k := range 10 {
				tenth := all[k*len(all)/10 : (k+1)*len(all)/10]
				checkCount(t, fmt.Sprintf("noise %v, drift %v, %s, tenth %d", c.Noise, c.Drift, name, k), tenth, p)
			}
		}
	}
}

func checkCount(t *testing.T, name string, of []observedRenewal, p func(odds) float64) {
	t.Helper()
	var expected, variance, churned float64
	for _, r := range of {
		q := p(r.odds)
		expected += q
		variance += q * (1 - q)
		churned += flag(r.churned)
	}
	if math.Abs(churned-expected) > 4*math.Sqrt(variance) {
		t.Errorf("%s: %v of %d churned, expected %.1f +- %.1f", name, churned, len(of), expected, math.Sqrt(variance))
	}
}

// TestGrowthHappensAsOftenAsTheTruthSays does the same for contraction and
// expansion.
func TestGrowthHappensAsOftenAsTheTruthSays(t *testing.T) {
	_, all := observe(t, Company{Accounts: 8_000, Seed: 21})
	count := func(name string, happened func(decision) bool, p func(odds) float64) {
		var expected, variance, n float64
		for _, r := range all {
			q := p(r.odds)
			expected += q
			variance += q * (1 - q)
			n += flag(happened(r.decision))
		}
		if math.Abs(n-expected) > 4*math.Sqrt(variance) {
			t.Errorf("%v %s, expected %.1f +- %.1f", n, name, expected, math.Sqrt(variance))
		}
	}
	count("contracted", func(d decision) bool { return !d.churned && d.arrAfter < d.arrBefore },
		func(o odds) float64 { return o.contractAfter })
	count("expanded", func(d decision) bool { return d.arrAfter > d.arrBefore },
		func(o odds) float64 { return o.expandAfter })
}

// TestTheLawIsTheLogisticModelOfChurn is Rao's score test of the documented
// coefficients: with score U = X'(y - p) and information I = X'diag(p(1-p))X,
// U'I^-1 U is chi-squared with as many degrees of freedom as coefficients, if
// they are those of the right model. A true law fails one run in 10,000; the
// seed is fixed.
func TestTheLawIsTheLogisticModelOfChurn(t *testing.T) {
	w, all := observe(t, Company{Accounts: 12_000, Seed: 31})
	for s := range stageCount {
		law := w.laws[s]
		statistic := scoreStatistic(law, ofStage(all, s))
		limit := distuv.ChiSquared{K: float64(len(law.terms) + 1)}.Quantile(1 - 1e-4)
		if statistic > limit {
			t.Errorf("%v: score statistic is %.1f, above %.1f", s, statistic, limit)
		}
	}
}

// TestTheScoreTestWouldNoticeAWrongLaw shows that the test above can fail: the
// law of the other stage, and one weight off by a quarter.
func TestTheScoreTestWouldNoticeAWrongLaw(t *testing.T) {
	w, all := observe(t, Company{Accounts: 12_000, Seed: 31})
	mature := ofStage(all, Mature)
	off := Mature.Law()
	off.Terms[0].Weight *= 1.25
	for name, law := range map[string]compiledLaw{"other stage": w.laws[Onboarding], "weight off": off.compile()} {
		limit := distuv.ChiSquared{K: float64(len(law.terms) + 1)}.Quantile(1 - 1e-4)
		if statistic := scoreStatistic(law, mature); statistic <= limit {
			t.Errorf("%s: score statistic %.1f is within %.1f", name, statistic, limit)
		}
	}
}

func scoreStatistic(law compiledLaw, of []observedRenewal) float64 {
	k := len(law.terms) + 1
	score, information := mat.NewVecDense(k, nil), mat.NewSymDense(k, nil)
	for i := range of {
		x := mat.NewVecDense(k, nil)
		x.SetVec(0, 1)
		for j := range law.terms {
			x.SetVec(j+1, law.terms[j].value(&of[i].row))
		}
		p := sigmoid(law.logOdds(&of[i].row))
		score.AddScaledVec(score, flag(of[i].churned)-p, x)
		information.SymRankOne(information, p*(1-p), x)
	}
	var chol mat.Cholesky
	chol.Factorize(information)
	solved := mat.NewVecDense(k, nil)
	if err := chol.SolveVecTo(solved, score); err != nil {
		return math.NaN()
	}
	return mat.Dot(score, solved)
}

// TestTheCompanyIsWorthModelling states what the documentation promises of the
// default company. The bounds are wide against the sampling error of 12,000
// accounts (AUC about 0.008, churn about 0.003).
func TestTheCompanyIsWorthModelling(t *testing.T) {
	_, all := observe(t, Company{Accounts: 12_000, Seed: 41})
	mature := ofStage(all, Mature)
	vendor := slices.DeleteFunc(slices.Clone(mature), func(r observedRenewal) bool { return math.IsNaN(r.row[colVendorScore]) })
	cases := []struct {
		name           string
		got, low, high float64
	}{
		{"churn at a renewal", churnShare(all), 0.12, 0.16},
		{"churn of the young", churnShare(ofStage(all, Onboarding)), 0.18, 0.25},
		{"churn of the mature", churnShare(mature), 0.10, 0.14},
		{"AUC of the law, mature", auc(mature, func(r observedRenewal) float64 { return r.odds.churnFactors }), 0.75, 0.80},
		{"AUC of the law, onboarding", auc(ofStage(all, Onboarding), func(r observedRenewal) float64 { return r.odds.churnFactors }), 0.74, 0.81},
		{"AUC of the whole truth", auc(mature, func(r observedRenewal) float64 { return r.odds.churn }), 0.85, 0.92},
		{"AUC of the vendor's score", auc(vendor, func(r observedRenewal) float64 { return -r.row[colVendorScore] }), 0.65, 0.72},
		{"AUC of weights set by hand", auc(mature, handRisk), 0.69, 0.76},
	}
	for _, c := range cases {
		if c.got < c.low || c.got > c.high {
			t.Errorf("%s is %.4f, not within %v to %v", c.name, c.got, c.low, c.high)
		}
	}
}

// handRisk is the score a sensible team would set by hand, with its sign turned.
func handRisk(r observedRenewal) float64 {
	nps := r.row[colNPS]
	if math.IsNaN(nps) {
		nps = 7
	}
	health := 40*r.row[colActiveUsers]/r.row[colLicences] + 30*nps/10 - 10*math.Log1p(r.row[colTickets])
	return -health + 20*r.row[colChampionLeft]
}

// auc is the probability that a lost renewal scores higher than a kept one, ties
// counted half.
func auc(of []observedRenewal, score func(observedRenewal) float64) float64 {
	of = slices.Clone(of)
	slices.SortStableFunc(of, func(a, b observedRenewal) int {
		switch p, q := score(a), score(b); {
		case p < q:
			return -1
		case p > q:
			return 1
		}
		return 0
	})
	var won, lost, kept float64
	for i := 0; i < len(of); {
		var tiedLost, tiedKept float64
		for s := score(of[i]); i < len(of) && score(of[i]) == s; i++ {
			tiedLost += flag(of[i].churned)
			tiedKept += flag(!of[i].churned)
		}
		won += tiedLost * (kept + tiedKept/2)
		lost += tiedLost
		kept += tiedKept
	}
	return won / (lost * kept)
}

func TestNoiseHidesWhoLeavesAndNotHowMany(t *testing.T) {
	_, clear := observe(t, Company{Accounts: 6_000, Seed: 51})
	_, noisy := observe(t, Company{Accounts: 6_000, Seed: 51, Noise: 0.6})
	p := func(r observedRenewal) float64 { return r.odds.churnFactors }
	if a, b := auc(clear, p), auc(noisy, p); b > a-0.06 {
		t.Errorf("AUC is %.3f without noise and %.3f with it", a, b)
	}
	if a, b := churnShare(clear), churnShare(noisy); math.Abs(a-b) > 0.02 {
		t.Errorf("churn is %.3f without noise and %.3f with it", a, b)
	}
}

func TestDriftRaisesChurnOverTime(t *testing.T) {
	w, all := observe(t, Company{Accounts: 4_000, Seed: 61, Drift: 0.6})
	middle := (w.firstDay() + w.lastDay()) / 2
	early := slices.DeleteFunc(slices.Clone(all), func(r observedRenewal) bool { return r.asOf >= middle })
	late := slices.DeleteFunc(slices.Clone(all), func(r observedRenewal) bool { return r.asOf < middle })
	if a, b := churnShare(early), churnShare(late); b < 1.3*a {
		t.Errorf("churn is %.3f in the first half and %.3f in the second", a, b)
	}
}
