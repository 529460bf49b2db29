package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/dataset/store"
)

// pastRun is a run directory that is there already. It may have been copied, cut short or
// edited: whatever is read from it is checked by who reads it, and refused by name.
type pastRun struct {
	dir  string
	card runCard
}

// mostRunFile bounds what is read of a run directory into memory at once. It is far above
// what a run writes and far below what hurts.
const mostRunFile = 1 << 30

// openPastRun opens the run directory of a backtest, or of the one within a retrain.
func openPastRun(dir string) (*pastRun, error) {
	if store.IsURL(dir) {
		return nil, fail(exitUsage, fmt.Errorf("%s: run directories are local; copy it here first", plain(store.Name(dir))))
	}
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail(exitUsage, fmt.Errorf("%s: there is no such directory; name the --out of a backtest", plain(dir)))
	case err != nil:
		return nil, fail(exitOutput, err)
	case !info.IsDir():
		return nil, fail(exitUsage, fmt.Errorf("%s: this is not a directory; name the --out of a backtest", plain(dir)))
	}
	r := &pastRun{dir: dir}
	text, err := r.read(rundir.Marker)
	if err != nil || json.Unmarshal(text, &r.card) != nil || r.card.Tool != rundir.Tool {
		return nil, fail(exitUsage, fmt.Errorf("%s: this is not a run of holdfast: there is no %s of its own in it; name the --out of a backtest", plain(dir), rundir.Marker))
	}
	if r.card.Command != "backtest" && r.card.Command != "retrain" {
		return nil, fail(exitUsage, fmt.Errorf("%s: this is a run of holdfast %s; only a backtest or a retrain has a report and predictions", plain(dir), plain(r.card.Command)))
	}
	return r, nil
}

// path is the place of a file of the run.
func (r *pastRun) path(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

// read reads a file of the run.
func (r *pastRun) read(name string) ([]byte, error) {
	path := r.path(name)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fail(exitData, fmt.Errorf("%s: the run has no such file; %s", plain(path), r.whyMissing()))
	case err != nil:
		return nil, fail(exitOutput, err)
	case !info.Mode().IsRegular(): // opening a pipe would wait for its writer
		return nil, fail(exitData, fmt.Errorf("%s: this is not a file; run the backtest again", plain(path)))
	case info.Size() > mostRunFile:
		return nil, fail(exitData, fmt.Errorf("%s: %d bytes are more than a run writes; run the backtest again", plain(path), info.Size()))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fail(exitOutput, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, mostRunFile)) // it may have grown
	return text, fail(exitOutput, err)
}

// whyMissing says what to do about a file that the run does not have. There are two kinds
// of runs that never had some, however often they are made.
func (r *pastRun) whyMissing() string {
	switch {
	case slices.ContainsFunc(r.card.Warnings, func(w dataset.Warning) bool { return w.Code == fewDatesCode }):
		return "it was validated in sample, because the data have too few dates, and says nothing of single accounts: only a backtest over several dates does"
	case r.card.Command == "retrain":
		return "a retrain whose champion could not be tested yet has no backtest in it, as " + verdictName + " says; else run it again"
	}
	return "run the backtest again"
}

// refuse says that a file of the run cannot be used, and why, in the words of the package
// that found out. A failure on the way to it keeps its class.
func (r *pastRun) refuse(name string, err error) error {
	code := exitData
	if f := (*failure)(nil); errors.As(err, &f) {
		code = f.code
	}
	return &failure{code, fmt.Errorf("%s: %s", plain(r.path(name)), packages.ReplaceAllString(err.Error(), ""))}
}

// completeRuns completes the path of a run directory in the shell: those that are runs, and
// with a slash the directories on the way to others. At most is how many a command takes.
func completeRuns(most int) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		parent, _ := filepath.Split(begun)
		entries, err := os.ReadDir(filepath.Join(".", parent))
		if filepath.IsAbs(begun) {
			entries, err = os.ReadDir(parent)
		}
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var list []string
		for _, e := range entries {
			path := parent + e.Name()
			info, err := os.Stat(path)
			if err != nil || !info.IsDir() || !strings.HasPrefix(path, begun) || strings.HasPrefix(e.Name(), ".") {
				continue
			}
			if _, err := openPastRun(path); err != nil {
				path += string(filepath.Separator)
			}
			list = append(list, path)
		}
		return list, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}
