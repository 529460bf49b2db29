package main

import (
	"bytes"
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"holdfast/dataset/parquetio"
)

// The company of testdata, written as CSV by the standard library and imported, backtests to the same predictions as the
// Parquet it came from.
func TestACompanyThatWentThroughCSVPredictsTheSame(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "company")
	copyCompany(t, dir)
	backtest := func(out string) []byte {
		mustHoldfast(t, "backtest", "-c", filepath.Join(dir, "holdfast.yaml"), "--out", filepath.Join(dir, out), "--quiet")
		predictions, err := os.ReadFile(filepath.Join(dir, out, "predictions.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		return predictions
	}
	want := backtest("before")
	for _, name := range []string{"outcomes.parquet", filepath.Join("snapshots", "part-00000.parquet")} {
		path := filepath.Join(dir, name)
		f, err := readFrame(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		writeCSV(t, f, csvStem(path)+".csv")
		mustHoldfast(t, "import", csvStem(path)+".csv", "--out", path, "--quiet")
		if err := os.Remove(csvStem(path) + ".csv"); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(backtest("after"), want) {
		t.Error("predictions.parquet has changed")
	}
}

// writeCSV writes a frame the way most programs do; what is missing is empty.
func writeCSV(t *testing.T, f *frame, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w := csv.NewWriter(file)
	var names []string
	for _, field := range f.fields {
		names = append(names, field.Name)
	}
	rows := [][]string{names}
	for row := range f.rows {
		var cells []string
		for i := range f.columns {
			cells = append(cells, cellOf(f.fields[i].Kind, &f.columns[i], row))
		}
		rows = append(rows, cells)
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
}

// cellOf prints one value.
func cellOf(kind parquetio.Kind, c *parquetio.Column, row int) string {
	switch {
	case c.Codes != nil && c.Codes[row] >= 0:
		return c.Levels[c.Codes[row]]
	case c.Days != nil && c.Days[row] != parquetio.NullDay:
		return time.Unix(int64(c.Days[row])*86_400, 0).UTC().Format(time.DateOnly)
	case c.Numbers == nil || math.IsNaN(c.Numbers[row]):
		return ""
	case kind == parquetio.Bool:
		return strconv.FormatBool(c.Numbers[row] == 1)
	}
	return strconv.FormatFloat(c.Numbers[row], 'g', -1, 64)
}

func TestPathsOfCSVFiles(t *testing.T) {
	for path, stem := range map[string]string{"a.csv": "a", "a.CSV": "a", "x/a.csv.gz": "x/a", "a.tsv": "a", "a.parquet": "a.parquet", "csv": "csv"} {
		if got := csvStem(path); got != stem || isCSV(path) != (stem != path) {
			t.Errorf("%s: %s", path, got)
		}
	}
}
