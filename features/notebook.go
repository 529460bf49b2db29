package features

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"holdfast/dataset"
	"holdfast/dataset/spill"
)

// Notebook keeps what was learned about factors on one view, with their design columns, so
// that candidates of one fold which look at the same factors evaluate, sort and encode them
// once. What it answers is what Fit would have answered, to the bit. A nil Notebook keeps
// nothing. It may be used by several goroutines.
//
// It keeps Standardised columns alone, which several candidates ask for, so that it holds no
// more than the design of a candidate of all factors. Those of a stored table lie in one temporary
// file, whose space Close gives back; closing a design of theirs does nothing. Designs of other
// forms are closed by who asked for them.
type Notebook struct {
	view dataset.View

	mu    sync.Mutex
	notes []*note

	most int         // rows that a view of it has, or one that Turn will take: room for columns
	free [][]float64 // columns of views before, with that much room

	file   *spill.File             // of a stored table; nil until there is something to be written
	places []spill.Column[float64] // of most rows each, in the file
	taken  int                     // places that hold columns of this view; the others may be written over
	turns  chan struct{}           // held by who learns about a factor of a stored table
	rooms  rooms                   // where that is done
}

// note is what is known of a factor, Standardised, or will be when learned is closed.
type note struct {
	factor  Factor
	learned chan struct{}
	fitted  fitted
	err     error
}

// NewNotebook begins a notebook about a view.
func NewNotebook(view dataset.View) *Notebook { return NewNotebooks(view.Len()).Turn(view) }

// NewNotebooks begins a notebook about nothing, to be turned to views of at most so many rows.
func NewNotebooks(most int) *Notebook { return &Notebook{most: most} }

// Turn is a notebook about another view, which writes over the columns of this one. Neither this
// one nor a design of it must be looked at afterwards; it is the new one that is to be closed.
func (n *Notebook) Turn(view dataset.View) *Notebook {
	turned := &Notebook{view: view, most: n.most, free: n.free, file: n.file, places: n.places,
		turns: make(chan struct{}, fittedAtOnce(view))}
	for _, known := range n.notes {
		if known.err != nil {
			continue
		}
		for _, column := range known.fitted.design.Columns {
			if cap(column) >= n.most {
				turned.free = append(turned.free, column)
			}
		}
	}
	return turned
}

// Close forgets what the notebook knows and gives the space of stored columns back: no design of theirs
// can be read then. It may be closed again; one of a table in memory, or nil, need not be.
func (n *Notebook) Close() error {
	if n == nil {
		return nil
	}
	file := n.file
	n.notes, n.free, n.file = nil, nil, nil
	if file == nil {
		return nil
	}
	return file.Close()
}

// newDesign is the function newDesign, whose columns will lie in the notebook.
func (n *Notebook) newDesign(view dataset.View) (*Design, error) {
	if n == nil || !view.Examples.Table.Stored() {
		d, err := newDesign(view)
		if err == nil {
			d.notebook = n
		}
		return d, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	d := &Design{Rows: view.Len(), notebook: n, rooms: &n.rooms}
	if n.file == nil {
		file, err := scratch(view)
		if err != nil {
			return nil, err
		}
		n.file = file
	}
	d.file = n.file
	return d, nil
}

// place is that of another column of so many rows in the file: one of a view before, or a new one.
func (n *Notebook) place(rows int) spill.Column[float64] {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.taken == len(n.places) {
		n.places = append(n.places, spill.Reserve[float64](n.file, n.most))
	}
	n.taken++
	return n.places[n.taken-1].First(rows)
}

// room is memory for a column of so many values, whatever they are; for nil it is new.
func (n *Notebook) room(rows int) []float64 {
	if n == nil || rows > n.most {
		return make([]float64, rows)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if last := len(n.free) - 1; last >= 0 {
		column := n.free[last]
		n.free = n.free[:last]
		return column[:rows]
	}
	return make([]float64, rows, n.most)
}

// Fit is the function Fit, which looks up what is known already when the view is that of the
// notebook. The columns of the design belong to the notebook and must not be written.
func (n *Notebook) Fit(ctx context.Context, factors []Factor, view dataset.View, form Form) (*Encoder, *Design, []dataset.Warning, error) {
	if form != Standardised || !n.about(view) {
		n = nil
	}
	return n.fit(ctx, factors, view, form)
}

// Design is the design that the encoder gives for the view, nil unless all of its factors
// were learned from this view in this notebook.
func (n *Notebook) Design(e *Encoder, view dataset.View) *Design {
	if e.Form != Standardised || !n.about(view) {
		return nil
	}
	d := &Design{Rows: view.Len(), notebook: n}
	for i := range e.Factors {
		n.mu.Lock()
		known := n.find(e.Factors[i].Factor)
		n.mu.Unlock()
		if known == nil {
			return nil
		}
		if <-known.learned; known.err != nil || !reflect.DeepEqual(known.fitted.encoding, e.Factors[i]) {
			return nil
		}
		d.join(known.fitted.design)
		d.file = known.fitted.design.file
	}
	return d
}

// about says whether the notebook is about these very rows, asked about the same event.
func (n *Notebook) about(view dataset.View) bool { return n != nil && n.view.Same(view) }

// once learns a factor unless it is known. Of several goroutines that ask for one at the same time
// the first learns it, and the others wait.
func (n *Notebook) once(f Factor, learn func() (fitted, error)) (fitted, error) {
	if n == nil {
		return learn()
	}
	at, first := n.look(f)
	if !first {
		<-at.learned
	} else {
		// However many candidates ask, no more factors are in memory than for one of them.
		n.turns <- struct{}{}
		at.fitted, at.err = learn()
		<-n.turns
		close(at.learned)
	}
	if at.err != nil {
		return fitted{}, at.err
	}
	return at.fitted.copied(), nil
}

// look finds the note of a factor, or begins one; first says that it did. It goes through all
// notes: there are as many as factors, and to compare names settles nearly all of them.
func (n *Notebook) look(f Factor) (at *note, first bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if known := n.find(f); known != nil {
		return known, false
	}
	at = &note{factor: f, learned: make(chan struct{})}
	n.notes = append(n.notes, at)
	return at, true
}

// find is the note of a factor, nil if there is none.
func (n *Notebook) find(f Factor) *note {
	for _, known := range n.notes {
		if known.factor.Name == f.Name && reflect.DeepEqual(known.factor, f) {
			return known
		}
	}
	return nil
}

// copied shares the values and not the lists, to which who has them may add.
func (f fitted) copied() fitted {
	f.encoding.Columns, f.warnings = slices.Clone(f.encoding.Columns), slices.Clone(f.warnings)
	return f
}
