package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"holdfast/cmd/holdfast/internal/project"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features"
	"holdfast/models"
)

// opened is a project with its config checked against its data, before any row is
// read.
type opened struct {
	config     *project.Config
	factors    []features.Factor
	candidates []models.Candidate // the baseline last
	reading    dataset.Reading
}

// open reads the config and holds every name in it against the schema of the data.
func (a *app) open(ctx context.Context) (*opened, error) {
	config, err := project.Load(a.config)
	if err != nil {
		return nil, fail(exitConfig, err)
	}
	if a.seedSet {
		config.Backtest.Seed = a.seed
	}
	asOf, err := a.asOfDate()
	if err != nil {
		return nil, err
	}
	p := &opened{config: config, reading: dataset.Reading{Location: config.Data.Timezone, AsOf: asOf}}
	snapshots, err := inspect(ctx, config, "data.snapshots", config.Data.Snapshots)
	if err != nil {
		return nil, err
	}
	outcomes, err := inspect(ctx, config, "data.outcomes", config.Data.Outcomes)
	if err != nil {
		return nil, err
	}
	problems := checkRoles(config, snapshots, outcomes)
	if p.factors, err = features.Compile(factorsOf(config), snapshots.Types()); err != nil {
		problems = append(problems, factorProblems(config, err)...)
	}
	if len(problems) == 0 { // candidates need whole factors
		if p.candidates, err = models.Compile(candidatesOf(config), p.factors, snapshots.Types()); err != nil {
			problems = append(problems, candidateProblems(config, err)...)
		}
	}
	if len(problems) > 0 {
		return nil, fail(exitConfig, problems)
	}
	return p, nil
}

// inspect reads a schema; a path that does not exist is a problem of the config.
func inspect(ctx context.Context, config *project.Config, key, path string) (*dataset.Schema, error) {
	schema, err := dataset.Inspect(ctx, config.Path(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail(exitConfig, project.Problems{config.Problemf(key, "paths are relative to the project file", "%s does not exist", path)})
	}
	return schema, fail(exitData, err)
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
	look(outcomes, "outcomes", "outcome_date", c.OutcomeDate)
	look(outcomes, "outcomes", "outcome", c.Outcome)
	look(outcomes, "outcomes", "decided_at", c.DecidedAt)
	look(snapshots, "snapshots", "value", c.Value)
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
		case spec.Column != spec.Name:
			path += ".column"
		default:
			path += ".name"
		}
		p := expressionProblem(config, path, f.Err)
		if spec.Expr == "" { // the offset is into an expression that nobody wrote
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
			if c.Candidate != "" && config.Candidates[c.Index].Column != "" {
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

// load reads the data and lets the label clock join it.
func (p *opened) load(ctx context.Context) (*dataset.Examples, error) {
	c := p.config
	e, err := dataset.Load(ctx, dataset.Spec{
		Snapshots: c.Path(c.Data.Snapshots), Outcomes: c.Path(c.Data.Outcomes),
		Columns: columnsOf(c), Clock: clockOf(c), OtherLeads: c.Label.LeadDays[min(1, len(c.Label.LeadDays)):], Uses: features.Uses(append(models.Inputs(p.candidates), p.factors...)),
		ObservedUntil: day(c.Data.ObservedUntil), Reading: p.reading,
	})
	if err != nil {
		return nil, fail(exitData, err)
	}
	return features.Complete(e, models.Inputs(p.candidates)), nil
}

// loadTrusted is load, refused when a factor knows the answer: nothing may be learned
// from such data.
func (p *opened) loadTrusted(ctx context.Context) (*dataset.Examples, error) {
	e, err := p.load(ctx)
	if err != nil {
		return nil, err
	}
	findings, err := features.Leaks(ctx, p.factors, e.All())
	if err != nil {
		return nil, err
	}
	if len(findings) > 0 {
		return nil, fail(exitData, &dataset.RefusedError{Findings: findings})
	}
	return e, nil
}
