package dataset

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// AddHistories computes the wanted histories from all rows and adds each to the Table
// as a column of its name (history.Spec.Name), once. uses are the types of the columns
// that were read, those of every Of among them. Each row looks at rows that were known
// by its own as-of date and at no other, so that it does not matter which rows the
// clock picks afterwards. Accounts whose past is shorter than the windows are warned of
// when they are the majority.
//
// A history that no column can be computed for is an error, and a *RefusedError when a
// column that was read already has its name.
func (s *Snapshots) AddHistories(ctx context.Context, wanted []history.Spec, uses expr.Columns) error {
	specs := distinctHistories(wanted)
	inputs := make([]*expr.Expr, len(specs))
	for i, spec := range specs {
		var err error
		if inputs[i], err = s.historyInput(spec, uses); err != nil {
			return err
		}
	}
	columns := make([]*growing, len(specs))
	for i, spec := range specs {
		columns[i] = s.Table.grow(spec.Name())
	}
	if err := s.computeHistories(ctx, specs, inputs, columns); err != nil {
		return err
	}
	for _, c := range columns {
		s.Table.add(c.column())
	}
	s.Histories = specs
	s.Warnings = append(s.Warnings, s.warnShort(specs)...)
	return nil
}

// computeHistories fills the columns block by block, on as many goroutines as there are
// processors. No account lies in two blocks, so it does not matter where they are cut.
func (s *Snapshots) computeHistories(ctx context.Context, specs []history.Spec, inputs []*expr.Expr, columns []*growing) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, b := range s.accountBlocks() {
		group.Go(func() error {
			day, known := plainDays(s.Date[b.from:b.to]), []int32(nil)
			if s.Known != nil {
				known = plainDays(s.Known[b.from:b.to])
			}
			for i, spec := range specs {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				of := inputs[i].Eval(len(day), func(name string) expr.Vector { return s.Table.block(name, b) }).Numbers
				if err := columns[i].write(int(b.from), history.Compute(of, s.Account[b.from:b.to], day, known, spec)); err != nil {
					return fmt.Errorf("dataset: %s: %w", spec.Name(), err)
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return s.Table.Err()
}

// accountBlocks cuts the rows between accounts into blocks of storeBlock rows or a
// little more.
func (s *Snapshots) accountBlocks() []span {
	var blocks []span
	from, rows := 0, len(s.Account)
	for i := 1; i <= rows; i++ {
		if i == rows || i-from >= storeBlock && s.Account[i] != s.Account[i-1] {
			blocks = append(blocks, span{int32(from), int32(i)})
			from = i
		}
	}
	return blocks
}

// block returns some rows of a column, as expressions see them.
func (t *Table) block(name string, rows span) expr.Vector {
	c, _ := t.Column(name)
	return c.block(int(rows.from), int(rows.to))
}

// distinctHistories keeps the first of equal specs: two factors may ask one thing of the past.
func distinctHistories(wanted []history.Spec) []history.Spec {
	var specs []history.Spec
	for _, h := range wanted {
		if !slices.Contains(specs, h) {
			specs = append(specs, h)
		}
	}
	return specs
}

// historyInput compiles what a history is taken of. An age is of a date, which is a number for
// it alone: no other function is given days to compute with.
func (s *Snapshots) historyInput(spec history.Spec, uses expr.Columns) (*expr.Expr, error) {
	if err := spec.Check(); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	if spec.As == history.Age {
		uses = DayNumbers(uses)
	}
	of, err := expr.Parse(spec.Of, uses)
	if err != nil {
		return nil, fmt.Errorf("dataset: %s: %w", spec.Name(), err)
	}
	if of.Type() == expr.Text {
		return nil, fmt.Errorf("dataset: %s: %s is text; a history needs numbers or truths", spec.Name(), Quote(spec.Of))
	}
	if _, taken := s.Table.Column(spec.Name()); taken {
		return nil, refuse("history_name", s.Path, fmt.Sprintf(
			"column %s has the name of a history that is computed; rename the column, or do not use both", Quote(spec.Name())))
	}
	return of, nil
}

// plainDays returns dates as the numbers they are.
func plainDays(dates []Date) []int32 {
	days := make([]int32, len(dates))
	for i, d := range dates {
		days[i] = int32(d)
	}
	return days
}

// warnShort tells, for each length of window, when most accounts have snapshots over
// less than half of it: a change is missing then and a mean is one of few values. That
// is right for young accounts and wrong for a file that holds the newest snapshots only.
func (s *Snapshots) warnShort(specs []history.Spec) []Warning {
	names := make(map[int][]string)
	for _, h := range specs {
		if h.As != history.Age {
			names[h.OverDays] = append(names[h.OverDays], Quote(h.Name()))
		}
	}
	if len(names) == 0 {
		return nil
	}
	var warnings []Warning
	spans := s.spans()
	for _, h := range specs {
		if h.As == history.Age {
			continue // it looks at a date, not at other snapshots
		}
		short := 0
		for _, span := range spans {
			if 2*span < h.OverDays {
				short++
			}
		}
		if 2*short <= len(spans) || names[h.OverDays] == nil {
			continue
		}
		warnings = append(warnings, Warning{Code: "short_history", Where: s.Path, Message: fmt.Sprintf(
			"%d of %d accounts have snapshots over less than half of %d days, too few for %s; give all snapshots of the past, not only the newest, or use a shorter window",
			short, len(spans), h.OverDays, strings.Join(names[h.OverDays], ", "))})
		names[h.OverDays] = nil
	}
	return warnings
}

// spans are the days between the first and the last snapshot of each account.
func (s *Snapshots) spans() []int {
	spans := EmptyRoom[int](s.Table, len(s.Accounts))
	for _, r := range accountRuns(s) {
		if r.to > r.from {
			spans = append(spans, int(s.Date[r.to-1])-int(s.Date[r.from]))
		}
	}
	return spans
}
