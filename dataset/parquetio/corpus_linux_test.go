package parquetio

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// corpusFile names the file that a re-executed test binary judges; see TestMain.
const corpusFile = "PARQUETIO_CORPUS_FILE"

// TestMain turns the test binary into a reader of one file when asked to, so that a crash, a hang or a memory bomb in one
// file of the corpus is seen as such and does not take the other tests with it.
func TestMain(m *testing.M) {
	if path := os.Getenv(corpusFile); path != "" {
		if err := readEverything(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(4)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// readEverything reads all columns of a file that can be used, each as what it naturally is.
func readEverything(path string) error {
	fields, _, err := Schema(context.Background(), path)
	if err != nil {
		return err
	}
	_, err = Read(context.Background(), path, naturalRequests(fields), Options{})
	return err
}

// leftToOthers are corpus files to refuse that this package reads all the same, and why.
var leftToOthers = map[string]string{
	"parquet/made/P165_val_nan_inf.parquet":                                     "infinities in a factor are counted in Column.Infs; package dataset judges them",
	"parquet/made/P173_date_1900.parquet":                                       "a date in 1900 is a date; package dataset knows which dates are plausible",
	"parquet/made/P065_required_made_repeated.parquet":                          "the damaged column counts as nested: asking for it is an error, and without asking its pages are never read",
	"parquet/upstream/parquet-testing-bad_data/ARROW-RS-GH-6229-LEVELS.parquet": "the damage is in the levels of a nested column, which is never read",
}

// TestCorpusIsJudgedRight reads every Parquet file of the shared corpus in a process of its own: files to accept must be
// read, files to refuse must be refused in one line that names the file, no file may crash, take 10 s or 256 MiB.
func TestCorpusIsJudgedRight(t *testing.T) {
	root := filepath.Join(sharedFolder(t), "corpus")
	index, err := os.ReadFile(filepath.Join(root, "index.tsv"))
	if err != nil {
		t.Skipf("the corpus of bad Parquet files was not checked: %v", err)
	}
	right, all := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(index)), "\n")[1:] {
		row := strings.Split(line, "\t") // split, file, case, expected, class, kind, …
		if len(row) < 6 || row[5] != "parquet" || leftToOthers[row[1]] != "" {
			continue
		}
		all++
		if fault := judge(filepath.Join(root, row[1]), row[3]); fault != "" {
			t.Errorf("%s (%s): %s", row[1], row[3], fault)
		} else {
			right++
		}
	}
	t.Logf("%d of %d corpus files judged right; %d not judged here", right, all, len(leftToOthers))
}

// judge reads one file in a child process and returns what was wrong, or "".
func judge(path, expected string) string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var stderr bytes.Buffer
	child := exec.CommandContext(ctx, os.Args[0])
	child.Env = append(os.Environ(), corpusFile+"="+path)
	child.Stderr = &stderr
	err := child.Run()
	code := child.ProcessState.ExitCode()
	message := strings.TrimSuffix(stderr.String(), "\n")
	peak := child.ProcessState.SysUsage().(*syscall.Rusage).Maxrss >> 10
	switch {
	case ctx.Err() != nil:
		return "hangs"
	case err != nil && code != 4:
		return fmt.Sprintf("dies: %v: %.300s", err, message)
	case peak > 256:
		return fmt.Sprintf("takes %d MiB: %s", peak, message)
	case expected == "accept" && code != 0:
		return "refused: " + message
	case expected == "reject" && code == 0:
		return "accepted"
	case code == 4 && (strings.ContainsFunc(message, isControl) || !strings.Contains(message, filepath.Base(path))):
		return fmt.Sprintf("message is not one clean line that names the file: %q", message)
	}
	return ""
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
