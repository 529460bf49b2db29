package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/models"
)

func newModelsDiff(a *app, dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "diff VERSION VERSION",
		Short: "Say what changed from one version to another, weight by weight",
		Long: `diff holds two versions side by side: what each was trained on, and the weight of every
factor and level in both, as log-odds of churn per standard deviation.
` + exitCodesHelp,
		Example:           "  holdfast models diff champion logistic@3\n  holdfast models diff logistic@1 logistic@2 --json | jq .weights",
		Args:              versionArgs(2),
		ValidArgsFunction: a.completeVersions(dir, 2),
		RunE:              func(_ *cobra.Command, args []string) error { return a.diffModels(*dir, args[0], args[1]) },
	}
}

// modelDiff is what models diff --json prints.
type modelDiff struct {
	A       diffSide     `json:"a"`
	B       diffSide     `json:"b"`
	Weights []weightDiff `json:"weights"`
}

// diffSide is one of two versions.
type diffSide struct {
	Version     registry.Ref    `json:"version"`
	Kind        models.Kind     `json:"kind"`
	Training    models.Training `json:"training"`
	InPoints    bool            `json:"in_points"` // the weights are of points of health, as hand-set ones are
	Calibration struct {
		Intercept models.Stat `json:"intercept"`
		Slope     models.Stat `json:"slope"`
	} `json:"calibration"`
}

// weightDiff is a weight in both versions; undefined in the one that does not have it.
type weightDiff struct {
	Segment string      `json:"segment,omitempty"`
	Factor  string      `json:"factor"`
	Level   string      `json:"level,omitempty"`
	A       models.Stat `json:"a_per_sd"`
	B       models.Stat `json:"b_per_sd"`
	Change  models.Stat `json:"change"` // undefined too where one is of points of health and the other is not
}

// diffModels compares two versions.
func (a *app) diffModels(dir, nameA, nameB string) error {
	books, err := a.openRegistry(dir)
	if err != nil {
		return err
	}
	from, err := resolveVersion(books, nameA)
	if err != nil {
		return err
	}
	to, err := resolveVersion(books, nameB)
	if err != nil {
		return err
	}
	d := modelDiff{A: sideOf(from), B: sideOf(to), Weights: weightDiffs(from.model.Weights, to.model.Weights)}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, d))
	}
	a.printModelDiff(d)
	return nil
}

func sideOf(v *reigning) diffSide {
	side := diffSide{Version: v.Ref, Kind: v.model.Kind, Training: v.model.Training}
	side.InPoints = slices.ContainsFunc(v.model.Weights, func(w models.Weight) bool { return w.Points != nil })
	side.Calibration.Intercept, side.Calibration.Slope = models.Stat(v.model.Calibration.Intercept), models.Stat(v.model.Calibration.Slope)
	return side
}

// weightDiffs pairs weights by segment, factor and level: those of a in their order, then
// those that only b has. Where one model scores the factor in points of health, of which more
// is always better, and the other takes it as it is, the two are no measure of one another.
func weightDiffs(a, b []models.Weight) []weightDiff {
	key := func(w models.Weight) [3]string { return [3]string{w.Segment, w.Factor, w.Level} }
	list, at := []weightDiff{}, make(map[[3]string]int)
	for i, w := range a {
		at[key(w)] = i
		list = append(list, weightDiff{w.Segment, w.Factor, w.Level, w.PerSD, models.Undefined(), models.Undefined()})
	}
	for _, w := range b {
		i, both := at[key(w)]
		if !both {
			list = append(list, weightDiff{w.Segment, w.Factor, w.Level, models.Undefined(), w.PerSD, models.Undefined()})
			continue
		}
		list[i].B = w.PerSD
		if (w.Points == nil) == (a[i].Points == nil) {
			list[i].Change = w.PerSD - list[i].A
		}
	}
	return list
}

// printModelDiff prints two versions side by side.
func (a *app) printModelDiff(d modelDiff) {
	if a.quiet {
		return
	}
	for _, side := range []struct {
		name string
		diffSide
	}{{"A", d.A}, {"B", d.B}} {
		a.printf("%s: %s, kind %s, %s examples, labels known by %s\n", side.name, plain(side.Version.String()), side.Kind,
			texttab.Group(fmt.Sprint(side.Training.Examples)), side.Training.KnownBy)
	}
	if d.A.Version == d.B.Version {
		a.printf("They are the same version.\n")
		return
	}
	a.printf("\nLog-odds of churn per standard deviation\n")
	t := texttab.New("factor", "level", ">A", ">B", ">change")
	for _, w := range d.Weights {
		name := w.Factor
		if w.Segment != "" {
			name = w.Segment + ": " + name
		}
		t.Row(plain(name), plain(w.Level), oneSide(w.A), oneSide(w.B), oneSide(w.Change))
	}
	t.Write(a.stdout)
	if d.A.InPoints != d.B.InPoints {
		name := d.A.Version
		if d.B.InPoints {
			name = d.B.Version
		}
		a.printf("\nThe weights of %s are of points of health, of which more is always better: signs and sizes do not compare.\n", plain(name.String()))
	}
}

// oneSide is a number, and a dash where a version has none.
func oneSide(x models.Stat) string {
	if math.IsNaN(float64(x)) {
		return "-"
	}
	return texttab.Number(float64(x), 3)
}
