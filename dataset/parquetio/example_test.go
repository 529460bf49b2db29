package parquetio_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"holdfast/dataset/parquetio"
)

// A file is written column by column and read back by name; what is missing is marked, never zero.
func Example() {
	dir, err := os.MkdirTemp("", "parquetio")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "outcomes.parquet")
	if err := write(path); err != nil {
		log.Fatal(err)
	}

	table, err := parquetio.Read(context.Background(), path, []parquetio.Request{
		{Column: "account_id", As: parquetio.AsKey},
		{Column: "renewal_date", As: parquetio.AsDay},
		{Column: "decided_at", As: parquetio.AsDay, Optional: true},
	}, parquetio.Options{})
	if err != nil {
		log.Fatal(err)
	}
	account, renewal, decided := table.Columns[0], table.Columns[1], table.Columns[2]
	for row := range table.Rows {
		fmt.Println(account.Levels[account.Codes[row]], renewal.Days[row] == parquetio.NullDay)
	}
	fmt.Println(renewal.Nulls, "renewal date missing;", "decided_at is", decided.Stored)
	// Output:
	// acme false
	// globex true
	// 1 renewal date missing; decided_at is absent
}

func write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w, err := parquetio.NewWriter(f, []parquetio.Field{
		{Name: "account_id", Kind: parquetio.Text},
		{Name: "renewal_date", Kind: parquetio.Day, Nullable: true},
	})
	if err != nil {
		return err
	}
	if err := w.Write([]parquetio.Column{
		{Codes: []int32{0, 1}, Levels: []string{"acme", "globex"}},
		{Days: []int32{20543, parquetio.NullDay}},
	}); err != nil {
		return err
	}
	return w.Close()
}
