//go:build cloud

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"holdfast/dataset/store/storetest"
)

// inStore moves the data of a project in dir to a service and lets the project file point there.
func inStore(t *testing.T, s *storetest.Service, dir string) (config string) {
	t.Helper()
	config = filepath.Join(dir, "holdfast.yaml")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"outcomes.parquet", "snapshots/part-00000.parquet"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s.Put(t, "company/"+name, content)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	for key, value := range map[string]string{"snapshots: snapshots/": s.URL("company/snapshots/"), "outcomes: outcomes.parquet": s.URL("company/outcomes.parquet")} {
		name, _, _ := strings.Cut(key, ":")
		if !bytes.Contains(text, []byte(key)) {
			t.Fatalf("the project file has no %q", key)
		}
		text = bytes.Replace(text, []byte(key), []byte(name+": '"+value+"'"), 1)
	}
	if err := os.WriteFile(config, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return config
}

// runFiles are the files of a run directory, run.json without the hash of the project file.
func runFiles(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	if err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		if name == "run.json" {
			content = withoutConfigHash(t, content)
		}
		files[name] = string(content)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return files
}

// withoutConfigHash replaces the one value that tells that two project files differ.
func withoutConfigHash(t *testing.T, card []byte) []byte {
	t.Helper()
	var parsed struct {
		Config struct{ SHA256 string }
	}
	if err := json.Unmarshal(card, &parsed); err != nil || len(parsed.Config.SHA256) != 64 {
		t.Fatalf("run.json has the config hash %q, %v", parsed.Config.SHA256, err)
	}
	return bytes.ReplaceAll(card, []byte(parsed.Config.SHA256), []byte("-"))
}

func TestCloudBacktestEqualsTheLocalOneByteForByte(t *testing.T) {
	local := t.TempDir()
	copyCompany(t, local)
	mustHoldfast(t, "backtest", "--quiet", "-c", filepath.Join(local, "holdfast.yaml"))
	want := runFiles(t, filepath.Join(local, "out"))
	if len(want) < 10 {
		t.Fatalf("only %d files", len(want))
	}
	for _, scheme := range storetest.Schemes() {
		t.Run(scheme, func(t *testing.T) {
			remote := t.TempDir()
			copyCompany(t, remote)
			mustHoldfast(t, "backtest", "--quiet", "-c", inStore(t, storetest.Start(t, scheme, "a backtest from a store"), remote))
			got := runFiles(t, filepath.Join(remote, "out"))
			for name := range want {
				if got[name] != want[name] {
					t.Errorf("%s differs", name)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%d files, want %d", len(got), len(want))
			}
		})
	}
}

func TestCloudCommandsReadURLs(t *testing.T) {
	s := storetest.Start(t, "s3", "commands on URLs")
	dir := t.TempDir()
	copyCompany(t, dir)
	config := inStore(t, s, dir)
	snapshots, outcomes, fresh := s.URL("company/snapshots"), s.URL("company/*.parquet"), filepath.Join(dir, "fresh", "holdfast.yaml")
	mustHoldfast(t, "check", "--quiet", "-c", config)
	if err := os.Mkdir(filepath.Dir(fresh), 0o755); err != nil {
		t.Fatal(err)
	}
	mustHoldfast(t, "init", "--snapshots", snapshots, "--outcomes", outcomes, "-o", fresh)
	mustHoldfast(t, "check", "--quiet", "-c", fresh)
	if shown := mustHoldfast(t, "check", "--snapshots", snapshots).stdout; !strings.Contains(shown, "s3://lab/company/snapshots: ") || strings.Contains(shown, "endpoint") {
		t.Error(shown)
	}
	mustHoldfast(t, "backtest", "--quiet", "-c", config)
	mustHoldfast(t, "score", "--model", filepath.Join(dir, "out", "model.json"), "--snapshots", snapshots, "--out", filepath.Join(dir, "scores.csv"))
}

func TestCloudRefusalsHaveTheirClass(t *testing.T) {
	s := storetest.Start(t, "s3", "exit codes of stores")
	dir := t.TempDir()
	copyCompany(t, dir)
	config := inStore(t, s, dir)
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name, url, says string
		code            int
	}{
		{"missing prefix", s.URL("nothing/"), "s3://lab/nothing/ does not exist", exitConfig},
		{"missing bucket", strings.Replace(s.URL("company/"), "lab", "nobucket", 1), "s3://nobucket/company/ does not exist", exitConfig},
		{"secret in the URL", "s3://AKIA:secret@lab/company/", "must not hold a user or password", exitConfig},
		{"signature in the URL", s.URL("company/") + "&X-Amz-Signature=secret", "credentials and signatures belong in the environment", exitConfig},
		{"no Parquet", s.URL("company/*.csv"), "no Parquet files here", exitData},
		{"down", strings.Replace(s.URL("company/"), s.Address, "127.0.0.1:1", 1), "connection refused", exitData},
	}
	for _, c := range cases {
		changed := bytes.Replace(text, []byte("'"+s.URL("company/snapshots/")+"'"), []byte("'"+c.url+"'"), 1)
		if err := os.WriteFile(config, changed, 0o644); err != nil {
			t.Fatal(err)
		}
		r := holdfast("check", "-c", config)
		if r.code != c.code || !strings.Contains(r.stderr, c.says) || strings.Contains(r.stderr, "secret") || strings.Contains(r.stderr, "endpoint=") {
			t.Errorf("%s: exit code %d, want %d\n%s", c.name, r.code, c.code, r.stderr)
		}
	}
}

// TestCloudInterruptEndsWithinASecond interrupts a command while the store is silent.
func TestCloudInterruptEndsWithinASecond(t *testing.T) {
	s := storetest.Start(t, "s3", "interrupting a read from a store")
	dir := t.TempDir()
	copyCompany(t, dir)
	config := inStore(t, s, dir)
	s.Silent.Store(true)
	cmd := exec.Command("holdfast", "check", "-c", config)
	before := s.Requests.Load()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); s.Requests.Load() == before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			cmd.Process.Kill()
			t.Fatal("the command asked nothing of the store")
		}
	}
	begin := time.Now()
	cmd.Process.Signal(syscall.SIGINT)
	cmd.Wait()
	if took := time.Since(begin); took > time.Second || cmd.ProcessState.ExitCode() != exitInterrupted {
		t.Errorf("ended after %s with exit code %d", took, cmd.ProcessState.ExitCode())
	}
}
