package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/cmd/holdfast/internal/project"
	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/features"
)

// fourteen is the folder of the project with the fourteen inputs of a health score.
var fourteen = filepath.Join("testdata", "fourteen", "holdfast.yaml")

// addDay appends a column of dates that are so many days before each snapshot, NaN for none.
func (f *frame) addDay(t *testing.T, name string, ago []float64) {
	t.Helper()
	date, err := f.column("snapshot_date")
	if err != nil {
		t.Fatal(err)
	}
	days := make([]int32, f.rows)
	for i, n := range ago {
		days[i] = parquetio.NullDay
		if n == n {
			days[i] = date.Days[i] - int32(n)
		}
	}
	f.fields = append(slices.Clone(f.fields), parquetio.Field{Name: name, Kind: parquetio.Day, Nullable: true})
	f.columns = append(f.columns, parquetio.Column{Name: name, Days: days})
}

// withFourteen adds to a simulated company what it lacks for the fourteen inputs: the dates
// of answers and pulses, and how often an account renewed and bought more.
func withFourteen(t *testing.T, dir string) {
	t.Helper()
	text, err := os.ReadFile(fourteen)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "holdfast.yaml"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	snapshots := filepath.Join(dir, "snapshots")
	f, err := readFrame(snapshots)
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) []float64 {
		c, err := f.column(name)
		if err != nil {
			t.Fatal(err)
		}
		return c.Numbers
	}
	tenure, seats := column("tenure_days"), column("licences")
	f.addDay(t, "nps_date", column("nps_age_days"))
	pulses := make([]float64, f.rows)
	for i := range pulses {
		pulses[i] = float64(i * 37 % 120) // half of them older than 60 days
	}
	f.addDay(t, "pulse_date", pulses)
	row := -1
	for name, value := range map[string]func(i int) float64{
		"renewals":    func(i int) float64 { return math.Floor(tenure[i] / 365) },
		"upsells_12m": func(i int) float64 { return float64(int(seats[i]) % 3) },
	} {
		if row = -1; err == nil {
			err = f.add(name, func(string, int32) float64 { row++; return value(row) })
		}
	}
	if err == nil {
		err = os.RemoveAll(snapshots)
	}
	if err == nil {
		err = os.MkdirAll(snapshots, 0o755)
	}
	if err == nil {
		err = f.write(filepath.Join(snapshots, "part-00000.parquet"))
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheFourteenInputsRunFromFitToBacktest(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	if err := smallCompany(dir); err != nil {
		t.Fatal(err)
	}
	withFourteen(t, dir)
	config := filepath.Join(dir, "holdfast.yaml")
	mustHoldfast(t, "check", "-c", config)
	fit := mustHoldfast(t, "fit", "-c", config, "--candidate", "logistic", "--out", filepath.Join(dir, "fit"))
	for _, name := range []string{"usage_depth", "sticky", "licences", "tenure = linear", "tenure = bend 1", "renewals", "nps", "payment", "pulse = (missing)", "relationship", "onboarding", "busy"} {
		if !strings.Contains(fit.stdout, name) {
			t.Errorf("fit says nothing of %s:\n%s", name, fit.stdout)
		}
	}
	mustHoldfast(t, "backtest", "-c", config, "--out", filepath.Join(dir, "run"))
	for _, model := range []string{filepath.Join(dir, "fit", "model.json"), filepath.Join(dir, "run", "model.json")} {
		out := filepath.Join(t.TempDir(), "scores.csv")
		mustHoldfast(t, "score", "--model", model, "--snapshots", filepath.Join(dir, "snapshots"), "--out", out)
		scored := 0
		for _, row := range readScoresCSV(t, out) {
			if row.p != bitsOf("") {
				scored++
			}
		}
		if scored == 0 {
			t.Errorf("%s scored nobody", filepath.Base(filepath.Dir(model)))
		}
	}
}

// handmade are four accounts with a snapshot 90 days ago, of which only the active users
// count, and one of today, by name of the column.
//
//	0  healthy: growing, all seats in use, answered 90 days ago
//	1  shrinking, two escalations, answered 91 days ago, pulse of tomorrow
//	2  new: no past, nothing answered, in onboarding
//	3  nobody uses it, no seats known
func handmade(t *testing.T, path string) {
	t.Helper()
	nan := math.NaN()
	const accounts = 4
	f := &frame{rows: 2 * accounts, fields: []parquetio.Field{{Name: "account_id", Kind: parquetio.Text}, {Name: "snapshot_date", Kind: parquetio.Day}},
		columns: []parquetio.Column{{Name: "account_id", Levels: []string{"a", "b", "c", "d"}}, {Name: "snapshot_date"}}}
	for i := range 2 * accounts {
		f.columns[0].Codes = append(f.columns[0].Codes, int32(i/2))
		f.columns[1].Days = append(f.columns[1].Days, 20000+int32(i%2)*90)
	}
	number := func(name string, kind parquetio.Kind, today ...float64) {
		c := parquetio.Column{Name: name}
		for _, v := range today {
			c.Numbers = append(c.Numbers, v, v)
		}
		f.fields, f.columns = append(f.fields, parquetio.Field{Name: name, Kind: kind, Nullable: true}), append(f.columns, c)
	}
	number("active_users", parquetio.Float, 45, 12, 3, 0)
	users := f.columns[len(f.columns)-1].Numbers
	users[0], users[2], users[4], users[6] = 36, 20, nan, 0
	number("licences", parquetio.Float, 50, 30, 2, nan)
	number("exports_30d", parquetio.Float, 0, 5, 0, 0)
	number("reports_30d", parquetio.Float, 2, 0, 0, 0)
	number("integrations", parquetio.Float, nan, 0, 0, 0)
	number("tenure_days", parquetio.Float, 800, 400, 60, 1200)
	number("renewals", parquetio.Float, 2, 1, 0, 3)
	number("upsells_12m", parquetio.Float, 1, 0, 0, 2)
	number("services_spend", parquetio.Float, 100, 0, 0, nan)
	number("nps", parquetio.Float, 9, 3, nan, 5)
	number("support_tickets_90d", parquetio.Float, 5, 15, 1, 0)
	number("escalations_90d", parquetio.Float, 0, 2, 0, 3)
	number("payment_delay_days", parquetio.Float, 0, 14, 0, 45)
	number("executive_contact", parquetio.Bool, 1, 0, 0, nan)
	number("champion_left", parquetio.Bool, 0, 1, 0, 0)
	number("community_posts", parquetio.Float, 7, 0, 0, 1)
	number("onboarding_done_share", parquetio.Float, 1, 0.9, 0.35, 1)
	f.fields = append(f.fields, parquetio.Field{Name: "csm_pulse", Kind: parquetio.Text, Nullable: true})
	f.columns = append(f.columns, parquetio.Column{Name: "csm_pulse", Levels: []string{"green", "red"}, Codes: []int32{0, 0, 1, 1, -1, -1, 1, 1}})
	f.addDay(t, "nps_date", []float64{0, 90, 0, 91, 0, nan, 0, 0})
	f.addDay(t, "pulse_date", []float64{0, 60, 0, -1, 0, 0, 0, 61})
	if err := f.write(path); err != nil {
		t.Fatal(err)
	}
}

// What each factor looks at, computed by hand from handmade.
func TestTheFourteenInputsHaveTheirHandComputedValues(t *testing.T) {
	path := filepath.Join(t.TempDir(), "snapshots.parquet")
	handmade(t, path)
	config, err := project.Load(fourteen)
	if err != nil {
		t.Fatal(err)
	}
	schema, err := dataset.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	factors, err := features.Compile(factorsOf(config), schema.Types())
	if err != nil {
		t.Fatal(err)
	}
	uses := features.Uses(factors)
	s, err := dataset.LoadSnapshots(t.Context(), path, dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date"}, uses, dataset.Reading{AsOf: dataset.NoDate})
	if err == nil {
		err = s.AddHistories(t.Context(), features.Histories(factors), uses)
	}
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	want := map[string][]float64{
		"usage_depth":  {0.9, 0.4, 1.5, nan},
		"growth":       {0.25, -0.4, nan, 0}, // (45-36)/36, (12-20)/20, no past, nothing from nothing
		"sticky":       {1, 0, 0, 0},         // c: no past, but it has none of the three features: false
		"licences":     {50, 30, 2, nan},
		"tenure":       {800, 400, 60, 1200},
		"renewals":     {2, 1, 0, 3},
		"upsells":      {1, 0, 0, 2},
		"services":     {100, 0, 0, nan},
		"nps":          {9, nan, nan, 5}, // 90 days old, 91, never, of today
		"support_load": {0.1, 0.5, 0.5, nan},
		"escalations":  {0, 2, 0, 3},
		"payment":      {0, 14, 0, 45},
		"executive":    {1, 0, 0, nan},
		"champion":     {1, 0, 1, 1},
		"pulse":        {0, nan, nan, nan}, // green of 60 days ago; of tomorrow; none; of 61 days ago
		"community":    {7, 0, 0, 1},
		"onboarding":   {nan, nan, 0.35, nan}, // for accounts of less than 180 days
	}
	for _, f := range features.Looking(factors) {
		v, err := f.Values(t.Context(), 4, s.Table.Batches(s.Newest()))
		if err != nil {
			t.Fatal(err)
		}
		got := v.Numbers
		for _, code := range v.Codes {
			got = append(got, float64(code))
			if code < 0 {
				got[len(got)-1] = nan
			}
		}
		if !slices.EqualFunc(got, want[f.Name], func(a, b float64) bool { return a == b || a != a && b != b }) {
			t.Errorf("%s is %v, want %v", f.Name, got, want[f.Name])
		}
		delete(want, f.Name)
	}
	if len(want) > 0 {
		t.Errorf("no factor looks at %v", want)
	}
}

// What only shows once the columns are known is reported where it stands in the file.
func TestProblemsOfShapesPointToTheirPlaces(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	if err := smallCompany(dir); err != nil {
		t.Fatal(err)
	}
	withFourteen(t, dir)
	config := filepath.Join(dir, "holdfast.yaml")
	good, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, replacement, words string }{
		"a misspelt name in a rule":     {"integrations >= 3", "integration >= 3", `:27:74: factor "sticky": unknown column "integration"; did you mean "integrations"?`},
		"a rule that is a number":       {"usage_depth > 0.8 and (exports_30d >= 1 or reports_30d >= 1 or integrations >= 3) and growth > 0", "usage_depth", `:27:11: factor "sticky": it is a number; a rule is true or false`},
		"a member that stands after":    {"group: [executive, champion]", "group: [executive, busy]", `factor "relationship": no factor "busy" stands before it`},
		"an age of a number":            {"dated: nps_date", "dated: nps", `factor "nps": dated: column "nps" is a number; an age is taken of a date`},
		"an expression of a date":       {"column: community_posts", "column: nps_date", `column "nps_date" is a date`},
		"bins of a text":                {"name: renewals, category: commercial", "name: renewals, column: region, category: commercial", `factor "renewals": "region" is text`},
		"a recipe of a joining factor":  {"rule: usage_depth > 0.8", "rule: usage_depth > 0.8 and relationship > 0", `"relationship"`},
		"a category without directions": {"category: voice, max_age", "category: usage, max_age", "no factor has the category"},
	} {
		t.Run(name, func(t *testing.T) {
			if strings.Count(string(good), c.old) != 1 {
				t.Fatalf("%q stands %d times in the file", c.old, strings.Count(string(good), c.old))
			}
			bad := strings.Replace(string(good), c.old, c.replacement, 1)
			if err := os.WriteFile(config, []byte(bad), 0o644); err != nil {
				t.Fatal(err)
			}
			if r := holdfast("check", "-c", config); r.code != exitConfig || !strings.Contains(r.stderr, c.words) {
				t.Errorf("exit code %d, want words %q\n%s", r.code, c.words, r.stderr)
			}
		})
	}
}
