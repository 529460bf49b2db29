package sql

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// column is a value that has a name, in the stage that computes it.
type column struct {
	name  string // distinct: it begins with the column's number
	text  string // of names of the stage before, or of the table in stage 0
	from  []int  // the columns that the text reads, all of earlier stages
	stage int
	join  *join // nil: it is computed from its own row
}

// join says that a column is read from another row of those that are viewed together, that of
// a day.
type join struct {
	day, of int
	viewed  []Value
}

// prefix begins the names of stages and of columns that are no factor's.
const prefix = "hf_"

// Bind gives a value a name in the next stage, so that it is computed once. The same text bound
// again is the same column, under the name it had first. Names are for people who read the
// query: the number before them is what tells columns apart.
func (q *Query) Bind(v Value, name string) Value {
	key := fmt.Sprint(v.text, " of ", v.of)
	if known, ok := q.bound[key]; ok {
		return known
	}
	b := v
	b.stage = max(v.stage+1, q.least)
	b.text = q.define(column{text: v.text, from: v.from, stage: b.stage}, name)
	b.from = []int{len(q.columns) - 1}
	q.bound[key] = b
	return b
}

// define adds a column and returns its name, which is unlike any other.
func (q *Query) define(c column, name string) string {
	c.name = fmt.Sprintf("c%d_%s", len(q.columns), slug(name))
	q.columns = append(q.columns, c)
	q.last = max(q.last, c.stage)
	return strings.TrimRight(c.name, "_")
}

// Keep leaves out the rows for which a truth does not hold. What is bound from here on is
// computed for the others only; windows that were bound before have seen all rows.
func (q *Query) Keep(holds Value) {
	q.last++
	q.cuts = append(q.cuts, cut{stage: q.last, where: holds})
	q.least = q.last + 1
}

// cut is a stage that leaves out rows.
type cut struct {
	stage int
	where Value
}

// Output is a column of the result.
type Output struct {
	Name  string
	Value Value
}

// Write writes the SELECT: the stages as a WITH clause, then the outputs, whose names stand
// there as they are given. Columns that no output needs are not computed. There is no semicolon
// at the end, so that the text can be wrapped. The error is that of w.
func (q *Query) Write(w io.Writer, outputs []Output) error {
	out := bufio.NewWriter(w)
	needed := q.needed(outputs)
	fmt.Fprintf(out, "WITH %s %s (\n  SELECT\n    %s\n  FROM %s AS t%s\n)", q.stageName(0), q.engine.as,
		strings.Join(q.definitions(0, needed[0]), ",\n    "), q.table, q.engine.barrier)
	for stage := 1; stage <= q.last; stage++ {
		fmt.Fprintf(out, ", %s %s (\n  SELECT\n    %s\n  FROM %s%s%s%s\n)", q.stageName(stage), q.engine.as,
			strings.Join(append(q.carried(stage, needed[stage]), q.definitions(stage, needed[stage])...), ",\n    "),
			q.stageName(stage-1), q.joins(stage, needed[stage]), q.where(stage), q.engine.barrier)
	}
	var columns []string
	for _, o := range outputs {
		columns = append(columns, o.Value.text+" AS "+o.Name)
	}
	fmt.Fprintf(out, "\nSELECT\n  %s\nFROM %s\n", strings.Join(columns, ",\n  "), q.stageName(q.last))
	return out.Flush()
}

// stageName is the name of a stage.
func (q *Query) stageName(stage int) string { return fmt.Sprintf("%s%d", q.prefix, stage) }

// needed lists, for each stage, the columns that it must give: those that a later stage, or
// the result, reads.
func (q *Query) needed(outputs []Output) [][]int {
	lists := make([][]int, q.last+2)
	for _, o := range outputs {
		lists[q.last] = append(lists[q.last], o.Value.from...)
	}
	for stage := q.last; stage >= 0; stage-- {
		slices.Sort(lists[stage])
		lists[stage] = slices.Compact(lists[stage])
		if stage == 0 {
			break
		}
		before := &lists[stage-1]
		for _, i := range lists[stage] {
			switch c := q.columns[i]; {
			case c.stage < stage:
				*before = append(*before, i)
			case c.join != nil:
				*before = append(*before, c.join.day, c.join.of, q.day.from[0])
				for _, v := range c.join.viewed {
					*before = append(*before, v.from...)
				}
			default:
				*before = append(*before, c.from...)
			}
		}
		for _, c := range q.cuts {
			if c.stage == stage {
				*before = append(*before, c.where.from...)
			}
		}
		if v := q.view; v != nil && v.stage == stage {
			*before = append(*before, v.reads(q)...)
		}
	}
	return lists
}

// carried are the columns that a stage passes on as they are, those of earlier stages that a
// later one needs.
func (q *Query) carried(stage int, needed []int) []string {
	var names []string
	for _, i := range needed {
		if q.columns[i].stage < stage {
			names = append(names, q.columns[i].shown())
		}
	}
	return names
}

// shown is the name of a column.
func (c *column) shown() string { return strings.TrimRight(c.name, "_") }

// definitions are the columns that a stage computes, in the order in which they were bound.
func (q *Query) definitions(stage int, needed []int) []string {
	var list []string
	for _, i := range needed {
		if c := &q.columns[i]; c.stage == stage {
			list = append(list, c.text+" AS "+c.shown())
		}
	}
	return list
}

// joins are the other rows that a stage reads. Every one has names of its own, so that no
// column has to be qualified.
func (q *Query) joins(stage int, needed []int) string {
	var b strings.Builder
	for _, i := range needed {
		c := &q.columns[i]
		if c.stage != stage || c.join == nil {
			continue
		}
		keys, on := "", ""
		for _, v := range c.join.viewed {
			keys += fmt.Sprintf("%s AS k%d_%s, ", v.text, i, v.text)
			on += fmt.Sprintf("k%d_%s = %s AND ", i, v.text, v.text)
		}
		fmt.Fprintf(&b, "\n  LEFT JOIN (SELECT %s%s AS k%d_day, %s AS k%d_value FROM %s) AS k%d ON %sk%d_day = %s",
			keys, q.day.text, i, q.columns[c.join.of].shown(), i, q.stageName(stage-1), i,
			on, i, q.columns[c.join.day].shown())
	}
	if v := q.view; v != nil && v.stage == stage {
		b.WriteString(v.join(q))
	}
	return b.String()
}

// where is the condition of a stage, "" for most: a stage has at most one cut, or is the view.
func (q *Query) where(stage int) string {
	for _, c := range q.cuts {
		if c.stage == stage {
			return "\n  WHERE " + c.where.text
		}
	}
	if v := q.view; v != nil && v.stage == stage {
		return "\n  WHERE " + v.where(q)
	}
	return ""
}
