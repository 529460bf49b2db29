package plots

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"holdfast/backtest/health"
	"holdfast/dataset"
	"holdfast/models"
)

// healthOf is a report of so many months, with a factor that was lost for three of them,
// one that is always there and one of the given name that begins half-way.
func healthOf(months int, name string) *health.Report {
	start := dataset.NewDate(2024, 1, 1)
	r := &health.Report{ObservedUntil: start.AddMonths(months) - 1}
	lost, late, whole := make([]models.Stat, months), make([]models.Stat, months), make([]models.Stat, months)
	for m := range months {
		r.Months = append(r.Months, health.Month{Start: start.AddMonths(m), Snapshots: 100 + m, Accounts: 100 + m, Renewed: 1000 + 7*m, Churned: 30})
		if m/3 == 1 {
			lost[m] = 1
		}
		if m < months/2 {
			late[m] = 1
		}
	}
	lost[months-1] = models.Undefined() // a month without snapshots at risk
	r.Factors = []health.Factor{
		{Name: "whole", MissingByMonth: whole}, {Name: "lost", MissingShare: 0.1, MissingByMonth: lost}, {Name: name, MissingShare: 0.5, MissingByMonth: late},
	}
	r.Snapshots = health.Snapshots{First: start, Last: r.ObservedUntil}
	r.Outcomes = health.Outcomes{Rows: 1030 * months, Churned: 30 * months, First: start, Last: r.ObservedUntil}
	return r
}

// healthCharts draws the pictures of a report.
func healthCharts(t *testing.T, r *health.Report) []Chart {
	t.Helper()
	charts, err := Health(r)
	if err != nil {
		t.Fatal(err)
	}
	return charts
}

func TestPicturesOfTheDataSpeak(t *testing.T) {
	charts := healthCharts(t, healthOf(12, "late"))
	if len(charts) != 2 || charts[0].Name != "timeline" || charts[1].Name != "missing" {
		t.Fatalf("%d charts", len(charts))
	}
	for i, phrases := range [][]string{
		{"Snapshots from 2024-01-01 to 2024-12-31, of 100 to 111 accounts a month", "360 churned of 12,360, known until 2024-12-31"},
		{"lost 10% of the examples, 0% in 2024-11", "late 50% of the examples"},
	} {
		for _, p := range phrases {
			if !strings.Contains(charts[i].Alt, p) {
				t.Errorf("%s says %q and not %q", charts[i].Name, charts[i].Alt, p)
			}
		}
	}
	if strings.Contains(charts[1].Alt, "whole") {
		t.Errorf("a factor that never lacks a value is told: %s", charts[1].Alt)
	}
}

func TestPicturesOfTheDataKeepTheirLabelsApart(t *testing.T) {
	for _, months := range []int{1, 2, 5, 12, 60, 240} {
		for _, name := range []string{"x", "a_factor_with_a_name_that_is_much_longer_than_the_room_for_it", "<b>&\x1b", ""} {
			for _, chart := range healthCharts(t, healthOf(months, name)) {
				labels := labelsOf(chart)
				for i, a := range labels {
					if a.Min.X < 0 || a.Min.Y < 0 || a.Max.X > vg.Length(chart.Width) || a.Max.Y > vg.Length(chart.Height) {
						t.Errorf("%d months, %s: %q leaves the picture: %v", months, chart.Name, a.text, a.Rectangle)
					}
					for _, b := range labels[:i] {
						if overlap(a.Rectangle, b.Rectangle) {
							t.Errorf("%d months, %s: %q lies on %q", months, chart.Name, a.text, b.text)
						}
					}
				}
				svg, err := chart.SVG()
				if err != nil {
					t.Fatal(err)
				}
				wellFormed(t, chart.Name, svg)
			}
		}
	}
}

func TestNothingIsDrawnOfNothing(t *testing.T) {
	if charts, err := Health(nil); len(charts) > 0 || err != nil {
		t.Errorf("%d charts of no report, %v", len(charts), err)
	}
	if _, err := Timeline(&health.Report{}); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("a timeline without months: %v", err)
	}
	r := healthOf(6, "late")
	r.Factors = r.Factors[:1]
	if _, err := Missing(r); !errors.Is(err, ErrNothingToDraw) {
		t.Errorf("nothing is missing: %v", err)
	}
	if charts := healthCharts(t, r); len(charts) != 1 {
		t.Errorf("%d charts where nothing is missing, want 1", len(charts))
	}
}

func TestTheColourOfAShareRunsFromPaleToStrong(t *testing.T) {
	if lack(0) != wash || lack(1) != vermilion {
		t.Errorf("none is %06x, all is %06x", lack(0), lack(1))
	}
	before := math.Inf(1)
	for share := 0.; share <= 1; share += 0.125 {
		_, g, _, _ := lack(share).RGBA()
		if float64(g) >= before {
			t.Errorf("%v is no stronger than less", share)
		}
		before = float64(g)
	}
}
