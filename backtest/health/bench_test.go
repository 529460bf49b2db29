package health

import (
	"context"
	"testing"
)

// A company of 700 accounts over three years with 6 factors. What a million rows take is
// said in the package comment.
func BenchmarkExamine(b *testing.B) {
	panel, factors := simulated(b, 700, 36, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Examine(context.Background(), panel, factors, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
