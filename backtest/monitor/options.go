package monitor

import "fmt"

// Options are the limits beyond which a figure is worth a finding. A field at 0 has its
// default; so none can be switched off by 0, but by a limit that nothing reaches. Shares and
// the level must lie between 0 and 1, the PSI above 0, Accounts and Events be at least 2:
// Watch refuses others. A limit does not replace the test against chance, nor the test it.
type Options struct {
	// PSI is how far a factor or the score may move, as a population stability index;
	// default 0.25, the usual rule of thumb for "the population is another one".
	PSI float64

	// Missing is by how much the share of missing values may change; default 0.1.
	Missing float64

	// Unseen is the share of accounts that may have a level that training never saw;
	// default 0.02.
	Unseen float64

	// Coverage is by how much the share of accounts with a score may fall; default 0.05.
	Coverage float64

	// Bands is by how much the share of a band may change; default 0.1.
	Bands float64

	// Level is that of intervals, and 1 less the chance of a false finding per quarter;
	// default 0.95.
	Level float64

	// Accounts are what a quarter needs to be judged; default 50.
	Accounts int

	// Events are how many churned, and how many renewed, matured labels need to be held
	// against a promise; default 20. Standard errors are no good for fewer.
	Events int
}

// orDefault fills in what was left at 0, in a copy.
func (o Options) orDefault() Options {
	for _, f := range []struct {
		field *float64
		usual float64
	}{{&o.PSI, 0.25}, {&o.Missing, 0.1}, {&o.Unseen, 0.02}, {&o.Coverage, 0.05}, {&o.Bands, 0.1}, {&o.Level, 0.95}} {
		if *f.field == 0 {
			*f.field = f.usual
		}
	}
	if o.Accounts == 0 {
		o.Accounts = 50
	}
	if o.Events == 0 {
		o.Events = 20
	}
	return o
}

// check refuses limits that nothing could keep or break, NaN included. The defaults are filled
// in already.
func (o Options) check() error {
	for _, f := range []struct {
		name  string
		value float64
	}{{"missing", o.Missing}, {"unseen", o.Unseen}, {"coverage", o.Coverage}, {"bands", o.Bands}, {"level", o.Level}} {
		if !(f.value > 0 && f.value < 1) {
			return fmt.Errorf("monitor: %s is %v; give a number between 0 and 1", f.name, f.value)
		}
	}
	if !(o.PSI > 0) || o.Accounts < 2 || o.Events < 2 {
		return fmt.Errorf("monitor: a psi of %v, %d accounts and %d events; give a psi above 0 and at least 2 of each", o.PSI, o.Accounts, o.Events)
	}
	return nil
}
