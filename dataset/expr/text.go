package expr

// Texts come as codes into a dictionary of levels, and the dictionaries of two
// columns, or of two batches, need not agree. So before the rows of a batch are
// computed, each node that has to do with texts gets a plan: a table per
// operand that turns its codes into what the node needs. A rule like plan ==
// 'team' costs one look-up a row, however long the texts.

// noText is the code of a missing text.
const noText int32 = -1

// plan is what an evaluation knows of a node that produces or consumes texts,
// fixed once for all rows: texts are compared per level, not per row.
type plan struct {
	levels []string  // of a Text node: what its codes mean
	recode [][]int32 // per operand: its codes in terms of common levels
	match  []truth   // per level of the operand: whether it is the one looked for
}

// plan makes the plan of one node. Walk brings operands first.
func (r *run) plan(n Node) {
	switch n := n.(type) {
	case *Column:
		if n.Of == Text {
			r.plans[n] = &plan{levels: r.vector(n.Name).Levels}
		}
	case *TextLit:
		r.plans[n] = &plan{levels: []string{n.Value}}
	case *MissingLit:
		r.plans[n] = &plan{}
	case *Conditional:
		r.unite(n, n.Then, n.Else)
	case *Call:
		if n.Func == Coalesce {
			r.unite(n, n.Args...)
		}
	case *Comparison:
		r.planComparison(n)
	case *In:
		if n.X.Type() == Text {
			r.plans[n] = &plan{match: lookFor(r.plans[n.X].levels, n.Set...)}
		}
	}
}

// unite gives a node that chooses between texts the levels of all of them, in
// the order in which the operands list them.
func (r *run) unite(n Node, operands ...Node) {
	if operands[0].Type() != Text {
		return
	}
	p := &plan{}
	codes := map[string]int32{} // of p.levels; looked up, never ranged over
	for _, x := range operands {
		levels := r.plans[x].levels
		recode := make([]int32, len(levels))
		for i, level := range levels {
			code, known := codes[level]
			if !known {
				code = int32(len(p.levels))
				codes[level] = code
				p.levels = append(p.levels, level)
			}
			recode[i] = code
		}
		p.recode = append(p.recode, recode)
	}
	r.plans[n] = p
}

// planComparison prepares a look-up by level where one side is a literal, and
// common codes where both sides vary.
func (r *run) planComparison(n *Comparison) {
	if n.X.Type() != Text {
		return
	}
	if x, literal := literalSide(n); literal != nil {
		r.plans[n] = &plan{match: lookFor(r.plans[x].levels, literal)}
		return
	}
	r.unite(n, n.X, n.Y)
}

// literalSide returns the operand that varies and the literal it is compared
// with, on whichever side it stands; the literal is nil if there is none.
func literalSide(n *Comparison) (x, literal Node) {
	if isValue(n.Y) {
		return n.X, n.Y
	}
	if isValue(n.X) {
		return n.Y, n.X
	}
	return nil, nil
}

// Levels are compared as they are: no folding of case, no trimming. What looks
// alike and differs is for the health checks of the data to find.

// lookFor tells for each level whether it is in a set of text literals.
func lookFor(levels []string, set ...Node) []truth {
	match := make([]truth, len(levels))
	for i, level := range levels {
		for _, n := range set {
			match[i] |= truthOf(level == n.(*TextLit).Value)
		}
	}
	return match
}

// textResult computes a Text for n rows.
func (r *run) textResult(root Node, n int) Vector {
	if c, ok := root.(*Column); ok {
		v := r.vector(c.Name)
		if len(v.Codes) >= n {
			return Vector{Codes: v.Codes[:n:n], Levels: v.Levels}
		}
	}
	out := make([]int32, n)
	r.blocks(n, func(lo, hi int) {
		if got := r.text(root, out[lo:hi]); &got[0] != &out[lo] {
			copy(out[lo:hi], got)
		}
	})
	return Vector{Codes: out, Levels: r.plans[root].levels}
}

// text computes a Text node for the current block, in codes of its plan. As with number, the result
// may be the column itself and must not be written then; a code outside the levels is missing.
func (r *run) text(n Node, dst []int32) []int32 {
	switch n := n.(type) {
	case *Column:
		return codesAt(dst, r.vector(n.Name).Codes, r.lo, r.hi)
	case *TextLit:
		fill(dst, 0)
	case *MissingLit:
		fill(dst, noText)
	case *Conditional:
		t := r.truths.take(len(dst))
		other := r.codes.take(len(dst))
		cond := r.truth(n.If, t)
		p := r.plans[n]
		// Both branches speak the codes of this node before one is chosen.
		a := r.recoded(n.Then, dst, p.recode[0])
		choose(dst, cond, a, r.recoded(n.Else, other, p.recode[1]), noText)
		r.codes.drop()
		r.truths.drop()
	case *Call:
		r.coalesceTexts(n, dst)
	}
	return dst
}

// coalesceTexts computes coalesce of texts. Codes are recoded before they are
// looked at: a stray code beyond the levels is missing as well.
func (r *run) coalesceTexts(n *Call, dst []int32) {
	p := r.plans[n]
	r.recoded(n.Args[0], dst, p.recode[0])
	other := r.codes.take(len(dst))
	for k, arg := range n.Args[1:] {
		next := r.recoded(arg, other, p.recode[k+1])
		for i, code := range dst {
			if code == noText {
				dst[i] = next[i]
			}
		}
	}
	r.codes.drop()
}

// The unsigned comparison finds -1 and codes beyond the levels at once, and is
// the bounds check of the look-up as well.

// recoded computes a Text node into dst in the codes of the node above it.
func (r *run) recoded(n Node, dst []int32, recode []int32) []int32 {
	for i, code := range r.text(n, dst) {
		dst[i] = noText
		if uint32(code) < uint32(len(recode)) {
			dst[i] = recode[code]
		}
	}
	return dst
}

// textComparison computes == and != of texts.
func (r *run) textComparison(n *Comparison, dst []truth) {
	if x, literal := literalSide(n); literal != nil {
		r.match(n, x, dst)
	} else {
		r.sameText(n, dst)
	}
	if n.Op == NotEqual {
		not(dst, dst)
	}
}

// match looks the codes of x up in the plan of n.
func (r *run) match(n, x Node, dst []truth) {
	block := r.codes.take(len(dst))
	table := r.plans[n].match
	for i, code := range r.text(x, block) {
		dst[i] = unknown
		if uint32(code) < uint32(len(table)) {
			dst[i] = table[code]
		}
	}
	r.codes.drop()
}

// sameText compares two texts that both vary, in common codes.
func (r *run) sameText(n *Comparison, dst []truth) {
	left, right := r.codes.take(len(dst)), r.codes.take(len(dst))
	p := r.plans[n]
	x := r.recoded(n.X, left, p.recode[0])
	y := r.recoded(n.Y, right, p.recode[1])
	for i := range dst {
		dst[i] = truthOf(x[i] == y[i])
		if x[i] == noText || y[i] == noText {
			dst[i] = unknown
		}
	}
	r.codes.drop()
	r.codes.drop()
}

// missingCodes writes which codes mean no level.
func missingCodes(dst []truth, codes []int32, levels int) {
	for i, code := range codes[:len(dst)] {
		dst[i] = truthOf(uint32(code) >= uint32(levels))
	}
}
