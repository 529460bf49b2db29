package models_test

import (
	"fmt"

	"holdfast/models"
)

// An account near a threshold keeps its colour until it is clearly better; it gets worse at once.
func ExampleThresholds_BandAfter() {
	t := models.Thresholds{Red: 0.4, Yellow: 0.2, Hysteresis: 0.05}
	band := models.Band("")
	for _, eta := range []float64{-0.3, -0.5, -0.7, -2, 1} {
		band = t.BandAfter(band, eta)
		fmt.Printf("p %.2f  %s\n", models.Probability(eta), band)
	}
	// Output:
	// p 0.43  red
	// p 0.38  red
	// p 0.33  yellow
	// p 0.12  green
	// p 0.73  red
}

// Three models that were fitted apart, and one account that does one thing.
func ExampleNewProspect() {
	fmt.Printf("%.2f\n", models.NewProspect(0.3, 0.1, 0.2))
	fmt.Printf("%.2f\n", models.NewProspect(0.6, 0.3, 0.6)) // 1.5 of the whole
	// Output:
	// {0.30 0.10 0.40 0.20}
	// {0.40 0.20 0.00 0.40}
}

// A band begins at one thing; a rule that is left out is the usual one.
func ExampleBandRules_Check() {
	fmt.Println(models.BandRules{Red: models.BandRule{Share: 0.05, Precision: 0.5}}.Check())
	fmt.Println(models.BandRules{Red: models.BandRule{Share: 5}}.Check())
	fmt.Println(models.BandRules{}.Check())
	// Output:
	// models: bands: red: say one of share, p, precision, capacity and value
	// models: bands: red: share, p and value must lie below 1, and precision not above it
	// <nil>
}
