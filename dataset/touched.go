package dataset

// touches finds, for every example, the first day after the as-of date and not after the
// outcome on which the account was worked. What happened before the as-of date the factors
// may know; what comes after the outcome cannot have moved it.
func (e *Examples) touches(p pairing) {
	o := p.o
	if o.Touched == nil {
		return
	}
	e.Touched = Room[Date](e.Table, len(e.Account))
	for i, account := range e.Account {
		first := NoDate
		for k := p.outcomes[account].from; k < p.outcomes[account].to; k++ {
			day := o.Touched[k]
			if day > e.AsOf[i] && day <= e.Outcome[i] && (first == NoDate || day < first) {
				first = day
			}
		}
		e.Touched[i] = first
	}
}
