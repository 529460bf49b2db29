package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/rundir"
)

// compareFlags say which candidates are paired.
type compareFlags struct{ candidates []string }

func newCompare(a *app) *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare RUN_A RUN_B",
		Short: "Set two backtests side by side, and what they share against each other",
		Long: `compare shows what two backtests were made of, what each of them says, and how their candidates
did. Two runs over other data or other quarters cannot be told apart by their metrics alone: an
easier quarter looks like a better score. So candidates of the same name are also compared on the
examples that both runs predicted, an account at an as-of date, as candidates of one run are: paired,
with intervals that respect repeated accounts (clustered DeLong for the AUC, account bootstrap for
the rest). A positive gain is better for RUN_B.

--candidates pairs one of RUN_A with one of RUN_B, whatever their names; it may be given several
times. --out writes the comparison as a page. Runs with other label clocks or other targets answer
other questions and are refused.
` + exitCodesHelp,
		Example: `  holdfast compare out-2025q4 out-2026q1
  holdfast compare before after --candidates today,logistic
  holdfast compare before after --json | jq '.targets[0].paired'
  holdfast compare before after --out /tmp/compare.html`,
		Args:              twoRuns,
		ValidArgsFunction: completeRuns(2),
		RunE:              func(cmd *cobra.Command, args []string) error { return a.compare(cmd.Context(), args[0], args[1], f) },
	}
	cmd.Flags().StringArrayVar(&f.candidates, "candidates", nil, "pair a candidate of RUN_A with one of RUN_B: `today,logistic` (default: those of the same name)")
	return cmd
}

// twoRuns wants the two arguments of compare.
func twoRuns(cmd *cobra.Command, args []string) error {
	if len(args) != 2 {
		return fail(exitUsage, fmt.Errorf("compare takes two run directories, not %d, as in holdfast compare before after; see %s --help", len(args), cmd.CommandPath()))
	}
	return nil
}

// compare is the command as one line: open both, see that they ask one question, pair, tell.
func (a *app) compare(ctx context.Context, first, second string, f compareFlags) error {
	wanted, err := f.pairs()
	if err != nil {
		return err
	}
	if err := a.checkComparePage(first, second); err != nil {
		return err
	}
	var sides [2]*comparedRun
	for i, dir := range []string{first, second} {
		if sides[i], err = openCompared(dir); err != nil {
			return err
		}
	}
	if err := oneQuestion(sides); err != nil {
		return err
	}
	for _, s := range sides {
		if s.told, err = readPredictions(ctx, s.path(predictionsFile)); err != nil {
			return err
		}
	}
	c, err := compareRuns(ctx, sides, wanted)
	if err != nil {
		return err
	}
	if a.out != "" {
		if err := rundir.WriteFile(a.out, func(w io.Writer) error { return c.page().Write(w, noFigure) }); err != nil {
			return fail(exitOutput, err)
		}
	}
	if a.json {
		return fail(exitOutput, writeFolded(a.stdout, c))
	}
	return a.printCompare(c)
}

// noFigure is for pages without pictures.
func noFigure(name string) ([]byte, error) { return nil, fmt.Errorf("there is no picture %q", name) }

// pairs reads --candidates.
func (f compareFlags) pairs() ([][2]string, error) {
	var list [][2]string
	for _, text := range f.candidates {
		one, other, both := strings.Cut(text, ",")
		one, other = strings.TrimSpace(one), strings.TrimSpace(other)
		if !both || one == "" || other == "" || strings.Contains(other, ",") {
			return nil, fail(exitUsage, fmt.Errorf("--candidates %q is not two names like today,logistic, the first of RUN_A, the second of RUN_B", plain(text)))
		}
		list = append(list, [2]string{one, other})
	}
	return list, nil
}

// checkComparePage refuses a page in a place where it would be lost, or spoil a run.
func (a *app) checkComparePage(first, second string) error {
	if a.out == "" {
		return nil
	}
	if err := apart(a.out, first, second); err != nil {
		return err
	}
	if ending := strings.ToLower(filepath.Ext(a.out)); ending != ".html" && ending != ".htm" {
		return fail(exitUsage, fmt.Errorf("--out %s: the ending must be .html; for JSON use --json", plain(a.out)))
	}
	return fail(exitOutput, rundir.CheckFile(a.out))
}

// oneQuestion refuses runs that cannot be compared: a score that looks 60 days ahead has an
// easier task than one that looks 90 days ahead, and neither is better for it.
func oneQuestion(sides [2]*comparedRun) error {
	one, other := sides[0], sides[1]
	if a, b := one.result.Clock, other.result.Clock; a != b {
		return fail(exitData, fmt.Errorf("the runs have different label clocks and answer different questions: %s asks for %s, %s for %s; backtest both with the same label section",
			plain(one.dir), clockWords(a), plain(other.dir), clockWords(b)))
	}
	if len(sharedTargets(sides)) == 0 {
		return fail(exitData, fmt.Errorf("the runs have different targets: %s is about %s, %s about %s; compare runs with a target in common",
			plain(one.dir), targetWords(one.targets()), plain(other.dir), targetWords(other.targets())))
	}
	return nil
}

// compareRuns sets two runs that ask the same question side by side.
func compareRuns(ctx context.Context, sides [2]*comparedRun, wanted [][2]string) (*sideBySide, error) {
	c := &sideBySide{Runs: [2]runFile{sides[0].describe(), sides[1].describe()}, Same: sameOf(sides)}
	found := 0
	for _, target := range sharedTargets(sides) {
		results := [2]*resultFile{sides[0].about(target), sides[1].about(target)}
		pairs := choosePairs(results, wanted)
		found += len(pairs)
		t, err := compareTarget(ctx, sides, results, pairs)
		if err != nil {
			return nil, err
		}
		c.Targets = append(c.Targets, t)
	}
	if found < len(wanted) {
		return nil, unknownPairs(sides, wanted)
	}
	return c, nil
}

// compareTarget compares the candidates for one target.
func compareTarget(ctx context.Context, sides [2]*comparedRun, results [2]*resultFile, pairs [][2]string) (targetFile, error) {
	t := targetFile{Target: results[0].Target, Primary: results[0].Primary, Capacity: results[0].Capacity, Level: results[0].Level, Candidates: candidatesSideBySide(results)}
	var tables [2]*backtest.Predictions
	places := make([][2]int, len(pairs))
	for i, r := range results {
		t.Verdicts[i] = sideVerdict{r.Decision, r.Headline, r.Champion, r.Challenger}
		told, err := sides[i].toldAbout(r.Target)
		if err != nil {
			return t, err
		}
		tables[i] = &told.table
		for k, p := range pairs {
			if places[k][i] = slices.Index(told.candidates, p[i]); places[k][i] < 0 {
				return t, sides[i].refuse(predictionsFile, fmt.Errorf("there are no predictions of candidate %q, which verdict.json has; run the backtest again", plain(p[i])))
			}
		}
	}
	card := sides[0].card
	o := backtest.Options{Level: t.Level, Replicates: card.Drawn, Seed: card.Seed, Capacity: t.Capacity, Intervals: card.Intervals}
	pairing, err := backtest.Pair(ctx, tables[0], tables[1], places, o)
	if err != nil {
		return t, fail(exitData, err)
	}
	t.Paired = pairedOf(pairing, pairs)
	for _, p := range pairs {
		t.Weights = append(t.Weights, weightsSideBySide(results, p)...)
	}
	return t, nil
}
