package synth

import "math"

// life is the state of an account that moves from month to month. One latent
// health drives what it does; churn never looks at it directly but only through
// the columns that record what the account did, which is what makes the best
// possible probability from the recorded factors known in closed form.
type life struct {
	*account
	dice
	health float64 // AR(1), standard normal in the long run

	tickets     [3]float64 // opened in this month and the two before
	escalations [3]float64

	integrations     float64
	training         float64 // hours since signature
	launched         float64 // share of the onboarding steps done
	posts            float64 // community posts since signature
	lateBy           float64 // days, of the invoice last due
	executiveContact bool
	championGone     int     // months for which a leaver still counts as news
	pulse            float64 // the CSM's last judgement, NaN before the first
	nps              float64 // the last answer, NaN before the first
	npsDay           int32
}

const (
	persistence      = 0.9 // of health from one month to the next
	newsMonths       = 6   // for which champion_left stays set
	npsExpiresDays   = 365 // after which an answer is no longer reported
	unscoredDays     = 90  // of tenure before the vendor scores an account
	telemetryGapRate = 0.04
)

// All formulas below share a pattern: the sum inside exp or sigmoid is a
// location, plus health and a lasting habit with the weights that set how much
// the column says about them, plus noise of the month. Their numbers were chosen
// so that shares, spreads and correlations look like those of a mid-sized vendor
// (factors_test.go states them) and so that no column gives health away.

// begin puts the account into its first simulated month, which for established
// accounts lies ageMonths after its signature.
func (l *life) begin(ageMonths float64) {
	*l = life{account: l.account, dice: l.dice, pulse: missing(), nps: missing()}
	l.health = l.NormFloat64()
	l.launched = 1 - math.Pow(1-l.launch, ageMonths)
	l.training = roundTo(8*l.launched*math.Exp(0.5*l.NormFloat64()), 2)
	l.integrations = l.poisson(0.4 + float64(l.plan) + 0.2*min(ageMonths/12, 5))
	l.posts = l.poisson(0.05 * ageMonths)
	l.executiveContact = l.chance(l.contactRate())
	if l.managed && ageMonths > 3 {
		l.pulse = l.judge()
	}
}

// step lives through one month that ends at an age of tenureDays.
func (l *life) step(tenureDays float64) {
	// The weight of the innovation keeps the variance of health at one.
	l.health = persistence*l.health + math.Sqrt(1-persistence*persistence)*l.NormFloat64()
	l.stepPeople()
	l.stepSupport(tenureDays)
	l.stepAdoption(tenureDays)
	l.lateBy = clamp(math.Round(-6+9*l.lateness-3*l.health+6*l.NormFloat64()), 0, 120)
}

// stepPeople moves the relationship: a champion who leaves takes goodwill along.
func (l *life) stepPeople() {
	l.championGone = max(0, l.championGone-1)
	if l.chance(0.015) {
		l.championGone = newsMonths
		l.health -= 0.3
	}
	// Contacts last: five months pass on average until one is reconsidered.
	if l.chance(0.2) {
		l.executiveContact = l.chance(l.contactRate())
	}
	if l.managed && l.chance(0.35) {
		l.pulse = l.judge()
	}
	l.posts += l.poisson(0.04 * math.Exp(0.4*l.health+0.6*l.depth))
}

// contactRate is the long-run chance of an executive contact: large plans come
// with one.
func (l *life) contactRate() float64 {
	return sigmoid(-1.2 + 0.6*float64(l.plan) + 0.6*l.health)
}

// judge is the CSM's own view of the account: health, seen through a haze.
func (l *life) judge() float64 {
	switch seen := l.health + 0.8*l.NormFloat64(); {
	case seen < -1.4:
		return pulseRed
	case seen < -0.5:
		return pulseYellow
	}
	return pulseGreen
}

// stepSupport opens the month's tickets, more of them while the account is new,
// and escalates a few.
func (l *life) stepSupport(tenureDays float64) {
	rate := 0.3 * math.Pow(l.licences/10, 0.4) * (1 + math.Exp(-tenureDays/90))
	opened := l.poisson(rate * math.Exp(0.5*l.trouble-0.25*l.health))
	l.tickets = [3]float64{opened, l.tickets[0], l.tickets[1]}
	l.escalations = [3]float64{l.binomial(opened, sigmoid(-2-0.5*l.health)), l.escalations[0], l.escalations[1]}
}

// stepAdoption moves what builds up over a life: launch, training, integrations.
func (l *life) stepAdoption(tenureDays float64) {
	l.launched += (1 - l.launched) * l.launch * clamp(1+0.4*l.health, 0.1, 2)
	l.launched = min(l.launched, 1)
	if l.chance(0.03 + 0.5*math.Exp(-tenureDays/100)) {
		l.training += roundTo(2.5*math.Exp(0.3*l.health+0.6*l.NormFloat64()), 2)
	}
	switch {
	case l.chance(0.04 * math.Exp(0.3*l.health)):
		l.integrations++
	case l.integrations > 0 && l.chance(0.02*math.Exp(-0.4*l.health)):
		l.integrations--
	}
}

// record writes the month's snapshot, as known at the close of day.
func (l *life) record(r *row, day int32) {
	r[colPlan], r[colRegion], r[colSegment] = float64(l.plan), float64(l.region), float64(l.sector)
	r[colTenureDays] = float64(day - l.signed)
	r[colARR], r[colLicences] = l.arr, l.licences
	r[colPaymentDelay] = l.lateBy
	r[colExecutiveContact] = flag(l.executiveContact)
	r[colChampionLeft] = flag(l.championGone > 0)
	r[colTrainingHours] = l.training
	r[colOnboardingDone] = roundTo(l.launched, 100)
	r[colPulse] = l.pulse
	r[colIntegrations] = l.integrations
	r[colCommunityPosts] = l.posts
	l.recordUsage(r)
	l.recordSupport(r)
	l.recordSurvey(r, day)
	l.recordMoney(r)
	l.recordVendor(r)
}

// recordUsage draws the month's usage: skewed counts that share the account's
// health, habits and size.
func (l *life) recordUsage(r *row) {
	// A new account takes some two months to roll its seats out.
	rampUp := 1 - 0.6*math.Exp(-r[colTenureDays]/60)
	share := rampUp * sigmoid(0.7+0.75*l.health+0.55*l.adoption+0.25*l.NormFloat64())
	active := math.Round(l.licences * share)
	r[colActiveUsers] = active
	// Counts that depend on the number of active users grow with it, or with a
	// power of it where a few power users do most of the work.
	r[colLogins] = l.poisson(active * math.Exp(2.2+0.25*l.health+0.3*l.adoption))
	if l.chance(telemetryGapRate) {
		r[colLogins] = missing()
	}
	r[colStickyUses] = l.poisson(active * math.Exp(0.1+0.35*l.health+0.6*l.depth))
	r[colExports] = l.poisson(math.Pow(active, 0.7) * math.Exp(-1.2+0.3*l.health+0.9*l.tooling))
	r[colReports] = l.poisson(math.Pow(active, 0.8) * math.Exp(-0.8+0.3*l.health+0.6*l.depth))
	r[colAPICalls] = l.apiCalls()
}

// apiCalls is missing on the starter plan, which has no API, and zero for the
// many accounts that have it and never call it.
func (l *life) apiCalls() float64 {
	noise := l.NormFloat64()
	switch {
	case l.plan == planStarter:
		return missing()
	case l.tooling < 0:
		return 0
	}
	return 10 * math.Round(math.Sqrt(l.licences)*math.Exp(1+1.2*l.tooling+0.3*l.health+0.4*noise))
}

// recordSupport reports the last three months of tickets and what those who had
// one said of it: nobody is asked for a CSAT without a ticket, and a quarter of
// those asked do not answer.
func (l *life) recordSupport(r *row) {
	r[colTickets] = l.tickets[0] + l.tickets[1] + l.tickets[2]
	r[colEscalations] = l.escalations[0] + l.escalations[1] + l.escalations[2]
	r[colOpenTickets] = l.binomial(l.tickets[0], sigmoid(-0.6-0.4*l.health))
	// Both are drawn whether or not they are used, so that the columns after them
	// do not depend on the answer.
	mood, answers := l.NormFloat64(), l.chance(0.75)
	r[colCSAT] = missing()
	if r[colTickets] > 0 && answers {
		r[colCSAT] = clamp(roundTo(4.1+0.35*l.health-0.15*min(r[colEscalations], 3)+0.45*mood, 10), 1, 5)
	}
}

// recordSurvey reports the last answer to the NPS question (0-10) and its age,
// until it is too old to be reported. Few answer in a month.
func (l *life) recordSurvey(r *row, day int32) {
	mood := l.NormFloat64()
	if l.chance(0.035) {
		l.nps, l.npsDay = clamp(math.Round(7.4+1.2*l.health+1.8*mood), 0, 10), day
	}
	r[colNPS], r[colNPSAge] = missing(), missing()
	if age := day - l.npsDay; !math.IsNaN(l.nps) && age <= npsExpiresDays {
		r[colNPS], r[colNPSAge] = l.nps, float64(age)
	}
}

// recordMoney draws the month's spend on services: rare, and skewed.
func (l *life) recordMoney(r *row) {
	size := l.NormFloat64()
	r[colServicesSpend] = 0
	if l.chance(0.04 + 0.02*float64(l.plan)) {
		r[colServicesSpend] = roundTo(0.03*l.arr*math.Exp(0.8*size), 100)
	}
}

// recordVendor gives the score a CS platform shows: 0-100, higher is healthier,
// in steps of five, saturated at the top, absent for young accounts, and no
// probability of anything.
func (l *life) recordVendor(r *row) {
	seen := 80 + 13*l.health + 6*l.adoption + 13*l.NormFloat64()
	r[colVendorScore] = missing()
	if r[colTenureDays] >= unscoredDays {
		r[colVendorScore] = 5 * math.Round(clamp(seen, 0, 100)/5)
	}
}
