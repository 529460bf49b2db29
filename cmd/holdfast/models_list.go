package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/models"
)

func newModelsList(a *app, dir *string) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List all versions, and which one serves",
		Long: `list reads every version of the registry, checks each, and says what it was trained on and
which one serves.
` + exitCodesHelp,
		Example: "  holdfast models list\n  holdfast models list --registry /srv/churn/models --json",
		Args:    noArgs,
		RunE:    func(*cobra.Command, []string) error { return a.listModels(*dir) },
	}
}

// listedModel is a version in models list --json.
type listedModel struct {
	Version  registry.Ref    `json:"version"`
	Champion bool            `json:"champion"`
	Kind     models.Kind     `json:"kind,omitempty"`
	Training models.Training `json:"training"`
	Refused  string          `json:"refused,omitempty"` // why it cannot be used
}

// listModels lists what there is. A version that is refused is listed too, and is the error
// in the end.
func (a *app) listModels(dir string) error {
	books, err := a.openRegistry(dir)
	if err != nil {
		return err
	}
	champion, err := books.Champion()
	if err != nil {
		return failRegistry(err)
	}
	all, err := books.Versions()
	if err != nil {
		return failRegistry(err)
	}
	list := []listedModel{}
	var refused error
	for _, ref := range all {
		x := listedModel{Version: ref, Champion: ref == champion, Training: models.Training{FirstAsOf: dataset.NoDate, LastAsOf: dataset.NoDate, KnownBy: dataset.NoDate}}
		if v, err := readVersion(books, ref); err == nil {
			x.Kind, x.Training = v.model.Kind, v.model.Training
		} else {
			x.Refused = packages.ReplaceAllString(err.Error(), "")
			if refused == nil {
				refused = err
			}
		}
		list = append(list, x)
	}
	if a.json && refused == nil {
		return fail(exitOutput, writeJSON(a.stdout, list))
	}
	a.printModels(books, list)
	return refused
}

// printModels prints the versions as a table.
func (a *app) printModels(books *registry.Registry, list []listedModel) {
	if a.quiet || a.json {
		return
	}
	if len(list) == 0 {
		a.printf("No models yet in %s; holdfast retrain registers the first.\n", plain(books.Dir))
		return
	}
	t := texttab.New("version", "kind", ">examples", ">churned", "labels known by", "")
	for _, x := range list {
		var marks []string
		if x.Champion {
			marks = append(marks, "champion")
		}
		if x.Refused != "" {
			marks = append(marks, "refused")
		}
		known := ""
		if x.Training.KnownBy != dataset.NoDate {
			known = x.Training.KnownBy.String()
		}
		t.Row(plain(x.Version.String()), string(x.Kind), texttab.Group(fmt.Sprint(x.Training.Examples)), texttab.Group(fmt.Sprint(x.Training.Churned)), known, strings.Join(marks, ", "))
	}
	t.Write(a.stdout)
}
