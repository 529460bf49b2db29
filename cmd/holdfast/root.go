package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"holdfast/dataset"
)

// app is what every command works with: where it writes and the flags that
// everyone can rely on.
type app struct {
	stdout, stderr io.Writer
	terminal       bool // stderr is one: progress may be drawn

	config string
	out    string
	json   bool
	quiet  bool
	asOf   string
	seed   uint64
	strict bool
	memory string

	seedSet bool
}

// run is the whole program: arguments in, exit code out.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := withSignals(context.Background())
	defer stop()
	a := &app{stdout: stdout, stderr: stderr}
	if f, ok := stderr.(*os.File); ok {
		a.terminal = term.IsTerminal(int(f.Fd()))
	}
	root := newRoot(a)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	code := exitCode(ctx, err)
	if err != nil && code != exitHold && code != exitNeedMoreData {
		complain(stdout, stderr, a.json, code, err)
	}
	return code
}

// withSignals ends the context on SIGINT and SIGTERM and remembers which it was.
// A second signal kills at once.
func withSignals(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		s, open := <-signals
		if !open {
			return
		}
		signal.Stop(signals)
		if s == syscall.SIGTERM {
			cancel(errTerminated)
			return
		}
		cancel(context.Canceled)
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(signals)
		cancel(nil)
	}
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "holdfast",
		Short: "Find out which customer-health score would have warned of churn",
		Long: `holdfast reads historical account snapshots and renewal outcomes from Parquet, fits the
weights of a customer-health score, backtests every candidate score against the renewals
that really happened, and says promote, hold or need more data.`,
		Example: `  holdfast simulate --accounts 700 --out demo    # a company to play with
  holdfast backtest -c demo/holdfast.yaml        # which score would have worked?
  holdfast init --snapshots snaps/ --outcomes outcomes.parquet
  holdfast check && holdfast backtest`,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		Args:              cobra.NoArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.seedSet = cmd.Flags().Changed("seed")
			return a.setMemory()
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fail(exitUsage, fmt.Errorf("%w; see %s --help", err, cmd.CommandPath()))
	})
	flags := root.PersistentFlags()
	flags.StringVarP(&a.config, "config", "c", "holdfast.yaml", "project file; paths in it are relative to it")
	flags.StringVar(&a.out, "out", "", "where to write (default: output of the project file)")
	flags.BoolVar(&a.json, "json", false, "print results as JSON on stdout")
	flags.BoolVar(&a.quiet, "quiet", false, "print nothing but errors")
	flags.StringVar(&a.asOf, "as-of", "", "replay the program as of this day (2026-06-30): nothing known later exists")
	flags.Uint64Var(&a.seed, "seed", 0, "seed of everything random (default: backtest.seed of the project file)")
	flags.BoolVar(&a.strict, "strict", false, "treat warnings as errors")
	flags.StringVar(&a.memory, "memory", "", "soft memory limit such as 2GiB")
	root.AddCommand(newInit(a), newCheck(a), newFit(a), newBacktest(a), newScore(a), newSimulate(a), newVersion(a))
	wrapUsage(root)
	return root
}

// wrapUsage gives mistakes in arguments the exit code of usage.
func wrapUsage(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(c *cobra.Command, args []string) error { return fail(exitUsage, check(c, args)) }
	}
	for _, sub := range cmd.Commands() {
		wrapUsage(sub)
	}
}

// setMemory applies --memory.
func (a *app) setMemory() error {
	if a.memory == "" {
		return nil
	}
	units := map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "KB": 1e3, "MB": 1e6, "GB": 1e9}
	for unit, size := range units {
		number, ok := strings.CutSuffix(a.memory, unit)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err == nil && n > 0 && n*float64(size) < 1<<60 {
			debug.SetMemoryLimit(int64(n * float64(size)))
			return nil
		}
	}
	return fail(exitUsage, fmt.Errorf("--memory %q is not a size like 512MiB or 2GiB", a.memory))
}

// asOfDate reads --as-of.
func (a *app) asOfDate() (dataset.Date, error) {
	if a.asOf == "" {
		return dataset.NoDate, nil
	}
	d, err := dataset.ParseDate(a.asOf)
	if err != nil {
		return d, fail(exitUsage, fmt.Errorf("--as-of %q is not a date like 2026-06-30", a.asOf))
	}
	return d, nil
}

// printf writes to stdout for people: nothing with --quiet or --json.
func (a *app) printf(format string, args ...any) {
	if !a.quiet && !a.json {
		fmt.Fprintf(a.stdout, format, args...)
	}
}

// warn prints warnings to stderr, at most a screenful; with --strict they are an
// error of the given class.
func (a *app) warn(code int, warnings []dataset.Warning) error {
	const most = 12
	if !a.quiet {
		for i, w := range warnings {
			if i == most {
				fmt.Fprintf(a.stderr, "warning: and %d more; all of them are in the report and in run.json\n", len(warnings)-most)
				break
			}
			fmt.Fprintln(a.stderr, "warning: "+plain(w.String()))
		}
	}
	if a.strict && len(warnings) > 0 {
		return fail(code, fmt.Errorf("%d warnings, and --strict makes them errors; the first: %s", len(warnings), warnings[0]))
	}
	return nil
}
