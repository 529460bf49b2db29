package export

import (
	"bytes"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/models"
)

// evaluator is somebody else's program that runs a format: what it makes of a model is the
// proof that the format says what the Go scorer computes.
type evaluator struct {
	name    string
	where   string // the environment variable that says where it is
	file    string
	export  func(io.Writer, *models.Model) error
	command func(where string, jobs []string) *exec.Cmd // jobs are triples: model, table, scores
}

func evaluators() []evaluator {
	return []evaluator{
		{"ONNX by onnxruntime", "HOLDFAST_ONNXRUNTIME", "model.onnx", ONNX, func(python string, jobs []string) *exec.Cmd {
			return exec.Command(python, append([]string{filepath.Join("testdata", "onnx_score.py")}, jobs...)...)
		}},
		{"PMML by JPMML", "HOLDFAST_JPMML", "model.pmml", PMML, func(classes string, jobs []string) *exec.Cmd {
			return exec.Command("java", append([]string{"-cp", classes + "/*" + string(os.PathListSeparator) + classes, "PMMLScore"}, jobs...)...)
		}},
	}
}

// answer is what an evaluator says of a row.
type answer struct {
	p, health float64
	band      string
}

// job is a model to be run over its rows.
type job struct {
	model *models.Model
	files []string // model, table, scores
	want  *models.Predictions
}

// prepare writes what the evaluator is to run.
func (e evaluator) prepare(t *testing.T, c candidate) job {
	t.Helper()
	dir, m := t.TempDir(), fit(t, c)
	snapshots, want := rows(t, m)
	var text bytes.Buffer
	if err := e.export(&text, m); err != nil {
		t.Fatal(err)
	}
	files := []string{filepath.Join(dir, e.file), filepath.Join(dir, "table.tsv"), filepath.Join(dir, "scores.tsv")}
	for k, content := range []string{text.String(), tsv(snapshots.Table)} {
		if err := os.WriteFile(files[k], []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return job{m, files, want}
}

// run runs the evaluator once for all jobs: to start it takes longer than to score.
func (e evaluator) run(t *testing.T, jobs []job) {
	t.Helper()
	var files []string
	for _, j := range jobs {
		files = append(files, j.files...)
	}
	if said, err := e.command(os.Getenv(e.where), files).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
}

// tsv is a table as the evaluators' programs read it.
func tsv(table *dataset.Table) string {
	escape := strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n", "\r", "\\r")
	lines := make([]strings.Builder, table.Rows()+1)
	for j, c := range table.Columns() {
		v := c.Vector()
		kind, cell := "n:", func(i int) string {
			if math.IsNaN(v.Numbers[i]) {
				return `\N`
			}
			return strconv.FormatFloat(v.Numbers[i], 'g', -1, 64)
		}
		if v.Numbers == nil {
			kind, cell = "t:", func(i int) string {
				if v.Codes[i] < 0 {
					return `\N`
				}
				return escape.Replace(v.Levels[v.Codes[i]])
			}
		}
		if c.Name == "renews" {
			kind = "b:"
		}
		if j > 0 {
			for i := range lines {
				lines[i].WriteByte('\t')
			}
		}
		lines[0].WriteString(kind + escape.Replace(c.Name))
		for i := range table.Rows() {
			lines[i+1].WriteString(cell(i))
		}
	}
	var text strings.Builder
	for i := range lines {
		text.WriteString(lines[i].String() + "\n")
	}
	return text.String()
}

func readAnswers(t *testing.T, text string) []answer {
	t.Helper()
	var list []answer
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) != 3 {
			t.Fatalf("the evaluator wrote %q", line)
		}
		number := func(s string) float64 {
			if s == "" {
				return math.NaN()
			}
			v, err := strconv.ParseFloat(s, 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		list = append(list, answer{number(cells[0]), number(cells[1]), cells[2]})
	}
	return list
}

// worst is the worst row of a comparison.
type worst struct {
	by  float64
	row int
}

// TestEvaluatorsGiveWhatTheScorerGives runs when the environment says where the evaluators
// are, as .ci/engines does.
func TestEvaluatorsGiveWhatTheScorerGives(t *testing.T) {
	for _, e := range evaluators() {
		t.Run(e.name, func(t *testing.T) {
			if os.Getenv(e.where) == "" {
				t.Skipf("%s is not set: that %s scores as we do was not checked here; .ci/engines checks it", e.where, e.name)
			}
			var jobs []job
			for _, c := range candidates() {
				if e.file == "model.pmml" && c.Name == "expressions" {
					c.factors = c.factors[remainders:] // PMML refuses %
				}
				jobs = append(jobs, e.prepare(t, c))
			}
			e.run(t, jobs)
			for _, j := range jobs {
				t.Run(j.model.Name, func(t *testing.T) {
					scores, err := os.ReadFile(j.files[2])
					if err != nil {
						t.Fatal(err)
					}
					compareAnswers(t, j.model, readAnswers(t, string(scores)), j.want)
				})
			}
		})
	}
}

// compareAnswers demands that an evaluator agrees on every row.
func compareAnswers(t *testing.T, m *models.Model, got []answer, want *models.Predictions) {
	t.Helper()
	if len(got) != len(want.Eta) {
		t.Fatalf("%d answers for %d rows", len(got), len(want.Eta))
	}
	var w worst
	differ := 0
	for i, eta := range want.Eta {
		p, health, band := models.Probability(eta), models.Health(eta), string(m.BandOf(m.Bands, "", want.Score[i], eta))
		if !agrees(got[i].p, p) || !(math.IsNaN(p) || math.Abs(got[i].health-health) <= 1e-10) || got[i].band != band {
			if differ++; differ < 6 {
				t.Errorf("row %d: %v, of the scorer p %v, health %v, band %q", i, got[i], p, health, band)
			}
		}
		if by := math.Abs(got[i].p-p) / p; by > w.by {
			w = worst{by, i}
		}
	}
	t.Logf("%d rows, %d differ by more than %g; the worst is row %d, by %.2g of p", len(want.Eta), differ, tolerance, w.row, w.by)
}
