package plots

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"holdfast/models"
)

// effect is one that rises from low to high over so many values, with rows without one.
func effect(name string, low, high float64, values int) models.Effect {
	x := models.Effect{Factor: name}
	for i := range values {
		p := low + (high-low)*float64(i)/float64(max(1, values-1))
		x.Points = append(x.Points, models.EffectPoint{Value: models.Stat(i), From: models.Stat(i), To: models.Stat(i), Examples: 20, Churned: 5, P: models.Stat(p)})
	}
	undefined := models.Undefined()
	x.Points = append(x.Points, models.EffectPoint{Level: "(missing)", Value: undefined, From: undefined, To: undefined, Examples: 3, P: models.Stat(low)})
	return x
}

// levels is the effect of a category.
func levels(name string, p ...float64) models.Effect {
	x := models.Effect{Factor: name, Steps: true}
	for i, v := range p {
		x.Points = append(x.Points, models.EffectPoint{Level: fmt.Sprint("level ", i), Value: models.Undefined(), Examples: 50, Churned: 10, P: models.Stat(v)})
	}
	return x
}

func TestEffectsAreDrawnTheLargestFirst(t *testing.T) {
	c, err := Effects("fitted", []models.Effect{effect("small", 0.1, 0.12, 9), levels("plan", 0.1, 0.3, 0.2), effect("large", 0.5, 0.05, 9)})
	if err != nil {
		t.Fatal(err)
	}
	want := "large from 50.0% to 5.0%; plan between 10.0% and 30.0%; small from 10.0% to 12.0%"
	if !strings.Contains(c.Alt, want) {
		t.Errorf("the alternative text is %q, want %q", c.Alt, want)
	}
	svg, err := c.SVG()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"small", "plan", "large"} {
		if !strings.Contains(string(svg), name) {
			t.Errorf("no panel of %s", name)
		}
	}
	if png, err := c.PNG(); err != nil || len(png) < 1000 {
		t.Errorf("%d bytes, %v", len(png), err)
	}
}

func TestModelWithoutEffectsHasNoPicture(t *testing.T) {
	for _, none := range [][]models.Effect{nil, {{Factor: "empty"}}} {
		if _, err := Effects("m", none); !errors.Is(err, ErrNothingToDraw) {
			t.Errorf("%v: %v", none, err)
		}
	}
}

func TestManyEffectsStayOnThePicture(t *testing.T) {
	var many []models.Effect
	for i := range 40 {
		many = append(many, effect(fmt.Sprintf("factor %02d", i), 0, float64(i+1)/100, 3))
	}
	c, err := Effects("m", many)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := c.SVG()
	if err != nil || strings.Contains(string(svg), "factor 15") || !strings.Contains(string(svg), "factor 16") || !strings.Contains(string(svg), "16 flatter ones are not shown") {
		t.Errorf("the 24 largest of 40 effects are drawn: %v", err)
	}
}
