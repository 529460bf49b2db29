//go:build !purego

package parquetio

import "golang.org/x/sys/cpu"

// What these functions do is said in spread.go, and done slowly by the loops there. Each does as many of
// the first rows as it can, in whole groups of eight, and says how far it came; where a processor lacks the instructions that
// is nowhere. Most processors since 2013 have them (AMD: 2015).

func hasVectors() bool { return cpu.X86.HasAVX2 && cpu.X86.HasBMI2 && cpu.X86.HasPOPCNT }

// fastGreatest is the greatest of the first indexes, as unsigned numbers.
func fastGreatest(indexes []int32) (index uint32, done int) {
	if done = len(indexes) &^ 7; done == 0 || !hasVectors() {
		return 0, 0
	}
	return greatestAVX2(indexes[:done]), done
}

func fastEntries(rows, dictionary []float64, indexes []int32) (row int) {
	if row = len(rows) &^ 7; row == 0 || !hasVectors() {
		return 0
	}
	entriesAVX2(rows[:row], dictionary, indexes[:row])
	return row
}

func fastSpreadEntries(rows, dictionary []float64, indexes []int32, defined []byte) (row, next int) {
	if row = len(rows) &^ 7; row == 0 || !hasVectors() {
		return 0, 0
	}
	return row, spreadEntriesAVX2(rows[:row], dictionary, indexes[:len(indexes)+8], defined[:row/8])
}

func fastDoubles(rows []float64, src []byte) (row int, carry uint64) {
	if row = len(rows) &^ 7; row == 0 || !hasVectors() {
		return 0, 0
	}
	return row, doublesAVX2(rows[:row], src[:8*row])
}

func fastSpreadDoubles(rows []float64, src, defined []byte) (row, at int, carry uint64) {
	if row = len(rows) &^ 7; row == 0 || !hasVectors() {
		return 0, 0, 0
	}
	return spreadDoublesAVX2(rows[:row], src, defined[:row/8])
}

// They check no lengths beyond those above: every index has been compared with the dictionary, and there are as many values
// as defined has ones. No pointer outlives a call.

//go:noescape
func greatestAVX2(indexes []int32) uint32

//go:noescape
func entriesAVX2(rows, dictionary []float64, indexes []int32)

//go:noescape
func spreadEntriesAVX2(rows, dictionary []float64, indexes []int32, defined []byte) (next int)

//go:noescape
func doublesAVX2(rows []float64, src []byte) (carry uint64)

//go:noescape
func spreadDoublesAVX2(rows []float64, src, defined []byte) (row, at int, carry uint64)
