package csvio

import (
	"context"
	"strings"
	"testing"
)

// The forms of single cells, whatever stands in their column.
func TestFormsOfCells(t *testing.T) {
	for want, cells := range map[form][]string{
		formNull:      {"", "  ", "NA", " NA ", "-", `\N`, "NaT", "<NA>"},
		formWord:      {"x", "na", "none", "--", "1 2", "$", "%", "€", ".", "-.", "1.2.3", "1e", "e5", "0x1", "Infinity", "$12%", "$1 USD", "12 %%", "1-2", "(5)", "2026-13-01", "31/02/2026", "2026-3", "2026-03-31T", "2026-03-31 9", "2026-03-31 24:00", "32-Mar-2026", "1-Foo-2026", "2026-03-31 1:00 XM", "2026-03-31 13:00 PM", "2026-03-31T10:00:00+99:00", "1.2.26"},
		formBool:      {"t", "F", "Yes", "no", "TRUE", "False", "y", "N"},
		formInt:       {"0", "-0", "1", "-12", "999999999999999", "9007199254740992"},
		formKey:       {"00", "007", "-01"},
		formSigned:    {"+5", "+49301234567"},
		formBig:       {"9007199254740993", "-9007199254740993", "123456789012345678901234567890"},
		formNumber:    {"1.5", "1,5", "1,23", "1,234", "1.234", "1,234,567.8", "1.234.567,8", "-.5", "5.", "1e5", "1E-5", "-1.5e+3", "0.001", "1\u00a0234", "1\u202f234,5", "+1.5"},
		formPercent:   {"5%", "5 %", "-1.5%", "1,5%", "5\u00a0%"},
		formMoney:     {"$5", "-$5", "$-5", "5 €", "EUR 5", "5 CHF", "£1,234.50", "($5)", "¥1000", "1\u202f234,50\u00a0€"},
		formDate:      {"2026-03-31", "2026/3/1", "2026.03.31", "31/03/2026", "3/31/2026", "31.3.2026", "31-Mar-2026", "1 december 2026"},
		formShortDate: {"31/03/26", "03-31-26", "31.03.26", "26/03/31"},
		formLocal:     {"2026-03-31T10:00", "2026-03-31 1:02:03.4", "31/03/2026 10:00", "3/31/2026 1:00 PM", "31-Mar-2026 10:00:00"},
		formInstant:   {"2026-03-31T10:00Z", "2026-03-31 10:00:00 UTC", "2026-03-31T10:00:00.123+02:00", "2026-03-31T10:00:00-0330", "2026-03-31 10:00:00+02"},
	} {
		for _, cell := range cells {
			if got := newLexer(Options{}).classify([]byte(cell)).form; got != want {
				t.Errorf("%q is %s, want %s", cell, got, want)
			}
		}
	}
}

// A column that proves one thing and a column that proves another prove nothing for a third.
func TestContradictingProofsAskAgain(t *testing.T) {
	const content = "a,b,c\n25/12/2026,12/25/2026,03/04/2026\n"
	if _, err := Survey(context.Background(), []Source{text("x.csv", content)}, Options{}); err == nil || !strings.Contains(err.Error(), `column "c": "03/04/2026"`) {
		t.Errorf("got %v", err)
	}
	table := surveyed(t, Options{Types: map[string]Type{"c": Text}}, text("x.csv", content))
	if got, want := typesOf(table), "a=date b=date c=text"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Every cure that a message names must work as it is written.
func TestTheCuresInMessagesWork(t *testing.T) {
	for name, c := range map[string]struct {
		csv  string
		cure Options
		want Type
	}{
		"--dates":     {column("03/04/2026"), Options{Dates: DMY}, Date},
		"--decimal":   {column(`"1,234"`), Options{Decimal: ','}, Number},
		"--encoding":  {"x\ncaf\xe9\n", Options{Encoding: Windows1252}, Text},
		"--delimiter": {"x,b;c\n1,2;3\n", Options{Delimiter: ','}, Int},
		"--type":      {column("25/12/26"), Options{Types: map[string]Type{"x": Text}}, Text},
		"utf-16le":    {"x\x00\n\x001\x00\n\x00", Options{Encoding: UTF16LE}, Int},
		"date":        {column("20261332"), Options{Types: map[string]Type{"x": Text}}, Text},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Survey(context.Background(), []Source{text("x.csv", c.csv)}, Options{}); err == nil && name != "date" {
				t.Fatal("nothing to cure")
			}
			if got := surveyed(t, c.cure, text("x.csv", c.csv)).Columns[0].Type; got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestADateThatIsNoneIsFoundWhenItIsWritten(t *testing.T) {
	table := surveyed(t, Options{Types: map[string]Type{"x": Date}}, text("x.csv", column("20260131", "20261332")))
	err := table.Convert(context.Background(), 0, &strings.Builder{})
	if err == nil || !strings.Contains(err.Error(), `x.csv: line 3: column "x": "20261332" is not a date`) {
		t.Errorf("got %v", err)
	}
}

func TestWordsForTheShell(t *testing.T) {
	for text, want := range map[string]string{"TBD": "TBD", "n/a?": "'n/a?'", "it's": `'it'\''s'`, "a b": "'a b'", "x=int": "x=int"} {
		if got := shellWord(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
