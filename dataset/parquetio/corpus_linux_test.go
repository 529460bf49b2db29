package parquetio

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// corpusFile names the file that a re-executed test binary judges; see TestMain.
const corpusFile = "PARQUETIO_CORPUS_FILE"

// TestMain turns the test binary into a reader of one file when asked to, so that a crash, a hang or a memory bomb in one
// file of the corpus is seen as such and does not take the other tests with it. The reader ends with status 4 and one line
// when it refuses the file, and says on standard output how much memory it took.
func TestMain(m *testing.M) {
	path := os.Getenv(corpusFile)
	if path == "" {
		os.Exit(m.Run())
	}
	err := verified(path)
	fmt.Println(highWater())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(4)
	}
	os.Exit(0)
}

// verified reads a whole file as the command check does, with findings as refusals.
func verified(path string) error {
	v, err := Verify(context.Background(), path, Options{})
	if err == nil && len(v.Findings) > 0 {
		f := v.Findings[0]
		err = fileErrorf(f.Path, "column %s, row %d: holds %s", quoteName(f.Column), f.Row, f.What)
	}
	return err
}

// highWater is the most memory that this process ever held, in KiB. The parent cannot ask for it: its own memory counts
// as the child's until the child has been started.
func highWater() string {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err.Error()
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	return kib
}

// What SAFETY promises for a bad file of at most a mebibyte: refused within this time and this memory. The time is that of
// a machine with nothing else to do; a busy one gets slack.
const (
	mostKiB  = 128 << 10
	mostTime = 2 * time.Second
	slack    = 5
)

// corpusCase is one line of the shared index of Parquet files.
type corpusCase struct {
	file, id, expected, note string
}

// corpusCases reads the index, or skips the test.
func corpusCases(t *testing.T) (root string, cases []corpusCase) {
	root = filepath.Join(sharedFolder(t), "corpus")
	index, err := os.ReadFile(filepath.Join(root, "index.tsv"))
	if err != nil {
		t.Skipf("the corpus of bad Parquet files was not checked: %v", err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(index)), "\n")[1:] {
		row := strings.Split(line, "\t") // split, file, case, expected, class, kind, bytes, sha256, note
		if len(row) >= 9 && row[5] == "parquet" {
			cases = append(cases, corpusCase{row[1], row[2], row[3], row[8]})
		}
	}
	return root, cases
}

// TestCorpusIsJudgedRight reads every Parquet file of the shared corpus in a process of its own: files to accept must be
// read, files to refuse must be refused in one line that says where, and none may crash, hang or take much memory.
func TestCorpusIsJudgedRight(t *testing.T) {
	root, cases := corpusCases(t)
	right := 0
	for _, c := range cases {
		if fault := judge(filepath.Join(root, c.file), c.expected); fault != "" {
			t.Errorf("%s (%s, %s): %s", c.file, c.id, c.expected, fault)
		} else {
			right++
		}
	}
	t.Logf("%d of %d corpus files judged right", right, len(cases))
}

// judge reads one file in a child process and returns what was wrong, or "".
func judge(path, expected string) string {
	ctx, cancel := context.WithTimeout(context.Background(), slack*mostTime)
	defer cancel()
	var stdout, stderr bytes.Buffer
	child := exec.CommandContext(ctx, os.Args[0])
	child.Env = append(os.Environ(), corpusFile+"="+path)
	child.Stdout, child.Stderr = &stdout, &stderr
	err := child.Run()
	code := child.ProcessState.ExitCode()
	message := strings.TrimSuffix(stderr.String(), "\n")
	peak, noPeak := strconv.Atoi(strings.TrimSpace(stdout.String()))
	switch {
	case ctx.Err() != nil:
		return "hangs"
	case err != nil && code != 4:
		return fmt.Sprintf("dies: %v: %.300s", err, message)
	case noPeak != nil || peak > mostKiB:
		return fmt.Sprintf("takes %s KiB: %s", stdout.String(), message)
	case child.ProcessState.UserTime()+child.ProcessState.SystemTime() > mostTime:
		return fmt.Sprintf("takes %v: %s", child.ProcessState.UserTime(), message)
	case expected == "accept" && code != 0:
		return "refused: " + message
	case expected == "reject" && code == 0:
		return "accepted"
	case code == 4:
		return faultOf(message, path)
	}
	return ""
}

// faultOf says what is wrong with a refusal: it must be one clean line that names the file, and the column and its row
// group if it is about a page.
func faultOf(message, path string) string {
	switch page := strings.Contains(message, ": page "); {
	case strings.ContainsFunc(message, isControl) || !strings.Contains(message, filepath.Base(path)):
		return fmt.Sprintf("message is not one clean line that names the file: %q", message)
	case page && (!strings.Contains(message, `column "`) || !strings.Contains(message, "row group ")):
		return fmt.Sprintf("message does not say where: %q", message)
	}
	return ""
}

// sameAsControl are the made files that hold the values of the control file P174 in another form.
var sameAsControl = []string{"P069", "P151", "P156", "P158", "P160", "P174", "P175", "P176", "P177", "P178", "P179", "P180"}

// TestCorpusValuesAreRight compares what is accepted with what the index says of it: the values of the control file, or the
// number of rows.
func TestCorpusValuesAreRight(t *testing.T) {
	root, cases := corpusCases(t)
	control := cases[slices.IndexFunc(cases, func(c corpusCase) bool { return c.id == "P174" })]
	fields, _, err := Schema(t.Context(), filepath.Join(root, control.file))
	if err != nil {
		t.Fatal(err)
	}
	want := mustRead(t, filepath.Join(root, control.file), naturalRequests(fields), Options{})
	compared, counted := 0, 0
	for _, c := range cases {
		path, rows := filepath.Join(root, c.file), int64(0)
		switch _, err := fmt.Sscanf(c.note, "rows %d", &rows); {
		case slices.Contains(sameAsControl, c.id):
			compareTables(t, want, mustRead(t, path, naturalRequests(fields), Options{}), nil, 0)
			compared++
		case err == nil && c.expected == "accept":
			if v, err := Verify(t.Context(), path, Options{}); err != nil || v.Rows != rows {
				t.Errorf("%s: %+v %v, want %d rows", c.file, v, err, rows)
			}
			counted++
		}
	}
	if compared != len(sameAsControl) || counted == 0 {
		t.Errorf("%d files compared of %d, rows counted in %d", compared, len(sameAsControl), counted)
	}
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
