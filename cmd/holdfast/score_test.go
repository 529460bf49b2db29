package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
)

// fitted is a small company with the model file of a fit.
func fitted(t *testing.T) (snapshots, model string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "demo")
	if err := smallCompany(dir); err != nil {
		t.Fatal(err)
	}
	mustHoldfast(t, "fit", "-c", filepath.Join(dir, "holdfast.yaml"), "--candidate", "logistic", "--out", filepath.Join(dir, "run"))
	return filepath.Join(dir, "snapshots"), filepath.Join(dir, "run", "model.json")
}

// scoreWith scores into a file of the given ending and returns its name.
func scoreWith(t *testing.T, model, snapshots, ending string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "scores"+ending)
	mustHoldfast(t, "score", "--model", model, "--snapshots", snapshots, "--out", out)
	return out
}

// scoreRow is what a score file says of an account; NaN where it says nothing.
type scoreRow struct {
	asOf, band, reasons, unscored string
	p, health, value              uint64 // bits
}

func bitsOf(text string) uint64 {
	if text == "" {
		return math.Float64bits(math.NaN())
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	return math.Float64bits(v)
}

func readScoresCSV(t *testing.T, path string) map[string]scoreRow {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows := make(map[string]scoreRow)
	at := make(map[string]int)
	for j, name := range lines[0] {
		at[name] = j
	}
	for _, x := range lines[1:] {
		rows[x[0]] = scoreRow{asOf: x[at["as_of"]], p: bitsOf(x[at["p"]]), health: bitsOf(x[at["health"]]), band: x[at["band"]],
			value: bitsOf(x[at["value"]]), reasons: x[at["reasons"]], unscored: x[at["unscored"]]}
	}
	return rows
}

func readScoresJSON(t *testing.T, path string) map[string]scoreRow {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := json.NewDecoder(f)
	d.UseNumber()
	rows := make(map[string]scoreRow)
	for d.More() {
		var x struct {
			Account  string      `json:"account"`
			AsOf     string      `json:"as_of"`
			P        json.Number `json:"p"`
			Health   json.Number `json:"health"`
			Band     string      `json:"band"`
			Value    json.Number `json:"value"`
			Reasons  string      `json:"reasons"`
			Unscored string      `json:"unscored"`
		}
		if err := d.Decode(&x); err != nil {
			t.Fatal(err)
		}
		rows[x.Account] = scoreRow{x.AsOf, x.Band, x.Reasons, x.Unscored, bitsOf(string(x.P)), bitsOf(string(x.Health)), bitsOf(string(x.Value))}
	}
	return rows
}

func readScoresParquet(t *testing.T, path string) map[string]scoreRow {
	t.Helper()
	ask := func(name string, as parquetio.As) parquetio.Request { return parquetio.Request{Column: name, As: as} }
	table, err := parquetio.Read(context.Background(), path, []parquetio.Request{
		ask("account", parquetio.AsKey), ask("as_of", parquetio.AsDay), ask("p", parquetio.AsNumber), ask("health", parquetio.AsNumber),
		ask("band", parquetio.AsText), ask("value", parquetio.AsNumber), ask("reasons", parquetio.AsText), ask("unscored", parquetio.AsText)}, parquetio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := func(c parquetio.Column, i int) string {
		if c.Codes[i] < 0 {
			return ""
		}
		return c.Levels[c.Codes[i]]
	}
	bits := func(c parquetio.Column, i int) uint64 {
		if math.IsNaN(c.Numbers[i]) {
			return bitsOf("")
		}
		return math.Float64bits(c.Numbers[i])
	}
	rows := make(map[string]scoreRow)
	for i := range table.Rows {
		c := table.Columns
		rows[text(c[0], i)] = scoreRow{dataset.Date(c[1].Days[i]).String(), text(c[4], i), text(c[6], i), text(c[7], i), bits(c[2], i), bits(c[3], i), bits(c[5], i)}
	}
	return rows
}

func TestScoreFormatsAgreeToTheBit(t *testing.T) {
	snapshots, model := fitted(t)
	inCSV := readScoresCSV(t, scoreWith(t, model, snapshots, ".csv"))
	if len(inCSV) < 100 {
		t.Fatalf("%d accounts were scored", len(inCSV))
	}
	sameRows(t, ".jsonl", inCSV, readScoresJSON(t, scoreWith(t, model, snapshots, ".jsonl")))
	sameRows(t, ".parquet", inCSV, readScoresParquet(t, scoreWith(t, model, snapshots, ".parquet")))
}

// A key of no letters is a key: a line whose account is null would be refused by --diff.
func TestABlankKeyIsNoMissingOne(t *testing.T) {
	x := &scoredAccount{AsOf: dataset.NoDate}
	x.P, x.Health, x.Value = math.NaN(), math.NaN(), math.NaN()
	line := string(jsonLine(nil, scoreColumns(), x))
	if !strings.HasPrefix(line, `{"account":"","as_of":`) || !strings.Contains(line, `"band":null`) {
		t.Errorf("%s", line)
	}
}

func sameRows(t *testing.T, what string, want, got map[string]scoreRow) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d accounts, want %d", what, len(got), len(want))
	}
	for account, w := range want {
		if g, ok := got[account]; !ok || g != w {
			t.Errorf("%s: %s has %+v, want %+v", what, account, g, w)
		}
	}
}

// An account scored alone, or with others in any order and any files, has the score it
// has in the whole.
func TestAccountAloneEqualsAccountInTheWhole(t *testing.T) {
	snapshots, model := fitted(t)
	whole := readScoresCSV(t, scoreWith(t, model, snapshots, ".csv"))
	all, err := readFrame(snapshots)
	if err != nil {
		t.Fatal(err)
	}
	account, err := all.column("account_id")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"A000001", "A000042", "A000117"} {
		var rows []int
		for i, code := range account.Codes {
			if account.Levels[code] == name {
				rows = append(rows, i)
			}
		}
		alone := filepath.Join(t.TempDir(), "alone.parquet")
		if err := all.take(rows).write(alone); err != nil {
			t.Fatal(err)
		}
		sameRows(t, name, map[string]scoreRow{name: whole[name]}, readScoresCSV(t, scoreWith(t, model, alone, ".csv")))
	}
	parts := filepath.Join(t.TempDir(), "parts")
	if err := all.shuffled(3).writeParts(parts, 4); err != nil {
		t.Fatal(err)
	}
	sameRows(t, "shuffled in parts", whole, readScoresCSV(t, scoreWith(t, model, parts, ".csv")))
}

func TestFittingAgainGivesTheSameModelFile(t *testing.T) {
	snapshots, model := fitted(t)
	again := filepath.Join(t.TempDir(), "again")
	config := filepath.Join(filepath.Dir(snapshots), "holdfast.yaml")
	mustHoldfast(t, "fit", "-c", config, "--candidate", "logistic", "--out", again)
	first, err := os.ReadFile(model)
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(filepath.Join(again, "model.json"))
	if err != nil {
		t.Fatal(err)
	}
	if string(first) != string(second) {
		t.Error("two fits of the same data wrote different model files")
	}
}

func TestScoreWarnsOfUnseenCategories(t *testing.T) {
	snapshots, model := fitted(t)
	f, err := readFrame(snapshots)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.set("plan", "galactic", 0, f.rows); err != nil {
		t.Fatal(err)
	}
	unseen := filepath.Join(t.TempDir(), "unseen.parquet")
	if err := f.write(unseen); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "scores.csv")
	r := holdfast("score", "--model", model, "--snapshots", unseen, "--out", out)
	if r.code != exitDone || !strings.Contains(r.stderr, "warning: ") || !strings.Contains(r.stderr, "plan") || !strings.Contains(r.stderr, "galactic") {
		t.Errorf("exit code %d, stderr %q; want a warning of the plan galactic", r.code, r.stderr)
	}
	if r := holdfast("score", "--model", model, "--snapshots", unseen, "--out", out, "--strict"); r.code != exitData {
		t.Errorf("--strict: exit code %d, want %d", r.code, exitData)
	}
}

// What may not be read is not refused: a job should try again, or ask for the right.
func TestAFileThatMayNotBeReadIsOfTheEnvironment(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read every file: run as somebody else to see what is said")
	}
	path := filepath.Join(t.TempDir(), "closed")
	if err := os.WriteFile(path, []byte("{}"), 0); err != nil {
		t.Fatal(err)
	}
	_, ofModel := readModel(path)
	_, ofProject := (&app{config: path}).project()
	for what, err := range map[string]error{"model": ofModel, "project": ofProject} {
		if got := exitCode(t.Context(), err); got != exitOutput || !strings.Contains(err.Error(), path+": permission denied") {
			t.Errorf("%s: exit code %d, %v", what, got, err)
		}
	}
}
