package features

import (
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// Complete returns the examples in which every factor with missing: drop has a
// value, and counts those left out (Counts.Incomplete). Where a factor is not for an account,
// it need not have one. The factors have been compiled. Columns are read whole: a stored one
// is in memory for as long as its factor is looked at. Reading that failed shows as missing
// values here and as an error where the design is made.
func Complete(e *dataset.Examples, factors []Factor) *dataset.Examples {
	complete := slices.Repeat([]bool{true}, e.Len())
	dropped := false
	for _, f := range factors {
		if f.Missing != Drop {
			continue
		}
		for i, absent := range f.absent(e.Len(), tableColumn(e.Table)) {
			if absent {
				complete[i], dropped = false, true
			}
		}
	}
	// The examples themselves: nothing is copied where nothing is left out.
	if !dropped {
		return e
	}
	view := e.All().Where(func(r int32) bool { return complete[r] })
	return e.Keep(view.Rows, e.Len()-view.Len())
}

// absent says of every row whether the factor is for it and has no value. An
// interaction has none when one of its members has none, a group when all of them do.
func (f *Factor) absent(n int, column func(string) expr.Vector) []bool {
	var absent []bool
	if f.Kind.joins() {
		// The neutral starts of "all lack" (true) and of "any lacks" (false).
		absent = slices.Repeat([]bool{f.Kind == Group}, n)
		for i := range f.members {
			for r, lacks := range f.members[i].lacking(n, column) {
				absent[r] = f.Kind == Group && absent[r] && lacks || f.Kind == Interaction && (absent[r] || lacks)
			}
		}
	} else {
		absent = missingRows(f.compiled.Eval(n, column))
	}
	if f.within != nil {
		for r, yes := range f.within.Eval(n, column).Numbers {
			absent[r] = absent[r] && yes == 1
		}
	}
	return absent
}

// lacking says of every row whether a member has nothing to give there. The bin of
// missing values is something.
func (f *Factor) lacking(n int, column func(string) expr.Vector) []bool {
	lacks := missingRows(f.compiled.Eval(n, column))
	if f.Kind == Bins && f.Missing == Own {
		clear(lacks)
	}
	if f.within != nil {
		for r, yes := range f.within.Eval(n, column).Numbers {
			lacks[r] = lacks[r] || yes != 1
		}
	}
	return lacks
}

// missingRows says of every row of a vector whether it has no value: NaN, or a code below 0.
func missingRows(v expr.Vector) []bool {
	missing := make([]bool, max(len(v.Numbers), len(v.Codes)))
	for i, x := range v.Numbers {
		missing[i] = math.IsNaN(x)
	}
	for i, code := range v.Codes {
		missing[i] = code < 0
	}
	return missing
}

// tableColumn reads whole columns of a table, as expressions ask for them.
func tableColumn(t *dataset.Table) func(string) expr.Vector {
	return func(name string) expr.Vector {
		c, ok := t.Column(name)
		if !ok {
			return expr.Vector{}
		}
		return c.Vector()
	}
}
