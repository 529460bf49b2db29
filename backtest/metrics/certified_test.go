package metrics

import (
	"encoding/json"
	"math"
	"strconv"
	"testing"
)

// certifiedCase is one case of the certified metrics: outcomes, one or two
// probability forecasts, and exact rationals or 60-digit numbers as decimals.
type certifiedCase struct {
	ID, Title string
	Y         []int
	P, P2     []float64
	Certified struct {
		AUC        string      `json:"auc"`
		AUC2       string      `json:"auc2"`
		Var        string      `json:"delong_var"`
		Var2       string      `json:"delong_var2"`
		Cov        string      `json:"delong_cov"`
		VarDiff    string      `json:"delong_var_diff"`
		Z          string      `json:"delong_z"`
		PValue     string      `json:"delong_p_two_sided"`
		CI         []string    `json:"delong_ci95_wald_unclipped"`
		Points     [][2]string `json:"roc_points"`
		KS         string      `json:"ks"`
		Gini       string      `json:"gini"`
		AP         string      `json:"average_precision_step"`
		Brier      string      `json:"brier"`
		LogLoss    string      `json:"log_loss_nats"`
		Wilson     []string    `json:"event_rate_wilson95"`
		EqualWidth struct {
			ECE  string            `json:"ece"`
			Bins []json.RawMessage `json:"bins_n_meanp_rate"`
		} `json:"equal_width_10"`
	}
}

type certifiedScalar struct {
	ID        string
	P, Z, X   json.RawMessage
	Certified json.RawMessage
}

func readCertified(t *testing.T) (cases []certifiedCase, scalars []certifiedScalar) {
	t.Helper()
	f := openShared(t, "metrics against certified values to 2 ulp", "corpus", "numerics", "metrics.json")
	var file struct {
		Cases   []certifiedCase
		Scalars []certifiedScalar
	}
	if err := json.NewDecoder(f).Decode(&file); err != nil {
		t.Fatal(err)
	}
	if len(file.Cases) < 10 || len(file.Scalars) < 10 {
		t.Fatalf("only %d cases and %d scalars: not the file this test knows", len(file.Cases), len(file.Scalars))
	}
	return file.Cases, file.Scalars
}

// certifier compares numbers with certified decimals and keeps the worst.
type certifier struct {
	t     *testing.T
	worst map[string]float64
}

func (c certifier) check(id, what string, got float64, certified string) {
	c.t.Helper()
	if certified == "" {
		return // undefined in this case
	}
	d := ulps(c.t, got, certified)
	c.worst[what] = max(c.worst[what], d)
	if d > 2 {
		c.t.Errorf("%s %s = %.17g, certified %s: %.2f ulp off", id, what, got, certified, d)
	}
}

func TestMetricsAgreeWithCertifiedValuesToTwoUlp(t *testing.T) {
	cases, _ := readCertified(t)
	c := certifier{t, map[string]float64{}}
	for _, k := range cases {
		y, eta := bools(k.Y...), logits(k.P)
		certifyRanks(c, k, y)
		certifyROC(c, k, y)
		c.check(k.ID, "brier", Brier(eta, y), k.Certified.Brier)
		c.check(k.ID, "log loss", LogLoss(eta, y), k.Certified.LogLoss)
		low, high := Wilson(countTrue(y), len(y), 0.95)
		if len(k.Certified.Wilson) == 2 {
			c.check(k.ID, "wilson low", low, k.Certified.Wilson[0])
			c.check(k.ID, "wilson high", high, k.Certified.Wilson[1])
		}
		certifyBins(c, k, y)
		certifyDeLong(c, k, y)
	}
	t.Logf("worst distance from the certified value, in ulp: %v", c.worst)
}

func certifyRanks(c certifier, k certifiedCase, y []bool) {
	auc := AUC(k.P, y)
	c.check(k.ID, "auc", auc, k.Certified.AUC)
	c.check(k.ID, "gini", Gini(auc), k.Certified.Gini)
	c.check(k.ID, "ks", KS(k.P, y), k.Certified.KS)
	c.check(k.ID, "ap", AveragePrecision(k.P, y), k.Certified.AP)
	if k.Certified.AUC == "" && !math.IsNaN(auc) {
		c.t.Errorf("%s: AUC = %v where it is undefined", k.ID, auc)
	}
}

func certifyROC(c certifier, k certifiedCase, y []bool) {
	points := ROC(k.P, y)
	if k.Certified.Points == nil && points != nil {
		return // too many to print
	}
	if len(points) != len(k.Certified.Points) {
		c.t.Errorf("%s: %d ROC points, certified %d", k.ID, len(points), len(k.Certified.Points))
		return
	}
	for i, p := range k.Certified.Points {
		// These are printed to 18 digits only: a rounded decimal, not the value.
		for side, got := range [2]float64{points[i].FPR, points[i].TPR} {
			want, err := strconv.ParseFloat(p[side], 64)
			if err != nil || math.Abs(got-want) > 2e-16 {
				c.t.Errorf("%s: ROC point %d = %v, certified %v", k.ID, i, points[i], p)
			}
		}
	}
}

func certifyBins(c certifier, k certifiedCase, y []bool) {
	bins := equalWidthBins(k.P, y, 10)
	c.check(k.ID, "ece", expectedError(bins, len(y)), k.Certified.EqualWidth.ECE)
	at := 0
	for _, raw := range k.Certified.EqualWidth.Bins {
		if string(raw) == "null" {
			continue
		}
		var want [3]any
		if err := json.Unmarshal(raw, &want); err != nil {
			c.t.Fatal(err)
		}
		if at == len(bins) || float64(bins[at].n) != want[0].(float64) {
			c.t.Errorf("%s: bin %d of %d holds other rows than certified %v", k.ID, at, len(bins), want)
			return
		}
		b := &bins[at]
		c.check(k.ID, "bin mean p", b.predicted.value()/float64(b.n), want[1].(string))
		c.check(k.ID, "bin rate", float64(b.churned)/float64(b.n), want[2].(string))
		at++
	}
}

// checkLimit measures a limit value -+ half in ulp of the value it was made from:
// where the two cancel, the limit's own last digits mean nothing.
func (c certifier) checkLimit(id, what string, got, value float64, certified string) {
	c.t.Helper()
	unit := math.Nextafter(value, 2) - value
	want, err := strconv.ParseFloat(certified, 64)
	d := math.Abs(got-want) / unit
	c.worst[what] = max(c.worst[what], d)
	if err != nil || !(d <= 2) {
		c.t.Errorf("%s %s = %.17g, certified %s: %.2f ulp of the estimate off", id, what, got, certified, d)
	}
}

func certifyDeLong(c certifier, k certifiedCase, y []bool) {
	scores := [][]float64{k.P}
	if k.P2 != nil {
		scores = append(scores, k.P2)
	}
	a, err := DeLong(scores, y, nil)
	if err != nil {
		c.t.Errorf("%s: %v", k.ID, err)
		return
	}
	c.check(k.ID, "delong var", a.Cov.At(0, 0), k.Certified.Var)
	if ci := a.Interval(0, 0.95); len(k.Certified.CI) == 2 {
		c.checkLimit(k.ID, "delong low", ci.Low, ci.Value, k.Certified.CI[0])
		c.checkLimit(k.ID, "delong high", ci.High, ci.Value, k.Certified.CI[1])
	}
	if k.P2 == nil {
		return
	}
	d := a.Difference(0, 1, 0.95)
	c.check(k.ID, "auc", a.AUC[1], k.Certified.AUC2)
	c.check(k.ID, "delong var", a.Cov.At(1, 1), k.Certified.Var2)
	c.check(k.ID, "delong cov", a.Cov.At(0, 1), k.Certified.Cov)
	c.check(k.ID, "delong var of difference", d.StdErr*d.StdErr, k.Certified.VarDiff)
	c.check(k.ID, "delong z", d.Z, k.Certified.Z)
	c.checkP(k.ID, d, k.Certified.PValue)
}

// checkP allows the p-value what 2 ulp of z are worth at its slope, on top of the
// 2 ulp of its own: rounding z correctly can already move p by more.
func (c certifier) checkP(id string, d Difference, certified string) {
	c.t.Helper()
	if certified == "" {
		return
	}
	unit := func(x float64) float64 { return math.Nextafter(x, math.Inf(1)) - x }
	slope := math.Sqrt(2/math.Pi) * math.Exp(-d.Z*d.Z/2)
	allowed := 2 + 2*slope*unit(math.Abs(d.Z))/unit(d.P)
	off := ulps(c.t, d.P, certified)
	c.worst["delong p"] = max(c.worst["delong p"], off)
	if !(off <= allowed) {
		c.t.Errorf("%s delong p = %.17g, certified %s: %.2f ulp off, %.2f allowed", id, d.P, certified, off, allowed)
	}
}

func TestScalarsAgreeWithCertifiedValuesToTwoUlp(t *testing.T) {
	_, scalars := readCertified(t)
	c := certifier{t, map[string]float64{}}
	for _, s := range scalars {
		number := func(raw json.RawMessage) float64 {
			var text json.Number // the file writes some numbers in quotes
			mustDecode(t, raw, &text)
			v, err := text.Float64()
			if err != nil {
				t.Fatalf("%s: %v", s.ID, err)
			}
			return v
		}
		var text string
		switch kind := s.ID[:4]; kind {
		case "MX05": // normal quantile at p: the level of a two-sided interval is 2p-1
			mustDecode(t, s.Certified, &text)
			c.check(s.ID, "normal quantile", normalQuantile(2*number(s.P)-1), text)
		case "MX07": // two-sided normal p-value
			mustDecode(t, s.Certified, &text)
			c.check(s.ID, "two-sided p", twoSided(number(s.Z)), text)
		case "MX08": // logistic and log1pexp at extremes
			var want struct{ Logistic, Log1pexp string }
			mustDecode(t, s.Certified, &want)
			c.check(s.ID, "sigmoid", sigmoid(number(s.X)), want.Logistic)
			c.check(s.ID, "softplus", softplus(number(s.X)), want.Log1pexp)
		}
	}
	t.Logf("worst distance from the certified value, in ulp: %v", c.worst)
}

func mustDecode(t *testing.T, raw json.RawMessage, into any) {
	t.Helper()
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}
