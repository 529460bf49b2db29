package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"holdfast/cmd/holdfast/internal/project"
	"holdfast/cmd/holdfast/internal/stages"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/store"
	"holdfast/features"
	"holdfast/models"
)

// opened is a project with its config checked against its data, before any row is
// read.
type opened struct {
	config     *project.Config
	factors    []features.Factor
	candidates []models.Candidate // the baseline last
	types      expr.Columns       // of the columns of the snapshots
	cohort     *expr.Expr         // nil: none is asked for
	reading    dataset.Reading
	clock      *stages.Clock // of the command; nil without --verbose
	svgOnly    bool          // leave out the PNG of each picture
	note       func(string)  // tells what is worth knowing and nothing to act on
}

// project reads the config. That it may not be read is a matter of the machine, and not of the config.
func (a *app) project() (*project.Config, error) {
	config, err := project.Load(a.config)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fail(exitOutput, err)
	}
	return config, fail(exitConfig, err)
}

// open reads the config and holds every name in it against the schema of the data.
func (a *app) open(ctx context.Context) (*opened, error) {
	config, err := a.project()
	if err != nil {
		return nil, err
	}
	if a.seedSet {
		config.Backtest.Seed = a.seed
	}
	asOf, err := a.asOfDate()
	if err != nil {
		return nil, err
	}
	p := &opened{config: config, clock: a.clock, note: a.note, reading: dataset.Reading{Location: config.Data.Timezone, AsOf: asOf, Memory: a.budget,
		MissingAsNull: config.Data.MissingColumns == project.MissingColumnsNull, BeforeColumns: func() { makeRoom(a.budget) }}}
	snapshots, err := inspect(ctx, config, "data.snapshots", config.Data.Snapshots)
	if err != nil {
		return nil, err
	}
	outcomes, err := inspect(ctx, config, "data.outcomes", config.Data.Outcomes)
	if err != nil {
		return nil, err
	}
	p.types = snapshots.Types()
	problems := checkRoles(config, snapshots, outcomes)
	if p.factors, err = features.Compile(factorsOf(config), p.types); err != nil {
		problems = append(problems, factorProblems(config, err)...)
	}
	if text := config.Backtest.Cohort; text != "" {
		if p.cohort, err = expr.Parse(text, p.types); err != nil {
			problems = append(problems, expressionProblem(config, "backtest.cohort", err))
		}
	}
	if len(problems) == 0 { // candidates need whole factors
		specs := candidatesOf(config)
		if problems = readEarlier(config, specs); len(problems) == 0 {
			if p.candidates, err = models.Compile(specs, p.factors, p.types); err != nil {
				problems = append(problems, candidateProblems(config, err)...)
			}
		}
	}
	if len(problems) > 0 {
		return nil, fail(exitConfig, problems)
	}
	return p, nil
}

// inspect reads a schema; a path that does not exist is a problem of the config.
func inspect(ctx context.Context, config *project.Config, key, path string) (*dataset.Schema, error) {
	if err := store.Check(path); err != nil {
		return nil, fail(exitConfig, project.Problems{config.Problemf(key, "", "%s %v", store.Name(path), err)})
	}
	schema, err := dataset.Inspect(ctx, config.Path(path))
	if errors.Is(err, fs.ErrNotExist) {
		hint := "paths are relative to the project file"
		if store.IsURL(path) {
			hint = "check the names of the bucket and of the prefix"
		}
		return nil, fail(exitConfig, project.Problems{config.Problemf(key, hint, "%s does not exist", store.Name(path))})
	}
	return schema, unreadable(err)
}

// unreadable gives an error of reading inputs its class. What the system, the store or this build does not let us do is
// no fault of the data.
func unreadable(err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, errors.ErrUnsupported) {
		return fail(exitOutput, err)
	}
	return fail(exitData, err)
}

// checkURLs refuses paths of flags that cannot be read whatever lies there.
func checkURLs(paths ...string) error {
	for _, path := range paths {
		if err := store.Check(path); err != nil {
			return fail(exitUsage, fmt.Errorf("%s %w", plain(store.Name(path)), err))
		}
	}
	return nil
}

// checkRoles finds roles whose column does not exist.
func checkRoles(config *project.Config, snapshots, outcomes *dataset.Schema) project.Problems {
	var problems project.Problems
	look := func(schema *dataset.Schema, what, key, column string) {
		if _, ok := schema.Kind(column); column != "" && !ok {
			problems = append(problems, config.Problemf("columns."+key, suggestion(column, schema.Fields), "the %s have no column %q", what, column))
		}
	}
	c := config.Columns
	look(snapshots, "snapshots", "account", c.Account)
	look(outcomes, "outcomes", "account", c.Account)
	look(snapshots, "snapshots", "snapshot_date", c.SnapshotDate)
	look(snapshots, "snapshots", "recorded_at", c.RecordedAt)
	look(outcomes, "outcomes", "outcome_date", c.OutcomeDate)
	look(outcomes, "outcomes", "outcome", c.Outcome)
	look(outcomes, "outcomes", "decided_at", c.DecidedAt)
	look(outcomes, "outcomes", "touched_at", c.TouchedAt)
	look(snapshots, "snapshots", "value", c.Value)
	look(outcomes, "outcomes", "value_after", c.ValueAfter)
	look(outcomes, "outcomes", "value_before", c.ValueBefore)
	if c.Segment != "" {
		if _, err := expr.Parse(c.Segment, snapshots.Types()); err != nil {
			problems = append(problems, expressionProblem(config, "columns.segment", err))
		}
	}
	return problems
}

// suggestion names the column that was probably meant, or some that there are.
func suggestion(name string, fields []parquetio.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	if near, ok := expr.Nearest(name, names); ok {
		return fmt.Sprintf("did you mean %q?", near)
	}
	for i, name := range names {
		names[i] = strconv.Quote(name)
	}
	return "the columns are " + strings.Join(names[:min(len(names), 12)], ", ")
}

// expressionProblem points into the expression when the error says where.
func expressionProblem(config *project.Config, path string, err error) project.Problem {
	var bad *expr.Error
	if errors.As(err, &bad) {
		p := config.Problemf(path, bad.Hint, "%s", bad.Message) // the position says the rest
		p.Position = config.Inside(path, bad.Offset)
		return p
	}
	return config.Problemf(path, "", "%v", err)
}

// factorProblems positions the errors of features.Compile.
func factorProblems(config *project.Config, err error) project.Problems {
	var problems project.Problems
	for _, e := range joined(err) {
		var f *features.FactorError
		if !errors.As(e, &f) {
			problems = append(problems, config.Problemf("factors", "", "%v", e))
			continue
		}
		path := fmt.Sprintf("factors[%d]", f.Index)
		spec := config.Factors[f.Index]
		switch {
		case spec.Expr != "":
			path += ".expr"
		case spec.Rule != "":
			path += ".rule"
		case spec.Members != nil:
			path += "." + spec.Kind
		case spec.History != nil:
			path += ".history.of"
		case spec.Column != spec.Name:
			path += ".column"
		default:
			path += ".name"
		}
		p := expressionProblem(config, path, f.Err)
		if spec.Expr == "" && spec.Rule == "" && spec.History == nil { // the offset is into an expression that nobody wrote
			p.Position = config.At(path)
		}
		p.Message = fmt.Sprintf("factor %q: %s", f.Factor, p.Message)
		problems = append(problems, p)
	}
	return problems
}

// candidateProblems positions the errors of models.Compile.
func candidateProblems(config *project.Config, err error) project.Problems {
	var problems project.Problems
	for _, e := range joined(err) {
		path := "candidates"
		var c *models.CandidateError
		if errors.As(e, &c) {
			path = fmt.Sprintf("candidates[%d]", c.Index)
			var recipe *models.RecipeError
			switch {
			case errors.As(e, &recipe):
				p := expressionProblem(config, path+"."+string(recipe.Band), recipe.Err)
				p.Message = fmt.Sprintf("candidate %q: %s: %s", c.Candidate, recipe.Band, p.Message)
				problems = append(problems, p)
				continue
			case c.Candidate != "" && config.Candidates[c.Index].Kind == project.CandidateColumn:
				path += ".column"
			}
			e = fmt.Errorf("candidate %q: %w", c.Candidate, c.Err)
		}
		problems = append(problems, config.Problemf(path, "", "%v", e))
	}
	return problems
}

// joined takes errors.Join apart.
func joined(err error) []error {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		return many.Unwrap()
	}
	return []error{err}
}

// survey reads the data and lets the label clock join it.
func (p *opened) survey(ctx context.Context) (*dataset.Panel, error) {
	c, used := p.config, append(models.Inputs(p.candidates), p.factors...)
	uses := features.Uses(used)
	if p.cohort != nil {
		for _, name := range p.cohort.Columns() {
			uses[name] = p.types[name]
		}
	}
	panel, err := dataset.Survey(ctx, dataset.Spec{
		Snapshots: c.Path(c.Data.Snapshots), Outcomes: c.Path(c.Data.Outcomes),
		Columns: columnsOf(c), Clock: clockOf(c), OtherLeads: c.Label.LeadDays[min(1, len(c.Label.LeadDays)):], Uses: uses, Histories: features.Histories(used), Predictions: models.ForeignPredictions(p.candidates),
		ObservedUntil: day(c.Data.ObservedUntil), Reading: p.reading,
	})
	if err != nil {
		return nil, unreadable(err)
	}
	panel.Examples = features.Complete(panel.Examples, models.Inputs(p.candidates))
	if panel.Examples.Table.Stored() {
		if need := makeRoom(p.reading.Memory); need > 0 {
			p.note(fmt.Sprintf("accounts, days and labels of %d snapshots do not leave room to work in %d MiB; up to %d MiB are used",
				len(panel.Snapshots.Date), p.reading.Memory>>20, need>>20))
		}
	}
	p.clock.Done("read and label", len(panel.Snapshots.Date))
	return panel, nil
}

// loadTrusted is the examples of survey, refused when a factor knows the answer: nothing may be learned
// from such data.
func (p *opened) loadTrusted(ctx context.Context) (*dataset.Examples, error) {
	panel, err := p.surveyTrusted(ctx)
	if err != nil {
		return nil, err
	}
	return panel.Examples, nil
}

// surveyTrusted is loadTrusted that keeps the raw rows.
func (p *opened) surveyTrusted(ctx context.Context) (*dataset.Panel, error) {
	panel, err := p.survey(ctx)
	if err != nil {
		return nil, err
	}
	findings, err := features.Leaks(ctx, p.factors, panel.Examples.All())
	if err != nil {
		return nil, err
	}
	p.clock.Done("leaking factors", panel.Examples.Len())
	if len(findings) > 0 {
		return nil, fail(exitData, &dataset.RefusedError{Findings: findings})
	}
	return panel, nil
}
