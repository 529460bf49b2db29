package csvio

// A column of 03/04/2026 alone can be read in two ways. A column beside it that holds 25/12/2026
// cannot, and the same program wrote both. Such columns are found before any column gets a type,
// and speak for those that cannot speak for themselves; the note of a column says who spoke.

// proofs are the columns that can be read in one way only, by reading. They speak for the columns that can be read in
// two, as long as they agree.
type proofs [3]struct{ column, cell string }

// only is the reading that some column proves and none contradicts, or -1.
func (p proofs) only() int {
	found := -1
	for i := range p {
		switch {
		case p[i].column == "":
		case found >= 0:
			return -1
		default:
			found = i
		}
	}
	return found
}

// prove lets a column speak for the others if all its cells allow one reading only. All of them:
// a column that holds 25/12/2026 and 12/25/2026 proves that two programs were at work, so nothing.
func (p *proofs) prove(column string, r *readings) {
	found := -1
	for i, fits := range r.fits {
		if r.total > 0 && fits == r.total {
			if found >= 0 {
				return
			}
			found = i
		}
	}
	if found >= 0 && p[found].column == "" && len(r.proof[found]) > 0 {
		p[found].column, p[found].cell = column, r.proof[found][0].String()
	}
}
