package synth

import (
	"context"
	"math"
	"path/filepath"
	"testing"

	"holdfast/dataset/parquetio"
)

// columns reads whole columns of a file or directory, by name.
func readColumns(t *testing.T, path string, want map[string]parquetio.As) map[string]parquetio.Column {
	t.Helper()
	var requests []parquetio.Request
	for name, as := range want {
		requests = append(requests, parquetio.Request{Column: name, As: as})
	}
	table, err := parquetio.Read(context.Background(), path, requests, parquetio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	columns := map[string]parquetio.Column{}
	for _, c := range table.Columns {
		columns[c.Name] = c
	}
	return columns
}

// text is the value of a text column in a row, empty where null.
func text(c parquetio.Column, row int) string {
	if code := c.Codes[row]; code >= 0 {
		return c.Levels[code]
	}
	return ""
}

// accountDay is the key of a snapshot.
type accountDay struct {
	account string
	day     int32
}

// TestTheTruthFollowsFromTheWrittenFiles computes p_factors as a user would:
// from the files, the exported Law and the documented formula. Two companies
// with every knob set cover both stages.
func TestTheTruthFollowsFromTheWrittenFiles(t *testing.T) {
	for _, c := range []Company{
		{Accounts: 700, Seed: 1},
		{Accounts: 500, Seed: 2, Months: 60, Noise: 0.25, Drift: -0.3},
	} {
		dir := t.TempDir()
		if err := c.Write(context.Background(), dir, nil); err != nil {
			t.Fatal(err)
		}
		checkTruth(t, c, dir)
	}
}

func checkTruth(t *testing.T, c Company, dir string) {
	snapshots := readColumns(t, filepath.Join(dir, snapshotsName), lawColumns())
	rows := map[accountDay]int{}
	first := int32(math.MaxInt32)
	for i, day := range snapshots["snapshot_date"].Days {
		rows[accountDay{text(snapshots["account_id"], i), day}] = i
		first = min(first, day)
	}
	truth := readColumns(t, filepath.Join(dir, truthName), map[string]parquetio.As{
		"account_id": parquetio.AsKey, "as_of": parquetio.AsDay, "stage": parquetio.AsText,
		"p_factors": parquetio.AsNumber, "p_contracted": parquetio.AsNumber, "p_expanded": parquetio.AsNumber,
	})
	stages := map[string]int{}
	for i, day := range truth["as_of"].Days {
		at, ok := rows[accountDay{text(truth["account_id"], i), day}]
		if !ok {
			t.Fatalf("row %d of the truth has no snapshot", i)
		}
		stage := StageAt(snapshots["tenure_days"].Numbers[at])
		stages[stage.String()]++
		if got := text(truth["stage"], i); got != stage.String() {
			t.Errorf("row %d is of stage %s, want %s", i, got, stage)
		}
		eta := lawOf(stage, snapshots, at) + c.Drift*float64(day-first)/365.25
		p := c.Noise*BaseChurn + (1-c.Noise)/(1+math.Exp(-eta))
		growth := GrowthWeight * snapshots["active_users"].Numbers[at] / snapshots["licences"].Numbers[at]
		agrees(t, i, "p_factors", truth, p)
		agrees(t, i, "p_contracted", truth, (1-p)/(1+math.Exp(growth-ContractCut)))
		agrees(t, i, "p_expanded", truth, (1-p)/(1+math.Exp(ExpandCut-growth)))
	}
	if stages["mature"] < 300 || stages["onboarding"] < 80 {
		t.Errorf("checked only %v", stages)
	}
}

func agrees(t *testing.T, row int, name string, truth map[string]parquetio.Column, want float64) {
	t.Helper()
	if got := truth[name].Numbers[row]; !(math.Abs(got-want) <= 1e-12) {
		t.Errorf("row %d: %s is %v, want %v", row, name, got, want)
	}
}

// lawColumns lists what the laws need of a snapshot.
func lawColumns() map[string]parquetio.As {
	columns := map[string]parquetio.As{"account_id": parquetio.AsKey, "snapshot_date": parquetio.AsDay, "tenure_days": parquetio.AsNumber}
	for stage := range stageCount {
		for _, term := range stage.Law().Terms {
			columns[term.Column] = parquetio.AsNumber
			if term.Level != "" {
				columns[term.Column] = parquetio.AsText
			}
			if term.Per != "" {
				columns[term.Per] = parquetio.AsNumber
			}
		}
	}
	return columns
}

// lawOf evaluates the exported Law on row i of the columns, from its
// documentation alone.
func lawOf(stage Stage, columns map[string]parquetio.Column, i int) float64 {
	law := stage.Law()
	eta := law.Intercept
	for _, term := range law.Terms {
		c := columns[term.Column]
		if term.Level != "" {
			if text(c, i) == term.Level {
				eta += term.Weight
			}
			continue
		}
		x := c.Numbers[i]
		if math.IsNaN(x) {
			x = term.Missing
		}
		if term.Per != "" {
			x /= columns[term.Per].Numbers[i]
		}
		if term.Log1p {
			x = math.Log1p(x)
		}
		eta += term.Weight * x
	}
	return eta
}

// TestTheFilesSayWhatTheirColumnsAre pins names, kinds and nullability: the
// contract of whoever reads them.
func TestTheFilesSayWhatTheirColumnsAre(t *testing.T) {
	dir := t.TempDir()
	if err := (Company{Accounts: 60}).Write(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string][]parquetio.Field{
		snapshotsName: snapshotFields(), outcomesName: outcomeFields(), truthName: truthFields(),
	} {
		got, rows, err := parquetio.Schema(context.Background(), filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if rows == 0 || len(got) != len(want) {
			t.Fatalf("%s has %d rows and %d columns, want %d columns", name, rows, len(got), len(want))
		}
		for i, f := range want {
			if got[i].Name != f.Name || got[i].Kind != f.Kind || got[i].Nullable != f.Nullable {
				t.Errorf("%s: column %d is %+v, want %+v", name, i, got[i], f)
			}
		}
	}
}

// TestTheFilesHoldTheRowsOfTheBlocks reads everything back and compares it with
// the generator's own columns.
func TestTheFilesHoldTheRowsOfTheBlocks(t *testing.T) {
	c := Company{Accounts: 200, Seed: 4}
	dir := t.TempDir()
	if err := c.Write(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	block := collect(t, c, 50)
	checkTable(t, filepath.Join(dir, snapshotsName), snapshotFields(), &block.Snapshots)
	checkTable(t, filepath.Join(dir, outcomesName), outcomeFields(), &block.Outcomes)
	checkTable(t, filepath.Join(dir, truthName), truthFields(), &block.Truth)
}

func checkTable(t *testing.T, path string, fields []parquetio.Field, want *Table) {
	t.Helper()
	requests := map[string]parquetio.As{}
	for _, f := range fields {
		requests[f.Name] = parquetio.AsNumber
		switch f.Kind {
		case parquetio.Text:
			requests[f.Name] = parquetio.AsText
		case parquetio.Day:
			requests[f.Name] = parquetio.AsDay
		}
	}
	got := readColumns(t, path, requests)
	for _, c := range want.Columns {
		for i := range want.Rows {
			if !sameValue(c, got[c.Name], i) {
				t.Errorf("%s: column %s differs in row %d", path, c.Name, i)
				break
			}
		}
	}
}

func sameValue(a, b parquetio.Column, row int) bool {
	switch {
	case a.Codes != nil:
		return text(a, row) == text(b, row)
	case a.Days != nil:
		return a.Days[row] == b.Days[row]
	}
	x, y := a.Numbers[row], b.Numbers[row]
	return x == y || math.IsNaN(x) && math.IsNaN(y)
}
