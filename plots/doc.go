// Package plots answers: can I see it? It draws what is in a [backtest.Result]:
// the curves of ROC, precision and recall, cumulative gains and net benefit, the
// calibration, the scores by outcome, the bands, how they change and how early they warn,
// the weights and how steady they are, the metrics over the folds, the timetable of the
// folds, the gains over the champion, over all and by segment, money by save rate and by
// length of the list, what a rollout changes, and churn by quarter.
//
// It computes no statistics. Whatever it shows was in the Result; it only
// chooses scales, leaves out what is undefined (NaN, never drawn as 0) and
// rounds for people. The only liberty is a curve with more points than the
// picture has pixels: it is thinned to what can be told apart.
//
// The line of the package:
//
//  1. [All] asks every picture in report order ([Gains], [Money], [ValueAtCapacity],
//     [LeadTime], [Decision], [ROC], [PrecisionRecall], [CumulativeGains], [Calibration],
//     [CalibrationOthers], [ScoreHistogram], [Bands], [BandTransitions], [SegmentForest],
//     [Weights], [WeightsOverFolds], [Rollout], [OverFolds], [Leads], [Timetable], [Quarters]);
//  2. each decides what there is to draw, writes the alternative text that holds
//     the numbers for a reader who cannot see, and returns a [Chart], or
//     [ErrNothingToDraw], by which All leaves it out;
//  3. [Chart.SVG] and [Chart.PNG] run its drawing on a canvas of that format. In an SVG what
//     belongs to a candidate is a group with its name in data-candidate, and marks tell their
//     value under the pointer.
//
// [Health] does the same for a report on the data ([Timeline], [Missing]) and [Monitor] for a
// model in use ([Drift], [Kept]); [Effects] and [Path] draw what a fit prints.
//
// # How a picture is made
//
// Every picture is one file of its name, read from the top:
//
//	ROC              what to draw, the Chart with its words, and paint, a closure
//	frame            paints paper, title and subtitle, and returns the room left (canvas.go)
//	columns, Crop    cut the room into plot and legend
//	axes             a plot in the house style between two scales (axes.go)
//	marks            draws in its coordinates: x and y turn data into places (canvas.go)
//	ofCandidate      groups what is one candidate's; telling adds its value (sheet.go)
//	legend           who is who, from traces (traces.go)
//
// Nothing is painted before a format is asked for, and paint only reads: a Chart may be
// rendered many times, by several goroutines at once. The Result must not change meanwhile.
//
// # Units
//
// Charts are 720 units wide, the column of the report; a unit is a CSS pixel.
// Colours are those of Okabe and Ito (2008), told apart by readers with any
// colour vision; dashes and markers differ too, so that a grey print can be read.
// The same Result gives the same bytes. This is the only package that imports
// gonum.org/v1/plot.
package plots
