package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/project"
	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/models"
)

// This file says who is held against whom: the champion as it is, its recipe fitted anew,
// and the challengers that the project declares.

// modelFile is the model among the files of a version.
const modelFile = "model.json"

// reigning is the champion: the version and its model, as it is.
type reigning struct {
	registry.Version
	model *models.Model
	text  []byte // of the model file
}

// ref is the champion's version; the zero Ref without one.
func (c *reigning) ref() registry.Ref {
	if c == nil {
		return registry.Ref{}
	}
	return c.Ref
}

// readChampion reads the version that serves and checks all of it; nil when there is none.
func readChampion(books *registry.Registry) (*reigning, error) {
	ref, err := books.Champion()
	if err != nil || ref.IsZero() {
		return nil, failRegistry(err)
	}
	return readVersion(books, ref)
}

// readVersion reads a version and its model.
func readVersion(books *registry.Registry, ref registry.Ref) (*reigning, error) {
	v, err := books.Load(ref)
	if err != nil {
		return nil, failRegistry(err)
	}
	path := books.Path(ref, modelFile)
	m, err := readModel(path)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	return &reigning{*v, m, text}, fail(exitModel, err)
}

// contest replaces the candidates of the project by those of the run, and returns the
// options under which they meet: the champion as it is, which must beat whoever wants its
// place; its recipe fitted anew; the declared challengers. Without a champion the project
// stands as it was written.
func (run *retraining) contest() (backtest.Options, error) {
	p := run.p
	options := p.options()
	declared := candidatesOf(p.config)
	if problems := readEarlier(p.config, declared); len(problems) > 0 {
		return options, fail(exitConfig, problems)
	}
	if run.champion == nil {
		return options, nil
	}
	list := append(run.challengers(declared), models.Candidate{Name: run.champion.String(), Kind: models.Earlier, Earlier: run.champion.model})
	compiled, err := models.Compile(list, p.factors, p.types)
	if err != nil {
		return options, fail(exitModel, fmt.Errorf("the champion cannot be held against the candidates: %w", err))
	}
	p.candidates = compiled
	options.Champion = run.champion.String()
	return options, nil
}

// challengers are the declared candidates that want the champion's place, those of further
// targets, and the champion's recipe. The recipe is the declared candidate of the same name
// where the project has not changed it since, and else what the model file says.
func (run *retraining) challengers(declared []models.Candidate) []models.Candidate {
	wanted, champion := run.p.config.Retrain.Challengers, run.champion
	var list []models.Candidate
	refitted, taken := false, false
	for _, c := range declared {
		same := c.Name == champion.Name && champion.Recipe == recipeOf(run.p.config, c.Name)
		if wanted == nil || slices.Contains(wanted, c.Name) || same || c.Target != "" && c.Target != models.Churn {
			list = append(list, c)
			refitted, taken = refitted || same, taken || c.Name == champion.Name
		}
	}
	if refitted || champion.model.Kind == models.Baseline {
		return list // the base rate is always there
	}
	name := champion.Name
	if taken {
		name += " (recipe of the champion)"
	}
	return append(list, models.Candidate{Name: name, Kind: models.Earlier, Earlier: champion.model, Refit: true})
}

// recipeOf is the SHA-256 of what the project says about how to fit a candidate: the
// candidate itself, the factors, and what is predicted of whom. Empty for a name that it
// does not have.
func recipeOf(c *project.Config, name string) string {
	at := slices.IndexFunc(c.Candidates, func(cand project.Candidate) bool { return cand.Name == name })
	if at < 0 {
		return ""
	}
	text, err := json.Marshal([]any{c.Candidates[at], c.Factors, c.Columns, c.Label, c.Segments, c.Bands})
	if err != nil {
		return "" // a number that JSON does not have; the model file then says the recipe
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
