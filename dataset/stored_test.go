package dataset

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// told is everything a load gives, or the words of its error.
func told(spec Spec) string {
	e, err := Load(context.Background(), spec)
	if err != nil {
		return err.Error()
	}
	defer e.Table.Close()
	text := contents(e)
	for _, lead := range e.OtherLeads {
		text += contents(lead)
	}
	return text
}

// Where the columns lie changes nothing: not an example, a hash, a warning or a refusal.
func TestStoredColumnsGiveTheSameExamplesToTheBit(t *testing.T) {
	drawn, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		c := drawCompany(rt)
		spec := c.write(t, t.TempDir(), rapid.IntRange(1, 3).Draw(rt, "parts"))
		spec.Clock = drawClock(rt)
		if spec.Clock.Mode == Renewal {
			spec.OtherLeads = []int{5, 30}
		}
		if rapid.Bool().Draw(rt, "replay") {
			spec.Reading.AsOf = Date(rapid.IntRange(10000, 10100).Draw(rt, "as of"))
		}
		if rapid.Bool().Draw(rt, "histories") {
			spec.Histories = []history.Spec{{Of: "logins", OverDays: 30, As: history.Mean}}
		}
		want := told(spec)
		spec.Reading.Memory, spec.Reading.TempDir = 1, t.TempDir()
		if got := told(spec); got != want {
			rt.Fatalf("stored:\n%s\nin memory:\n%s", got, want)
		}
		drawn++
		if _, err := Load(context.Background(), spec); err != nil {
			refused++
		}
	})
	if refused > drawn*9/10 {
		t.Errorf("%d of %d drawn companies were refused: too few were compared", refused, drawn)
	}
}

// Duplicates, contradictions, infinities and values that count as another are found in
// stored columns as in those in memory, in the same words.
func TestStoredColumnsAreRefusedAndMendedAlike(t *testing.T) {
	keys := []column{texts("account_id", "a", "b", "a", "a"), days("snapshot_date", "2024-03-31", "2024-01-31", "2024-01-31", "2024-03-31")}
	for name, columns := range map[string][]column{
		"exact duplicates":    {floats("logins", 1, 2, 3, 1), texts("plan", "x", "y", "x", "x")},
		"duplicates of NaN":   {floats("logins", nan, 2, 3, nan), texts("plan", "x", "y", "x", "x")},
		"a number differs":    {floats("logins", 1, 2, 3, 4), texts("plan", "x", "y", "x", "x")},
		"a text differs":      {floats("logins", 1, 2, 3, 1), texts("plan", "x", "y", "x", "z")},
		"infinities":          {floats("logins", 1, math.Inf(1), 3, math.Inf(-1)), texts("plan", "x", "y", "x", "x")},
		"minus zero is equal": {floats("logins", math.Copysign(0, -1), 2, 3, 0), texts("plan", "x", "y", "x", "x")},
	} {
		uses := expr.Columns{"logins": expr.Number, "plan": expr.Text}
		how := everything
		held, heldErr := load(t, standard, uses, how, append(slices.Clone(keys), columns...)...)
		how.Memory, how.TempDir = 1, t.TempDir()
		stored, err := load(t, standard, uses, how, append(slices.Clone(keys), columns...)...)
		if (err == nil) != (heldErr == nil) || err != nil && withoutDir(err) != withoutDir(heldErr) {
			t.Errorf("%s: stored %v, in memory %v", name, err, heldErr)
		}
		if err != nil || heldErr != nil {
			continue
		}
		if stored.hash() != held.hash() || len(stored.Warnings) != len(held.Warnings) || stored.Table.Rows() != held.Table.Rows() {
			t.Errorf("%s: %d rows, %v stored; %d rows, %v in memory", name, stored.Table.Rows(), stored.Warnings, held.Table.Rows(), held.Warnings)
		}
	}
}

// withoutDir are the findings of a refusal without the paths, which differ from load to load.
func withoutDir(err error) string {
	var refused *RefusedError
	if !errors.As(err, &refused) {
		return err.Error()
	}
	text := ""
	for _, f := range refused.Findings {
		text += f.Code + "\n"
	}
	return text
}

// storedTable has the columns i (numbers), t (texts) and d (dates) of that many rows.
func storedTable(t *testing.T, n int) *Table {
	t.Helper()
	file, err := spill.Create(t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	table := &Table{rows: n, index: make(map[string]int), file: file}
	t.Cleanup(func() { file.Close() })
	numbers, codes, dates := make([]float64, n), make([]int32, n), make([]int32, n)
	for i := range n {
		numbers[i], codes[i], dates[i] = float64(i), int32(i%3)-1, int32(i)
	}
	dates[0] = parquetio.NullDay
	for _, c := range []parquetio.Column{
		{Name: "i", As: parquetio.AsNumber, Numbers: numbers}, {Name: "t", As: parquetio.AsText, Codes: codes, Levels: []string{"x", "y"}},
		{Name: "d", As: parquetio.AsDay, Days: dates},
	} {
		stored, err := toFile(file, c)
		if err != nil {
			t.Fatal(err)
		}
		table.add(stored)
	}
	return table
}

func TestSelectionsOfASelectionShareTheFile(t *testing.T) {
	table := storedTable(t, 2*storeBlock+9)
	third := func(n int) []int32 {
		var rows []int32
		for i := 1; i < n; i += 3 {
			rows = append(rows, int32(i))
		}
		return rows
	}
	once := table.take(third(table.Rows()))
	twice := once.take(third(once.Rows()))
	if err := twice.addNumbers("new", make([]float64, twice.Rows())); err != nil {
		t.Fatal(err)
	}
	thrice := twice.take([]int32{2, 0})
	if thrice.columns[0].of != thrice.columns[1].of {
		t.Error("two columns of one selection keep a list of rows each")
	}
	for _, name := range []string{"i", "t", "d", "new"} {
		c, _ := thrice.Column(name)
		if c.Len() != 2 || c.isText() != (name == "t") {
			t.Errorf("column %s has %d rows, text %v", name, c.Len(), c.isText())
		}
	}
	// Row k of once is 3k+1, of twice 3(3k+1)+1: rows 2 and 0 are 22 and 4.
	i, _ := thrice.Column("i")
	text, _ := thrice.Column("t")
	d, _ := thrice.Column("d")
	if got := i.Vector().Numbers; !slices.Equal(got, []float64{22, 4}) {
		t.Errorf("numbers %v", got)
	}
	if got := text.Vector(); !slices.Equal(got.Codes, []int32{0, 0}) || text.Missing() != 0 {
		t.Errorf("texts %v", got)
	}
	if got := d.Days(); !slices.Equal(got, []Date{22, 4}) || d.Vector().Codes != nil {
		t.Errorf("days %v", got)
	}
	if first, _ := table.Column("d"); first.Missing() != 1 {
		t.Errorf("%d days are missing, want 1", first.Missing())
	}
	record := thrice.Record()
	defer record.Release()
	if record.NumRows() != 2 || record.NumCols() != 4 {
		t.Errorf("the record is %v", record)
	}
}

func TestBatchesReadWhatTheirRowsHold(t *testing.T) {
	table := storedTable(t, 3*BatchRows)
	rows := []int32{5, 3*BatchRows - 1, 0, 7}
	for b, err := range table.take(everyOther(table.Rows())).Batches([]int32{1, 0}) {
		if err != nil || !slices.Equal(b.Column("i").Numbers, []float64{2, 0}) {
			t.Errorf("a batch of a selection: %v, %v", b.Column("i"), err)
		}
	}
	for b, err := range table.Batches(rows) {
		if err != nil || !slices.Equal(b.Column("i").Numbers, []float64{5, 3*BatchRows - 1, 0, 7}) || b.Column("d").Codes != nil {
			t.Errorf("a batch: %v, %v", b.Column("i"), err)
		}
	}
}

func everyOther(n int) []int32 {
	var rows []int32
	for i := 0; i < n; i += 2 {
		rows = append(rows, int32(i))
	}
	return rows
}

// Columns have no error to return: what cannot be read is missing, and the table and its
// batches say why before anybody can take it for data.
func TestWhatCannotBeReadIsAnErrorOfTheTable(t *testing.T) {
	for _, n := range []int{10, 2 * BatchRows} {
		table := storedTable(t, n)
		if err := table.Close(); err != nil {
			t.Fatal(err)
		}
		yielded, failed := 0, error(nil)
		for b, err := range table.Batches(everyOther(n)) {
			if failed = err; err != nil {
				break
			}
			yielded++
			if v := b.Column("i").Numbers[0]; v == v || b.Column("t").Codes[0] != -1 {
				t.Errorf("a closed file gave %v", v)
			}
			if b.Err() == nil {
				t.Error("the batch keeps the error to itself")
			}
		}
		var spilled *spill.Error
		if yielded != 1 || !errors.As(failed, &spilled) || !errors.Is(table.Err(), os.ErrClosed) {
			t.Errorf("%d batches, then %v", yielded, failed)
		}
	}
}

func TestADirectoryThatCannotHoldColumnsIsNamed(t *testing.T) {
	spec := twoAccounts(t, "account_id")
	spec.Reading.Memory, spec.Reading.TempDir = 1, filepath.Join(t.TempDir(), "nowhere")
	var spilled *spill.Error
	if _, err := Load(context.Background(), spec); !errors.As(err, &spilled) || spilled.Dir != spec.Reading.TempDir {
		t.Errorf("%v", err)
	}
}

func TestColumnsAreStoredOnlyBeyondTheBudget(t *testing.T) {
	n := 1000
	key, date := make([]string, n), make([]string, n)
	for i := range n {
		key[i], date[i] = "a", (Date(10000 + i)).String()
	}
	columns := []column{texts("account_id", key...), days("snapshot_date", date...), floats("logins", make([]float64, n)...)}
	for budget, stored := range map[int64]bool{0: false, int64(n) * 8 * runFactor: false, int64(n)*8*runFactor - 1: true} {
		how := everything
		how.Memory = budget
		s, err := load(t, standard, expr.Columns{"logins": expr.Number}, how, columns...)
		if err != nil || (s.Table.file != nil) != stored {
			t.Errorf("with %d bytes stored is %v, want %v (%v)", budget, s.Table.file != nil, stored, err)
		}
		if file, err := s.Table.Scratch(); err != nil || (file != nil) != stored {
			t.Errorf("with %d bytes the scratch file is %v, %v", budget, file, err)
		}
	}
}

func TestColumnsAreReadAsManyAtATimeAsTheBudgetHolds(t *testing.T) {
	number, text := parquetio.Request{As: parquetio.AsNumber}, parquetio.Request{As: parquetio.AsText}
	want := []parquetio.Request{number, text, text, number}
	for budget, n := range map[int64]int{1: 1, 16 * 100 * readShare: 1, 20 * 100 * readShare: 2, 1 << 40: 4} {
		if got := (Reading{Memory: budget}).columnsAtOnce(100, want); got != n {
			t.Errorf("with %d bytes %d columns, want %d", budget, got, n)
		}
	}
}

func TestWorkOnAStoredTableIsWhatTheBudgetHolds(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	stored := &Table{file: new(spill.File), memory: heldShare * 1000}
	for bytes, n := range map[int64]int{0: 1000, 300: 3, 1000: 1, 5000: 1} {
		if got := stored.Holds(bytes); got != n {
			t.Errorf("%d pieces of %d bytes are held, want %d", got, bytes, n)
		}
		if got := stored.AtOnce(bytes); got != min(n, 2) {
			t.Errorf("%d pieces of %d bytes run at once on 2 processors, want %d", got, bytes, min(n, 2))
		}
	}
	if held := new(Table); held.Holds(1<<40) < 1000 || held.AtOnce(1<<40) != 2 {
		t.Error("a table in memory bounds what is done with it")
	}
}

// Whoever goes through a stored column takes a block of memory, however long the column is.
func TestBlocksOfAStoredColumnComeInOneMemory(t *testing.T) {
	file, err := spill.Create(t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	values := make([]float64, 3*storeBlock+7)
	for i := range values {
		values[i] = float64(i)
	}
	stored, err := toFile(file, parquetio.Column{Name: "x", As: parquetio.AsNumber, Numbers: values})
	if err != nil {
		t.Fatal(err)
	}
	var seen []float64
	var memory *float64
	stored.blocks(func(v expr.Vector) {
		if memory == nil {
			memory = &v.Numbers[0]
		} else if memory != &v.Numbers[0] {
			t.Error("a block has memory of its own")
		}
		seen = append(seen, v.Numbers...)
	})
	if !slices.Equal(seen, values) {
		t.Error("the blocks are not the column")
	}
}
