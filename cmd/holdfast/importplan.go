package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset/csvio"
)

// importPlan says where the Parquet files go.
type importPlan struct {
	dir   string   // a folder that does not exist yet, and appears whole; "" when files are written one by one
	paths []string // of the files, in the order of the inputs
}

// planImport checks what can be checked before anything is read.
func planImport(out string, files []csvio.Source, force bool) (*importPlan, error) {
	p := &importPlan{}
	inputs := make([]string, len(files))
	for i, f := range files {
		inputs[i] = f.Path
	}
	folder, err := outFolder(out, inputs)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string)
	for _, in := range inputs {
		path := out
		if folder != "" {
			path = filepath.Join(folder, filepath.Base(csvStem(in))+".parquet")
		}
		if other, twice := names[path]; twice {
			return nil, fail(exitUsage, fmt.Errorf("%s and %s would both become %s; import them into different folders", plain(other), plain(in), plain(path)))
		}
		names[path] = in
		p.paths = append(p.paths, path)
		if err := apart(path, inputs...); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(folder); folder != "" && errors.Is(err, fs.ErrNotExist) {
		p.dir = folder
		return p, nil
	}
	return p, p.free(force, "use --force to replace it, or --out for another name")
}

// outFolder is the folder for the files, or "" when out is the name of the only one.
func outFolder(out string, inputs []string) (string, error) {
	switch {
	case out == "" && len(inputs) > 1:
		return "", fail(exitUsage, errors.New("several files need --out DIR"))
	case out == "" && inputs[0] == "standard input":
		return "", fail(exitUsage, errors.New("standard input needs --out FILE"))
	case out == "":
		return filepath.Dir(inputs[0]), nil
	case strings.EqualFold(filepath.Ext(out), ".parquet"):
		if info, err := os.Stat(out); len(inputs) > 1 && (err != nil || !info.IsDir()) {
			return "", fail(exitUsage, fmt.Errorf("--out %s is one file, but there are %d to import; name a folder", plain(out), len(inputs)))
		} else if err == nil && info.IsDir() {
			return out, nil
		}
		return "", nil
	case len(inputs) == 1 && inputs[0] == "standard input":
		return "", fail(exitUsage, fmt.Errorf("--out %s: the ending must be .parquet", plain(out)))
	}
	return out, nil
}

// free refuses to write over files, unless that is wanted, and says what else to do.
func (p *importPlan) free(force bool, instead string) error {
	for _, path := range p.paths {
		if err := rundir.CheckFile(path); err != nil {
			return fail(exitOutput, err)
		}
		if _, err := os.Stat(path); err == nil && !force {
			return fail(exitOutput, fmt.Errorf("%s exists; %s", plain(path), instead))
		}
	}
	return nil
}

// write makes the Parquet files: all at once in a new folder, or each of them whole.
func (p *importPlan) write(ctx context.Context, table *csvio.Table) error {
	convert := func(i int) func(io.Writer) error { return converter(ctx, table, i) }
	if p.dir == "" {
		for i, path := range p.paths {
			if err := rundir.WriteFile(path, convert(i)); err != nil {
				return fail(exitOutput, err)
			}
		}
		return nil
	}
	dir, err := rundir.Create(p.dir)
	if err != nil {
		return fail(exitOutput, err)
	}
	defer dir.Discard()
	for i, path := range p.paths {
		if err := dir.Write(filepath.Base(path), convert(i)); err != nil {
			return fail(exitOutput, err)
		}
	}
	return fail(exitOutput, dir.Publish())
}

// converter tells apart what is wrong with the data from what is wrong with the place that they are written to.
func converter(ctx context.Context, table *csvio.Table, i int) func(io.Writer) error {
	return func(w io.Writer) error {
		out := &sink{w: w}
		err := table.Convert(ctx, i, out)
		if err != nil && out.err == nil {
			return fail(exitData, err)
		}
		return err
	}
}

// fresh lists the paths at which there is nothing yet.
func (p *importPlan) fresh() []string {
	return slices.DeleteFunc(slices.Clone(p.paths), func(path string) bool {
		_, err := os.Lstat(path)
		return !errors.Is(err, fs.ErrNotExist)
	})
}
