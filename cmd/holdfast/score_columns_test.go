package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What --columns leaves out changes nothing in what is left: of the newest and of all rows, of
// models that remember and that have playbooks, whatever is worked out for the rest.
func TestColumnsAreThoseOfTheWholeFile(t *testing.T) {
	plainSnapshots, plainModel := fitted(t)
	snapshots, model := withBands(t)
	for _, in := range [][2]string{{plainSnapshots, plainModel}, {snapshots, model}} {
		for _, mode := range [][]string{nil, {"--all", "--reasons", "2"}} {
			whole := filepath.Join(t.TempDir(), "whole.csv")
			score := append([]string{"score", "--model", in[1], "--snapshots", in[0], "--as-of", "2025-06-30"}, mode...)
			mustHoldfast(t, append(score, "--out", whole)...)
			names, rows := readScoreCells(t, whole)
			for _, list := range []string{"account,as_of,p,health,band", "band,account", "reasons,p", "dropped", "playbook,account", "value,health_before", "model,unscored"} {
				args := slices.Clone(score)
				if !strings.Contains(list, "reasons") && mode != nil {
					args = slices.DeleteFunc(args, func(s string) bool { return s == "--reasons" || s == "2" })
				}
				some := filepath.Join(t.TempDir(), "some.csv")
				mustHoldfast(t, append(args, "--columns", list, "--out", some)...)
				sameCells(t, some, strings.Split(list, ","), names, rows)
			}
		}
	}
}

// sameCells holds a file of some columns against the rows of all.
func sameCells(t *testing.T, path string, list, names []string, rows [][]string) {
	t.Helper()
	var at []int
	for _, name := range list {
		at = append(at, slices.Index(names, name))
	}
	got, some := readScoreCells(t, path)
	if !slices.Equal(got, list) || len(some) != len(rows) {
		t.Fatalf("columns %v of %d rows, want %v of %d", got, len(some), list, len(rows))
	}
	for i, row := range rows {
		if want := pick(row, at); !slices.Equal(some[i], want) {
			t.Fatalf("%v, row %d: %q, want %q", list, i, some[i], want)
		}
	}
}

// A Parquet file of some columns holds the cells that CSV has.
func TestColumnsOfParquetAreThoseOfTheWholeFile(t *testing.T) {
	snapshots, model := fitted(t)
	dir := t.TempDir()
	for _, mode := range [][]string{nil, {"--all"}} {
		score := append([]string{"score", "--model", model, "--snapshots", snapshots}, mode...)
		mustHoldfast(t, append(slices.Clone(score), "--out", filepath.Join(dir, "whole.parquet"))...)
		mustHoldfast(t, append(slices.Clone(score), "--out", filepath.Join(dir, "some.parquet"), "--columns", "account,as_of,p,health,band")...)
		whole, err := readFrame(filepath.Join(dir, "whole.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		some, err := readFrame(filepath.Join(dir, "some.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		if some.rows != whole.rows || len(some.columns) != 5 {
			t.Fatalf("%d rows and %d columns, want %d and 5", some.rows, len(some.columns), whole.rows)
		}
		for _, c := range some.columns {
			want, err := whole.column(c.Name)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(c.Codes, want.Codes) || !slices.Equal(c.Days, want.Days) || !slices.EqualFunc(c.Numbers, want.Numbers, func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
				t.Errorf("column %s differs from that of the whole file", c.Name)
			}
		}
	}
}

func TestColumnsThatThereAreNotAreRefused(t *testing.T) {
	snapshots, model := fitted(t)
	for flags, want := range map[string]string{
		"--columns acount":                          `no column "acount"; scores of this run have account, as_of, p,`,
		"--columns leave":                           `no column "leave"`, // of an outlook, which the model has not
		"--columns moved":                           `no column "moved"`, // of --diff
		"--columns=":                                "names no column",
		"--columns p,p":                             `names "p" twice`,
		"--columns p --reasons 2":                   "has no column reasons",
		"--columns p,health --out none.xlsx --all":  "the ending must be",
		"--columns account,reasons --all --as-of x": "x",
	} {
		out := filepath.Join(t.TempDir(), "x.csv")
		args := append([]string{"score", "--model", model, "--snapshots", snapshots, "--out", out}, strings.Fields(flags)...)
		r := holdfast(args...)
		if r.code != exitUsage || !strings.Contains(r.stderr, want) {
			t.Errorf("%s: exit code %d, %s", flags, r.code, r.stderr)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%s: a file was written", flags)
		}
	}
}
