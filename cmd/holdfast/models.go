package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/dataset/store"
)

// registryHelp is the help of --registry.
const registryHelp = "`folder` of the model registry (default: registry of the project file)"

func newModels(a *app) *cobra.Command {
	dir := ""
	cmd := &cobra.Command{
		Use:   "models",
		Short: "The model registry: which model serves, which served before, and can they be trusted?",
		Long: `models looks at the registry that retrain keeps: folders models/NAME/VERSION with the model,
report, verdict and run card of each version, and the file models/champion that names the one
that serves. A version never changes: its id holds a hash of all its files, and one that was
tampered with, or that a newer holdfast wrote, is refused by name.

A VERSION is written NAME@0002-9f31c2ab40de, NAME@2, NAME for the latest of that name, or
champion for the one that serves.
` + exitCodesHelp,
		Example: `  holdfast models list
  holdfast models show champion
  holdfast models diff champion logistic@3
  holdfast models promote logistic@3 --reason "agreed with CS on 3 July"
  holdfast models rollback
  holdfast score --model "models/$(cat models/champion)/model.json" --snapshots snaps/ --out scores.csv`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&dir, "registry", "", registryHelp)
	cmd.AddCommand(newModelsList(a, &dir), newModelsShow(a, &dir), newModelsDiff(a, &dir), newModelsPromote(a, &dir), newModelsRollback(a, &dir))
	return cmd
}

// registryOf is the folder of the registry: of the flag, else of the project.
func (a *app) registryOf(p *opened, flag string) string {
	if flag != "" {
		return flag
	}
	return p.config.Path(p.config.Registry)
}

// registryDir is registryOf for commands that need nothing else of the project.
func (a *app) registryDir(flag string) (string, error) {
	dir := flag
	if dir == "" {
		config, err := a.project()
		if err != nil {
			return "", fmt.Errorf("%w\n--registry names the folder of a registry without a project file", err)
		}
		dir = config.Path(config.Registry)
	}
	if store.IsURL(dir) {
		return "", fail(exitUsage, fmt.Errorf("%s: a registry is a local folder; copy the one in the store to one", plain(store.Name(dir))))
	}
	return dir, nil
}

// openRegistry opens the registry to be read.
func (a *app) openRegistry(flag string) (*registry.Registry, error) {
	dir, err := a.registryDir(flag)
	if err != nil {
		return nil, err
	}
	books, err := registry.Open(dir)
	return books, failRegistry(err)
}

// failRegistry gives an error of the registry its class: what was asked for is not there,
// what is there cannot be trusted, or the disk or another process is in the way.
func failRegistry(err error) error {
	switch {
	case errors.As(err, new(*registry.NotFoundError)):
		return fail(exitUsage, err)
	case errors.As(err, new(*registry.RefusedError)):
		return fail(exitModel, err)
	}
	return fail(exitOutput, err)
}

// versionArgs are the Args of a command that takes n versions.
func versionArgs(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		return fail(exitUsage, fmt.Errorf("%s; see %s --help", map[int]string{1: "name one version, as in logistic@2 or champion", 2: "name two versions, as in champion logistic@3"}[n], cmd.CommandPath()))
	}
}

// completeVersions completes the names of versions in the shell.
func (a *app) completeVersions(dir *string, n int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		books, err := a.openRegistry(*dir)
		if err != nil || len(args) >= n {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		all, err := books.Versions()
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		names := []string{"champion"}
		for _, ref := range all {
			names = append(names, ref.String())
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}
