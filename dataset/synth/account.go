package synth

import "math"

// account is what a customer is from its signature on: the terms of its
// contract and the habits in which it differs from its peers for good.
type account struct {
	index  int
	signed int32 // day
	plan   int
	region int
	sector int

	firstTerm int // months to the first renewal
	term      int // months between the later ones

	licences float64
	arr      float64 // per year, to the cent

	// Habits are standard normal across accounts.
	adoption float64 // how much of what it bought it uses
	depth    float64 // how far beyond the basics it goes
	trouble  float64 // how readily it opens tickets
	lateness float64 // how late it pays
	tooling  float64 // how much it automates: exports and API
	managed  bool    // whether a CSM looks after it
	launch   float64 // share of the open onboarding steps done per month
}

// How the customer base is composed. Renewals of pilots give the youngest as-of
// snapshots, two months after signature; two-year contracts give accounts that
// are mature at their first renewal.
const (
	establishedShare = 0.6  // of accounts signed before the window
	establishedYears = 6    // at most so many years before it
	pilotShare       = 0.2  // of accounts start with a six-month pilot
	twoYearShare     = 0.12 // of accounts sign for two years at a time
	pilotMonths      = 6
)

// newAccount draws the account with the given index. The order of the draws is
// part of what a seed means.
func (w *world) newAccount(d dice, index int) account {
	a := account{index: index, term: 12}
	a.signed = w.signatureDay(d)
	a.plan = d.pick([]float64{0.4, 0.3, 0.2, 0.1})
	a.region = d.pick([]float64{0.45, 0.3, 0.17, 0.08})
	a.sector = d.pick([]float64{0.3, 0.2, 0.18, 0.18, 0.14})
	if d.chance(twoYearShare) {
		a.term = 24
	}
	a.firstTerm = a.term
	if d.chance(pilotShare) {
		a.firstTerm = pilotMonths
	}
	a.licences, a.arr = contractSize(d, a.plan)
	a.adoption, a.depth = d.NormFloat64(), d.NormFloat64()
	a.trouble, a.lateness, a.tooling = d.NormFloat64(), d.NormFloat64(), d.NormFloat64()
	// Small customers are left to themselves, large ones are looked after.
	managedShare := [...]float64{planStarter: 0.25, planTeam: 0.7, planBusiness: 0.95, planEnterprise: 1}
	a.managed = d.chance(managedShare[a.plan])
	// The median account does a quarter of what is left of its launch plan in a
	// month, and every sixth less than half of that.
	a.launch = sigmoid(-1.2 + 0.9*d.NormFloat64())
	return a
}

// signatureDay draws the day the contract was signed: for established accounts
// within the years before the window, more of them recent than old, as growth
// leaves it; for new ones evenly over the window.
func (w *world) signatureDay(d dice) int32 {
	established, u := d.chance(establishedShare), d.Float64()
	if established {
		return w.firstDay() - 1 - int32(establishedYears*daysPerYear*math.Pow(u, 1.4))
	}
	return w.firstDay() + int32(u*float64(w.lastDay()-w.firstDay()+1))
}

// contractSize draws licences, log-normal around the plan's median, and ARR: a
// list price per seat with a log-normal discount.
func contractSize(d dice, plan int) (licences, arr float64) {
	// Spreads are of the logarithm: one plan's large customers overlap with the
	// next plan's small ones.
	medianSeats := [...]float64{planStarter: 6, planTeam: 25, planBusiness: 90, planEnterprise: 400}
	spread := [...]float64{planStarter: 0.5, planTeam: 0.5, planBusiness: 0.55, planEnterprise: 0.7}
	pricePerSeat := [...]float64{planStarter: 240, planTeam: 360, planBusiness: 540, planEnterprise: 720}
	licences = max(2, math.Round(medianSeats[plan]*math.Exp(spread[plan]*d.NormFloat64())))
	arr = licences * pricePerSeat[plan] * math.Exp(-0.1+0.15*d.NormFloat64())
	return licences, roundTo(arr, 100)
}
