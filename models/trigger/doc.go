// Package trigger answers: for which accounts does a rule over their scores hold? It is the
// one place that says what triggers and playbooks may ask about, so that a backtest counts
// the alerts that a scoring run would raise:
//
//		dropped and top_category == 'usage'
//		band == 'red' and value > 50000
//		p > 0.4 and segment in ['gold', 'silver']
//
//	 1. A [Rule] is a name and a condition as the user wrote it.
//	 2. [Rule.Compile] checks the condition against [Columns]; names that nobody knows, and
//	    bands that are none, are errors that say which was meant.
//	 3. [Condition.Holds] asks it of [Standings], the scores of any number of rows.
//
// What a rule may ask about, of one account on one day:
//
//	p            the probability of churn
//	health       0-100, 100 is healthy
//	band         green, yellow or red
//	band_before  the band at the account's snapshot before
//	dropped      whether the band got worse since then
//	value        the money at stake
//	top_category the category of the factor that adds most to the risk
//	segment      the account's segment
//
// What is not known is missing, and a condition that cannot be told does not hold: a rule
// that asks about value does not hold for an account of unknown value, and dropped is false
// for an account that nobody had looked at before.
//
// The package knows nothing of models, accounts or files.
package trigger
