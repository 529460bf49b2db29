//go:build !amd64 || purego

package metrics

// addRows is [addRowsGo].
func addRows(sum *[lanes]int64, accounts []uint32, packed []word, bytes int) {
	addRowsGo(sum, accounts, packed, bytes)
}
