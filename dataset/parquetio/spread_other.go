//go:build !amd64 || purego

package parquetio

// Elsewhere the loops of spread.go do all rows.

func fastGreatest([]int32) (index uint32, done int) { return 0, 0 }

func fastEntries(_, _ []float64, _ []int32) (row int) { return 0 }

func fastSpreadEntries(_, _ []float64, _ []int32, _ []byte) (row, next int) { return 0, 0 }

func fastDoubles([]float64, []byte) (row int, carry uint64) { return 0, 0 }

func fastSpreadDoubles([]float64, []byte, []byte) (row, at int, carry uint64) { return 0, 0, 0 }
