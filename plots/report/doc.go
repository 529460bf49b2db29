// Package report answers: what do I show the head of customer success? It writes
// a backtest as one HTML page in the order in which that reader asks: what to do,
// what it is worth at the team's capacity, how early it warns, who ranks best, whether
// the probabilities can be believed, what the colours mean and for whom, what the
// score looks at, what changes on the day of the rollout, how it held up over time,
// whether the data is sound, and how all of it was done.
//
// The line of the package:
//
//  1. [Build] lays out a [Page] as a [Document]: a list of sections (Page.sections, page.go),
//     each built from the Result by one function in the file of its name, such as
//     capacitySection in capacity.go. The first sentence of each section needs no
//     statistics; what does stands in a fold-out or a footnote. A section without data has no
//     Lead and is left out, and a long list is cut and says by how much (leftOut).
//  2. The charts of the page are drawn, each gets the hash of its bytes (draw, figures.go),
//     and each goes into the section that it answers (home and place).
//  3. [Document.Write] renders it (render.go): the template page.html knows only sections,
//     tables and figures. [Write] does all three at once.
//
// A Document is plain data, so that a page can be made again from what a run saved
// ([Read]), without its Result. Of a saved document nothing is trusted as markup: it is
// checked (check.go), text is escaped, and a picture must have the hash that the document
// names and hold nothing but a drawing (picture.go).
//
// [InSample] is the page of a validation without a walk forward, of the same parts.
//
// # What a section function may do
//
// It reads the Result, writes words and rounds; it computes no statistics. Names of users go
// through name, numbers through package words, estimates with their intervals through the
// functions of table.go, which write n/a for what is undefined. Tables about candidates list
// them by order, and rows name theirs by its number (placeOf), so that page.js can hide it.
// What is not there must be survived: slices of a Result may be shorter than its candidates.
//
// # On its own
//
// The file stands alone: no script, no font, no picture and no style from
// elsewhere. It is complete without scripts; its one script, page.js, sorts tables,
// hides candidates and looks up what the sliders ask in values that the page carries
// (see trial). Names are cleaned by [words.Clean] and escaped by html/template, and a
// Content-Security-Policy lets nothing run or load but that script. The same Page gives
// the same bytes.
package report
