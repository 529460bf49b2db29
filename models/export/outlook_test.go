package export

import (
	"fmt"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/features"
	"holdfast/features/sql/sqltest"
	"holdfast/models"
)

// inEveryEngine compares a model in all engines that there are, over these snapshots.
func inEveryEngine(t *testing.T, m *models.Model, s *dataset.Snapshots) {
	t.Helper()
	uses, err := m.Uses()
	if err != nil {
		t.Fatal(err)
	}
	table := sheetOf(s, m.Columns, uses, nil, "")
	for _, e := range sqltest.Here(t) {
		t.Run(string(e.Dialect()), func(t *testing.T) {
			e.Load(t, table)
			compareSQL(t, m, e, s, everyRow(s))
		})
	}
}

// The four shares of an outlook are the p of three models, scaled down where they claim more
// than there is. The companions of both kinds leave some rows unscored.
func TestAnOutlookInSQLIsThatOfTheScorer(t *testing.T) {
	list := candidates()
	for name, with := range map[string]func(m *models.Model) *models.Outlook{
		"growth and shrinking": func(*models.Model) *models.Outlook {
			return &models.Outlook{Grow: fit(t, list[2]), Shrink: fit(t, list[5])}
		},
		"growth alone": func(*models.Model) *models.Outlook { return &models.Outlook{Grow: fit(t, list[0])} },
		"three that each claim nearly all": func(m *models.Model) *models.Outlook {
			m.Calibration.Intercept += 3
			return &models.Outlook{Grow: fit(t, list[3]), Shrink: m}
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := fit(t, list[7])
			companion := *m
			m.Outlook = with(&companion)
			s := snapshotsOf(t, m, company(t, 400, 5, odd()))
			scaled := 0
			for _, row := range goScores(t, m, s, everyRow(s), true) {
				if row.prospect[0] < row.p-1e-9 {
					scaled++
				}
			}
			if scaled == 0 {
				t.Fatal("no row claims more than there is")
			}
			inEveryEngine(t, m, s)
		})
	}
}

// A value is good up to the day that it is max_age days old, and not on the day before it is
// dated, nor without a date.
func TestAValueGoesStaleInSQLOnTheDayItDoesForTheScorer(t *testing.T) {
	for _, missing := range []features.Policy{features.Median, features.Own, features.Drop} {
		t.Run(string(missing), func(t *testing.T) {
			m := fit(t, candidate{
				models.Candidate{Name: "fresh", Kind: models.Logistic, Penalty: models.Penalty{Kind: models.Ridge, Strength: 0.01}},
				[]features.Factor{
					{Name: "mood", Expr: "pulse", Missing: missing, Fresh: &features.Freshness{Dated: "pulse_date", MaxAge: 30}},
					{Name: "usage", Expr: "usage"},
				},
			})
			s := snapshotsOf(t, m, ages(t))
			inEveryEngine(t, m, s)
			fresh := 0
			scores := goScores(t, m, s, everyRow(s), true)
			for _, row := range scores {
				if row.p == scores[key("A0", "2024-06-30")].p {
					fresh++
				}
			}
			if fresh != 4 { // ages 0, 1, 29 and 30
				t.Errorf("the pulse of %d of 9 accounts is fresh: %v", fresh, scores)
			}
		})
	}
}

// ages writes snapshots that differ in nothing but the age of the pulse; the last has no date.
func ages(t *testing.T) dataset.Spec {
	t.Helper()
	spec := company(t, 40, 1, nil)
	day := int32(dataset.NewDate(2024, 6, 30))
	account, asOf, dated := parquetio.Column{Name: "account_id"}, parquetio.Column{Name: "snapshot_date"}, parquetio.Column{Name: "pulse_date"}
	usage, pulse := parquetio.Column{Name: "usage"}, parquetio.Column{Name: "pulse"}
	for i, days := range []int32{0, 1, 29, 30, 31, 32, 400, -1, day - int32(dataset.NoDate)} {
		account.Codes, account.Levels = append(account.Codes, int32(i)), append(account.Levels, fmt.Sprint("A", i))
		asOf.Days, dated.Days = append(asOf.Days, day), append(dated.Days, day-days)
		usage.Numbers, pulse.Numbers = append(usage.Numbers, 50), append(pulse.Numbers, 9)
	}
	put(t, spec.Snapshots, []parquetio.Field{{Name: "account_id", Kind: parquetio.Text}, {Name: "snapshot_date", Kind: parquetio.Day}, {Name: "usage", Kind: parquetio.Float},
		{Name: "pulse", Kind: parquetio.Float}, {Name: "pulse_date", Kind: parquetio.Day, Nullable: true}}, []parquetio.Column{account, asOf, usage, pulse, dated})
	return spec
}
