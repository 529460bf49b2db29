package synth

import (
	"fmt"
	"math"
)

// Stage is the part of its life an account is in. The two stages churn for
// different reasons.
type Stage int

// The stages, told apart by tenure_days at the as-of date.
const (
	Onboarding Stage = iota // below OnboardingDays
	Mature                  // at OnboardingDays and above
	stageCount
)

const (
	// OnboardingDays is the tenure in days at which an account is mature.
	OnboardingDays = 365

	// LeadDays is the lead of the truth: a renewal is decided by the newest
	// snapshot that is at least so many days older than it.
	LeadDays = 90

	// BaseChurn is the bias of the coin that decides the share Company.Noise of
	// all renewals. It is close to the churn of the company as a whole, so that
	// noise changes what can be explained and not how much is lost.
	BaseChurn = 0.13

	// Attenuation is phi, the ratio of the factors' weights averaged over what
	// is hidden to their weights given it: the parameter of the bridge
	// distribution of Hidden.
	Attenuation = 0.8
)

// String returns the name of the stage as truth.parquet records it.
func (s Stage) String() string {
	if s == Onboarding {
		return "onboarding"
	}
	return "mature"
}

// StageAt returns the stage of an account of that tenure.
func StageAt(tenureDays float64) Stage {
	if tenureDays < OnboardingDays {
		return Onboarding
	}
	return Mature
}

// Law is the true log-odds of churn as a function of the recorded factors:
//
//	Intercept + sum over terms of Weight * x
//
// which is the model that a logistic regression on the terms estimates.
type Law struct {
	Intercept float64
	Terms     []Term
}

// Term is one term of a Law. For a number or a boolean,
//
//	x = Column / Per, and then ln(1 + x) if Log1p
//
// with Missing in place of a missing Column and Per left out when empty. For
// text, x is 1 where Column equals Level and 0 elsewhere, missing included.
type Term struct {
	Name    string  // of the factor that carries the term
	Column  string  // snapshot column
	Per     string  // snapshot column to divide by, or empty
	Log1p   bool    // whether ln(1 + x) enters
	Level   string  // of a text column, or empty
	Missing float64 // stands for a missing number, before the transform
	Weight  float64 // log-odds of churn per unit of x
}

// Expr writes the term as an expression over snapshot columns, before Missing
// and Log1p.
func (t Term) Expr() string {
	switch {
	case t.Level != "":
		return fmt.Sprintf("%s == '%s'", t.Column, t.Level)
	case t.Per != "":
		return t.Column + " / " + t.Per
	}
	return t.Column
}

// String writes x as documentation shows it.
func (t Term) String() string {
	x := t.Expr()
	if t.Log1p {
		x = "ln(1 + " + x + ")"
	}
	if t.Missing != 0 {
		x += fmt.Sprintf(" (missing: %g)", t.Missing)
	}
	return x
}

// Law returns the true law of the stage. Each call returns a fresh value.
func (s Stage) Law() Law {
	if s == Onboarding {
		return onboardingLaw()
	}
	return matureLaw()
}

// matureLaw: an established account leaves when usage is shallow, trouble is
// frequent and nobody upstairs knows the vendor. The spread of its log-odds, 1.15,
// makes an AUC of 0.78; the intercept sets churn to one in nine.
func matureLaw() Law {
	return Law{Intercept: 2.9, Terms: []Term{
		{Name: "active_share", Column: "active_users", Per: "licences", Weight: -2.4},
		{Name: "sticky_rate", Column: "sticky_uses_30d", Per: "licences", Log1p: true, Weight: -0.8},
		{Name: "integrations", Column: "integrations", Log1p: true, Weight: -0.25},
		{Name: "tickets", Column: "support_tickets_90d", Log1p: true, Weight: 0.15},
		{Name: "escalations", Column: "escalations_90d", Log1p: true, Weight: 0.6},
		{Name: "csat", Column: "csat", Missing: 4, Weight: -0.35},
		{Name: "nps", Column: "nps", Missing: 7, Weight: -0.1},
		{Name: "payment_delay", Column: "payment_delay_days", Log1p: true, Weight: 0.2},
		{Name: "executive_contact", Column: "executive_contact", Weight: -0.45},
		{Name: "champion_left", Column: "champion_left", Weight: 0.9},
		{Name: "pulse_yellow", Column: "csm_pulse", Level: "yellow", Weight: 0.3},
		{Name: "pulse_red", Column: "csm_pulse", Level: "red", Weight: 0.7},
		{Name: "tenure", Column: "tenure_days", Log1p: true, Weight: -0.2},
		{Name: "plan_starter", Column: "plan", Level: "starter", Weight: 0.3},
		{Name: "plan_enterprise", Column: "plan", Level: "enterprise", Weight: -0.4},
	}}
}

// onboardingLaw: a first-year account leaves when it was never properly
// launched; surveys and payment habits do not tell yet. One in five is lost, and
// the spread of the log-odds is 1.07.
func onboardingLaw() Law {
	return Law{Intercept: 1.8, Terms: []Term{
		{Name: "onboarding_done", Column: "onboarding_done_share", Weight: -2.5},
		{Name: "training", Column: "training_hours", Log1p: true, Weight: -0.4},
		{Name: "active_share", Column: "active_users", Per: "licences", Weight: -1},
		{Name: "integrations", Column: "integrations", Log1p: true, Weight: -0.3},
		{Name: "open_tickets", Column: "open_tickets", Log1p: true, Weight: 0.5},
		{Name: "executive_contact", Column: "executive_contact", Weight: -0.7},
		{Name: "champion_left", Column: "champion_left", Weight: 0.8},
		{Name: "pulse_red", Column: "csm_pulse", Level: "red", Weight: 0.5},
		{Name: "plan_starter", Column: "plan", Level: "starter", Weight: 0.4},
	}}
}

// ChurnProbability returns the probability of churn of a renewal with the given
// log-odds when the share noise of renewals is decided by the coin:
//
//	noise * BaseChurn + (1 - noise) / (1 + exp(-logOdds))
func ChurnProbability(logOdds, noise float64) float64 {
	return noise*BaseChurn + (1-noise)*sigmoid(logOdds)
}

// Hidden returns the hidden part of the log-odds of a renewal at the quantile u
// in (0, 1): what the customer knows and no column records. It follows the
// bridge distribution of the logistic link (Wang and Louis 2003, Biometrika 90,
// 765-775),
//
//	b = ln( sin(phi pi u) / sin(phi pi (1-u)) ) / phi
//
// the only one for which averaging 1/(1+exp(-b-eta/phi)) over b gives exactly
// 1/(1+exp(-eta)): so the law of the recorded factors stays logistic.
func Hidden(u float64) float64 {
	const angle = Attenuation * math.Pi
	return math.Log(math.Sin(angle*u)/math.Sin(angle*(1-u))) / Attenuation
}

// compiledLaw is a Law with its column names looked up.
type compiledLaw struct {
	intercept float64
	terms     []compiledTerm
}

// compiledTerm is a Term with its names looked up; code is -1 for numbers.
type compiledTerm struct {
	Term
	column, per column
	code        float64
}

// noColumn stands for an empty Term.Per.
const noColumn column = -1

// compile looks up the columns of the law. Laws are written above, so a name
// that is not a column is a slip the tests catch, not a condition to handle.
func (l Law) compile() compiledLaw {
	compiled := compiledLaw{intercept: l.Intercept}
	for _, t := range l.Terms {
		c := compiledTerm{Term: t, column: columnNamed(t.Column), per: noColumn, code: -1}
		if t.Per != "" {
			c.per = columnNamed(t.Per)
		}
		for code, level := range factors()[c.column].levels {
			if level == t.Level {
				c.code = float64(code)
			}
		}
		compiled.terms = append(compiled.terms, c)
	}
	return compiled
}

// columnNamed returns the column of that name, noColumn if there is none.
func columnNamed(name string) column {
	for i, f := range factors() {
		if f.name == name {
			return column(i)
		}
	}
	return noColumn
}

// logOdds evaluates the law on a snapshot, term by term in the order written.
func (l compiledLaw) logOdds(r *row) float64 {
	sum := l.intercept
	for i := range l.terms {
		sum += l.terms[i].Weight * l.terms[i].value(r)
	}
	return sum
}

// value is the x of the term in a snapshot.
func (t *compiledTerm) value(r *row) float64 {
	x := r[t.column]
	if t.Level != "" {
		return flag(x == t.code)
	}
	if math.IsNaN(x) {
		x = t.Missing
	}
	if t.per != noColumn {
		x /= r[t.per]
	}
	if t.Log1p {
		x = math.Log1p(x)
	}
	return x
}
