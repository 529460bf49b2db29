package project

import (
	"fmt"
	"slices"
)

// This file reads what candidates are about besides their arithmetic: the event, the segments they are
// fitted for, how their score becomes a probability, and who says what the others will do.

// The events a candidate can be for, and the ways of calibration.
const (
	TargetChurn       = "churn"
	TargetContraction = "contraction"
	TargetExpansion   = "expansion"

	CalibratePlatt     = "platt"
	CalibrateIsotonic  = "isotonic"
	CalibrateIntercept = "intercept"
	CalibrateSegment   = "segment"
	CalibrateNone      = "none"

	OnTraining = "training"
	OnLater    = "later"
)

// Segments split the accounts for candidates with per_segment or a calibration by segment.
type Segments struct {
	By        string // an expression over columns and factors; "" where nothing says
	MinEvents int
}

// Calibrate says how a score becomes a probability.
type Calibrate struct {
	Method string  // "": what the kind does
	Later  bool    // on the latest share of the training rows
	Share  float64 // Later
}

// Outlook names the candidates that complete the probability of churn to an outlook. "" is nobody.
type Outlook struct{ Grow, Shrink string }

// segmentKeys are the keys of this file.
func segmentKeys() []Key {
	return []Key{
		{Path: "segments", Type: TypeMapping, Example: "{by: plan}",
			Doc: "How accounts are split for candidates with per_segment or calibrate.method segment."},
		{Path: "segments.by", Type: TypeExpression, Example: "plan",
			Doc: "A column, or an expression over columns and factors, whose value is the segment; without it, columns.segment."},
		{Path: "segments.min_events", Type: TypeWhole, Default: "50", Example: "50", Min: 1, Max: maxCount,
			Doc: "How many events, and as many accounts without one, a segment must have for weights of its own; the others have the pooled ones."},
		{Path: "outlook", Type: TypeMapping, Example: "{grow: growth}",
			Doc: "Who completes the probability of churn to one of leaving, shrinking, renewing and growing."},
		{Path: "outlook.grow", Type: TypeText, Example: "growth",
			Doc: "The candidate with target expansion whose probability is that of growing."},
		{Path: "outlook.shrink", Type: TypeText, Example: "downsell",
			Doc: "The candidate with target contraction whose probability is that of shrinking."},
		{Path: "candidates[].target", Type: TypeChoice, Default: TargetChurn, Example: TargetExpansion,
			Values: []string{TargetChurn, TargetContraction, TargetExpansion},
			Doc:    "The event that the candidate gives the probability of; all but churn need columns.value_after."},
		{Path: "candidates[].per_segment", Type: TypeChoice, Default: "false", Example: "true", Values: []string{"false", "true"},
			Doc: "Whether a fitted candidate has weights of its own for every segment, drawn to the pooled ones."},
		{Path: "candidates[].calibrate", Type: TypeMapping, Example: "{method: isotonic, on: later}",
			Doc: "How the score becomes a probability."},
		{Path: "candidates[].calibrate.method", Type: TypeChoice, Example: CalibratePlatt,
			Values: []string{CalibratePlatt, CalibrateIsotonic, CalibrateIntercept, CalibrateSegment, CalibrateNone},
			Doc:    "A line through the score, a rising staircase, a shift of its log-odds for all or for every segment, or nothing; without it, a line for scores and nothing for log-odds."},
		{Path: "candidates[].calibrate.on", Type: TypeChoice, Default: OnTraining, Example: OnLater, Values: []string{OnTraining, OnLater},
			Doc: "Whether it is learned on the rows of the fit, or on the latest ones, which are then kept out of the fit."},
		{Path: "candidates[].calibrate.share", Type: TypeNumber, Default: "0.2", Example: "0.2", Min: 0.01, Max: 0.5,
			Doc: "The share of the training rows that on: later keeps for it."},
	}
}

// readSegments reads how accounts are split: by segments.by, else by columns.segment, else not at all.
func readSegments(s section, columns Columns) Segments {
	split := s.child("segments", "segments")
	by := Segments{By: read(split, "by", split.expression), MinEvents: read(split, "min_events", whole)}
	if by.By == "" {
		by.By = columns.Segment
	}
	return by
}

// readOutlook reads who completes the outlook.
func readOutlook(s section) Outlook {
	o := s.child("outlook", "outlook")
	return Outlook{Grow: read(o, "grow", text), Shrink: read(o, "shrink", text)}
}

// readPurpose reads what a candidate is for. Churn is the empty Target, so that a file which names the
// default reads as one that does not.
func (c *Candidate) readPurpose(s section) {
	if c.Target = read(s, "target", choice); c.Target == TargetChurn {
		c.Target = ""
	}
	c.PerSegment = read(s, "per_segment", choice) == "true"
	k := s.child("calibrate", "candidates[].calibrate")
	c.Calibrate = Calibrate{Method: read(k, "method", choice), Later: read(k, "on", choice) == OnLater, Share: read(k, "share", number)}
	if !c.Calibrate.Later {
		if n := k.given("share"); n != nil {
			s.report(n, n.path+" does not apply to on: training", "add on: later, or remove it")
		}
		c.Calibrate.Share = 0
	}
	if c.Kind == CandidateModel {
		s.refuse("kind model", "target", "calibrate")
	}
	if c.Kind == CandidateRules {
		s.refuse("kind rules", "calibrate")
	}
	if c.Kind != CandidateLogistic && c.Kind != "" {
		s.refuse("kind "+c.Kind, "per_segment")
	}
}

// purposes finds candidates for an event that the data do not tell, segments that nothing defines, and
// names that stand for no candidate or for one of another event.
func (r *reader) purposes(c *Config) {
	for i, cand := range c.Candidates {
		at := index("candidates", i)
		if cand.Target != "" && c.Columns.ValueAfter == "" && cand.Kind != CandidateModel {
			r.problems = append(r.problems, c.Problemf(at+".target", "name the column of the amount after the outcome: columns.value_after",
				"%s.target %s needs amounts before and after", at, cand.Target))
		}
		if c.Segments.By == "" && (cand.PerSegment || cand.Calibrate.Method == CalibrateSegment) {
			key := at + ".per_segment"
			if !cand.PerSegment {
				key = at + ".calibrate.method"
			}
			r.problems = append(r.problems, c.Problemf(key, "add for example segments: {by: plan}", "nothing says what a segment is"))
		}
	}
	r.named(c, "outlook.grow", c.Outlook.Grow, TargetExpansion)
	r.named(c, "outlook.shrink", c.Outlook.Shrink, TargetContraction)
	for i, name := range c.Backtest.Champions {
		r.named(c, index("backtest.champions", i), name, "")
	}
}

// named checks that a name is that of a candidate for a target, "" for any.
func (r *reader) named(c *Config, path, name, target string) {
	if name == "" || c.Candidates == nil {
		return
	}
	var have []string
	for _, cand := range c.Candidates {
		if cand.Name != "" && (target == "" || cand.Target == target) {
			have = append(have, cand.Name)
		}
	}
	if slices.Contains(have, name) {
		return
	}
	what, hint := "which is no candidate", r.suggestName(name, "the candidates are", have)
	if target != "" {
		what = fmt.Sprintf("which is no candidate with target %s", target)
		if len(have) == 0 {
			hint = fmt.Sprintf("add a candidate with target: %s", target)
		}
	}
	r.problems = append(r.problems, c.Problemf(path, hint, "%s is %s, %s", path, quote(name), what))
}
