package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// line is the dependency line of the house: a package imports only packages to
// its left.
var line = []string{"dataset", "features", "models", "backtest", "plots", "cmd"}

// heavy are the libraries that live in one leaf each.
var heavy = map[string][]string{
	"github.com/parquet-go/parquet-go": {"holdfast/dataset/parquetio"},
	"github.com/apache/arrow/go/v17":   {"holdfast/dataset"},
	"github.com/expr-lang/expr":        {"holdfast/dataset/expr"},
	"github.com/goccy/go-yaml":         {"holdfast/cmd/holdfast/internal/project"},
	"gonum.org/v1/plot":                {"holdfast/plots"},
	"github.com/spf13/cobra":           {"holdfast/cmd/holdfast"},
	"gocloud.dev":                      {"holdfast/dataset/store", "holdfast/dataset/store/storetest"}, // with the tag cloud
}

// pure are the numerics that know nothing of accounts, Parquet or YAML: they import each
// other at most.
var pure = []string{"holdfast/dataset/radix", "holdfast/models/logit", "holdfast/models/isotonic", "holdfast/models/platform", "holdfast/backtest/metrics", "holdfast/dataset/history"}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags="+buildTags(), "-json=ImportPath,Imports", "holdfast/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	if len(packages) < 10 {
		t.Fatalf("only %d packages found", len(packages))
	}
	return packages
}

// buildTags are those that this test was built with.
func buildTags() string {
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-tags" {
			return s.Value
		}
	}
	return ""
}

// room is the position of a package on the line, -1 for packages outside.
func room(path string) int {
	rest, ok := strings.CutPrefix(path, "holdfast/")
	if !ok {
		return -1
	}
	first, _, _ := strings.Cut(rest, "/")
	return slices.Index(line, first)
}

func TestPackagesImportOnlyToTheirLeft(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, imported := range p.Imports {
			if room(imported) > room(p.ImportPath) {
				t.Errorf("%s imports %s, which is to its right", p.ImportPath, imported)
			}
		}
	}
}

func TestHeavyLibrariesLiveInLeaves(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, imported := range p.Imports {
			for library, owners := range heavy {
				if (imported == library || strings.HasPrefix(imported, library+"/")) && !slices.Contains(owners, p.ImportPath) {
					t.Errorf("%s imports %s, which belongs to %s", p.ImportPath, imported, owners)
				}
			}
		}
	}
}

func TestNumericsKnowNothingOfHoldfast(t *testing.T) {
	for _, p := range listPackages(t) {
		if !slices.Contains(pure, p.ImportPath) {
			continue
		}
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, "holdfast/") && !slices.Contains(pure, imported) {
				t.Errorf("%s imports %s", p.ImportPath, imported)
			}
		}
	}
}
