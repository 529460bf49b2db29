// Package leaklab answers: does the data know the future?
//
// A model that looks too good has usually read the answer: a status that was overwritten
// when the account left, a survey wiped by the offboarding script, the key of another
// system. Run puts every factor of a project through the tests below and the pipeline
// itself through a last one, and says of each finding which column it is about, the
// evidence as a number, accounts to look at and what to change in holdfast.yaml.
//
//		report, err := leaklab.Run(ctx, panel, factors, candidates, leaklab.Options{Seed: 1})
//
//	 1. Evidence about every factor is gathered first (lab.examine), over all rows of the
//	    snapshots, because how strong is too strong depends on the other factors.
//	 2. Each factor is judged by one test after the other (lab.judge), the most certain
//	    first; it has one finding at most.
//	 3. What was recorded after its day is told (lab.lateWrites).
//	 4. The candidates are backtested on labels that were swapped between accounts
//	    (Report.scramble): a sound pipeline scores an AUC of 0.5.
//
// # The tests
//
// Refused, because nothing sound can be learned beside such a factor:
//
//	all_missing          no value in any example
//	leak_names_accounts  a key in disguise: a value of its own for every account (names.go)
//	leak_end_date        the day of the churn, before a renewal in between (enddate.go)
//	leak_answer          tells churned from renewed with a KS distance of 0.98 (answer.go)
//	leak_missing         the same by whether it is missing
//	leak_time_shift      filled in as accounts leave, and dated back (shift.go)
//	leak_only_the_gone   one value for all who stayed, others for those who left (gone.go)
//	leak_too_good        beyond what an honest factor can do (curve.go)
//	scramble             the backtest finds something in swapped labels (scramble.go)
//
// Warned of, because an honest column can look like this, if rarely:
//
//	changes_after_churn  one value before every churn, another after it (gone.go)
//	knows_lifetime       fixed for life, and yet knows when the account leaves (lifetime.go)
//	knows_later_value    fixed for life at what another column becomes later (hindsight.go)
//	late_values          snapshots recorded after their date (late.go)
//
// The answer is asked for twice: of the labels, and of the fates, that is of the first
// example of every account and whether it ever churned. A column that was overwritten
// at the end shows in the fates even where the lead keeps it away from the label.
//
// By horizon most windows hold no decision, and nobody leaves in the middle of a contract: how old a
// contract is, or when it ends, would seem to know the answer. Labels are asked of the examples
// whose window holds a renewal or a churn then, unless outcomes tell of churns alone.
//
// # What an honest factor can do
//
// Let a region of the values (all at or beyond some edge) hold the share TPR of the churned
// accounts and FPR of the others. For two normal distributions d standard deviations apart
//
//	FPR = Phi(Phi^-1(TPR) - d),  AUC = Phi(d / sqrt 2)
//
// A factor is beyond honesty when one of its regions is, for
//
//	d = max(1.5, d of the best other factor + 1)
//
// significantly (curve.beyond): it is said of fewer than one in a hundred factors at the
// limit itself, and of practically none below it. d = 1.5 is an AUC of 0.856, which no factor of churn in the
// public data sets reaches; where the others reach an AUC of 0.75 the limit is d = 1.95,
// or an AUC of 0.92. Other factors with an AUC above 0.9 are suspects themselves and do not count. Because it is asked of regions, a leak on two
// thirds of the accounts is found though its AUC is 0.83, and one that is mixed with noise
// as well. Accounts count, not rows, one example of each kind per account.
//
// # One snapshot later
//
// Usage honestly falls as the end comes near, and a later snapshot honestly knows better:
// a jump of the AUC is no proof of anything, and Report.Shifts shows it of every factor
// without a verdict. It is held against a column only where three things meet: the column
// rests at one value with nearly all who renew and leaves it as accounts churn, to a
// degree that is beyond honesty one snapshot later; the AUC of that mark jumps (paired
// test of DeLong with accounts kept together); and some accounts bear the mark at t
// already, where nobody can have known. Without the last the column is harmless at this
// lead.
//
// # What it cannot find
//
// A leak no stronger than an honest factor, in a column whose history looks like that of
// an honest one, cannot be told from it: nothing in the data differs. Examples are a count
// of the running term that is filled in at its end, and rare events summed over the life
// of an account. Two leaks of middling strength can hide each other, as each raises the
// limit of the other. Who knows when a column is written should say so:
// columns.recorded_at turns guesses into facts.
//
// # Cost
//
// Every test is linear in rows but for sorting. The values of a factor are in memory as
// long as it is examined; what is kept of it are counts, curves of a few hundred points
// and, for hindsight, four numbers of at most 32,768 accounts. Questions whose answer is an
// AUC are put to about a million examples (labelRows), all of whole accounts; keys in
// disguise, and what changes after the end, are looked for in every row. The scramble fits the candidates once per
// fold on at most Options.Rows examples, with a given ridge in place of a search.
package leaklab
