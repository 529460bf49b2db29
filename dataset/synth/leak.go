package synth

import (
	"fmt"
	"math"
	"time"

	"holdfast/dataset/parquetio"
)

// Leak is a column that knows the future, planted in the snapshots to be found. The
// company is the same with and without it: the column draws from a stream of its own.
type Leak int

// The kinds of leaks, each as a real company gets it. "The gone" are the accounts that
// churn within the window.
const (
	NoLeak          Leak = iota
	Answer               // renewal_lost: whether the renewal ahead will be lost
	NoisyAnswer          // offboarding_tickets: the same, wrong for one renewal in a hundred
	PartialAnswer        // save_call: the same, known for seven lost renewals in ten
	NullPattern          // satisfaction: asked of everybody, wiped where the renewal ahead is lost
	TimeShift            // exit_offer: filled in as an account leaves, and dated back one to seven months
	Overwritten          // account_open: false in all snapshots of the gone
	PostChurnStatus      // exit_reason: for three in four of the gone, in all their snapshots
	DaysToEnd            // days_to_contract_end: of the last contract, whatever renewals come first
	OutcomeDate          // contract_end: the same as a date, written as the number yyyymmdd
	Lifetime             // invoices_total: over the account's whole life in the window
	LaterValue           // peak_users: the greatest number of active users there will ever be
	RunningNumber        // crm_id: the number of the account in another system
	LateWrite            // sentiment: rewritten after the churn, as recorded_at shows
	leakCount
)

// Leaks lists the kinds there are, without NoLeak.
func Leaks() []Leak {
	kinds := make([]Leak, 0, leakCount-1)
	for l := NoLeak + 1; l < leakCount; l++ {
		kinds = append(kinds, l)
	}
	return kinds
}

// String returns the name of the column.
func (l Leak) String() string {
	if fields := l.fields(); len(fields) > 0 {
		return fields[0].Name
	}
	return "no leak"
}

// fields are the columns that the leak adds to the snapshots.
func (l Leak) fields() []parquetio.Field {
	one := func(name string, kind parquetio.Kind, nullable bool) []parquetio.Field {
		return []parquetio.Field{{Name: name, Kind: kind, Nullable: nullable}}
	}
	switch l {
	case Answer:
		return one("renewal_lost", parquetio.Bool, false)
	case NoisyAnswer:
		return one("offboarding_tickets", parquetio.Int, false)
	case PartialAnswer:
		return one("save_call", parquetio.Bool, false)
	case NullPattern:
		return one("satisfaction", parquetio.Int, true)
	case TimeShift:
		return one("exit_offer", parquetio.Int, true)
	case Overwritten:
		return one("account_open", parquetio.Bool, false)
	case PostChurnStatus:
		return one("exit_reason", parquetio.Text, false)
	case DaysToEnd:
		return one("days_to_contract_end", parquetio.Int, false)
	case OutcomeDate:
		return one("contract_end", parquetio.Int, false)
	case Lifetime:
		return one("invoices_total", parquetio.Int, false)
	case LaterValue:
		return one("peak_users", parquetio.Int, false)
	case RunningNumber:
		return one("crm_id", parquetio.Int, false)
	case LateWrite:
		return append(one("sentiment", parquetio.Int, false), parquetio.Field{Name: RecordedAt, Kind: parquetio.Day})
	}
	return nil
}

// RecordedAt is the column that LateWrite adds beside its own: the day a row was written.
const RecordedAt = "recorded_at"

// exitReasons are the levels of PostChurnStatus; the first is that of everybody else.
func exitReasons() []string { return []string{"none", "price", "product", "closed"} }

// check refuses a leak that is none of the kinds.
func (l Leak) check() error {
	if l < NoLeak || l >= leakCount {
		return fmt.Errorf("synth: there is no leak %d; choose 0 to %d", int(l), int(leakCount)-1)
	}
	return nil
}

// planter makes the columns of a leak, account by account, when the whole life of the
// account is known: that is what makes it a leak.
type planter struct {
	*history
	dice dice

	// values has one per snapshot: a number, a truth, or the code of a level.
	values []float64

	// recorded has one per snapshot of LateWrite: the day it was written.
	recorded []int32
}

// Shares and spans of the leaks.
const (
	wrongShare   = 0.01 // of the renewals, NoisyAnswer
	knownShare   = 0.7  // of the lost renewals, PartialAnswer
	reasonShare  = 0.75 // of the gone, PostChurnStatus
	strayShare   = 0.01 // of the others with an offer, TimeShift
	shortestLag  = 30   // days before the churn from which an offer is dated
	longestLag   = 210
	rewriteDays  = 180 // before the churn, that LateWrite rewrites
	rewriteDelay = 7   // days after the churn, on which it does
)

// plant computes the values for the account just simulated. LateWrite also appends the
// versions that were written later.
func (p *planter) plant() {
	p.values, p.recorded = p.values[:0], p.recorded[:0]
	if p.Leak == NoLeak {
		return
	}
	// The salt keeps this stream apart from those that the account lives by.
	const salt = 0x6c65616b
	p.dice.source.Seed(p.Seed^salt, mix(uint64(p.account.index)))
	switch p.Leak {
	case Answer, NoisyAnswer, PartialAnswer, NullPattern:
		p.plantAnswers()
	case TimeShift:
		p.plantOffers()
	case LateWrite:
		p.plantVersions()
	default:
		p.plantConstant()
	}
}

// plantAnswers gives the snapshots before each renewal what it decides.
func (p *planter) plantAnswers() {
	next := 0
	for i := range p.snapshots {
		for next < len(p.decisions) && p.days[i] >= p.decisions[next].renewal {
			next++
		}
		lost := next < len(p.decisions) && p.decisions[next].churned
		p.values = append(p.values, p.answer(next, lost))
	}
}

// answer is the value of one snapshot. The draws depend on the renewal ahead, not on the
// month, so that the column is consistent from month to month: a flag that flickered would
// be easier to find than one that somebody set.
func (p *planter) answer(renewal int, lost bool) float64 {
	const salt = 0x616e73
	p.dice.source.Seed(p.Seed^salt, mix(uint64(p.account.index)<<8+uint64(renewal)))
	switch p.Leak {
	case NoisyAnswer:
		return flag(lost != p.dice.chance(wrongShare))
	case PartialAnswer:
		return flag(lost && p.dice.chance(knownShare))
	case NullPattern:
		if lost {
			return missing()
		}
		return 1 + math.Floor(5*p.dice.Float64())
	}
	return flag(lost)
}

// plantOffers fills the column from some day before the churn on, and for a few others by
// accident. With a lead of 90 days, part of the gone bear it at the as-of date; the more,
// the later one looks.
func (p *planter) plantOffers() {
	left, gone := p.left()
	from := left - shortestLag - int32((longestLag-shortestLag)*p.dice.Float64())
	stray, offer := p.dice.chance(strayShare), 5*math.Ceil(6*p.dice.Float64())
	for i := range p.snapshots {
		value := missing()
		if gone && p.days[i] >= from || !gone && stray {
			value = offer
		}
		p.values = append(p.values, value)
	}
}

// plantVersions writes every month on its day, and the last months of the gone once more
// after their churn, with what was known by then.
func (p *planter) plantVersions() {
	left, gone := p.left()
	for i := range p.snapshots {
		p.values = append(p.values, 1+math.Floor(5*p.dice.Float64()))
		p.recorded = append(p.recorded, p.days[i])
	}
	if !gone {
		return
	}
	for i := range p.snapshots { // those there are now; the appended ones are not revisited
		if p.days[i] >= left-rewriteDays {
			p.snapshots, p.days = append(p.snapshots, p.snapshots[i]), append(p.days, p.days[i])
			p.values, p.recorded = append(p.values, 0), append(p.recorded, left+rewriteDelay)
		}
	}
}

// plantConstant gives all snapshots of an account what is known of it at its end; the
// days to a contract's end count down to it.
func (p *planter) plantConstant() {
	value := p.atEnd()
	for i := range p.snapshots {
		if p.Leak == DaysToEnd {
			p.values = append(p.values, value-float64(p.days[i]))
			continue
		}
		p.values = append(p.values, value)
	}
}

// atEnd is the one value of an account.
func (p *planter) atEnd() float64 {
	left, gone := p.left()
	switch p.Leak {
	case Overwritten:
		return flag(!gone)
	case PostChurnStatus:
		reason := 1 + math.Floor(3*p.dice.Float64())
		if !gone || !p.dice.chance(reasonShare) {
			return 0
		}
		return reason
	case DaysToEnd, OutcomeDate:
		if !gone {
			left = p.contractEnd()
		}
		if p.Leak == OutcomeDate {
			return dateNumber(left)
		}
		return float64(left)
	case Lifetime:
		return float64(len(p.snapshots))
	case LaterValue:
		most := 0.0
		for i := range p.snapshots {
			most = max(most, p.snapshots[i][colActiveUsers])
		}
		return most
	}
	return 100_000 + float64(p.runningNumber())
}

// left is the day of the churn; gone is false for accounts that stay.
func (p *planter) left() (day int32, gone bool) {
	if n := len(p.decisions); n > 0 && p.decisions[n-1].churned {
		return p.decisions[n-1].renewal, true
	}
	return 0, false
}

// contractEnd is the end of the contract that runs on the last day of the window.
func (p *planter) contractEnd() int32 {
	for term := 0; ; term++ {
		if end := addMonths(p.account.signed, p.account.firstTerm+term*p.account.term); end > p.lastDay() {
			return end
		}
	}
}

// dateNumber writes a day as yyyymmdd.
func dateNumber(day int32) float64 {
	year, month, d := time.Unix(int64(day)*secondsPerDay, 0).UTC().Date()
	return float64(10_000*year + 100*int(month) + d)
}

// runningNumber permutes the accounts, so that the column does not rise with their keys: a
// step that shares no factor with their number visits each of them once.
func (p *planter) runningNumber() int {
	n := p.Accounts
	step := n*5/8 + 1
	for divisor(step, n) > 1 {
		step++
	}
	return int(int64(p.account.index) * int64(step) % int64(n))
}

// divisor is the greatest that a and b share.
func divisor(a, b int) int {
	for b > 0 {
		a, b = b, a%b
	}
	return a
}
