package features

import (
	"fmt"

	"holdfast/dataset"
	"holdfast/dataset/spill"
)

// Design is an encoded block of rows: one column for each that is not constant, in the
// order of Encoder.Names. The design of a view whose table is stored lies in a temporary
// file too; it is read piece by piece, and closed when it has been used.
//
// It has no column of ones: the intercept is the solver's. Columns lie one by one, because
// fits go down columns and not along rows.
type Design struct {
	Rows    int
	Columns [][]float64 // Rows values each; nil when the design is stored

	notebook *Notebook // whose memory or file the columns are in; nil: their own

	file   *spill.File             // nil: in memory
	stored []spill.Column[float64] // where Columns is nil: the same columns in the file
	rooms  *rooms                  // where factors of a stored design are evaluated and encoded
	lent   [][]float64             // those that a part has
}

// newDesign makes a design without columns beside the table of a view.
func newDesign(view dataset.View) (*Design, error) {
	file, err := scratch(view)
	return &Design{Rows: view.Len(), file: file, rooms: new(rooms)}, err
}

// scratch is a file beside the table of a view, nil for one in memory.
func scratch(view dataset.View) (*spill.File, error) {
	file, err := view.Examples.Table.Scratch()
	if err != nil {
		return nil, fmt.Errorf("features: %w", err)
	}
	return file, nil
}

// Stored says whether the design lies in a temporary file: read it by Piece.
func (d *Design) Stored() bool { return d.file != nil }

// Size is the number of rows and of columns.
func (d *Design) Size() (rows, columns int) { return d.Rows, len(d.Columns) + len(d.stored) }

// Piece returns rows [from, from+len(buffer)) of a column: in the buffer, or in the
// memory of the design, which must not be written.
func (d *Design) Piece(column, from int, buffer []float64) ([]float64, error) {
	if d.file == nil {
		return d.Columns[column][from : from+len(buffer)], nil
	}
	if err := d.stored[column].Read(from, buffer); err != nil {
		return nil, fmt.Errorf("features: %w", err)
	}
	return buffer, nil
}

// Mark tells the columns of stored designs apart: two with the same mark are one, in the same
// place of the same file. A column in memory has none.
func (d *Design) Mark(column int) any {
	if d.file == nil {
		return nil
	}
	return d.stored[column]
}

// Close gives the space of a stored design back, which can then no longer be read. A design in
// memory needs no closing, and one of a notebook is closed with it.
func (d *Design) Close() error {
	if d.file == nil || d.notebook != nil {
		return nil
	}
	return d.file.Close()
}

// add appends a column. When it is stored, its memory is free for the next one; when
// the design keeps it, free is nil.
func (d *Design) add(column []float64) (free []float64, err error) {
	if d.file == nil {
		d.Columns = append(d.Columns, column)
		return nil, nil
	}
	place := d.place(len(column))
	d.stored = append(d.stored, place)
	if err := place.Write(0, column); err != nil {
		return nil, fmt.Errorf("features: %w", err)
	}
	return column, nil
}

// place is that of another column in the file.
func (d *Design) place(rows int) spill.Column[float64] {
	if d.notebook != nil {
		return d.notebook.place(rows)
	}
	return spill.Reserve[float64](d.file, rows)
}

// part is an empty design that shares the file, for the columns of one factor.
func (d *Design) part() *Design {
	return &Design{Rows: d.Rows, notebook: d.notebook, file: d.file, rooms: d.rooms}
}

// room is memory for a column of the design, whatever is in it: that of a factor before, where
// columns do not stay in memory.
func (d *Design) room() []float64 {
	if d.file == nil {
		return d.notebook.room(d.Rows)
	}
	most := d.Rows
	if d.notebook != nil {
		most = d.notebook.most // for views to come as well
	}
	room := d.rooms.take(most, d.file)[:d.Rows]
	d.lent = append(d.lent, room)
	return room
}

// leave gives the rooms of a part back; all of its columns are in the file then.
func (d *Design) leave() {
	if d.file != nil {
		d.rooms.give(d.lent)
	}
	d.lent = nil
}

// join appends the columns of a part.
func (d *Design) join(part *Design) {
	d.Columns = append(d.Columns, part.Columns...)
	d.stored = append(d.stored, part.stored...)
}

// put writes the rows of a block from the given one on.
func (d *Design) put(from int, block [][]float64) error {
	for j, column := range block {
		if d.file == nil {
			copy(d.Columns[j][from:], column)
			continue
		}
		if err := d.stored[j].Write(from, column); err != nil {
			return fmt.Errorf("features: %w", err)
		}
	}
	return nil
}
