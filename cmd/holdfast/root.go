package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"holdfast/cmd/holdfast/internal/disk"
	"holdfast/cmd/holdfast/internal/stages"
	"holdfast/dataset"
)

// app is what every command works with: where it writes and the flags that
// everyone can rely on.
type app struct {
	stdout, stderr io.Writer
	terminal       bool      // stderr is one: progress may be drawn
	disk           disk.Disk // what the registry is written to

	config string
	out    string
	json   bool
	quiet  bool
	asOf   string
	seed   uint64
	strict bool
	memory string
	budget int64 // of memory, in bytes

	seedSet                bool
	cpuProfile, memProfile string
	stopProfiles           func()

	verbose bool
	clock   *stages.Clock // nil without --verbose
}

// run is the whole program: arguments in, exit code out.
func run(args []string, stdout, stderr io.Writer) int {
	return runOn(disk.Disk{}, args, stdout, stderr)
}

// runOn is run on a disk that may fail.
func runOn(d disk.Disk, args []string, stdout, stderr io.Writer) int {
	ctx, stop := withSignals(context.Background())
	defer stop()
	out := &sink{w: stdout}
	a := &app{stdout: out, stderr: stderr, disk: d, stopProfiles: func() {}}
	if f, ok := stderr.(*os.File); ok {
		a.terminal = term.IsTerminal(int(f.Fd()))
	}
	root := newRoot(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	a.stopProfiles()
	a.clock.Whole()
	switch {
	case out.err != nil && !errors.Is(err, out.err):
		err = errors.Join(err, fail(exitOutput, fmt.Errorf("standard output: %w", out.err)))
	case out.err != nil: // cobra hands on what its own commands could not write, without a class
		err = fail(exitOutput, err)
	}
	code := exitCode(ctx, err)
	if err != nil && code != exitHold && code != exitNeedMoreData {
		complain(out, stderr, a.json, code, err)
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
		Args:              noArgs,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseEmpty(cmd); err != nil {
				return err
			}
			if a.verbose {
				a.clock = stages.New(a.stderr, time.Now)
			}
			a.seedSet = cmd.Flags().Changed("seed")
			if err := a.setMemory(); err != nil {
				return err
			}
			var err error
			a.stopProfiles, err = a.startProfiles()
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	flags := root.PersistentFlags()
	flags.StringVarP(&a.config, "config", "c", "holdfast.yaml", "project `file`; paths in it are relative to it")
	flags.StringVar(&a.out, "out", "", "the `path` to write to (default: output of the project file)")
	flags.BoolVar(&a.json, "json", false, "print results as JSON on stdout")
	flags.BoolVar(&a.quiet, "quiet", false, "print nothing but errors")
	flags.StringVar(&a.asOf, "as-of", "", "replay the program as of this `day` (2026-06-30): nothing known later exists")
	flags.Uint64Var(&a.seed, "seed", 0, "seed of everything random (default: backtest.seed of the project file)")
	flags.BoolVar(&a.strict, "strict", false, "treat warnings as errors")
	flags.StringVar(&a.memory, "memory", "", memoryHelp)
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "print the time and the rows of each stage on stderr")
	flags.StringVar(&a.cpuProfile, "cpuprofile", "", "write a CPU profile")
	flags.StringVar(&a.memProfile, "memprofile", "", "write an allocation profile")
	for _, name := range []string{"cpuprofile", "memprofile"} {
		if err := flags.MarkHidden(name); err != nil {
			panic(err) // the flag was defined two lines above
		}
	}
	root.AddCommand(newInit(a), newImport(a), newCheck(a), newFit(a), newBacktest(a), newReport(a), newCompare(a), newRetrain(a), newModels(a), newMonitor(a), newScore(a), newExplain(a), newExport(a), newSimulate(a), newVersion(a), newGenerate(a))
	root.SetHelpCommand(newHelp())
	// Scripts ask a program for --version before they know its commands.
	root.Version = versionLine()
	root.SetVersionTemplate("{{.Version}}\n")
	root.Flags().Bool("version", false, "print the version")
	root.SetOut(a.stdout) // before cobra makes its commands: they take what they write to on that day
	root.SetErr(a.stderr)
	dressCompletion(root)
	return root
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

// note prints to stderr what is worth knowing and nothing to act on.
func (a *app) note(text string) {
	if !a.quiet {
		fmt.Fprintln(a.stderr, "note: "+plain(text))
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
		if len(warnings) == 1 {
			return fail(code, fmt.Errorf("a warning, and --strict makes it an error: %s", warnings[0]))
		}
		return fail(code, fmt.Errorf("%d warnings, and --strict makes them errors; the first: %s", len(warnings), warnings[0]))
	}
	return nil
}
