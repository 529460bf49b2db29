package synth_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"holdfast/dataset/synth"
)

// A company in the files a real one would have, and the truth beside them.
func ExampleCompany_Write() {
	dir, err := os.MkdirTemp("", "synth")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	company := synth.Company{Accounts: 100, Months: 24, Seed: 1}
	if err := company.Write(context.Background(), filepath.Join(dir, "demo"), nil); err != nil {
		fmt.Println(err)
		return
	}
	files, _ := os.ReadDir(filepath.Join(dir, "demo"))
	for _, f := range files {
		fmt.Println(f.Name())
	}
	// Output:
	// outcomes.parquet
	// snapshots
	// truth.parquet
}

// Generated blocks need no files.
func ExampleCompany_Blocks() {
	company := synth.Company{Accounts: 100, Seed: 1}
	for block, err := range company.Blocks(40) {
		if err != nil {
			fmt.Println(err)
			return
		}
		first := block.Outcomes.Columns[0].Levels[0]
		fmt.Println(block.Accounts, "accounts, the first to renew is", first)
	}
	// Output:
	// 40 accounts, the first to renew is A000001
	// 40 accounts, the first to renew is A000041
	// 20 accounts, the first to renew is A000081
}

// The law says what the best possible model is.
func ExampleStage_Law() {
	law := synth.Onboarding.Law()
	fmt.Printf("log-odds of churn = %.1f", law.Intercept)
	for _, term := range law.Terms[:2] {
		fmt.Printf(" %+.1f * %v", term.Weight, term)
	}
	fmt.Println(" ...")
	// Output:
	// log-odds of churn = 1.8 -2.5 * onboarding_done_share -0.4 * ln(1 + training_hours) ...
}
