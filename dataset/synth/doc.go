// Package synth answers: would we have found it, had it been there? It simulates
// a company that sells software by yearly contract, in the very files a real one
// has (account snapshots, renewal outcomes), together with what no real one has:
// the true probability of churn behind every renewal. Fits, calibration, tests
// and verdicts can be held against it.
//
//	company := synth.Company{Accounts: 700, Seed: 1}
//	err := company.Write(ctx, "demo", nil)
//
// # How an account lives
//
// Every account is a function of the seed and its own number, in these steps:
//
//  1. It signs (newAccount): 60 % before the window, the others during it. Plan,
//     licences, ARR and habits are drawn once.
//  2. Month after month (life.step) a latent health follows an AR(1) and moves
//     usage, support, people and payments, each with noise of its own.
//  3. At each month end (life.record) the company notes what it can see: 28
//     factors, skewed, correlated through health and size, partly missing.
//  4. Contracts fall due six months after signature for pilots, else after one or
//     two years, and again every one or two years (history.run). The newest
//     snapshot at least LeadDays older than the renewal date is its as-of
//     snapshot and alone decides its odds (world.oddsOf).
//  5. A coin with those odds says whether the account leaves (world.decide); if
//     not, an ordered logit says whether it pays less, the same or more. Those
//     who leave have no snapshots on or after the renewal date.
//
// Renewals that cannot be told from the files are not in them: those whose as-of
// date precedes the first snapshot, and those so late in the window that some of
// the answers would come after its end.
//
// # The truth
//
// truth.parquet has one row per row of outcomes.parquet, in the same order:
//
//	p_factors     P(churn) given the factors of the as-of snapshot: what the
//	              best possible model can say
//	p_true        P(churn) given, in addition, what is hidden: what happened
//	              is a coin with this bias
//	p_contracted  P(renewed for less) given the factors
//	p_expanded    P(renewed for more) given the factors
//
// With eta the Law of the stage, below, plus Company.Drift for each 365.25 days
// from the first snapshot to the as-of date,
//
//	p_factors = Noise * BaseChurn + (1 - Noise) / (1 + exp(-eta))
//	p_true    = Noise * BaseChurn + (1 - Noise) / (1 + exp(-eta/Attenuation - b))
//
// where b is drawn anew for each renewal from the bridge distribution of Hidden.
// Its one property is that p_true averages to p_factors exactly. So with no
// Noise and no Drift a logistic regression on the terms below, one per stage, is
// the right model, and its coefficients estimate these.
//
// Law of the stage onboarding (tenure_days below 365 at the as-of date):
//
//	+1.80  intercept
//	-2.50  onboarding_done_share
//	-0.40  ln(1 + training_hours)
//	-1.00  active_users / licences
//	-0.30  ln(1 + integrations)
//	+0.50  ln(1 + open_tickets)
//	-0.70  executive_contact
//	+0.80  champion_left
//	+0.50  csm_pulse == 'red'
//	+0.40  plan == 'starter'
//
// Law of the stage mature:
//
//	+2.90  intercept
//	-2.40  active_users / licences
//	-0.80  ln(1 + sticky_uses_30d / licences)
//	-0.25  ln(1 + integrations)
//	+0.15  ln(1 + support_tickets_90d)
//	+0.60  ln(1 + escalations_90d)
//	-0.35  csat (missing: 4)
//	-0.10  nps (missing: 7)
//	+0.20  ln(1 + payment_delay_days)
//	-0.45  executive_contact
//	+0.90  champion_left
//	+0.30  csm_pulse == 'yellow'
//	+0.70  csm_pulse == 'red'
//	-0.20  ln(1 + tenure_days)
//	+0.30  plan == 'starter'
//	-0.40  plan == 'enterprise'
//
// A comparison counts 1 where it holds and 0 elsewhere, missing included. The
// other columns have no effect of their own, however well they predict alone.
//
// Latent health acts only through what is recorded. It could not act directly
// and leave p_factors a formula: the hidden part of the odds is b, independent
// of every column, and not health.
//
// vendor_score is what a customer-success platform shows: 0-100, higher is
// healthier, in steps of five, saturated, absent for young accounts, no
// probability, and better than nothing.
//
// # Drift
//
// Company.Drift moves the odds of all, a little every day, and no column says so.
// Company.Recount (recount.go) changes how one column is counted from some day on: who
// leaves stays the same, and what the column means does not.
//
// # Leaks
//
// Company.Leak plants one column that knows the future, for a check to find (leak.go). It
// stands behind the other columns, which stay as they are to the bit: the column is made
// from the finished history of the account and from random streams of its own.
package synth
