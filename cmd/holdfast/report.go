package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/plots/report"
)

// The files of a run that its report is made of, beside the pictures under plots/.
const (
	reportPage     = "report.html"
	reportDocument = "report.json"
)

func newReport(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "report RUN",
		Short: "Rebuild the report of a backtest from its run directory",
		Long: `report writes the page of a backtest again, from what the run directory holds: report.json,
which is the page as plain data, and the pictures under plots/, each of which must be the one that
the page was made with. No data is read and nothing is computed, so that the numbers are those of
the run; a newer holdfast draws them as it draws its own. RUN/report.html is replaced whole, or
left alone where it is the same already; --out writes the page somewhere else.
` + exitCodesHelp,
		Example: `  holdfast report out
  holdfast report out --out /tmp/for-the-board.html`,
		Args:              oneRun,
		ValidArgsFunction: completeRuns(1),
		RunE:              func(cmd *cobra.Command, args []string) error { return a.report(cmd.Context(), args[0]) },
	}
}

// oneRun wants the one argument of report.
func oneRun(cmd *cobra.Command, args []string) error {
	if len(args) != 1 {
		return fail(exitUsage, fmt.Errorf("report takes one run directory, not %d, as in holdfast report out; see %s --help", len(args), cmd.CommandPath()))
	}
	return nil
}

// report draws the page of a run again.
func (a *app) report(ctx context.Context, dir string) error {
	run, err := openPastRun(dir)
	if err != nil {
		return err
	}
	out, err := a.reportTarget(run)
	if err != nil {
		return err
	}
	page, figures, err := run.redraw(ctx)
	if err != nil {
		return err
	}
	written := !holds(out, page)
	if written {
		if err := rundir.WriteFile(out, func(w io.Writer) error { _, err := w.Write(page); return err }); err != nil {
			return fail(exitOutput, err)
		}
	}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, map[string]any{"run": dir, "out": out, "figures": figures, "changed": written}))
	}
	a.printf("Report: %s\n", plain(out))
	return nil
}

// reportTarget is where the page goes. Within the run only the place of its own page will
// do: any other would replace a file of the run, or be one that is not part of it.
func (a *app) reportTarget(run *pastRun) (string, error) {
	if a.out == "" {
		return run.path(reportPage), nil
	}
	if resolved(a.out) == resolved(run.path(reportPage)) {
		return run.path(reportPage), nil
	}
	if err := apart(a.out, run.dir); err != nil {
		return "", err
	}
	if err := isPage("--out", a.out); err != nil {
		return "", err
	}
	return a.out, fail(exitOutput, rundir.CheckFile(a.out))
}

// redraw renders the saved document of the run with its saved pictures.
func (r *pastRun) redraw(ctx context.Context) (page []byte, figures int, err error) {
	saved, err := r.read(reportDocument)
	if err != nil {
		return nil, 0, err
	}
	d, err := report.Read(bytes.NewReader(saved))
	if err != nil {
		return nil, 0, r.refuse(reportDocument, err)
	}
	var out bytes.Buffer
	err = d.Write(&out, func(name string) ([]byte, error) {
		figures++
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return r.read(picturePath(name, "svg"))
	})
	if ctx.Err() != nil {
		return nil, 0, ctx.Err()
	}
	if err != nil {
		return nil, 0, r.refuse(reportDocument, err)
	}
	return out.Bytes(), figures, nil
}

// picturePath is the place of a chart within a run.
func picturePath(chart, ending string) string { return "plots/" + chart + "." + ending }

// holds says whether a file is there with exactly this content.
func holds(path string, content []byte) bool {
	info, err := os.Stat(filepath.Clean(path))
	if err != nil || info.Size() != int64(len(content)) {
		return false
	}
	old, err := os.ReadFile(path)
	return err == nil && bytes.Equal(old, content)
}

// isPage refuses a name that says the page is something else: who asks for x.pdf would get a
// file that nothing opens.
func isPage(flag, path string) error {
	if ending := strings.ToLower(filepath.Ext(path)); ending == ".html" || ending == ".htm" {
		return nil
	}
	return fail(exitUsage, fmt.Errorf("%s %s: the ending must be .html; a browser prints the page as PDF", flag, plain(path)))
}
