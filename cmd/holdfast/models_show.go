package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/models"
)

func newModelsShow(a *app, dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "show VERSION",
		Short: "Say what a version is: verdict, training, weights, files, and when it served",
		Long: `show checks every byte of a version against its id, and says what it is: the verdict it was
registered with, what it was trained on, its weights, its files, and the lines of the journal
that are about it.
` + exitCodesHelp,
		Example:           "  holdfast models show champion\n  holdfast models show logistic@2 --json",
		Args:              versionArgs(1),
		ValidArgsFunction: a.completeVersions(dir, 1),
		RunE:              func(_ *cobra.Command, args []string) error { return a.showModel(*dir, args[0]) },
	}
}

// shownModel is what models show --json prints.
type shownModel struct {
	Version  registry.Ref     `json:"version"`
	Champion bool             `json:"champion"`
	Folder   string           `json:"folder"`
	Kind     models.Kind      `json:"kind"`
	Training models.Training  `json:"training"`
	Headline string           `json:"headline"` // of the verdict it was registered with
	Weights  []models.Weight  `json:"weights"`
	Files    []registry.File  `json:"files"`
	Journal  []registry.Entry `json:"journal"` // the lines that made it the champion, or took that from it
}

// showModel shows one version.
func (a *app) showModel(dir, name string) error {
	books, err := a.openRegistry(dir)
	if err != nil {
		return err
	}
	v, err := resolveVersion(books, name)
	if err != nil {
		return err
	}
	champion, err := books.Champion()
	if err != nil {
		return failRegistry(err)
	}
	shown := shownModel{Version: v.Ref, Champion: v.Ref == champion, Folder: books.Path(v.Ref), Kind: v.model.Kind, Training: v.model.Training,
		Weights: v.model.Weights, Files: v.Files, Journal: []registry.Entry{}}
	if shown.Headline, err = headlineOf(books, v.Ref); err != nil {
		return err
	}
	journal, err := books.Journal()
	if err != nil {
		return failRegistry(err)
	}
	for _, e := range journal {
		if e.Before != e.After && (e.Before == v.Ref || e.After == v.Ref) {
			shown.Journal = append(shown.Journal, e)
		}
	}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, shown))
	}
	a.printShown(shown)
	return nil
}

// resolveVersion reads the version that a person means.
func resolveVersion(books *registry.Registry, name string) (*reigning, error) {
	ref, err := books.Resolve(name)
	if err != nil {
		return nil, failRegistry(err)
	}
	return readVersion(books, ref)
}

// headlineOf is the verdict that a version was registered with, in a sentence; empty where
// it has none.
func headlineOf(books *registry.Registry, ref registry.Ref) (string, error) {
	path := books.Path(ref, "verdict.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fail(exitModel, err)
	}
	var verdict struct {
		Headline string `json:"headline"`
	}
	if err := json.Unmarshal(text, &verdict); err != nil {
		return "", fail(exitModel, fmt.Errorf("%s: %w", plain(path), err))
	}
	return verdict.Headline, nil
}

// printShown prints a version for people.
func (a *app) printShown(x shownModel) {
	if a.quiet {
		return
	}
	state := "registered"
	if x.Champion {
		state = "the champion"
	}
	a.printf("%s, %s, kind %s\n", plain(x.Version.String()), state, x.Kind)
	if x.Headline != "" {
		a.printf("%s\n", plain(x.Headline))
	}
	a.printf("Trained on %s examples, %s churned, as-of dates %s to %s, labels known by %s\n\n", texttab.Group(fmt.Sprint(x.Training.Examples)),
		texttab.Group(fmt.Sprint(x.Training.Churned)), x.Training.FirstAsOf, x.Training.LastAsOf, x.Training.KnownBy)
	t := texttab.New("factor", "level", ">weight per SD", ">share")
	for _, w := range x.Weights {
		t.Row(plain(w.Factor), plain(w.Level), texttab.Number(float64(w.PerSD), 3), percent(float64(w.Share)))
	}
	t.Write(a.stdout)
	a.printf("\n%d files in %s, all as they were registered\n", len(x.Files), plain(x.Folder))
	for _, e := range x.Journal {
		a.printf("Journal, line %d: %s, %s -> %s\n", e.N, e.Event, plain(orNone(e.Before)), plain(e.After.String()))
	}
}

// orNone is a version in words.
func orNone(ref registry.Ref) string {
	if ref.IsZero() {
		return "none"
	}
	return ref.String()
}
