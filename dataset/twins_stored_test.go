package dataset

import (
	"testing"

	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// A stored column is read a block at a time, and no account is cut by the end of one: not the
// short ones that lie across it, nor one that is longer than a block.
func TestAccountsAreReadWholeWhereverTheyLie(t *testing.T) {
	var runs []span
	var values []float64
	for len(values) < 3*storeBlock {
		length := 7
		if len(runs) == 10 {
			length = storeBlock + 5
		}
		from := len(values)
		for range length {
			values = append(values, float64(len(values)))
		}
		runs = append(runs, span{int32(from), int32(len(values))})
	}
	file, err := spill.Create(t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoded := parquetio.Column{Name: "x", As: parquetio.AsNumber, Numbers: values}
	onDisk, err := toFile(file, decoded)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Column{"in memory": heldColumn(decoded), "stored": onDisk} {
		for _, step := range []int{1, 3} { // all accounts, and some of them
			var accounts []int32
			for a := 0; a < len(runs); a += step {
				accounts = append(accounts, int32(a))
			}
			seen := 0
			for account, v := range ofAccounts(c, runs, accounts) {
				run := runs[account]
				if account != accounts[seen] || len(v.Numbers) != int(run.to-run.from) || v.Numbers[0] != float64(run.from) || v.Numbers[len(v.Numbers)-1] != float64(run.to-1) {
					t.Fatalf("%s, account %d: %d values, want rows %d to %d", name, account, len(v.Numbers), run.from, run.to)
				}
				seen++
			}
			if seen != len(accounts) {
				t.Fatalf("%s: %d of %d accounts", name, seen, len(accounts))
			}
		}
	}
}
