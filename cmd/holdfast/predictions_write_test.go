package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/models"
)

// toldResult has two candidates on so many rows, an account at every third, and one more
// target.
func toldResult(rows int) *backtest.Result {
	r := &backtest.Result{Target: models.Churn, Folds: []backtest.Fold{{Cutoff: 100}, {Cutoff: 190}}}
	p := &r.Predictions
	p.Segments = []string{"large", "small"}
	p.Score, p.Eta = make([][]float64, 2), make([][]float64, 2)
	for i := range rows {
		p.Accounts = append(p.Accounts, string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676)))
		p.Fold, p.Account = append(p.Fold, int32(2*i/rows)), append(p.Account, int32(rows-1-i/3))
		p.AsOf, p.Churned = append(p.AsOf, dataset.Date(100+i%80)), append(p.Churned, i%7 == 0)
		p.Value, p.Segment = append(p.Value, float64(i)), append(p.Segment, int32(i%3-1))
		for c := range p.Eta {
			p.Eta[c], p.Score[c] = append(p.Eta[c], math.Sin(float64(i+c))), append(p.Score[c], float64(i*c))
		}
	}
	p.Value[rows/2] = math.NaN()
	for _, name := range []string{"rules", "logistic"} {
		r.Candidates = append(r.Candidates, backtest.CandidateResult{Name: name})
	}
	further := *r
	further.Target, further.Further = models.Target("shrink"), nil
	further.Predictions.Value, further.Predictions.Segment, further.Predictions.Segments = nil, nil, nil
	r.Further = []*backtest.Result{&further}
	return r
}

func TestPredictionsAreReadAsTheyWereWritten(t *testing.T) {
	rows := predictionRows + 1000
	r := toldResult(rows)
	path := filepath.Join(t.TempDir(), predictionsFile)
	var file bytes.Buffer
	if err := writePredictions(t.Context(), &file, r); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	told, err := readPredictions(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range append(r.Further, r) {
		run, want := told[r.Target], &r.Predictions
		if run == nil || !slices.Equal(run.candidates, []string{"rules", "logistic"}) {
			t.Fatalf("target %s: %+v", r.Target, run)
		}
		if (run.table.Value == nil) != (want.Value == nil) || !slices.Equal(run.table.AsOf, want.AsOf) || !slices.Equal(run.table.Churned, want.Churned) {
			t.Errorf("target %s: other values, days or outcomes", r.Target)
		}
		for i, a := range run.table.Account {
			if got := run.table.Accounts[a]; got != want.Accounts[want.Account[i]] {
				t.Fatalf("target %s, row %d: account %s", r.Target, i, got)
			}
			if want.Value != nil && run.table.Value[i] != want.Value[i] && want.Value[i] == want.Value[i] {
				t.Fatalf("row %d: value %v", i, run.table.Value[i])
			}
		}
		for c := range want.Eta {
			if !slices.Equal(run.table.Eta[c], want.Eta[c]) || !slices.Equal(run.table.Score[c], want.Score[c]) {
				t.Errorf("target %s, candidate %d: other scores", r.Target, c)
			}
		}
	}
	if !math.IsNaN(told[models.Churn].table.Value[rows/2]) {
		t.Error("an unknown value is known")
	}
	table, err := parquetio.Read(t.Context(), path, []parquetio.Request{
		{Column: "p", As: parquetio.AsNumber}, {Column: "segment", As: parquetio.AsText}, {Column: "fold", As: parquetio.AsDay}}, parquetio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		p, segment, fold := table.Columns[0].Numbers[i], table.Columns[1], table.Columns[2].Days[i]
		if p != models.Probability(r.Predictions.Eta[0][i]) || fold != int32(r.Folds[r.Predictions.Fold[i]].Cutoff) {
			t.Fatalf("row %d: p %v, fold %v", i, p, fold)
		}
		if want := r.Predictions.Segment[i]; want < 0 && segment.Codes[i] >= 0 || want >= 0 && segment.Levels[segment.Codes[i]] != r.Predictions.Segments[want] {
			t.Fatalf("row %d: another segment", i)
		}
	}
}

func TestPredictionsDoNotDependOnProcessors(t *testing.T) {
	r := toldResult(predictionRows + 1000)
	var files [2]bytes.Buffer
	for k, processors := range []int{1, 4} {
		before := runtime.GOMAXPROCS(processors)
		err := writePredictions(t.Context(), &files[k], r)
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
		t.Error("other bytes with more processors")
	}
}

func BenchmarkWritePredictions(b *testing.B) {
	r := toldResult(600_000)
	rows := 4 * len(r.Predictions.Fold)
	var file bytes.Buffer
	for b.Loop() {
		file.Reset()
		if err := writePredictions(b.Context(), &file, r); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(file.Len())/float64(rows), "bytes/row")
}
