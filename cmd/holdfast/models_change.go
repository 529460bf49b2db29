package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/registry"
)

func newModelsPromote(a *app, dir *string) *cobra.Command {
	reason := ""
	cmd := &cobra.Command{
		Use:   "promote VERSION",
		Short: "Make a version the champion, by hand",
		Long: `promote makes a version the champion, whatever a backtest said of it, and adds a line to the
journal. The version is checked first; readers see the old champion or the new, never
anything else.
` + exitCodesHelp,
		Example:           "  holdfast models promote logistic@3\n  holdfast models promote logistic@3 --reason \"agreed with CS on 3 July\"",
		Args:              versionArgs(1),
		ValidArgsFunction: a.completeVersions(dir, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			return a.changeChampion(*dir, reason, func(w *registry.Writer, _ registry.Ref) (registry.Entry, error) {
				ref, err := w.Resolve(args[0])
				return registry.Entry{Event: registry.Promote, After: ref}, err
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "`why`, for the journal")
	return cmd
}

func newModelsRollback(a *app, dir *string) *cobra.Command {
	reason := ""
	cmd := &cobra.Command{
		Use:   "rollback",
		Short: "Go back to the champion before this one",
		Long: `rollback makes the champion before this one the champion again, and adds a line to the
journal. A second rollback goes back one further. Nothing is removed: promote brings back
what was rolled back. retrain does not undo it: on the same data it holds what it would
promote again, and judges anew when the data are new.
` + exitCodesHelp,
		Example: "  holdfast models rollback\n  holdfast models rollback --reason \"scores of starters are off\"",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.changeChampion(*dir, reason, func(w *registry.Writer, champion registry.Ref) (registry.Entry, error) {
				ref, err := reignBefore(w, champion)
				return registry.Entry{Event: registry.Rollback, After: ref}, err
			})
		},
	}
	cmd.Flags().StringVar(&reason, "reason", "", "`why`, for the journal")
	return cmd
}

// reignBefore is the champion before this one.
func reignBefore(w *registry.Writer, champion registry.Ref) (registry.Ref, error) {
	journal, err := w.Journal()
	if err != nil {
		return registry.Ref{}, err
	}
	reigns := registry.Reigns(journal)
	if len(reigns) < 2 {
		return registry.Ref{}, &registry.NotFoundError{Reason: fmt.Sprintf("there was no champion before %s; promote names any version", orNone(champion))}
	}
	return reigns[len(reigns)-2], nil
}

// personNote is what a line of the journal says of a change by hand.
type personNote struct {
	Reason string `json:"reason"`
}

// changeChampion carries out what a person decided: lock, choose, check, commit, tell.
func (a *app) changeChampion(dirFlag, reason string, choose func(w *registry.Writer, champion registry.Ref) (registry.Entry, error)) error {
	books, err := a.openRegistry(dirFlag)
	if err != nil {
		return err
	}
	if all, err := books.Versions(); err != nil || len(all) == 0 { // or locking would make the folder
		if err == nil {
			err = &registry.NotFoundError{Reason: fmt.Sprintf("%s has no versions; retrain registers the first", books.Dir)}
		}
		return failRegistry(err)
	}
	w, err := registry.Lock(books.Dir, a.disk)
	if err != nil {
		return failRegistry(err)
	}
	defer w.Close()
	before, err := w.Champion()
	if err != nil {
		return failRegistry(err)
	}
	entry, err := choose(w, before)
	if err != nil {
		return failRegistry(err)
	}
	if entry.After == before {
		return a.tellChampion(before, before, "is the champion already; nothing was changed")
	}
	if _, err := readVersion(&w.Registry, entry.After); err != nil {
		return err
	}
	if reason != "" {
		if entry.Run, err = json.Marshal(personNote{plain(reason)}); err != nil {
			return err
		}
	}
	if err := w.Commit(entry); err != nil {
		return failRegistry(err)
	}
	return a.tellChampion(before, entry.After, "is the champion now, after "+orNone(before))
}

// tellChampion says who serves.
func (a *app) tellChampion(before, after registry.Ref, words string) error {
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, map[string]registry.Ref{"champion_before": before, "champion_after": after}))
	}
	a.printf("%s %s\n", plain(after.String()), plain(words))
	return nil
}
