package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/cmd/holdfast/internal/progress"
	"holdfast/dataset"
	"holdfast/dataset/csvio"
)

// importInputs imports those of the inputs that are CSV next to the project file, and lets the inputs name the Parquet
// files instead. The files are surveyed together: the account has one type, and a date that only one of them can prove is
// read alike in both.
func (a *app) importInputs(ctx context.Context, file string, answers csvFlags, force bool, inputs ...*string) (*importedInputs, error) {
	done := &importedInputs{}
	var files []csvio.Source
	var csv []*string // the inputs that they stand for
	p := &importPlan{}
	for _, in := range inputs {
		if err := onlyOne(*in); err != nil {
			return done, err
		}
		if !isCSV(*in) {
			continue
		}
		csv = append(csv, in)
		files = append(files, csvio.File(*in))
		p.paths = append(p.paths, filepath.Join(filepath.Dir(file), filepath.Base(csvStem(*in))+".parquet"))
	}
	if len(files) == 0 {
		return done, answers.unused()
	}
	if len(p.paths) == 2 && p.paths[0] == p.paths[1] {
		return done, fail(exitUsage, fmt.Errorf("%s and %s would both become %s; import one of them under another name: holdfast import FILE --out NAME.parquet",
			plain(*csv[0]), plain(*csv[1]), plain(p.paths[0])))
	}
	opts, err := answers.options()
	if err == nil {
		err = p.free(force, "use --force to replace it, or name it instead of the CSV file if it was imported before")
	}
	if err != nil {
		return done, err
	}
	done.fresh = p.fresh()
	return done, a.importFor(ctx, p, files, opts, csv, done)
}

// importFor imports CSV files and puts the new paths where the old ones were.
func (a *app) importFor(ctx context.Context, p *importPlan, files []csvio.Source, opts csvio.Options, inputs []*string, done *importedInputs) error {
	bar := progress.New(a.stderr, "reading", a.terminal && !a.quiet)
	defer bar.Done()
	table, err := survey(ctx, files, opts, bar)
	if err != nil {
		return err
	}
	// Snapshots and outcomes share few columns, and should.
	warnings := slices.DeleteFunc(table.Warnings, func(w dataset.Warning) bool { return w.Code == csvio.FilesDiffer })
	if err := a.warn(exitData, warnings); err != nil {
		return err
	}
	if err := p.write(ctx, table); err != nil {
		return err
	}
	bar.Done()
	for i, f := range table.Files {
		done.said = append(done.said, fmt.Sprintf("%s: %s from %s", plain(p.paths[i]), counted(int(f.Rows), "row"), plain(f.Path)))
		*inputs[i] = p.paths[i]
	}
	return nil
}

// onlyOne refuses a folder or a glob of CSV files, and says how they become a folder that init takes.
func onlyOne(path string) error {
	_, err := os.Stat(path)
	several := isCSV(path) && errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?[")
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		csv, none := csvPaths(path)
		parquet, _ := filepath.Glob(filepath.Join(globEscape(path), "*.parquet"))
		several = none == nil && len(csv) > 0 && len(parquet) == 0
	}
	if !several {
		return nil
	}
	return fail(exitUsage, fmt.Errorf("%s holds CSV; first make a folder of Parquet of it: holdfast import %s --out FOLDER", plain(path), plain(path)))
}

// importedInputs are the Parquet files that init made of CSV.
type importedInputs struct {
	fresh []string // paths at which there was nothing
	said  []string // what to tell when the project is there too
}

// undo removes the files, for a project that comes to nothing.
func (d *importedInputs) undo() {
	for _, path := range d.fresh {
		os.Remove(path) // it may never have been written
	}
}
