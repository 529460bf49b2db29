package synth

import (
	"errors"
	"fmt"
	"math"
	"time"
)

// Company says which company to simulate. The zero value of every field but
// Accounts has a meaning, so Company{Accounts: 700} is complete.
type Company struct {
	Accounts int       // customers that ever sign, 1 to 10,000,000
	Months   int       // month-end snapshots in the window, at most 600; 0 means 36
	Start    time.Time // any day of the first month; the zero time means January 2023
	Seed     uint64    // every value is a valid seed

	// Noise is the share of renewals, from 0 to below 1, that ignore every
	// factor and are decided by a coin of bias BaseChurn. 0 means none: churn
	// is then exactly logistic in the recorded factors.
	Noise float64

	// Drift is added to the log-odds of churn per year that passes between the
	// first snapshot and the as-of date, from -2 to 2: a market that worsens
	// (or, below 0, improves) in a way that no column records. 0 means none.
	Drift float64

	// OneLaw gives accounts of both stages the law of the mature: a company whose
	// segments are equal in truth, for tests that must not find a difference. It changes
	// who churns and nothing that is drawn before.
	OneLaw bool

	// Leak adds a column that knows the future, for a check to find. The zero value adds
	// none and changes no byte.
	Leak Leak

	// Recount changes how a column is counted, from some day on. The zero value changes no
	// byte.
	Recount Recount
}

// Bounds of what can be asked for: far beyond any use, so that a slip of the
// finger is refused before it fills a disk.
const (
	maxAccounts   = 10_000_000
	maxMonths     = 600
	maxDrift      = 2
	defaultMonths = 36
)

// resolved fills in the defaults and refuses what cannot be simulated.
func (c Company) resolved() (Company, error) {
	if c.Months == 0 {
		c.Months = defaultMonths
	}
	if c.Start.IsZero() {
		c.Start = time.Date(2023, time.January, 31, 0, 0, 0, 0, time.UTC)
	}
	// The shares are tested by what they must be, so that NaN fails too.
	switch {
	case c.Accounts < 1 || c.Accounts > maxAccounts:
		return c, fmt.Errorf("synth: %d accounts asked for; choose 1 to %d", c.Accounts, maxAccounts)
	case c.Months < 1 || c.Months > maxMonths:
		return c, fmt.Errorf("synth: %d months asked for; choose 1 to %d, or 0 for %d", c.Months, maxMonths, defaultMonths)
	case c.Start.Year() < 1970 || c.Start.Year() > 2200:
		return c, fmt.Errorf("synth: start %s is outside 1970 to 2200; choose a date within it", c.Start.Format(time.DateOnly))
	case !(c.Noise >= 0 && c.Noise < 1):
		return c, fmt.Errorf("synth: noise is %v; choose a share from 0 to below 1", c.Noise)
	case !(math.Abs(c.Drift) <= maxDrift):
		return c, fmt.Errorf("synth: drift is %v; choose log-odds per year from -%d to %d", c.Drift, maxDrift, maxDrift)
	}
	return c, errors.Join(c.Leak.check(), c.Recount.check())
}

// world is a company made ready to simulate: what all its accounts share.
type world struct {
	Company
	ends    []int32 // month ends; the first burnIn of them precede the window
	laws    [stageCount]compiledLaw
	idWidth int // digits of an account number
}

// burnIn is the number of unrecorded months that established accounts live
// through first, so that 90-day counts are right in the first snapshot.
const burnIn = 3

// newWorld prepares the calendar and the laws, or says what is wrong with c.
func newWorld(c Company) (*world, error) {
	c, err := c.resolved()
	if err != nil {
		return nil, err
	}
	w := &world{Company: c, ends: monthEnds(c.Start, -burnIn, c.Months), idWidth: accountDigits(c.Accounts)}
	for s := range w.laws {
		stage := Stage(s)
		if c.OneLaw {
			stage = Mature
		}
		w.laws[s] = stage.Law().compile()
	}
	return w, nil
}

// firstDay and lastDay are the dates of the first and the last snapshot: the
// window in which the company's books are kept.
func (w *world) firstDay() int32 { return w.ends[burnIn] }
func (w *world) lastDay() int32  { return w.ends[len(w.ends)-1] }

// accountDigits is the width of the number in an account id: six digits, as in
// A000123, and more only where the company has more accounts than that, so that
// ids always sort as their numbers do.
func accountDigits(accounts int) int {
	return max(6, len(fmt.Sprint(accounts)))
}

// accountID is the key of the account with the given index, counted from 0.
func (w *world) accountID(index int) string {
	return fmt.Sprintf("A%0*d", w.idWidth, index+1)
}
