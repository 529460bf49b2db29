package main

import (
	"math/rand/v2"
	"slices"

	"holdfast/dataset/parquetio"
)

// recordedLate adds a column recorded_at: most rows were written on their day, others before
// it, days or months later, or nobody knows when. Of some days there is a second version,
// written later: of a few with a correction of the numbers of a column, of a few with the same.
func (f *frame) recordedLate(correct string) (*frame, error) {
	if _, err := f.column(correct); err != nil {
		return nil, err
	}
	date, err := f.column("snapshot_date")
	if err != nil {
		return nil, err
	}
	rng := rand.New(rand.NewPCG(8, 9))
	var rows []int
	var recorded []int32
	var factor []float64
	for i, day := range date.Days {
		written := day + []int32{0, 0, 0, 0, 0, -3, 1, 12, 75}[rng.IntN(9)]
		if rng.IntN(20) == 0 {
			written = parquetio.NullDay
		}
		rows, recorded, factor = append(rows, i), append(recorded, written), append(factor, 1)
		if rng.IntN(8) == 0 {
			rows, factor = append(rows, i), append(factor, []float64{0, 2, 1}[rng.IntN(3)])
			recorded = append(recorded, max(written, day-3)+1+int32(rng.IntN(60)))
		}
	}
	out := f.take(rows)
	corrected, err := out.column(correct)
	if err != nil {
		return nil, err
	}
	for i := range corrected.Numbers {
		corrected.Numbers[i] *= factor[i]
	}
	out.fields = append(slices.Clone(out.fields), parquetio.Field{Name: "recorded_at", Kind: parquetio.Day, Nullable: true})
	out.columns = append(out.columns, parquetio.Column{Name: "recorded_at", Days: recorded})
	return out, nil
}
