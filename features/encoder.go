package features

import (
	"context"
	"runtime"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/spill"
	"holdfast/features/binning"
)

// Form is what the numbers of a design mean. The texts are those of model files.
//
//	               placed or scaled by           a missing value is
//	standardised   mean and deviation            filled
//	scores         two anchors, 0 to 100         filled
//	graded         two anchors, 0 to 100         missing
//	shared         two anchors, 0 to 100         missing where stale: redistribute, else filled
//	raw            nothing                       filled
//	observed       nothing                       missing
//
// Of a factor with missing: drop it is missing in all of them: Complete leaves such rows out
// before a fit, and a row that is scored later has no score.
type Form string

// The forms.
const (
	// Standardised columns have mean 0 and population standard deviation 1 on the
	// training rows. Constant columns are left out.
	Standardised Form = "standardised"
	// Scores are 0-100 with 100 = healthy: linear between two anchors, turned by
	// Factor.Expect.
	Scores Form = "scores"
	// Raw columns are the values of the expression, missing ones filled.
	Raw Form = "raw"
	// Observed columns are the values of the expression as they are: a missing one stays
	// missing, whatever the factor's policy, for scores that know what to make of it.
	Observed Form = "observed"
	// Graded columns are Scores in which a missing value stays missing.
	Graded Form = "graded"
	// Shared columns are Scores in which a missing value stays missing for factors of
	// stale: redistribute, whose weight the others then share.
	Shared Form = "shared"
)

// graded says whether the form places a value between two anchors.
func (f Form) graded() bool { return f == Scores || f == Graded || f == Shared }

// asIs says whether a value is neither placed nor standardised.
func (f Form) asIs() bool { return f == Raw || f == Observed }

// keepsMissing says whether a missing value stays missing.
func (f Form) keepsMissing() bool { return f == Observed || f == Graded }

// Encoder is what was learned about factors from training rows. It is frozen:
// encoding never learns, so that several goroutines may encode with one. One that was read
// from JSON must be given its compiled factors (see Compile) and pass Check before it encodes.
type Encoder struct {
	Form    Form       `json:"form"`
	Factors []Encoding `json:"factors"`
}

// Encoding is what was learned about one factor.
type Encoding struct {
	Factor  Factor   `json:"factor"`
	Fill    float64  `json:"fill"`          // stands in for a missing number, before clip and scale
	Low     *float64 `json:"low,omitempty"` // clip bounds; nil: none
	High    *float64 `json:"high,omitempty"`
	At0     float64  `json:"at_0,omitempty"`   // Scores: the scaled value that scores 0 …
	At100   float64  `json:"at_100,omitempty"` // … and 100
	Levels  []string `json:"levels,omitempty"` // Category: the levels with a column, reference first
	Pooled  []string `json:"pooled,omitempty"` // Category: rare levels that became OtherLevel
	Columns []Column `json:"columns"`

	Bins    *binning.Binning `json:"bins,omitempty"`    // Bins
	Knots   []float64        `json:"knots,omitempty"`   // Spline: scaled; none: a straight line
	Members []Encoding       `json:"members,omitempty"` // Interaction, Group: standardised, with one column each
}

// Compile makes an encoder that was read from JSON ready to be checked and to run:
// columns are those that it reads, with their types. The errors are those of the function
// Compile; the encoder is unchanged then.
func (e *Encoder) Compile(columns expr.Columns) error {
	factors := make([]Factor, len(e.Factors))
	for i, f := range e.Factors {
		factors[i] = f.Factor
		for _, m := range f.Members {
			factors[i].members = append(factors[i].members, m.Factor)
		}
	}
	compiled, err := Compile(factors, columns)
	if err != nil {
		return err
	}
	for i, f := range compiled {
		e.Factors[i].Factor = f
		for j := range e.Factors[i].Members {
			e.Factors[i].Members[j].Factor = f.members[j]
		}
	}
	return nil
}

// Column is one column of a design.
type Column struct {
	Level    string  `json:"level,omitempty"`    // of a category; MissingLevel and OtherLevel in the columns of those roles
	Role     Role    `json:"role,omitempty"`     // what the column stands for
	Mean     float64 `json:"mean"`               // of the training rows, before standardising
	SD       float64 `json:"sd"`                 // population standard deviation of the training rows
	Constant bool    `json:"constant,omitempty"` // the same in every training row: left out
}

// Role is what a design column stands for. It is the role and not the name that
// counts: data may hold a level that is called "(missing)".
type Role string

// The roles.
const (
	OfValue   Role = ""        // the number, or one level of the data
	OfMissing Role = "missing" // 1 where there is no value
	OfOther   Role = "other"   // 1 for the pooled rare levels
	OfTerm    Role = "term"    // of a curve: the number itself, or a bend of it
)

// The names of levels that are not in the data.
const (
	MissingLevel = "(missing)"
	OtherLevel   = "(other)"
)

// shownLevel is the level as people read it. A level of the data that is called like
// one of ours stands in quotes.
func (c *Column) shownLevel() string {
	if c.Role == OfValue && (c.Level == MissingLevel || c.Level == OtherLevel) {
		return strconv.Quote(c.Level)
	}
	return c.Level
}

// Name says which factor and level a design column belongs to.
type Name struct {
	Factor   string
	Level    string // of a category, "bend 1" of a curve, "(missing)" of a flag; "" for the number itself
	Category string // Factor.Category: the subject that the factor is of, such as usage
}

// String returns factor or factor=level.
func (n Name) String() string {
	if n.Level == "" {
		return n.Factor
	}
	return n.Factor + "=" + n.Level
}

// Names returns the design columns in order, constant ones left out.
func (e *Encoder) Names() []Name {
	var names []Name
	e.each(func(f *Encoding, c *Column) {
		names = append(names, Name{Factor: f.Factor.Name, Level: c.shownLevel(), Category: f.Factor.Category})
	})
	return names
}

// Kept returns the design columns in order, constant ones left out: Kept()[j] is what was
// learned about the column that Names()[j] names. It is a copy.
func (e *Encoder) Kept() []Column {
	var columns []Column
	e.each(func(_ *Encoding, c *Column) { columns = append(columns, *c) })
	return columns
}

// each visits the design columns in order, constant ones left out. Everything that
// lines up with the columns of a design goes through here.
func (e *Encoder) each(visit func(f *Encoding, c *Column)) {
	for i := range e.Factors {
		for j := range e.Factors[i].Columns {
			if c := &e.Factors[i].Columns[j]; !c.Constant {
				visit(&e.Factors[i], c)
			}
		}
	}
}

// Encode turns rows into the numbers of the design. A row that cannot be encoded
// (missing: drop without a value, or an unseen level with unseen: error) is NaN in
// the columns of that factor. Unseen levels are counted in the warnings. rows is the number of
// rows that the source has, which must be right: the columns are made before it is read.
func (e *Encoder) Encode(ctx context.Context, rows int, source dataset.Source) (*Design, []dataset.Warning, error) {
	return e.encodeAll(ctx, &Design{Rows: rows}, source)
}

// EncodeView is Encode of a view; the design of a view whose table is stored is stored
// too.
func (e *Encoder) EncodeView(ctx context.Context, view dataset.View) (*Design, []dataset.Warning, error) {
	d, err := newDesign(view)
	if err != nil {
		return nil, nil, err
	}
	return e.encodeAll(ctx, d, view.Batches())
}

// encodeAll fills an empty design.
func (e *Encoder) encodeAll(ctx context.Context, d *Design, source dataset.Source) (*Design, []dataset.Warning, error) {
	for range e.Names() {
		if d.file == nil {
			d.Columns = append(d.Columns, make([]float64, d.Rows))
		} else {
			d.stored = append(d.stored, spill.Reserve[float64](d.file, d.Rows))
		}
	}
	warnings, err := e.EncodeBatches(ctx, source, func(offset, _ int, block [][]float64) error { return d.put(offset, block) })
	if err != nil {
		d.Close()
		return nil, nil, err
	}
	return d, warnings, nil
}

// EncodeBatches is Encode that keeps nothing: do is given the number of the first row
// of every batch, that of its rows, and its columns, from several goroutines at once and
// in any order. The memory of a block is used again afterwards. An error of do ends the run
// and is returned; which one, if several have one, is not told.
func (e *Encoder) EncodeBatches(ctx context.Context, source dataset.Source, do func(offset, rows int, block [][]float64) error) ([]dataset.Warning, error) {
	unseen, width := newUnseenLevels(), len(e.Names())
	free := sync.Pool{New: func() any {
		memory, block := make([]float64, width*dataset.BatchRows), make([][]float64, width)
		for j := range block {
			block[j] = memory[j*dataset.BatchRows : (j+1)*dataset.BatchRows]
		}
		return &block
	}}
	err := EachBatch(ctx, source, func(offset int, b *dataset.Batch) error {
		memory := free.Get().(*[][]float64)
		defer free.Put(memory)
		block := make([][]float64, width)
		for j := range block {
			block[j] = (*memory)[j][:b.Len()]
		}
		e.encodeBatch(b, block, unseen)
		if err := b.Err(); err != nil {
			return err
		}
		return do(offset, b.Len(), block)
	})
	if err != nil {
		return nil, err
	}
	return unseen.warnings(e), nil
}

// encodeBatch fills the columns of a block, factor by factor: each takes as many of them as it
// has columns that are not constant.
func (e *Encoder) encodeBatch(b *dataset.Batch, block [][]float64, unseen *unseenLevels) {
	for i := range e.Factors {
		f := &e.Factors[i]
		f.encode(e.Form, b, block[:f.width()], unseen)
		block = block[f.width():]
	}
}

// width is the number of design columns of the factor.
func (f *Encoding) width() int {
	n := 0
	for _, c := range f.Columns {
		if !c.Constant {
			n++
		}
	}
	return n
}

// encode writes the design columns of one factor for one batch.
func (f *Encoding) encode(form Form, b *dataset.Batch, out [][]float64, unseen *unseenLevels) {
	f.encodeVector(form, b, f.eval(b), out, unseen)
}

// encodeVector is encode of a batch over which the factor has been evaluated.
func (f *Encoding) encodeVector(form Form, b *dataset.Batch, v expr.Vector, out [][]float64, unseen *unseenLevels) {
	if inside := f.Factor.inside(b); inside != nil {
		f.encodeWithin(form, v, inside, out, unseen)
		return
	}
	f.encodeRows(form, v, out, unseen)
}

// encodeRows writes the design columns of one factor for the rows of a vector.
func (f *Encoding) encodeRows(form Form, v expr.Vector, out [][]float64, unseen *unseenLevels) {
	if f.Factor.Kind == Category {
		f.encodeLevels(v, out, unseen)
		return
	}
	f.encodeNumbers(form, v.Numbers, out)
}

// eval is what the factor looks at over the rows of a batch.
func (f *Encoding) eval(b *dataset.Batch) expr.Vector {
	if f.Factor.Kind.joins() {
		return expr.Vector{Numbers: f.joined(b)}
	}
	return f.Factor.eval(b)
}

// eval evaluates the factor's expression over the rows of a batch.
func (f *Factor) eval(b *dataset.Batch) expr.Vector {
	return f.compiled.Eval(b.Len(), b.Column)
}

// EachBatch hands the batches to do, on as many goroutines as there are
// processors; offset is the first row of the batch. The error is that of the source, of do, or
// of ctx. The end of running only says that do had one: it must not stand for it.
func EachBatch(ctx context.Context, source dataset.Source, do func(offset int, b *dataset.Batch) error) error {
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	offset := 0
	for b, err := range source {
		if err != nil {
			group.Wait()
			return err
		}
		if running.Err() != nil {
			break
		}
		from := offset
		group.Go(func() error { return do(from, b) })
		offset += b.Len()
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}
