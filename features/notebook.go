package features

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"holdfast/dataset"
)

// Notebook keeps what was learned about factors on one view, with their design columns, so
// that candidates of one fold which look at the same factors evaluate, sort and encode them
// once. What it answers is what Fit would have answered, to the bit. A nil Notebook keeps
// nothing. It may be used by several goroutines.
//
// It keeps Standardised columns alone, which several candidates ask for, so that it holds no
// more than the design of a candidate of all factors. Designs that lie in a temporary file
// are closed by who asked for them, and are not kept.
type Notebook struct {
	view dataset.View

	mu    sync.Mutex
	notes []note
}

// note is what is known of a factor, Standardised.
type note struct {
	factor Factor
	fitted fitted
}

// NewNotebook begins a notebook about a view.
func NewNotebook(view dataset.View) *Notebook { return &Notebook{view: view} }

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
	d := &Design{Rows: view.Len()}
	for i := range e.Factors {
		known, ok := n.look(e.Factors[i].Factor)
		if !ok || !reflect.DeepEqual(known.encoding, e.Factors[i]) {
			return nil
		}
		d.join(known.design)
	}
	return d
}

// about says whether the notebook is about these very rows, asked about the same event, in
// memory.
func (n *Notebook) about(view dataset.View) bool {
	return n != nil && n.view.Same(view) && !view.Examples.Table.Stored()
}

// once learns a factor unless it is known. Two goroutines that ask for one at the same time
// both learn it, and learn the same: a lock that let the second wait would have to be one for
// each factor.
func (n *Notebook) once(f Factor, learn func() (fitted, error)) (fitted, error) {
	if n == nil {
		return learn()
	}
	if known, ok := n.look(f); ok {
		return known, nil
	}
	learned, err := learn()
	if err != nil {
		return fitted{}, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.notes = append(n.notes, note{factor: f, fitted: learned})
	return learned.copied(), nil
}

// look finds what is known of a factor, going through all notes: there are as many as factors,
// and to compare names settles nearly all of them.
func (n *Notebook) look(f Factor) (fitted, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.notes {
		if known := &n.notes[i]; known.factor.Name == f.Name && reflect.DeepEqual(known.factor, f) {
			return known.fitted.copied(), true
		}
	}
	return fitted{}, false
}

// copied shares the values and not the lists, to which who has them may add.
func (f fitted) copied() fitted {
	f.encoding.Columns, f.warnings = slices.Clone(f.encoding.Columns), slices.Clone(f.warnings)
	return f
}
