// Package words answers: how is this put for people? It cleans the names that
// users gave their columns and candidates, and writes numbers the way charts and
// report show them, so that both say the same thing in the same form.
//
// Numbers that are undefined (NaN) or infinite are [Undefined] in every format,
// never 0. Negative numbers carry a minus sign (U+2212), not a hyphen, so that
// they align with the plus sign in a column of figures.
//
//	Fixed(-0.1, 2)       −0.10         Count(1234567)       1,234,567
//	Signed(0.5, 1)       +0.5          Amount(1234567.89)   1,234,568
//	Percent(0.1234, 1)   12.3%         ShortAmount(1.25e6)  1.25M
//	Level(0.995)         99.5%         Tally(1096.33)       1,096.3
//
// What users named goes through [Label] (or [Clean], where length does not matter)
// before it is drawn or written; a metric of the backtest has its words in [Metric].
// Every function is pure, and safe on any input.
package words
