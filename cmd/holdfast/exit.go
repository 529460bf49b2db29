package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"unicode"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/project"
	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
	"holdfast/models"
)

// The exit codes. Batch jobs branch on them, so they never change meaning.
const (
	exitDone         = 0
	exitBug          = 1
	exitUsage        = 2
	exitConfig       = 3
	exitData         = 4
	exitFit          = 5
	exitModel        = 6
	exitOutput       = 7
	exitHold         = 8
	exitNeedMoreData = 9
	exitInterrupted  = 130
	exitTerminated   = 143
)

// exitCodesHelp ends the help of the commands.
const exitCodesHelp = `
Exit codes: 0 done, 1 a bug in holdfast, 2 usage, 3 config, 4 data refused, 5 fit failed,
6 model file refused, 7 output or environment, 8 hold, 9 need more data (8 and 9 only
with --gate), 130 and 143 interrupted.`

// failure is an error with the exit code of its class.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// fail gives an error a class, unless it has one already.
func fail(code int, err error) error {
	if err == nil {
		return nil
	}
	var f *failure
	if errors.As(err, &f) {
		return err
	}
	return &failure{code: code, err: err}
}

// terminated is why the context ended on SIGTERM.
var errTerminated = errors.New("terminated")

// exitCode is the class of an error.
func exitCode(ctx context.Context, err error) int {
	var f *failure
	var problems project.Problems
	var refused *dataset.RefusedError
	var unfit *models.FitError
	var unplanned *backtest.PlanError
	var badModel *models.RefusedError
	var column *parquetio.ColumnError
	var spilled *spill.Error
	switch {
	case err == nil:
		return exitDone
	case errors.Is(context.Cause(ctx), errTerminated):
		return exitTerminated
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &spilled):
		return exitOutput
	case errors.As(err, &badModel):
		return exitModel
	case errors.As(err, &unfit), errors.As(err, &unplanned):
		return exitFit
	case errors.As(err, &refused):
		return exitData
	case errors.As(err, &problems), errors.As(err, &column):
		return exitConfig
	case errors.As(err, &f):
		return f.code
	case errors.Is(err, fs.ErrPermission):
		return exitOutput
	}
	return exitBug
}

// complain writes an error to stderr, one finding a line, and with --json one object
// to stdout.
func complain(stdout, stderr io.Writer, asJSON bool, code int, err error) {
	if code == exitInterrupted || code == exitTerminated {
		fmt.Fprintln(stderr, "holdfast: interrupted; nothing was written")
		return
	}
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		lines[i] = plain(packages.ReplaceAllString(line, ""))
		fmt.Fprintln(stderr, "holdfast: "+lines[i])
	}
	if asJSON {
		json.NewEncoder(stdout).Encode(map[string]any{"message_type": "exit_error", "code": code, "message": strings.Join(lines, "\n")})
	}
}

// packages are the names that the packages of holdfast put in front of their errors.
// They help who reads the code; the people at a terminal are helped by the file that
// comes after them.
var packages = regexp.MustCompile(`^((dataset|parquetio|csvio|synth|spill|features|models|logit|backtest|metrics|monitor|plots|report|rundir|registry|export|sql): )+`)

// maxLine bounds what one line of a message may hold: data can be hostile.
const maxLine = 2000

// plain makes text from data safe for a terminal: no control characters, no
// bidirectional overrides, bounded length.
func plain(s string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return '\uFFFD'
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if runes := []rune(clean); len(runes) > maxLine {
		return string(runes[:maxLine]) + "…"
	}
	return clean
}
