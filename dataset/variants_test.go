package dataset

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/dataset/expr"
)

// variant is an entry of the manifest of odd Parquet forms.
type variant struct {
	Name, Base, Odd, Expect, Snapshots, Outcomes string
	Mapping                                      map[string]string
}

// variantUses are the factors of the reference model of the variants.
var variantUses = expr.Columns{
	"arr": expr.Number, "tenure_days": expr.Number, "age_years": expr.Number, "policies_in_force": expr.Number,
	"second_driver": expr.Number, "vehicle_age": expr.Number, "channel": expr.Text, "payment": expr.Text,
}

// refusedVariants must not load; the words are those the error has to hold.
var refusedVariants = map[string][]string{
	"numbers_as_text":     {"snapshots.parquet", "text"},
	"date_text_dmy":       {"snapshots.parquet", "snapshot_date", "05/11/2015"},
	"date_int_yyyymmdd":   {"snapshots.parquet", "snapshot_date", "integer"},
	"id_bigint":           {"account_id", "0 of"},
	"id_space_case":       {"account_id", "0 of", "case or blanks"},
	"outcome_status_text": {"outcomes.parquet", "renewal_status", "rows)", "churned_when"},
	"outcome_duplicates":  {"outcomes.parquet", "account", "renewed and churned"},
	"snapshot_duplicates": {"snapshots.parquet", "account", "duplicate"},
	"names_missing":       {"snapshots.parquet", "not found", "columns:"},
	"nan_inf":             {"snapshots.parquet", "infinite"},
	"null_keys":           {"snapshots.parquet", "account_id", "snapshot_date", "null"},
	"zero_rows":           {"snapshots.parquet", "0 rows"},
	"zero_rows_outcomes":  {"outcomes.parquet", "0 rows"},
	"schema_conflict":     {"arr", "text"},
	"truncated":           {"snapshots.parquet"},
	"bitflip":             {"snapshots.parquet"},
	"zero_bytes":          {"snapshots.parquet"},
	"csv_renamed":         {"snapshots.parquet"},
	"empty_dir":           {"snapshots", "no Parquet file"},
	"encrypted":           {"snapshots.parquet", "encrypt"},
}

// otherVariants load, but by their own rule and not like their base.
var otherVariants = []string{
	"ts_madrid_midnight", // needs the zone: TestVariantsReadWithTheirZone
	"churned_double_nan", // unknown outcomes: TestVariantsWithUnknownOutcomes
	"churned_null",
	"one_class", // refused by the fit, not by the reader
	"wide_1200", // some rows only
}

// tolerances of variants that store values with fewer digits, as the manifest says.
var variantTolerance = map[string]float64{"decimals": 1e-6, "floats32": 1e-4}

func readVariants(t *testing.T) (string, []variant) {
	t.Helper()
	dir := sharedFolder(t, "data", "variants")
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var variants []variant
	if err := json.Unmarshal(text, &variants); err != nil {
		t.Fatal(err)
	}
	if len(variants) < 69 {
		t.Fatalf("the manifest lists %d variants, want 69", len(variants))
	}
	return dir, variants
}

// spec loads a variant as the reference does: lead 90, max_age 5 more days.
func (v variant) spec(dir string) Spec {
	s := Spec{
		Snapshots: filepath.Join(dir, v.Name, v.Snapshots), Outcomes: filepath.Join(dir, v.Name, v.Outcomes),
		Columns: Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned"},
		Clock:   Clock{Mode: Renewal, Lead: 90, MaxAge: 5}, Uses: variantUses, ObservedUntil: NoDate, Reading: everything,
	}
	if v.Name == "outcome_status_text" {
		s.Columns.Outcome = "renewal_status"
	}
	return s
}

// variantRow is one example by name, so that column order and storage do not matter.
type variantRow struct {
	account          string
	asOf, outcome    Date
	churned          bool
	numbers          []float64
	channel, payment string
}

func variantRows(e *Examples, named func(string) string) []variantRow {
	numbers := func(name string) []float64 {
		c, _ := e.Table.Column(named(name))
		return c.Vector().Numbers
	}
	text := func(name string, i int) string {
		c, _ := e.Table.Column(named(name))
		if v := c.Vector(); v.Codes[i] >= 0 {
			return v.Levels[v.Codes[i]]
		}
		return "(null)"
	}
	rows := make([]variantRow, e.Len())
	for i := range rows {
		rows[i] = variantRow{account: e.Accounts[e.Account[i]], asOf: e.AsOf[i], outcome: e.Outcome[i], churned: e.Churned[i],
			channel: text("channel", i), payment: text("payment", i)}
		for _, name := range []string{"arr", "tenure_days", "age_years", "policies_in_force", "second_driver", "vehicle_age"} {
			if values := numbers(name); values != nil {
				rows[i].numbers = append(rows[i].numbers, values[i])
			}
		}
	}
	return rows
}

// byContent sorts rows without their keys, which a variant may write in another way.
func byContent(rows []variantRow) []variantRow {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].account = ""
	}
	slices.SortFunc(rows, func(a, b variantRow) int {
		return cmp.Or(cmp.Compare(a.asOf, b.asOf), cmp.Compare(a.outcome, b.outcome), slices.Compare(a.numbers, b.numbers),
			strings.Compare(a.channel+a.payment, b.channel+b.payment))
	})
	return rows
}

// sameRows compares two lists of examples: row by row, or without keys by content.
func sameRows(t *testing.T, got, want []variantRow, keys bool, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%d examples, want %d", len(got), len(want))
		return
	}
	if !keys {
		got, want = byContent(got), byContent(want)
	}
	for i, w := range want {
		g := got[i]
		same := g.account == w.account && g.asOf == w.asOf && g.outcome == w.outcome && g.churned == w.churned && g.channel == w.channel && g.payment == w.payment
		same = same && slices.EqualFunc(g.numbers, w.numbers, func(a, b float64) bool {
			return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= tolerance*max(1, math.Abs(b))
		})
		if !same {
			t.Errorf("example %d is %v, want %v", i, g, w)
			return
		}
	}
}

func TestVariantsGiveTheExamplesOfTheirBase(t *testing.T) {
	dir, variants := readVariants(t)
	bases := make(map[string]*Examples)
	for _, name := range []string{"base", "base_tiny"} {
		e, err := Load(context.Background(), variant{Name: name, Snapshots: "snapshots.parquet", Outcomes: "outcomes.parquet"}.spec(dir))
		if err != nil {
			t.Fatal(err)
		}
		bases[name] = e
	}
	// reference.json of the base: 1531 outcomes, 71 stale, 1460 matched of 933 accounts, 26.0 % churned (380).
	if c := bases["base"].Counts; c.Total != 1531 || c.Stale != 71 || c.Mature != 1460 || c.Accounts != 933 || c.Churned != 380 {
		t.Errorf("base: %+v", c)
	}
	for _, v := range variants {
		_, refused := refusedVariants[v.Name]
		if refused || slices.Contains(otherVariants, v.Name) {
			continue
		}
		t.Run(v.Name, func(t *testing.T) { checkVariant(t, dir, v, bases[v.Base]) })
	}
}

func checkVariant(t *testing.T, dir string, v variant, base *Examples) {
	spec, named := v.spec(dir), func(name string) string { return name }
	if v.Mapping != nil {
		odd := make(map[string]string)
		for written, plain := range v.Mapping {
			odd[plain] = written
		}
		named = func(name string) string { return odd[name] }
		spec.Columns.Account, spec.Columns.SnapshotDate = odd["account_id"], odd["snapshot_date"]
		spec.Uses = make(expr.Columns)
		for name, kind := range variantUses {
			spec.Uses[odd[name]] = kind
		}
	}
	e, err := loadVariant(spec)
	if err != nil {
		t.Fatal(err)
	}
	if e.Counts != base.Counts {
		t.Errorf("counts %+v, want %+v", e.Counts, base.Counts)
	}
	keys := v.Name != "id_uuid" && v.Name != "id_bigint_both"
	sameRows(t, variantRows(e, named), variantRows(base, func(name string) string { return name }), keys, variantTolerance[v.Name])
}

// loadVariant loads a spec whose outcomes may call the account by the plain name while
// the snapshots do not: then the outcomes are read on their own.
func loadVariant(spec Spec) (*Examples, error) {
	ctx := context.Background()
	if spec.Columns.Account == "account_id" {
		return Load(ctx, spec)
	}
	s, err := LoadSnapshots(ctx, spec.Snapshots, spec.Columns, spec.Uses, spec.Reading)
	if err != nil {
		return nil, err
	}
	roles := spec.Columns
	roles.Account = "account_id"
	o, err := LoadOutcomes(ctx, spec.Outcomes, roles, spec.Reading)
	if err != nil {
		return nil, err
	}
	matches, counts := spec.Clock.label(pair(s, o), o.lastSeen())
	e := gatherExamples(pair(s, o), matches, spec.Clock)
	e.Counts = counts
	e.count(len(s.Accounts))
	return e, nil
}

func TestVariantsThatCannotBeReadSayWhy(t *testing.T) {
	dir, variants := readVariants(t)
	for name, words := range refusedVariants {
		t.Run(name, func(t *testing.T) {
			i := slices.IndexFunc(variants, func(v variant) bool { return v.Name == name })
			if i < 0 {
				t.Fatal("the manifest has no such variant")
			}
			e, err := Load(context.Background(), variants[i].spec(dir))
			if err == nil {
				t.Fatalf("read as %+v; the manifest says: %s", e.Counts, variants[i].Expect)
			}
			mentions(t, strings.ToLower(err.Error()), lower(words)...)
			var refused *RefusedError
			if lines := strings.Count(err.Error(), "\n") + 1; lines > 5 || errors.As(err, &refused) && len(refused.Findings) == 0 {
				t.Errorf("%d lines: %v", lines, err)
			}
		})
	}
}

func lower(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ToLower(w)
	}
	return out
}

func TestVariantsWithUnknownOutcomes(t *testing.T) {
	dir, _ := readVariants(t)
	base, err := Load(context.Background(), variant{Name: "base", Snapshots: "snapshots.parquet", Outcomes: "outcomes.parquet"}.spec(dir))
	if err != nil {
		t.Fatal(err)
	}
	same := func(n string) string { return n }
	type decision struct {
		account string
		outcome Date
	}
	labels := make(map[decision]bool)
	for _, r := range variantRows(base, same) {
		labels[decision{r.account, r.outcome}] = r.churned
	}
	for _, name := range []string{"churned_double_nan", "churned_null"} {
		t.Run(name, func(t *testing.T) {
			e, err := Load(context.Background(), variant{Name: name, Snapshots: "../base/snapshots.parquet", Outcomes: "outcomes.parquet"}.spec(dir))
			if err != nil {
				t.Fatal(err)
			}
			unknown := e.Counts.Unknown + e.Counts.Immature // null outcomes after the last known one are not observed yet
			if share := float64(unknown) / float64(e.Counts.Total); share < 0.03 || share > 0.07 {
				t.Errorf("%d of %d outcomes are unknown, want about 5 %%", unknown, e.Counts.Total)
			}
			if e.Counts.Total != base.Counts.Total || e.Counts.Mature+e.Counts.Stale+unknown != base.Counts.Mature+base.Counts.Stale {
				t.Errorf("counts %+v, base %+v", e.Counts, base.Counts)
			}
			if len(warned(e.Warnings, "unknown_outcomes")) != 1 {
				t.Errorf("warnings %q", e.Warnings)
			}
			for _, r := range variantRows(e, same) {
				if churned, ok := labels[decision{r.account, r.outcome}]; !ok || churned != r.churned {
					t.Fatalf("account %s, outcome of %s: churned %v, base %v %v", r.account, r.outcome, r.churned, churned, ok)
				}
			}
		})
	}
}

func TestVariantsReadWithTheirZone(t *testing.T) {
	dir, _ := readVariants(t)
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Skipf("no time zones here, dates in Madrid were not checked: %v", err)
	}
	base, err := Load(context.Background(), variant{Name: "base", Snapshots: "snapshots.parquet", Outcomes: "outcomes.parquet"}.spec(dir))
	if err != nil {
		t.Fatal(err)
	}
	spec := variant{Name: "ts_madrid_midnight", Snapshots: "snapshots.parquet", Outcomes: "../base/outcomes.parquet"}.spec(dir)
	spec.Reading.Location = madrid
	local, err := Load(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	same := func(n string) string { return n }
	sameRows(t, variantRows(local, same), variantRows(base, same), true, 0)
	spec.Reading.Location = nil // as UTC every snapshot falls one day early
	utc, err := Load(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if len(warned(utc.Warnings, "times_of_day")) == 0 {
		t.Errorf("nobody says that midnight is not midnight: %q", utc.Warnings)
	}
	if utc.Outcome[0]-utc.AsOf[0] != 91 {
		t.Errorf("read as UTC the snapshot is %d days old, want 91", utc.Outcome[0]-utc.AsOf[0])
	}
}
