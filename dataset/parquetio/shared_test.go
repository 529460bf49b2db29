package parquetio

import (
	"testing"

	"holdfast/dataset/beside"
)

// sharedFolder returns the folder of test material that lies beside the repository, or skips the test.
func sharedFolder(t testing.TB) string {
	t.Helper()
	return beside.Path(t, "real, odd and damaged Parquet files")
}

// naturalRequests asks for every usable column.
func naturalRequests(fields []Field) []Request {
	var want []Request
	for _, f := range fields {
		switch {
		case f.Kind.numeric():
			want = append(want, Request{Column: f.Name, As: AsNumber})
		case f.Kind.timed():
			want = append(want, Request{Column: f.Name, As: AsDay})
		case f.Kind == Text || f.Kind == UUID:
			want = append(want, Request{Column: f.Name, As: AsText})
		}
	}
	return want
}
