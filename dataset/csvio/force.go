package csvio

// force gives a column the type that was asked for, if all its values allow it. More is allowed
// than when types are found, 007 as a number, since whoever names a type knows the column; but
// never a cell that would be lost.
func (j *judge) force(c *Column, e *evidence, typ Type) {
	n := e.values()
	good := []form{formInt, formKey, formSigned, formBig, formNumber, formPercent, formMoney}
	switch typ {
	case Text:
		return // with a lexer that leaves NA alone
	case Number:
		if e.count(good...) == n {
			j.forceNumber(c, e)
			return
		}
	case Int:
		good = []form{formInt, formKey, formSigned, formNumber}
		if e.count(good...) == n && e.numbers.whole[j.wholeReading(&e.numbers)] == n {
			c.Type, c.decimal = Int, decimals[j.wholeReading(&e.numbers)]
			return
		}
	case Bool:
		good = []form{formBool, formInt}
		if e.count(good...) == n && (e.wholes == 0 || e.low >= 0 && e.high <= 1) {
			c.Type = Bool
			return
		}
	case Date, Timestamp:
		if j.forceDate(c, e, typ) {
			return
		}
		good = []form{formDate, formShortDate}
		if typ == Timestamp {
			good = append(good, formLocal, formInstant)
		}
	}
	bad := e.others(good)
	if len(bad) == 0 {
		for _, f := range good {
			for _, s := range e.samples[f] {
				bad = append(bad, other{s, f})
			}
		}
	}
	j.ask(c, WrongType, "--type %s, but it holds %s; correct the file, read a word as missing with --null, or leave --type out",
		shellWord(c.Name+"="+string(typ)), bad[:min(len(bad), maxSamples)])
}

// wholeReading prefers the reading under which all numbers are whole: who asks for Int says that
// 1,234 is no fraction. Where both readings are whole they are the same numbers.
func (j *judge) wholeReading(r *readings) int {
	if j.opts.Decimal == ',' || j.opts.Decimal == 0 && r.whole[0] != r.total && r.whole[1] == r.total {
		return 1
	}
	return 0
}

// forceNumber also takes percentages, money and numbers together, each as its number stands: 12
// for 12% as well as for $12. Whether the sum of such a column means anything is the user's word.
func (j *judge) forceNumber(c *Column, e *evidence) {
	c.Type = Number
	if e.numbers.total == 0 {
		return
	}
	if reading, _ := j.decimalOf(c, &e.numbers); reading >= 0 {
		c.decimal = decimals[reading]
	} else {
		c.Type = Text // and what was asked or warned stops the import
	}
}

// forceDate also accepts dates that are written as one number, 20260331. Whether 20261332 is among
// them shows when it is written: a range is all that the evidence has of whole numbers.
func (j *judge) forceDate(c *Column, e *evidence, typ Type) bool {
	n := e.values()
	switch {
	case n == 0:
		c.Type = typ
	case e.cells[formShortDate] == n:
		j.shortDate(c, e)
	case e.cells[formDate] == n, typ == Timestamp && (e.count(formDate, formLocal) == n || e.cells[formInstant] == n):
		if j.date(c, e); c.Type != Text {
			c.Type = typ
		}
	case e.cells[formInt] == n && e.low >= firstPacked && e.high <= lastPacked:
		c.Type = typ
	default:
		return false
	}
	return true
}
