package main

import (
	"holdfast/cmd/holdfast/internal/project"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/features"
	"holdfast/features/binning"
)

// This file turns the factors of holdfast.yaml into those of package features.

func factorsOf(c *project.Config) []features.Factor {
	factors := make([]features.Factor, len(c.Factors))
	for i, f := range c.Factors {
		factors[i] = features.Factor{
			Name: f.Name, Category: f.Category, Kind: features.Kind(f.Kind), Expr: f.Expr, Rule: f.Rule,
			Scale: features.Scale(f.Scale), Missing: policyOf(f.Missing), Fill: f.Missing.Value,
			Expect: features.Direction(f.Expect), Reference: f.Reference, Rare: f.Rare, Unseen: features.Unseen(f.Unseen),
			Members: f.Members, Actionable: f.Actionable,
		}
		switch {
		case f.History != nil:
			factors[i].History = &history.Spec{Of: f.History.Of, OverDays: f.History.OverDays, As: history.Function(f.History.As)}
		case f.Column != "":
			factors[i].Expr = expr.Quote(f.Column)
		}
		if f.Clip != nil {
			factors[i].Clip = []features.Bound{boundOf(f.Clip.Low), boundOf(f.Clip.High)}
		}
		shapeOf(&factors[i], f)
		reachOf(&factors[i], f, c)
	}
	return factors
}

// shapeOf says how the value of a factor becomes the number it counts by.
func shapeOf(out *features.Factor, f project.Factor) {
	if f.Bins != nil {
		out.Bins = &binning.Options{
			Method: binning.Method(f.Bins.Method), Trend: trendOf(f.Bins.Monotone), MaxBins: f.Bins.MaxBins, MinShare: f.Bins.MinShare,
			Edges: f.Bins.Edges, Special: f.Bins.Special,
		}
	}
	for _, p := range f.Points {
		out.Points = append(out.Points, features.Anchor{X: p.X, Points: p.Points})
	}
	for _, t := range f.Tiers {
		out.Tiers = append(out.Tiers, features.Tier{UpTo: t.UpTo, Points: t.Points})
	}
	if f.Spline != nil {
		out.Spline = &features.Knots{Count: f.Spline.Knots, At: f.Spline.At}
	}
}

// reachOf says for whom a factor is, and for how long its value is good.
func reachOf(out *features.Factor, f project.Factor, c *project.Config) {
	if len(f.Segments) > 0 {
		out.Only = &features.Only{By: c.Segments.By, In: f.Segments}
	}
	if f.MaxAgeDays > 0 {
		out.Fresh = &features.Freshness{Dated: f.Dated, MaxAge: f.MaxAgeDays}
	}
	if f.Redistribute {
		out.Stale = features.Redistribute
	}
}

func trendOf(word string) binning.Trend {
	switch word {
	case project.MonotoneAuto:
		return binning.Auto
	case project.MonotoneFree:
		return binning.Free
	}
	return binning.Trend(word)
}

func policyOf(m project.Missing) features.Policy {
	if m.Rule == project.MissingNumber {
		return features.Value
	}
	return features.Policy(m.Rule)
}

func boundOf(b project.Bound) features.Bound {
	return features.Bound{Value: b.Value, Percentile: b.Percentile}
}
