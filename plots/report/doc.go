// Package report answers: what do I show the head of customer success? It writes
// a backtest as one HTML page in the order in which that reader asks: what to do,
// what it is worth at the team's capacity, how early it warns, who ranks best, whether
// the probabilities can be believed, what the colours mean and for whom, what the
// score looks at, what changes on the day of the rollout, how it held up over time,
// whether the data is sound, and how all of it was done.
//
// [Build] lays out a [Page] as a [Document]: a list of sections, each built from the
// Result by one function in the file of its name. The first sentence of each section
// needs no statistics; what does stands in a fold-out or a footnote. A section without
// data is left out, and a long list is cut and says by how much.
//
// [Document.Write] renders it: the template knows only sections, tables and figures. A
// Document is plain data, so that a page can be made again from what a run saved
// ([Read]), without its Result. Of a saved document nothing is trusted as markup: text
// is escaped, and a picture must have the hash that the document names and hold
// nothing but a drawing.
//
// The file stands alone: no script, no font, no picture and no style from
// elsewhere. It is complete without scripts; its one script, page.js, sorts tables,
// hides candidates and looks up what the sliders ask in values that the page carries
// (see trial). Names are cleaned by [words.Clean] and escaped by html/template, and a
// Content-Security-Policy lets nothing run or load but that script. The same Page gives
// the same bytes.
package report
