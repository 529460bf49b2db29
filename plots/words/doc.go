// Package words answers: how is this put for people? It cleans the names that
// users gave their columns and candidates, and writes numbers the way charts and
// report show them, so that both say the same thing in the same form.
//
// Numbers that are undefined (NaN) or infinite are [Undefined] in every format,
// never 0. Negative numbers carry a minus sign (U+2212), not a hyphen, so that
// they align with the plus sign in a column of figures.
package words
