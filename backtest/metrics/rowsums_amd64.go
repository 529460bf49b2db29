//go:build !purego

package metrics

// addRows is [addRowsGo] with vector instructions where this machine has them.
func addRows(sum *[lanes]int64, accounts []uint32, packed []word, bytes int) {
	if !vectors() {
		addRowsGo(sum, accounts, packed, bytes)
		return
	}
	addRowsAVX2(sum, accounts, packed)
}

// addRowsAVX2 checks no account. No pointer outlives the call.
//
//go:noescape
func addRowsAVX2(sum *[lanes]int64, accounts []uint32, packed []word)
