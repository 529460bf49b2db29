// Package radix sorts numbers, and rows by a number, in time linear in them. Everything that
// looks at one factor at a time (quantiles, effects, leaks, bands) sorts every row once for
// every factor, and every metric of a ranking sorts its scores, so that on millions of rows the
// sorts are most of what a fit does besides fitting. Who has keys of his own sorts [Keyed] rows.
//
// The sorts are by digits of 11 bits of the number's bits, the least significant first
// (Knuth 1998, The Art of Computer Programming 3, algorithm 5.2.5R): one pass over the rows
// counts the digits of all the passes behind it, and a digit that all rows share is skipped, which
// makes counts and decimals cheap. A float64 becomes a whole number in the same order by turning
// its sign, or for negative numbers all bits (Herf 2001). The upper half of the digits is sorted by
// first, and the lower half only where the upper one does not tell numbers apart. Who asks for a
// few quantiles need not sort at all: see Ranks; and who asks for a bound may count by Coarse.
//
// NaN has no place in an order and must not occur; who sorts leaves missing values out.
package radix
