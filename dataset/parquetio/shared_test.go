package parquetio

import (
	"slices"
	"testing"

	"holdfast/dataset/beside"
)

// sharedFolder returns the folder of test material that lies beside the repository, or skips the test.
func sharedFolder(t testing.TB) string {
	t.Helper()
	return beside.Path(t, "real, odd and damaged Parquet files")
}

func sorted(s []string) []string {
	slices.Sort(s)
	return s
}
