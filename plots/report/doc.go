// Package report answers: what do I show the head of customer success? It writes
// a backtest as one HTML page in the order in which that reader asks: what to do,
// what it is worth at the team's capacity, who ranks best, whether the
// probabilities can be believed, what the score looks at, how it held up over
// time, whether the data is sound, and how all of it was done.
//
// The page is a list of sections ([Page] to [section]), each built from the Result
// by one function in the file of its name; the template knows only sections, tables
// and figures. The first sentence of each section needs no statistics; what does
// stands in a fold-out or a footnote.
//
// The file stands alone: no script, no font, no picture and no style from
// elsewhere. It is complete without scripts; its one script, page.js, sorts tables,
// hides candidates and looks up what the sliders ask in values that the page carries
// (see trial). Names are cleaned by [words.Clean] and escaped by html/template, and a
// Content-Security-Policy lets nothing run or load but that script. The same Page gives
// the same bytes.
package report
