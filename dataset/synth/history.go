package synth

// history simulates accounts one after another, in buffers it reuses: what it
// holds does not grow with the number of accounts.
type history struct {
	*world
	life      dice
	deciding  dice
	account   account
	snapshots []row   // of the account, oldest first
	days      []int32 // of the snapshots
	decisions []decision
}

func newHistory(w *world) *history {
	return &history{world: w, life: newDice(), deciding: newDice()}
}

// run simulates the account with the given index from its signature, or the
// burn-in before the window, to its churn or the end of the window.
func (h *history) run(index int) {
	h.snapshots, h.days, h.decisions = h.snapshots[:0], h.days[:0], h.decisions[:0]
	h.life.reseed(h.Seed, index, purposeLife)
	h.deciding.reseed(h.Seed, index, purposeDecisions)
	h.account = h.newAccount(h.life, index)
	// The contract is renewed in the account that the life points to, so that the
	// next snapshot shows its new size.
	l := life{account: &h.account, dice: h.life}

	month := h.firstMonth(h.account.signed)
	l.begin(float64(h.ends[month]-h.account.signed) / daysPerMonth)
	term, renewal := 0, addMonths(h.account.signed, h.account.firstTerm)
	for ; month < len(h.ends); month++ {
		day := h.ends[month]
		// Renewals fall due before the month end is noted: who leaves during the
		// month, or on its last day, is not in the snapshot.
		for ; renewal <= day; term++ {
			if h.renew(renewal) {
				return
			}
			renewal = addMonths(h.account.signed, h.account.firstTerm+(term+1)*h.account.term)
		}
		l.step(float64(day - h.account.signed))
		h.snapshot(&l, month, day)
	}
}

// firstMonth is the first month, burn-in included, at whose end the account is
// a customer.
func (h *history) firstMonth(signed int32) int {
	month := 0
	for h.ends[month] < signed {
		month++
	}
	return month
}

// snapshot records the month unless it belongs to the burn-in.
func (h *history) snapshot(l *life, month int, day int32) {
	if month < burnIn {
		return
	}
	h.snapshots = append(h.snapshots, row{})
	h.days = append(h.days, day)
	l.record(&h.snapshots[len(h.snapshots)-1], day)
}

// renew decides the renewal and says whether the account is lost. Renewals
// whose as-of date precedes the first snapshot are not in the books: the
// account was there afterwards, so it renewed. Those too late for the books are
// still open.
func (h *history) renew(renewal int32) (lost bool) {
	asOf := len(h.days) - 1
	for asOf >= 0 && h.days[asOf] > renewal-LeadDays {
		asOf--
	}
	if asOf < 0 || renewal+lateDecisionDays > h.lastDay() {
		return false
	}
	d := h.decide(h.deciding, &h.account, &h.snapshots[asOf], renewal, h.days[asOf])
	h.decisions = append(h.decisions, d)
	return d.churned
}
