package plots

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"holdfast/backtest/metrics"
	"holdfast/backtest/monitor"
	"holdfast/dataset"
	"holdfast/models"
)

// watchedModel is a report of so many quarters and factors: the first factor drifts from
// the third quarter on, the second quarter was not judged, and the last has no labels yet.
func watchedModel(quarters, factors int, name string) *monitor.Report {
	r := &monitor.Report{Options: monitor.Options{PSI: 0.25, Level: 0.95}, Reference: &models.Reference{}}
	promise := metrics.Estimate{Value: 0.8, StdErr: 0.02, Low: 0.76, High: 0.84}
	for i := range factors {
		r.Reference.Factors = append(r.Reference.Factors, models.FactorReference{Factor: fmt.Sprint(name, i)})
	}
	for k := range quarters {
		q := monitor.Quarter{Start: dataset.NewDate(2025, 1, 1).AddMonths(3 * k), Accounts: 500, Judged: k != 1, Score: metrics.Stability{PSI: 0.01 * float64(k)}}
		for i := range factors {
			f := monitor.FactorShift{Factor: fmt.Sprint(name, i), Shift: metrics.Stability{PSI: 0.001 * float64(i)}}
			if i == 0 && k >= 2 {
				f.PSI = 4.8
			}
			q.Factors = append(q.Factors, f)
		}
		if k < quarters-1 {
			auc := metrics.Estimate{Value: 0.8 - 0.02*float64(k%4), Low: 0.7, High: 0.85}
			q.Matured = &monitor.Matured{N: 100, Churned: 20, Metrics: []monitor.Kept{{Name: monitor.AUC, Observed: auc, Promised: promise, Inside: true}}}
		}
		r.Quarters = append(r.Quarters, q)
	}
	return r
}

func TestPicturesOfAModelInUseSpeak(t *testing.T) {
	charts, err := Monitor(watchedModel(4, 3, "factor "))
	if err != nil {
		t.Fatal(err)
	}
	if len(charts) != 2 || charts[0].Name != "monitor_drift" || charts[1].Name != "monitor_auc" {
		t.Fatalf("%d charts: a log loss was not measured", len(charts))
	}
	for i, phrases := range [][]string{
		{"by quarter from Q1 2025", "more than 0.25 is too much", "score: 0.000, n/a, 0.020, 0.030", "factor 0: 0.000, n/a, 4.800, 4.800"},
		{"Q1 2025 0.800; Q2 2025 0.780; Q3 2025 0.760.", "promised 0.800, 0.760 to 0.840"},
	} {
		for _, p := range phrases {
			if !strings.Contains(charts[i].Alt, p) {
				t.Errorf("%s does not say %q: %s", charts[i].Name, p, charts[i].Alt)
			}
		}
	}
}

func TestPicturesOfAModelInUseKeepTheirLabelsApart(t *testing.T) {
	for _, c := range []struct {
		fact              string
		quarters, factors int
		name              string
	}{{"two quarters", 2, 1, "usage"}, {"many quarters", 23, 30, "usage"}, {"long names", 5, 12, strings.Repeat("a factor of many words ", 9)}, {"no factors", 3, 0, ""}} {
		charts, err := Monitor(watchedModel(c.quarters, c.factors, c.name))
		if err != nil {
			t.Fatal(err)
		}
		for _, chart := range charts {
			if _, err := chart.PNG(); err != nil {
				t.Errorf("%s: %v", c.fact, err)
			}
			labels := labelsOf(chart)
			for i, a := range labels {
				if a.Min.X < 0 || a.Min.Y < 0 || a.Max.X > vg.Length(chart.Width) || a.Max.Y > vg.Length(chart.Height) {
					t.Errorf("%s: %s: %q leaves the picture", c.fact, chart.Name, a.text)
				}
				for _, b := range labels[:i] {
					if overlap(a.Rectangle, b.Rectangle) {
						t.Errorf("%s: %s: %q lies on %q", c.fact, chart.Name, a.text, b.text)
					}
				}
			}
		}
	}
}

func TestAModelThatNobodyCouldJudgeHasNoPictures(t *testing.T) {
	r := watchedModel(3, 2, "usage")
	for k := range r.Quarters {
		r.Quarters[k].Judged, r.Quarters[k].Matured = false, nil
	}
	if charts, err := Monitor(r); err != nil || len(charts) != 0 {
		t.Errorf("%d charts, %v", len(charts), err)
	}
	if _, err := Drift(r); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("drift: %v", err)
	}
	if _, err := Kept(&monitor.Report{}, monitor.AUC); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("no quarters: %v", err)
	}
	if _, err := Monitor(nil); err == nil {
		t.Error("no report: no error")
	}
}

// A promise that was never made is not drawn, and not read out.
func TestWithoutAPromiseOnlyWhatCameTrueIsDrawn(t *testing.T) {
	r := watchedModel(3, 1, "usage")
	for k := range r.Quarters {
		if m := r.Quarters[k].Matured; m != nil {
			nan := math.NaN()
			m.Metrics[0].Promised = metrics.Estimate{Value: nan, StdErr: nan, Low: nan, High: nan}
		}
	}
	c, err := Kept(r, monitor.AUC)
	if err != nil || strings.Contains(c.Alt, "promised") {
		t.Errorf("%v: %s", err, c.Alt)
	}
	if _, err := c.SVG(); err != nil {
		t.Error(err)
	}
}
