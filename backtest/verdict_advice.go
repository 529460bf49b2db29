package backtest

import (
	"fmt"
	"slices"
	"strings"
)

// unfit says in a headline what stands against a rollout: the gates that are closed for
// certain, in words.
func unfit(closed []Gate) string {
	said := make([]string, len(closed))
	for i, g := range closed {
		said[i] = g.against()
	}
	if last := len(said) - 1; last > 0 {
		return strings.Join(said[:last], ", ") + ", and " + said[last]
	}
	return strings.Join(said, "")
}

// against is what a closed gate says of the challenger.
func (g Gate) against() string {
	switch g.Name {
	case "ranks_better_than_chance":
		return "it ranks no better than chance"
	case "beats_base_rate":
		return "it knows no more than the base rate"
	case CalibrationSlope:
		return "its percentages are too extreme or too timid"
	case CITL:
		return "its percentages are off on the whole"
	case "no_segment_worse":
		return "a segment is worse off with it"
	case "stable":
		return "its latest predictions have moved away from those of its training"
	}
	return strings.ReplaceAll(g.Name, "_", " ")
}

// advice is what to do about the gates that are closed for certain, one line each; gates
// that ask for the same are answered once.
func advice(closed []Gate) []string {
	var list []string
	for _, g := range closed {
		if line := g.remedy(); line != "" && !slices.Contains(list, line) {
			list = append(list, line)
		}
	}
	return list
}

// remedy is what may open a gate; empty where only a better score would.
func (g Gate) remedy() string {
	switch g.Name {
	case CalibrationSlope, CITL:
		return "what to do: let the model forget old quarters (backtest.window) or recalibrate it, and backtest again; until then use its order and not its percentages"
	case "no_segment_worse":
		return "what to do: give the segment weights of its own (per_segment), or keep the champion there"
	case "stable":
		return "what to do: see under data health which factors have moved, and why; leave those out whose meaning changed, or let the model forget old quarters (backtest.window)"
	}
	return ""
}

// poorer is a caution for a challenger whose lists hold less of the churned value than lists
// drawn at random: the accounts that leave for certain are then those that pay little, and a
// team that works them by risk alone protects next to nothing. The baseline gives everyone
// of a period one probability, so that its lists are random.
func (r *Result) poorer(name string) string {
	mine := Find(r.Candidates[r.index(name)].Pooled, ValueCapture)
	last := r.Candidates[len(r.Candidates)-1]
	random := Find(last.Pooled, ValueCapture)
	if last.Kind != baseline || !(mine.High < random.Low) {
		return ""
	}
	return fmt.Sprintf("caution: the riskiest accounts of %s are worth little: its lists hold %.1f %% of the %s value, lists drawn at random %.1f %%; work the list by p times value, which the scores have in two columns",
		name, 100*mine.Value, r.said().happened, 100*random.Value)
}
