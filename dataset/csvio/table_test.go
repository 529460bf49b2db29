package csvio

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Words are compared with their case, blanks around them do not count, and the empty word needs
// no name.
func TestOnlyTheWordsThatAreNamedMeanMissing(t *testing.T) {
	w := newWords([]string{" n.a. ", "", "NULL"}, []string{"-999"})
	for word, want := range map[string]bool{"n.a.": true, "NULL": true, "-999": true, "": false, "null": false, "NUL": false, "NULLS": false, "-99": false, "-9990": false, "x": false} {
		if got := w.holds([]byte(word)); got != want {
			t.Errorf("%q means missing: %v", word, got)
		}
	}
	if newWords().holds([]byte("NA")) {
		t.Error("no words, and NA is one of them")
	}
}

// The list is handed out: who changes it changes nobody else's.
func TestTheWordsForMissingAreTheCallers(t *testing.T) {
	NullWords()[0] = "everything"
	if slices.Contains(NullWords(), "everything") {
		t.Error("the list is shared")
	}
	for _, word := range NullWords() {
		if c := newLexer(Options{}).classify([]byte(" " + word + "\t")); c.form != formNull {
			t.Errorf("%q is %s", word, c.form)
		}
	}
}

// In a column that was made text on request NA may be Namibia; its own words still count.
func TestATextOnRequestKeepsItsWords(t *testing.T) {
	opts := Options{Types: map[string]Type{"country": Text}, Nulls: []string{"?"}}
	table := surveyed(t, opts, text("x.csv", "country,region\nNA,NA\n?,?\nDE,south\n"))
	if c := table.Columns[0]; c.Nulls != 1 || c.Type != Text {
		t.Errorf("country: %d missing, want that of the question mark", c.Nulls)
	}
	if c := table.Columns[1]; c.Nulls != 2 {
		t.Errorf("region: %d missing, want 2", c.Nulls)
	}
}

// import --json prints columns so, and programs read it.
func TestAColumnInJSONHasItsNames(t *testing.T) {
	table := surveyed(t, Options{}, text("x.csv", "a,at\n1,2026-03-31T10:00Z\n,2026-04-01T10:00Z\n"))
	got, err := json.Marshal(table.Columns)
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"name":"a","type":"int","rows":2,"nulls":1,"example":"1"},{"name":"at","type":"timestamp","zoned":true,"rows":2,"nulls":0,"example":"2026-03-31T10:00Z"}]`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A column that a file lacks is a warning that names the files, and its rows are those of the
// files that have it.
func TestAColumnThatIsNotInAllFilesIsToldOf(t *testing.T) {
	table := surveyed(t, Options{}, text("jan.csv", "a,b\n1,2\n3,4\n"), text("feb.csv", "a\n5\n"), text("mar.csv", "b,a\n6,7\n"))
	if got := typesOf(table); got != "a=int b=int" {
		t.Errorf("got %s", got)
	}
	if a, b := table.Columns[0].Rows, table.Columns[1].Rows; a != 4 || b != 3 {
		t.Errorf("a has %d rows and b %d, want 4 and 3", a, b)
	}
	said := messages(table)
	if !strings.Contains(said, FilesDiffer+`: column "b": is not in feb.csv`) || strings.Contains(said, "mar.csv") {
		t.Errorf("got %s", said)
	}
}

func TestAHeaderWithoutRowsIsATableOfTexts(t *testing.T) {
	table := surveyed(t, Options{}, text("x.csv", "a,b\n"))
	if got := typesOf(table); got != "a=text b=text" || table.Files[0].Rows != 0 || !strings.Contains(messages(table), "no_rows: x.csv: there is a header but no rows") {
		t.Errorf("%s, %d rows, %s", got, table.Files[0].Rows, messages(table))
	}
	if len(parquetOf(t, table, 0)) == 0 {
		t.Error("nothing was written")
	}
}

// A reading is proved by a column whose cells all fit it and none other; two columns that prove
// different ones prove nothing.
func TestAProofNeedsAllCellsAndNoContradiction(t *testing.T) {
	reads := func(cells ...string) *readings { return &evidenceOf(cells, 2).dates }
	for name, c := range map[string]struct {
		columns []*readings
		want    int // an index into orders, -1 for none
	}{
		"no column":                {nil, -1},
		"nothing open":             {[]*readings{reads("2026-03-31")}, -1},
		"open":                     {[]*readings{reads("03/04/2026")}, -1},
		"the day first":            {[]*readings{reads("03/04/2026", "25/12/2026")}, 0},
		"the month first":          {[]*readings{reads("12/25/2026")}, 1},
		"two that agree":           {[]*readings{reads("25/12/2026"), reads("26/12/2026")}, 0},
		"two that do not":          {[]*readings{reads("25/12/2026"), reads("12/25/2026")}, -1},
		"one that is of two minds": {[]*readings{reads("25/12/2026", "12/25/2026")}, -1},
	} {
		var p proofs
		for _, r := range c.columns {
			p.prove("column", r)
		}
		if got := p.only(); got != c.want {
			t.Errorf("%s: reading %d, want %d", name, got, c.want)
		}
	}
}

// The first column that proves a reading is the one that is named.
func TestTheFirstProofIsTheOneThatIsShown(t *testing.T) {
	var p proofs
	p.prove("a", &evidenceOf([]string{"25/12/2026"}, 7).dates)
	p.prove("b", &evidenceOf([]string{"26/12/2026"}, 2).dates)
	if p[0].column != "a" || p[0].cell != `"25/12/2026" in line 7` {
		t.Errorf("got %+v", p[0])
	}
}

// Doubled quotes are undone once, and the text of a field that has none is not copied.
func TestQuotesInsideQuotesAreUndone(t *testing.T) {
	var scratch []byte
	for in, want := range map[string]string{`""`: `"`, `a""b`: `a"b`, `""""`: `""`, `a""`: `a"`, `""a`: `"a`, `a`: `a`} {
		b := block{text: []byte(in)}
		if got := string(b.cell(span{to: int32(len(in)), quotes: doubled}, &scratch)); got != want {
			t.Errorf("%s is read as %s, want %s", in, got, want)
		}
	}
	b := block{text: []byte(`a""b`)}
	if got := b.cell(span{to: 4, quotes: quoted}, &scratch); &got[0] != &b.text[0] {
		t.Error("a field without doubled quotes is copied")
	}
}
