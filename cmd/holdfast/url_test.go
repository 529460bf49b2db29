package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOutputsStayLocal(t *testing.T) {
	dir := t.TempDir()
	copyCompany(t, dir)
	config, snapshots, outcomes := filepath.Join(dir, "holdfast.yaml"), filepath.Join(dir, "snapshots"), filepath.Join(dir, "outcomes.parquet")
	for _, args := range [][]string{
		{"backtest", "-c", config, "--out", "s3://lab/out"}, {"fit", "-c", config, "--out", "s3://lab/out?region=secret"},
		{"simulate", "--accounts", "20", "--out", "gs://lab/out"}, {"init", "--snapshots", snapshots, "--outcomes", outcomes, "-o", "s3://lab/holdfast.yaml"},
		{"score", "--model", "model.json", "--snapshots", snapshots, "--out", "s3://lab/scores.csv"},
	} {
		r := holdfast(args...)
		if r.code != exitUsage || !strings.Contains(r.stderr, "outputs are written to local folders only") || strings.Contains(r.stderr, "secret") {
			t.Errorf("%s: exit code %d, %s", args[0], r.code, r.stderr)
		}
	}
}

func TestAnOutputInAStoreIsAProblemOfTheConfig(t *testing.T) {
	dir := t.TempDir()
	copyCompany(t, dir)
	config := filepath.Join(dir, "holdfast.yaml")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(config, bytes.Replace(text, []byte("\noutput: out"), []byte("\noutput: 's3://lab/out'"), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	if r := holdfast("backtest", "-c", config); r.code != exitConfig || !strings.Contains(r.stderr, `output "s3://lab/out" is not a local folder; write to a local folder and copy it to the store`) {
		t.Errorf("exit code %d, %s", r.code, r.stderr)
	}
}

func TestMessagesShowNoSecretsOfURLs(t *testing.T) {
	const url = "s3://AKIA:secret@lab/x?X-Amz-Signature=secret"
	for _, args := range [][]string{
		{"check", url}, {"check", "--snapshots", url}, {url},
		{"init", "--snapshots", url, "--outcomes", "x"}, {"score", "--model", "m", "--snapshots", url, "--out", "s.csv"},
	} {
		r := holdfast(args...)
		if r.code != exitUsage || strings.Contains(r.stderr+r.stdout, "secret") || !strings.Contains(r.stderr, "s3://") {
			t.Errorf("%q: exit code %d, %s", args, r.code, r.stderr)
		}
	}
}
