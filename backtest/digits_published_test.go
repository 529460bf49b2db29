package backtest_test

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/features/binning"
	"holdfast/models/logit"
	"holdfast/models/logit/logittest"
)

// publishedRows compare with figures that other programs printed. The tables are those of
// published/; where several programs agree, the one with most digits is named.
func publishedRows(t *testing.T, tab *digitsTable) {
	for _, s := range []struct {
		name string
		rows func(t *testing.T, tab *digitsTable)
	}{
		{"Spector", spectorRows},
		{"birth weight", birthRows},
		{"birth weight, paths", pathRows},
		{"birth weight, hold-out", holdOutRows},
		{"endometrial", endometrialRows},
		{"affairs", affairsRows},
		{"affairs by account", affairsPipelineRows},
		{"breast cancer", breastRows},
		{"telecom", telecomRows},
	} {
		t.Run(s.name, func(t *testing.T) { s.rows(t, tab) })
	}
}

// Spector and Mazzeo (1980): statsmodels' Logit, which agrees with Stata 11 to 1e-7; the
// intervals are R MASS confint's, and roots of the profile by scipy's brentq over Newton
// fits in numpy.
func spectorRows(t *testing.T, tab *digitsTable) {
	data := logittest.ReadTable(t, "spector.csv")
	p := logit.Problem{Columns: data.Pick("GPA", "TUCE", "PSI"), Y: data["GRADE"]}
	f := fitProblem(t, p)
	r := tab.row("Spector, statsmodels")
	r.printed(t, weights, "coefficients", coefficients(f), "-13.021346858116 2.826112594889 .095157661318 2.378687655093")
	r.printed(t, stdErrors, "standard errors", standardErrors(f), "4.931324213603 1.262941075629 .141554205674 1.064564254497")
	r.printed(t, logLiks, "log likelihood", []float64{f.LogLik}, "-12.889634222131")
	// The closed form of 11 in 32, 11 log(11/32) + 21 log(21/32), is -20.59172969661727:
	// statsmodels iterates there too, and its pseudo R2 rests on that.
	r = tab.limited("Spector, null log likelihood and pseudo R2, statsmodels", 11.5, "the source stops 2e-11 below the closed form")
	r.printed(t, logLiks, "null log likelihood", []float64{f.NullLogLik}, "-20.591729696634")
	r.printed(t, others, "pseudo R2", []float64{1 - f.LogLik/f.NullLogLik}, ".374038295373")

	bounds := profileBounds(t, f, p, 0, 1, 2, 3)
	r = tab.row("Spector, profile intervals, brentq in scipy")
	r.printed(t, others, "bounds", bounds,
		"-25.165923757224 -4.899768254626 .639158169451 5.756731446437 -.170201860299 .405017497885 .478466588376 4.809879337946")
	r = tab.limited("Spector, profile intervals, MASS", massDigits, massLimit)
	r.printed(t, others, "bounds", bounds,
		"-25.168164770510 -4.902353186593 .639366529881 5.757253162349 -.170205424755 .405044334363 .478609017266 4.810260349803")
}

// MASS confint interpolates the profile with a spline through a dozen points.
const (
	massDigits = 3
	massLimit  = "the source interpolates with a spline"
)

func births(t *testing.T) (logittest.Table, logit.Problem) {
	data := logittest.ReadTable(t, "birthwt.csv")
	return data, logit.Problem{Y: data["low"], Columns: data.Pick("age", "lwt", "race=2", "race=3", "smoke", "ptl", "ht", "ui")}
}

// Hosmer and Lemeshow (1989): statsmodels with tolerance 1e-14, equal to R glm to 1e-8;
// scikit-learn's metrics; weights by smoke doubled.
func birthRows(t *testing.T, tab *digitsTable) {
	data, p := births(t)
	f := fitProblem(t, p)
	r := tab.row("birth weight, statsmodels and scikit-learn")
	r.printed(t, weights, "coefficients", coefficients(f), ".464403282651 -.027069779299 -.015182562863 1.263219375548"+
		" .861635107534 .923349157229 .541755119489 1.833695609913 .758596504211")
	r.printed(t, logLiks, "log likelihood", []float64{f.LogLik}, "-100.7134756019")
	r.printed(t, others, "AUC, AP, Brier, log loss", scores(f, p), ".7460886571056 .5644726294419 .1794347255645 .5328755322852")

	bounds := profileBounds(t, f, p, 2, 7, 8)
	r = tab.row("birth weight, profile intervals of lwt, ht, ui, brentq in scipy")
	r.printed(t, others, "bounds", bounds,
		"-.029573346893 -.002257982756 .512318881648 3.277782413109 -.152425456076 1.662223950906")
	r = tab.limited("birth weight, profile intervals of lwt, ht, ui, MASS", massDigits, massLimit)
	r.printed(t, others, "bounds", bounds, "-.02957392188 -.00225812296 .5122907432 3.2778972244 -.1524623318 1.6622508438")

	p.Weights = make([]float64, len(p.Y))
	for i, smokes := range data["smoke"] {
		p.Weights[i] = 1 + smokes
	}
	f = fitProblem(t, p)
	tab.row("birth weight, smokers twice, statsmodels").
		printed(t, weights, "intercept and ht", []float64{f.Intercept, f.Coef[6]}, ".295408364 1.8392775523")
}

// glmnet 4.1-6, thresh 1e-14. It ends when deviances stand still, where its optimality
// conditions are violated by 5e-10: TestGlmnetIsLessExact of package logit.
func pathRows(t *testing.T, tab *digitsTable) {
	_, p := births(t)
	const limit = "the source stops 5e-10 from the optimum"
	first := func(s logit.PathSettings) logit.PathPoint {
		s.Tolerance = 1e-13
		path, err := logit.FitPath(t.Context(), p, s)
		if err != nil {
			t.Fatal(err)
		}
		return path.Points[0]
	}
	lasso := first(logit.PathSettings{Alpha: 1, Lambdas: []float64{.05}})
	tab.limited("birth weight, lasso, glmnet", 8, limit).printed(t, weights, "coefficients",
		[]float64{lasso.Intercept, lasso.Coef[1], lasso.Coef[2], lasso.Coef[4], lasso.Coef[5], lasso.Coef[6], lasso.Coef[7]},
		"-.41431600015 -.00441566909 .00298585339 .15733919820 .26232849013 .55253504197 .24594546053")
	if lasso.Coef[0] != 0 || lasso.Coef[3] != 0 {
		t.Errorf("age and race=3 have lasso weights %v and %v; glmnet leaves them out", lasso.Coef[0], lasso.Coef[3])
	}
	net := first(logit.PathSettings{Alpha: .5, Lambdas: []float64{.05}})
	tab.limited("birth weight, elastic net, glmnet", 8, limit).
		printed(t, weights, "age and ht", []float64{net.Coef[0], net.Coef[6]}, "-.01197876124 .98058177831")
	ridge := first(logit.PathSettings{Alpha: 0, Lambdas: []float64{.05}})
	tab.limited("birth weight, ridge, glmnet", 8, limit).printed(t, weights, "ht", ridge.Coef[6:7], "1.34672998976")
	tab.row("birth weight, largest strength of a lasso, glmnet").
		printed(t, others, "strength", []float64{first(logit.PathSettings{Alpha: 1}).Lambda}, ".0908626233611")
	low := []float64{math.Inf(-1), math.Inf(-1), 0, 0, 0, 0, 0, 0}
	limited := first(logit.PathSettings{Alpha: .5, Lambdas: []float64{.02}, Low: low})
	tab.limited("birth weight, elastic net with lower limits, glmnet", 8, limit).
		printed(t, weights, "ht", limited.Coef[6:7], "1.42443347594")
}

// Fitted on odd rows, scored on even ones: R. Its glm stops when the deviance changes by
// less than 1e-8 of itself, 7e-10 from the predictions at the maximum (Newton's method in
// numpy gives ours); what rms's val.prob prints rests on these predictions.
func holdOutRows(t *testing.T, tab *digitsTable) {
	_, all := births(t)
	want := logittest.ReadTable(t, "birthwt_holdout.csv")
	odd, even := everyOther(all, 0), everyOther(all, 1)
	eta := linear(fitProblem(t, odd), even)
	r := tab.limited("birth weight, odd rows score even ones, R glm", 8.5, "the source stops 7e-10 from the maximum")
	for i, p := range want["p"] {
		r.printed(t, others, "prediction", []float64{probability(eta[i])}, strconv.FormatFloat(p, 'g', -1, 64))
	}
	c, err := metrics.Calibrate(eta, labels(even.Y), nil, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	tab.limited("birth weight, Brier score of the hold-out, val.prob", 11, "of the predictions above").
		printed(t, others, "Brier", []float64{metrics.Brier(eta, labels(even.Y))}, ".2038904428059")
	tab.limited("birth weight, recalibration of the hold-out, val.prob", 9.5, "of the predictions above").
		printed(t, weights, "slope and intercept", []float64{c.Slope.Value, c.Intercept.Value}, ".5850055171634 -.2115821582513")
}

// Heinze and Schemper (2002), in which NV separates: brglm2 0.9, equal to logistf 1.26.1
// to 1e-12. Of intervals logistf prints nine decimals.
func endometrialRows(t *testing.T, tab *digitsTable) {
	data := logittest.ReadTable(t, "endometrial.csv")
	p := logit.Problem{Columns: data.Pick("NV", "PI", "EH"), Y: data["HG"], Firth: true}
	f := fitProblem(t, p)
	r := tab.row("endometrial, Firth, brglm2")
	r.printed(t, weights, "coefficients", coefficients(f), "3.7745597136471 2.9292733531971 -.0347517598704 -2.6041639252937")
	r.printed(t, stdErrors, "standard error of NV", f.StdErr[:1], "1.5507637294530")
	r.printed(t, logLiks, "penalised log likelihood", []float64{f.PenalisedLogLik}, "-24.0372678007")
	profiles, err := f.Profile(t.Context(), p, logit.Settings{}, []int{1}, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	r.printed(t, others, "p of NV", []float64{profiles[0].P}, ".00912366754709")
	tab.row("endometrial, penalised profile intervals, logistf").
		printed(t, others, "bounds of NV, PI, EH", profileBounds(t, f, p, 1, 2, 3),
			".609724436 7.854631714 -.124458721 .040455473 -4.365183247 -1.232721057")
}

func affairs(t *testing.T) (logittest.Table, logit.Problem) {
	data := logittest.ReadTable(t, "fair.csv")
	return data, logit.Problem{Y: data["y"], Columns: data.Pick("rate_marriage", "age", "yrs_married", "children", "religious",
		"educ", "occupation", "occupation_husb")}
}

// Fair (1978): statsmodels, equal to R glm; scikit-learn's metrics. The clustered errors
// are those of six occupations: R sandwich::vcovCL's with its G/(G-1), without, and of type
// HC1, whose bread is of glm's iteration before last, and the same formula at the maximum in
// numpy longdouble. HC0, statsmodels', has one cluster a row.
func affairsRows(t *testing.T, tab *digitsTable) {
	data, p := affairs(t)
	f := fitProblem(t, p)
	r := tab.row("affairs, statsmodels")
	r.printed(t, weights, "coefficients", coefficients(f), "3.7257198666 -.7161071051 -.0604876807 .110017941 -.0042332262"+
		" -.3751576527 -.0392192041 .1602338332 .0124008189")
	r.printed(t, stdErrors, "standard error of the constant", []float64{f.InterceptStdErr}, ".2987633675")
	r.printed(t, logLiks, "log likelihood", []float64{f.LogLik}, "-3471.47142305668")
	r = tab.limited("affairs, metrics of the fit, scikit-learn", 13.5, "the source's fit ends about there")
	r.printed(t, others, "AUC, AP, Brier, log loss", scores(f, p),
		".7438462135283749 .5771863062850227 .18322796626826163 .5453143925630977")
	eta := linear(f, p)
	for i, v := range logittest.ReadTable(t, "fair_pred.csv")["p"] {
		r.printed(t, others, "prediction", []float64{probability(eta[i])}, strconv.FormatFloat(v, 'g', -1, 64))
	}

	n, k := float64(len(p.Y)), float64(len(f.Coef)+1)
	se := clustered(t, p, f, data["occupation"])
	tab.limited("affairs, errors by six occupations, numpy longdouble", 13.5, "6,366 scores in float64 cancel in six sums").
		printed(t, stdErrors, "constant", []float64{se, se / math.Sqrt(1.2)}, ".4726984931575786 .4315127126685120")
	tab.limited("affairs, errors by six occupations, sandwich", 6.5, "the source's bread is an iteration old").
		printed(t, stdErrors, "constant", []float64{se, se / math.Sqrt(1.2), se * math.Sqrt((n-1)/(n-k))}, ".472698578028 .431512790144 .4729959")
	rows := make([]float64, len(p.Y))
	for i := range rows {
		rows[i] = float64(i)
	}
	tab.row("affairs, errors by row (HC0), statsmodels").
		printed(t, stdErrors, "constant", []float64{clustered(t, p, f, rows) * math.Sqrt((n-1)/n)}, ".297561336655")
}

// "mean radius" of 569 tumours in optbinning's README, whose sign of WoE is ours with its
// event (benign) as our renewal.
func breastRows(t *testing.T, tab *digitsTable) {
	edges := []float64{11.425, 12.33, 13.095, 13.705, 15.045, 16.925}
	malignant := []int{3, 3, 7, 10, 28, 44, 117} // of counts 118 79 68 49 83 54 118: from its WoE
	var x []float64
	var churned []bool
	for i, n := range []int{118, 79, 68, 49, 83, 54, 118} {
		for k := range n {
			x, churned = append(x, append([]float64{0}, edges...)[i]), append(churned, k < malignant[i])
		}
	}
	b, err := binning.Learn(x, churned, binning.Options{Edges: edges})
	if err != nil {
		t.Fatal(err)
	}
	var woe, score []float64
	for _, bin := range b.Bins {
		woe = append(woe, bin.WoE)
	}
	for _, v := range x {
		score = append(score, b.WoE(v))
	}
	curve := metrics.NewRanking(score, churned, nil).Curve(nil)
	r := tab.row("breast cancer, WoE of seven bins, optbinning")
	r.printed(t, weights, "WoE", woe, "-3.12517 -2.71097 -1.64381 -.839827 -.153979 2.00275 5.28332")
	r.printed(t, others, "IV, Gini, KS", []float64{b.IV, 2*curve.AUC - 1, curve.KS}, "5.043925 .875416 .72862164")
}

func standardErrors(f *logit.Fitted) []float64 {
	return append([]float64{f.InterceptStdErr}, f.StdErr...)
}

// profileBounds are lower and upper bounds of 95 % intervals, coefficient by coefficient.
func profileBounds(t *testing.T, f *logit.Fitted, p logit.Problem, at ...int) []float64 {
	t.Helper()
	profiles, err := f.Profile(t.Context(), p, logit.Settings{}, at, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	var bounds []float64
	for _, i := range profiles {
		bounds = append(bounds, i.Low, i.High)
	}
	return bounds
}

// clustered is the standard error of the constant by clusters, whose rows are made neighbours.
func clustered(t *testing.T, p logit.Problem, f *logit.Fitted, cluster []float64) float64 {
	t.Helper()
	order := make([]int, len(cluster))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(cluster[a], cluster[b]) })
	sorted := logit.Problem{Columns: make([][]float64, len(p.Columns))}
	var codes []int32
	for _, i := range order {
		codes, sorted.Y = append(codes, int32(cluster[i])), append(sorted.Y, p.Y[i])
		for j, c := range p.Columns {
			sorted.Columns[j] = append(sorted.Columns[j], c[i])
		}
	}
	cov, err := logit.ClusterCovariance(sorted, f, codes)
	if err != nil {
		t.Fatal(err)
	}
	return math.Sqrt(cov.At(0, 0))
}

// scores are AUC, average precision, Brier score and log loss of a fit on its own rows.
func scores(f *logit.Fitted, p logit.Problem) []float64 {
	eta, churned := linear(f, p), labels(p.Y)
	return []float64{metrics.AUC(eta, churned), metrics.AveragePrecision(eta, churned), metrics.Brier(eta, churned), metrics.LogLoss(eta, churned)}
}

func linear(f *logit.Fitted, p logit.Problem) []float64 {
	eta := make([]float64, len(p.Y))
	for i := range eta {
		eta[i] = f.Intercept
		for j, c := range p.Columns {
			eta[i] += f.Coef[j] * c[i]
		}
	}
	return eta
}

func probability(eta float64) float64 { return 1 / (1 + math.Exp(-eta)) }

func labels(y []float64) []bool {
	out := make([]bool, len(y))
	for i, v := range y {
		out[i] = v == 1
	}
	return out
}

// everyOther keeps rows from, from+2 and so on.
func everyOther(p logit.Problem, from int) logit.Problem {
	half := func(v []float64) (out []float64) {
		for i := from; i < len(v); i += 2 {
			out = append(out, v[i])
		}
		return out
	}
	out := logit.Problem{Y: half(p.Y)}
	for _, c := range p.Columns {
		out.Columns = append(out.Columns, half(c))
	}
	return out
}
