package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"

	"holdfast/dataset/synth"
)

// scriptWords are the commands of our scripts beside those of testscript:
//
//	company DIR              copy testdata/company of the repository
//	small DIR                simulate a company of 150 accounts, with its project
//	refused CODE holdfast …  run; it must end with CODE and keep the contract of refusals
//	ends CODE holdfast …     run; it must end with CODE
//	frame OP FILE …          change a Parquet file, see changeFrame
//	truncate FILE BYTES      keep the first bytes of a file, or all but -BYTES
//	edit FILE OLD NEW        replace the first OLD, which must be there; \n is a line end
//	keep DIR                 remember the bytes of every file in DIR …
//	kept DIR                 … which must all be the same now, with none more
//	json stdout              the whole of it is one JSON value
//	plain stdout             no control characters in it
var scriptWords = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"company":  func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(copyCompanyTo(ts.MkAbs(args[0]))) },
	"small":    func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(smallCompany(ts.MkAbs(args[0]))) },
	"refused":  wordRefused,
	"ends":     wordEnds,
	"frame":    func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(changeFrame(ts.MkAbs, args)) },
	"truncate": func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(truncate(ts.MkAbs(args[0]), args[1])) },
	"edit": func(ts *testscript.TestScript, _ bool, args []string) {
		ts.Check(edit(ts.MkAbs(args[0]), args[1], args[2]))
	},
	"keep":  wordKeep,
	"kept":  wordKept,
	"json":  wordJSON,
	"plain": wordPlain,
}

// trees is where keep stores what kept compares with.
type trees map[string]string

type treesKey struct{}

func setupScript(env *testscript.Env) error {
	env.Values[treesKey{}] = trees{}
	env.Setenv("GOCOVERDIR", os.Getenv("GOCOVERDIR"))
	return nil
}

// smallCompany is a project that backtests in a second.
func smallCompany(dir string) error {
	c := synth.Company{Seed: 5, Accounts: 150, Months: 30}
	if err := c.Write(context.Background(), dir, nil); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := simulatedConfig.Execute(&text, c); err != nil {
		return err
	}
	small := bytes.Replace(text.Bytes(), []byte("bootstrap: 2000"), []byte("bootstrap: 100"), 1)
	return os.WriteFile(filepath.Join(dir, "holdfast.yaml"), small, 0o644)
}

// wordEnds runs a command that must end with an exit code.
func wordEnds(ts *testscript.TestScript, neg bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if code := exitOf(ts, args[1:]); code != want || neg {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

func exitOf(ts *testscript.TestScript, args []string) int {
	err := ts.Exec(args[0], args[1:]...)
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	ts.Fatalf("%v", err)
	return -1
}

// complaint is one line of a refusal: of holdfast, and not of one of its packages.
var (
	complaint   = regexp.MustCompile(`^(holdfast: [^ ].*|warning: .*)$`)
	packageName = regexp.MustCompile(`^holdfast: (dataset|parquetio|csvio|synth|features|models|logit|backtest|plots|report|rundir|registry|export|sql):`)
)

// wordRefused holds a refusal against the contract that all refusals keep: the exit
// code of the class, at most six lines that begin with "holdfast: ", nothing on
// stdout but one JSON error where JSON was asked for, no trace, within two seconds.
func wordRefused(ts *testscript.TestScript, _ bool, args []string) {
	begun := time.Now()
	wordEnds(ts, false, args)
	if took := time.Since(begun); took > 2*time.Second {
		ts.Fatalf("the refusal took %v", took)
	}
	stdout, stderr := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	switch {
	case slices.Contains(args, "--json"):
		var e struct {
			Type    string `json:"message_type"`
			Code    int    `json:"code"`
			Message string `json:"message"`
		}
		if err := json.Unmarshal([]byte(stdout), &e); err != nil || e.Type != "exit_error" || strconv.Itoa(e.Code) != args[0] || e.Message == "" {
			ts.Fatalf("stdout is not one JSON error of code %s: %q", args[0], stdout)
		}
	case stdout != "":
		ts.Fatalf("stdout of a refusal: %q", stdout)
	}
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	if len(lines) > 6 {
		ts.Fatalf("%d lines of error", len(lines))
	}
	for _, line := range lines {
		if !complaint.MatchString(line) || packageName.MatchString(line) || controls(line) != "" {
			ts.Fatalf("not a line for people: %q", line)
		}
	}
}

// controls returns the first character that could act on a terminal.
func controls(text string) string {
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) {
			return fmt.Sprintf("%U", r)
		}
	}
	return ""
}

func wordPlain(ts *testscript.TestScript, _ bool, args []string) {
	if bad := controls(ts.ReadFile(args[0])); bad != "" {
		ts.Fatalf("%s holds %s", args[0], bad)
	}
}

func wordJSON(ts *testscript.TestScript, _ bool, args []string) {
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	var v any
	ts.Check(d.Decode(&v))
	if _, err := d.Token(); err != io.EOF {
		ts.Fatalf("%s holds more than one JSON value", args[0])
	}
}

func wordKeep(ts *testscript.TestScript, _ bool, args []string) {
	sum, err := hashTree(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Value(treesKey{}).(trees)[args[0]] = sum
}

func wordKept(ts *testscript.TestScript, _ bool, args []string) {
	sum, err := hashTree(ts.MkAbs(args[0]))
	ts.Check(err)
	if before := ts.Value(treesKey{}).(trees)[args[0]]; sum != before {
		ts.Fatalf("%s has changed:\n%s\nit was:\n%s", args[0], sum, before)
	}
}

// changeFrame changes a Parquet file in place:
//
//	frame head FILE ROWS
//	frame shuffle FILE SEED
//	frame parts FILE DIR N              write its rows as N part files
//	frame set FILE COLUMN VALUE         in all rows
//	frame first FILE COLUMN VALUE       in the first row
//	frame again FILE COLUMN VALUE       repeat the first row, with another value in COLUMN
//	frame suffix FILE COLUMN TEXT       append to all texts
//	frame newest FILE                   keep the newest row of every account
//	frame until FILE DATE               keep the rows up to a date
//	frame leak FILE COLUMN OUTCOMES     add a column that knows the next outcome
//	frame separate FILE COLUMN OUTCOMES add a column that is 1 for some accounts
//	                                    before they churn, and 0 otherwise
//	frame late FILE COLUMN              add a column recorded_at, with rows that are late
//	                                    and days whose COLUMN was corrected
func changeFrame(abs func(string) string, args []string) error {
	op, path := args[0], abs(args[1])
	f, err := readFrame(path)
	if err != nil {
		return err
	}
	switch op {
	case "head", "shuffle":
		n, err := strconv.Atoi(args[2])
		if err != nil {
			return err
		}
		if op == "shuffle" {
			return f.shuffled(uint64(n)).write(path)
		}
		return f.take(upTo(n)).write(path)
	case "parts":
		n, err := strconv.Atoi(args[3])
		if err != nil {
			return err
		}
		return f.writeParts(abs(args[2]), n)
	case "set":
		err = f.set(args[2], args[3], 0, f.rows)
	case "first":
		err = f.set(args[2], args[3], 0, 1)
	case "again":
		f = f.take(append([]int{0}, upTo(f.rows)...))
		err = f.set(args[2], args[3], 0, 1)
	case "suffix":
		err = f.suffix(args[2], args[3])
	case "newest":
		f, err = f.newest()
	case "until":
		f, err = f.until(args[2])
	case "late":
		f, err = f.recordedLate(args[2])
	case "leak", "separate":
		var outcomes *frame
		if outcomes, err = readFrame(abs(args[3])); err == nil && op == "leak" {
			err = f.leak(args[2], outcomes)
		} else if err == nil {
			err = f.separate(args[2], outcomes)
		}
	default:
		err = fmt.Errorf("frame %s is not known", op)
	}
	if err != nil {
		return err
	}
	return f.write(path)
}

func truncate(path, bytes string) error {
	n, err := strconv.ParseInt(bytes, 10, 64)
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if n < 0 {
		n += info.Size()
	}
	return os.Truncate(path, n)
}

func edit(path, old, with string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if bytes.Count(text, []byte(old)) < 1 {
		return fmt.Errorf("%s does not hold %q", path, old)
	}
	with = strings.ReplaceAll(with, `\n`, "\n")
	return os.WriteFile(path, bytes.Replace(text, []byte(old), []byte(with), 1), 0o644)
}
