package main

import (
	"fmt"
	"path/filepath"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset/store"
)

// runEntries are all names that a run directory holds beside its marker. A directory
// with anything else in it is never replaced.
var runEntries = []string{"report.html", "report.json", "verdict.json", "metrics.csv", "predictions.parquet",
	"outlook.parquet",
	"weights.csv", "model.json", "model.sql", "plots"}

// target is the run directory of a backtest.
func (a *app) target(p *opened) string {
	if a.out != "" {
		return a.out
	}
	return p.config.Path(p.config.Output)
}

// fitTarget is the run directory of a fit: beside that of the backtest, whose report
// it must not replace.
func (a *app) fitTarget(p *opened) string {
	if a.out != "" {
		return a.out
	}
	return filepath.Clean(p.config.Path(p.config.Output)) + "-fit"
}

// createRun starts a run directory.
func createRun(p *opened, target string) (*rundir.Dir, error) {
	if err := apart(target, p.config.Path(p.config.Data.Snapshots), p.config.Path(p.config.Data.Outcomes)); err != nil {
		return nil, err
	}
	d, err := rundir.Create(target, runEntries...)
	return d, fail(exitOutput, err)
}

// apart refuses an output in the place of an input, which would be lost, or inside an
// input directory, where the next run would read it as data. Outputs are local files.
func apart(out string, inputs ...string) error {
	if store.IsURL(out) {
		return fail(exitUsage, fmt.Errorf("%s: outputs are written to local folders only; write to one and copy it to the store", plain(store.Name(out))))
	}
	for _, in := range inputs {
		if !store.IsURL(in) && within(out, in) {
			return fail(exitUsage, fmt.Errorf("the output %s is, or is inside, the input %s; choose another place", plain(out), plain(in)))
		}
	}
	return nil
}

// within says whether path is input or below it; input may be a glob.
func within(path, input string) bool {
	input = resolved(input)
	for at := resolved(path); ; at = filepath.Dir(at) {
		if matched, err := filepath.Match(input, at); at == input || matched && err == nil {
			return true
		}
		if at == filepath.Dir(at) {
			return false
		}
	}
}

// resolved is the absolute path without links, as far as it exists.
func resolved(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		return real
	}
	parent := filepath.Dir(abs)
	if parent == abs {
		return abs
	}
	return filepath.Join(resolved(parent), filepath.Base(abs))
}
