package project

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"holdfast/dataset/store"
)

// check finds what the parts of the file say against each other. Values that were refused already are
// zero here and say nothing.
func (r *reader) check(c *Config) {
	r.problems = slices.Concat(r.problems, c.roles(), c.outcomeWords(), c.dates(), c.money(), c.outputs())
	r.champion(c)
	r.reach(c)
	r.purposes(c)
	r.towards(c)
}

// roles finds one column in two roles that no column can play at once. The dates lie in two files, so
// they may have one name; and of a list of churns the date is the outcome.
func (c *Config) roles() (ps Problems) {
	type role struct{ path, column string }
	roles := []role{
		{"columns.account", c.Columns.Account},
		{"columns.snapshot_date", c.Columns.SnapshotDate},
		{"columns.outcome_date", c.Columns.OutcomeDate},
		{"columns.outcome", c.Columns.Outcome},
	}
	for i, b := range roles {
		for _, a := range roles[:i] {
			dates := strings.HasSuffix(a.path, "_date") && strings.HasSuffix(b.path, "_date") || b.path == "columns.outcome" && a.path == "columns.outcome_date"
			if a.column == b.column && a.column != "" && !dates {
				ps = append(ps, c.Problemf(b.path, "name two columns", "%s and %s are both %s", a.path, b.path, quote(a.column)))
			}
		}
	}
	return ps
}

// outcomeWords finds words that mean two things, and what does not go with a list of churns.
func (c *Config) outcomeWords() (ps Problems) {
	churns := c.Columns.Outcome == c.Columns.OutcomeDate && c.Columns.Outcome != ""
	if churns && c.Label.Mode == LabelRenewal {
		ps = append(ps, c.Problemf("label.mode", "use mode: horizon", "columns.outcome is the date, so that every row is a churn and no renewal is known"))
	}
	lists := []struct {
		name  string
		words []string
	}{{"churned_when", c.Columns.ChurnedWhen}, {"renewed_when", c.Columns.RenewedWhen}, {"open_when", c.Columns.OpenWhen}}
	for i, b := range lists {
		if len(b.words) > 0 && churns {
			ps = append(ps, c.Problemf("columns."+b.name, "remove it, or name the column of the words", "%s does not apply where columns.outcome is the date", "columns."+b.name))
		}
		for k, word := range b.words {
			for _, a := range lists[:i] {
				if slices.Contains(a.words, word) {
					ps = append(ps, c.Problemf(index("columns."+b.name, k), "keep it in one of them", "%s is in %s and in %s", quote(word), a.name, b.name))
				}
			}
		}
	}
	return ps
}

// dates finds cutoffs that no fold can have.
func (c *Config) dates() (ps Problems) {
	type day struct {
		path string
		date time.Time
	}
	first := day{"backtest.first_cutoff", c.Backtest.FirstCutoff}
	last := day{"backtest.last_cutoff", c.Backtest.LastCutoff}
	until := day{"data.observed_until", c.Data.ObservedUntil}
	for _, pair := range [][2]day{{first, last}, {first, until}, {last, until}} {
		early, late := pair[0], pair[1]
		if late.date.IsZero() || !early.date.After(late.date) {
			continue
		}
		ps = append(ps, c.Problemf(early.path, "correct one of the dates", "%s %s is after %s %s",
			early.path, early.date.Format(time.DateOnly), late.path, late.date.Format(time.DateOnly)))
	}
	return ps
}

// money finds what goes by the money at stake where no column holds it.
func (c *Config) money() (ps Problems) {
	if c.Columns.Value != "" {
		return nil
	}
	type ask struct {
		path string
		asks bool
	}
	asks := []ask{{"bands.red.value", c.Bands.Red.Value > 0}, {"bands.yellow.value", c.Bands.Yellow.Value > 0}}
	for i, cand := range c.Candidates {
		asks = append(asks, ask{index("candidates", i) + ".weigh.by", cand.Fitting.WeighBy == WeighValue})
	}
	for _, a := range asks {
		if a.asks {
			ps = append(ps, c.Problemf(a.path, "name its column in columns.value", "%s needs the money at stake", a.path))
		}
	}
	return ps
}

// outputs finds an output directory that a run would publish over its own input, or that the next run
// would read as input.
func (c *Config) outputs() (ps Problems) {
	if store.IsURL(c.Output) {
		ps = append(ps, c.Problemf("output", "write to a local folder and copy it to the store", "output %s is not a local folder", quote(store.Name(c.Output))))
	}
	for _, input := range [][2]string{{"data.snapshots", c.Data.Snapshots}, {"data.outcomes", c.Data.Outcomes}} {
		path := input[1]
		if path == "" || c.Output == "" || store.IsURL(path) || store.IsURL(c.Output) {
			continue
		}
		fixed, _, _ := strings.Cut(path, "**") // a glob with ** reads all below its fixed part
		if out, in := c.Path(c.Output), c.Path(fixed); holds(out, in) || holds(in, out) {
			ps = append(ps, c.Problemf("output", "write to a directory of its own", "output %s and %s %s lie in one another", quote(c.Output), input[0], quote(path)))
		}
	}
	return ps
}

// holds reports that a path is the directory dir or lies in it, by their names alone: nothing
// is looked up, so that links are not followed and neither need exist.
func holds(dir, path string) bool {
	within, err := filepath.Rel(dir, path)
	return err == nil && within != ".." && !strings.HasPrefix(within, ".."+string(filepath.Separator))
}

// champion checks that the champion is a candidate, or the built-in one. Of a file without
// candidates, which is reported as such, it says nothing.
func (r *reader) champion(c *Config) {
	have := []string{Baseline}
	for _, candidate := range c.Candidates {
		if candidate.Name != "" {
			have = append(have, candidate.Name)
		}
	}
	name := c.Backtest.Champion
	if name == "" || c.Candidates == nil || slices.Contains(have, name) {
		return
	}
	hint := r.suggestName(name, "the candidates are", have)
	r.problems = append(r.problems, c.Problemf("backtest.champion", hint, "backtest.champion is %s, which is no candidate", quote(name)))
}
