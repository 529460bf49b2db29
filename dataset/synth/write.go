package synth

import (
	"context"
	"fmt"
	"path/filepath"

	"holdfast/dataset/parquetio"
)

const (
	// maxPartRows bounds the rows of one part file of snapshots.
	maxPartRows = 1_000_000

	// blockRows bounds the blocks a Write passes on: large enough that passing
	// costs nothing, small enough to stop within milliseconds and to stay small
	// beside the row group that the Parquet writer collects.
	blockRows = 1 << 14
)

// Write simulates the company into dir, which is made if need be:
//
//	snapshots/part-00000.parquet ...   at most a million rows each
//	outcomes.parquet
//	truth.parquet
//
// Accounts stream through, so memory does not grow with their number. The same
// company gives the same bytes on any number of cores; on another kind of
// processor, whose exponential function may round otherwise, last digits of the
// truth can differ.
//
// All files appear together, complete, when Write returns nil; after an error or
// the end of ctx nothing is left. Files of an earlier company are never
// replaced: that is an error that wraps fs.ErrExist. progress, unless nil, is
// told the number of accounts done, in the calling goroutine.
func (c Company) Write(ctx context.Context, dir string, progress func(done, total int)) error {
	w, err := newWorld(c)
	if err != nil {
		return err
	}
	d, err := newDraft(dir)
	if err != nil {
		return err
	}
	defer d.discard()
	if err := w.write(ctx, d.temp, progress); err != nil {
		return err
	}
	return d.publish()
}

// write fills the directory with all files.
func (w *world) write(ctx context.Context, dir string, progress func(done, total int)) (err error) {
	out, err := createBooks(dir, maxPartRows)
	if err != nil {
		return err
	}
	out.fields = append(out.fields, w.Leak.fields()...)
	// An error of closing is one of writing: the footer, or a full disk. After an
	// earlier error it would only be its echo.
	defer func() {
		if closeErr := out.close(); err == nil {
			err = closeErr
		}
	}()
	for block := range w.ahead(ctx, max(1, blockRows/w.Months)) {
		if err := out.add(block); err != nil {
			return err
		}
		if progress != nil {
			progress(block.First+block.Accounts, w.Accounts)
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("synth: simulation stopped, nothing was written: %w", err)
	}
	return nil
}

// books are the open files of a company.
type books struct {
	dir             string
	outcomes, truth *sheet

	fields    []parquetio.Field // of the snapshots
	snapshots *sheet            // the part being written
	parts     int               // begun
	rows      int               // in the part being written
	partRows  int               // at most
}

// createBooks begins outcomes and truth; parts of snapshots follow as needed.
func createBooks(dir string, partRows int) (*books, error) {
	outcomes, err := createSheet(filepath.Join(dir, outcomesName), outcomeFields())
	if err != nil {
		return nil, err
	}
	truth, err := createSheet(filepath.Join(dir, truthName), truthFields())
	if err != nil {
		outcomes.abandon()
		return nil, err
	}
	return &books{dir: dir, fields: snapshotFields(), outcomes: outcomes, truth: truth, partRows: partRows}, nil
}

// add appends a block to all files.
func (b *books) add(block *Block) error {
	if err := b.addSnapshots(&block.Snapshots); err != nil {
		return err
	}
	if err := b.outcomes.write(&block.Outcomes); err != nil {
		return err
	}
	return b.truth.write(&block.Truth)
}

// addSnapshots writes to the current part, or to the next where this one would
// grow too large.
func (b *books) addSnapshots(t *Table) error {
	if b.snapshots == nil || b.rows+t.Rows > b.partRows {
		if err := b.nextPart(); err != nil {
			return err
		}
	}
	b.rows += t.Rows
	return b.snapshots.write(t)
}

// nextPart completes the current part, if any, and begins another. Blocks are
// never divided, so where parts end depends on the company alone.
func (b *books) nextPart() error {
	if err := b.snapshots.close(); err != nil {
		return err
	}
	name := fmt.Sprintf("part-%05d.parquet", b.parts)
	part, err := createSheet(filepath.Join(b.dir, snapshotsName, name), b.fields)
	b.snapshots, b.rows = part, 0
	b.parts++
	return err
}

// close completes the files and returns the first error.
func (b *books) close() error {
	var first error
	for _, s := range []*sheet{b.snapshots, b.outcomes, b.truth} {
		if err := s.close(); first == nil {
			first = err
		}
	}
	return first
}
