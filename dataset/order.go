package dataset

import (
	"cmp"
	"iter"
	"slices"

	"holdfast/dataset/parquetio"
)

// canonicalOrder sorts rows by account, day, day of recording (nil: none) and place in
// the files: a list in the room of the table, nil for rows that are in that order. Accounts are dense numbers, so
// that counting puts the rows of each together, in the order of the files; what is left
// to sort is an account's own days, and they mostly are in order, because files grow by
// the month.
func (t *Table) canonicalOrder(accounts, days, recorded []int32) []int32 {
	later := func(a, b int32) int {
		c := cmp.Compare(days[a], days[b])
		if c == 0 && recorded != nil {
			c = cmp.Compare(recorded[a], recorded[b])
		}
		return c
	}
	if inOrder(accounts, later) {
		return nil
	}
	return t.sortedRows(accounts, later)
}

// sortedRows lists the rows by account, then by what later compares, then by their place in
// the files.
func (t *Table) sortedRows(accounts []int32, later func(a, b int32) int) []int32 {
	order, ends := byAccount(t, accounts)
	from := int32(0)
	for _, to := range ends {
		if run := order[from:to]; !slices.IsSortedFunc(run, later) {
			slices.SortFunc(run, func(a, b int32) int { return cmp.Or(later(a, b), cmp.Compare(a, b)) })
		}
		from = to
	}
	return order
}

// inOrder says whether the rows are sorted by account and then by what later compares. Rows
// that compare equal are in order: canonicalOrder keeps them as the files have them.
func inOrder(accounts []int32, later func(a, b int32) int) bool {
	for i := 1; i < len(accounts); i++ {
		before, now := accounts[i-1], accounts[i]
		if before > now || before == now && later(int32(i-1), int32(i)) > 0 {
			return false
		}
	}
	return true
}

// byAccount lists the rows account by account, in their own order within each, and the
// end of each account in the list: a counting sort, O(rows + accounts) and stable. Account
// numbers are not negative.
func byAccount(t *Table, accounts []int32) (rows, ends []int32) {
	if len(accounts) == 0 {
		return nil, nil
	}
	ends = Room[int32](t, int(slices.Max(accounts))+1)
	for _, a := range accounts {
		ends[a]++
	}
	total := int32(0)
	for a, n := range ends {
		ends[a] = total // where the account begins; it moves to its end as rows are placed
		total += n
	}
	rows = Room[int32](t, len(accounts))
	for row, a := range accounts {
		rows[ends[a]] = int32(row)
		ends[a]++
	}
	return rows, ends
}

// reorder puts the rows of all columns into the given order, which names every row once. Each
// column is copied; the old ones are free as soon as their own turn is over.
func (t *Table) reorder(columns []parquetio.Column, order []int32) {
	inParallel(len(columns), func(tasks iter.Seq[int]) {
		for i := range tasks {
			columns[i] = t.gatherColumn(columns[i], order)
		}
	})
}

// inFiles is an order of the rows that were kept as one of all rows of the files; nil for
// all of them as they are.
func (d *decoded) inFiles(order []int32) []int32 {
	switch {
	case d.original == nil:
		return order
	case order == nil:
		return d.original
	}
	return gatherFor(d.table, d.original, order)
}
