package history

// Compute returns the history of every row: NaN where it is missing.
//
// Row i is a snapshot of account[i] on day[i] (days since any day zero) with the value
// of[i], NaN where missing, and became known on known[i], or on its own day if that is
// later; known may be nil, which says so of every row. Rows are sorted by account, day
// and known. The slices are of one length and are not changed; spec has passed Check.
//
// The history of a row depends on rows of its account up to itself and on no other: an
// account alone gets the bits it gets among a million.
func Compute(of []float64, account, day, known []int32, spec Spec) []float64 {
	out := make([]float64, len(of))
	w := walker{spec: spec}
	for from, to := 0, 0; from < len(of); from = to {
		for to = from + 1; to < len(of) && account[to] == account[from]; to++ {
		}
		r := rows{of: of[from:to], day: day[from:to]}
		if known != nil {
			r.known = known[from:to]
		}
		w.walk(r, out[from:to])
	}
	return out
}

// rows are the snapshots of one account, oldest first.
type rows struct {
	of    []float64
	day   []int32
	known []int32 // nil: each on its day
}

// knownOn is the day from which row i may be used. Nobody knows the close of a day
// before that day, whatever a clock somewhere said.
func (r rows) knownOn(i int) int32 {
	if r.known == nil {
		return r.day[i]
	}
	return max(r.day[i], r.known[i])
}

// settled says that every row was known when the next one came, and that there is one
// row a day: then each row sees all rows before it.
func (r rows) settled() bool {
	for i := 1; i < len(r.day); i++ {
		if r.day[i] == r.day[i-1] || r.knownOn(i) < r.knownOn(i-1) {
			return false
		}
	}
	return true
}

// walker computes one spec, account by account; its memory is used again and does not
// influence results.
type walker struct {
	spec Spec
	past series
	deck extreme
}

// walk fills out, row by row.
func (w *walker) walk(r rows, out []float64) {
	switch {
	case w.spec.As == Age:
		r.ages(w.spec.OverDays, out)
	case !r.settled():
		w.walkLate(r, out)
	case w.spec.As == Min || w.spec.As == Max:
		w.walkExtreme(r, out)
	default:
		w.walkSettled(r, out)
	}
}

// walkSettled goes forward once: values enter the past at one end and leave its
// reach at the other.
func (w *walker) walkSettled(r rows, out []float64) {
	w.past.clear()
	oldest := 0
	for i, t := range r.day {
		w.past.add(t, r.of[i])
		for oldest < len(w.past.day) && !w.spec.reaches(t, w.past.day[oldest]) {
			oldest++
		}
		out[i] = w.spec.at(t, r.of[i], w.past.from(oldest))
	}
}

// walkLate serves accounts with rows that were written late or more than once. What
// was known differs from row to row, so the past is collected anew for each.
func (w *walker) walkLate(r rows, out []float64) {
	oldest := 0
	for i, t := range r.day {
		for !w.spec.reaches(t, r.day[oldest]) {
			oldest++
		}
		w.past.clear()
		for j := oldest; j <= i; j++ {
			if r.visible(j, i) {
				w.past.add(r.day[j], r.of[j])
			}
		}
		out[i] = w.spec.at(t, r.of[i], w.past)
	}
}

// visible says whether row j was known when row i became known, and was the last
// word on its day.
func (r rows) visible(j, i int) bool {
	by := r.knownOn(i)
	corrected := j < i && r.day[j+1] == r.day[j] && r.knownOn(j+1) <= by
	return r.knownOn(j) <= by && !corrected
}
