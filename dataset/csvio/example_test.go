package csvio_test

import (
	"context"
	"fmt"
	"io"
	"strings"

	"holdfast/dataset/csvio"
)

// A file is surveyed for the types of its columns and then converted. The date alone could be in March or in April; the
// row below it leaves only one.
func Example() {
	const content = "account;day;arr\n007;03/04/2026;1.234,50 €\n012;25/12/2026;99,00 €\n"
	file := csvio.Source{Path: "accounts.csv", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(content)), nil
	}}
	table, err := csvio.Survey(context.Background(), []csvio.Source{file}, csvio.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range table.Columns {
		fmt.Printf("%s: %s, %s\n", c.Name, c.Type, c.Note)
	}
	if err := table.Convert(context.Background(), 0, io.Discard); err != nil {
		fmt.Println(err)
	}
	// Output:
	// account: text, "007" in line 2 begins with 0, so these are names
	// day: date, day first, see "25/12/2026" in line 3
	// arr: number, in €; decimal comma, see "1.234,50 €" in line 2
}

// What the file does not prove is asked for, with the flag that answers it.
func ExampleSurvey() {
	file := csvio.Source{Path: "accounts.csv", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("day\n03/04/2026\n")), nil
	}}
	_, err := csvio.Survey(context.Background(), []csvio.Source{file}, csvio.Options{})
	fmt.Println(err)
	table, err := csvio.Survey(context.Background(), []csvio.Source{file}, csvio.Options{Dates: csvio.MDY})
	fmt.Println(table.Columns[0].Note, err)
	// Output:
	// accounts.csv: column "day": "03/04/2026" in line 2 is 3 April 2026 with --dates dmy and 4 March 2026 with --dates mdy; say which
	// month first <nil>
}
