package backtest

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Every interval says how it came about, and nothing without one does.
func TestEveryIntervalOfAResultNamesItsMethod(t *testing.T) {
	r := &Result{Options: Options{Level: 0.95, Primary: LogLoss, Capacity: 20, SaveRates: []float64{0.3}, Replicates: 100, Seed: 3},
		Predictions: *portfolio(rand.New(rand.NewPCG(71, 0)), 200), Folds: make([]Fold, 4), Candidates: make([]CandidateResult, 2), Champion: 1}
	withMoney(t, r)
	methods := r.IntervalMethods()
	for _, m := range slices.Concat(r.Candidates[0].Pooled, r.Candidates[0].Worth.Weighted) {
		if has, says := m.Low == m.Low, methods[m.Name] != ""; has != says {
			t.Errorf("%s: interval [%v, %v], method %q", m.Name, m.Low, m.High, methods[m.Name])
		}
	}
	for metric, want := range map[string]string{AUC: "clustered DeLong", LogLoss: "account bootstrap", ValueCaptured: "account bootstrap, BCa",
		KS: "jackknife by account, less its bias", ValueKS: "test inversion, noise by account", CalibrationE90: "test inversion, noise by account", ValueBrierMiscalibration: "test inversion, noise by account", ValueCITL: "jackknife by account, BCa", ValueLift: "jackknife by account, BCa", CITL: "sandwich by account"} {
		if methods[metric] != want {
			t.Errorf("%s: %q, want %q", metric, methods[metric], want)
		}
	}
	gain := compareBy(r, r.boot, 0, 1, ValueCapture, false, 0.95)
	if mine, theirs := Find(r.Candidates[0].Pooled, ValueCapture), Find(r.Candidates[1].Pooled, ValueCapture); gain.Method != byBCa || gain.Gain != mine.Value-theirs.Value {
		t.Errorf("gain %v by %q, want %v - %v by %q", gain.Gain, gain.Method, mine.Value, theirs.Value, byBCa)
	}
	if loss := compareBy(r, r.boot, 0, 1, LogLoss, true, 0.95); loss.Method != byBootstrap {
		t.Errorf("gain in log loss by %q, want %q", loss.Method, byBootstrap)
	}
}
