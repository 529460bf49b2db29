package plots

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot/vg"

	"holdfast/models"
)

// way is a path of so many steps for factors that all come from 10 points; factor i goes to 10
// more per step than the one before it. The log loss falls to its least one step before the end.
func way(steps int, factors ...string) []models.PathStep {
	list := make([]models.PathStep, steps)
	for s := range list {
		for i, f := range factors {
			list[s].Weights = append(list[s].Weights, models.PathWeight{Factor: f, Points: models.Stat(10 + 10*i*s)})
		}
		list[s].Inner = models.Quality{LogLoss: models.Stat(0.4 - 0.01*float64(s)), AUC: 0.7}
	}
	list[steps-1].Inner.LogLoss = 0.39
	return list
}

func TestTheWayBetweenWeightsIsReadOutFromEndToEnd(t *testing.T) {
	c, err := Path(way(4, "usage", "nps", "tickets"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "usage from 10 to 10; nps from 10 to 40; tickets from 10 to 70. Log loss on later rows from 0.4000 to 0.3900."; !strings.Contains(c.Alt, want) {
		t.Errorf("%q does not say %q", c.Alt, want)
	}
	told := map[string]bool{}
	for _, l := range labelsOf(c) {
		told[l.text] = true
	}
	// Points are read from zero, although none is.
	for _, want := range []string{"yours", "data alone", "usage", "to 40", "to 70", "log loss", "0"} {
		if !told[want] {
			t.Errorf("%q is not on the picture, which has %v", want, told)
		}
	}
	svg, err := c.SVG()
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, "path", svg)
}

func TestAWayThatNobodyJudgedHasNoLoss(t *testing.T) {
	steps := way(3, "usage")
	for i := range steps {
		steps[i].Inner.LogLoss = models.Undefined()
	}
	c, err := Path(steps)
	if err != nil || strings.Contains(c.Alt, "Log loss") {
		t.Fatalf("%v: %s", err, c.Alt)
	}
	for _, l := range labelsOf(c) {
		if l.text == "log loss" {
			t.Error("an empty panel is drawn")
		}
	}
}

func TestAStepWithoutItsPointsIsLeftOut(t *testing.T) {
	steps := way(4, "usage", "nps")
	steps[1].Weights[0].Points, steps[2].Inner.LogLoss = models.Undefined(), models.Undefined()
	c, err := Path(steps)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := c.SVG()
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, "path", svg) // no coordinate is NaN
}

func TestTheWayKeepsItsLabelsApart(t *testing.T) {
	for _, c := range []struct {
		fact  string
		steps int
		names []string
	}{
		{"two steps", 2, []string{"usage"}},
		{"more factors than are drawn", 9, strings.Fields("a b c d e f g h i j k l")},
		{"long names", 5, []string{strings.Repeat("a name of many words ", 9), "<b>&\x1b", ""}},
	} {
		chart, err := Path(way(c.steps, c.names...))
		if err != nil {
			t.Fatal(err)
		}
		labels := labelsOf(chart)
		for i, a := range labels {
			if a.Min.X < 0 || a.Min.Y < 0 || a.Max.X > vg.Length(chart.Width) || a.Max.Y > vg.Length(chart.Height) {
				t.Errorf("%s: %q leaves the picture: %v", c.fact, a.text, a.Rectangle)
			}
			for _, b := range labels[:i] {
				if overlap(a.Rectangle, b.Rectangle) {
					t.Errorf("%s: %q lies on %q", c.fact, a.text, b.text)
				}
			}
		}
	}
}

// Each factor of the way moves farther than the one before it: the first three are left out.
func TestTheFactorsThatMoveFarthestAreDrawn(t *testing.T) {
	var names []string
	for i := range mostPaths + 3 {
		names = append(names, fmt.Sprint("factor", i))
	}
	c, err := Path(way(3, names...))
	if err != nil {
		t.Fatal(err)
	}
	var drawn []string
	for _, l := range labelsOf(c) {
		if strings.HasPrefix(l.text, "factor") {
			drawn = append(drawn, l.text)
		}
	}
	slices.Sort(drawn)
	want := slices.Sorted(slices.Values(names[3:]))
	if !slices.Equal(drawn, want) || !strings.Contains(c.Alt, names[0]) {
		t.Errorf("drawn are %q, want %q; %s is read out: %v", drawn, want, names[0], strings.Contains(c.Alt, names[0]))
	}
}

func TestOneStepIsNoWay(t *testing.T) {
	for fact, steps := range map[string][]models.PathStep{"nothing": nil, "one step": way(1, "usage"), "no factors": way(3)} {
		if _, err := Path(steps); !errors.Is(err, ErrNothingToDraw) {
			t.Errorf("%s: %v", fact, err)
		}
	}
	if scale := stepsScale(way(5, "usage"), ""); scale.ticks[1].Value != 4 || !(scale.max > 4) || math.Abs(scale.min) >= 1 {
		t.Errorf("the scale of five steps is %+v", scale)
	}
}
