//go:build amd64 || arm64

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// withoutSockets names the environment variable that makes TestExecWithoutSockets become a program that the kernel kills
// at its first socket.
const withoutSockets = "HOLDFAST_TEST_WITHOUT_SOCKETS"

// TestExecWithoutSockets is no test of its own: it is the child of the one below, and turns into the program that the
// variable names.
func TestExecWithoutSockets(t *testing.T) {
	command := os.Getenv(withoutSockets)
	if command == "" {
		t.Skip("started by TestLocalInputsOpenNoSocket alone")
	}
	runtime.LockOSThread()
	if err := forbidSockets(); err != nil {
		os.Stdout.WriteString("no filter: " + err.Error())
		os.Exit(0)
	}
	if command == "a socket" {
		unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
		os.Exit(0)
	}
	args := strings.Split(command, "\n")
	path, err := exec.LookPath(args[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Fatal(syscall.Exec(path, args, os.Environ()))
}

// forbidSockets makes the kernel kill the process, and what it becomes, when it calls socket or socketpair.
func forbidSockets() error {
	const loadNumber = 0 // offset of nr in struct seccomp_data
	filter := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: loadNumber},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: 1, K: unix.SYS_SOCKET},
		{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: 1, K: unix.SYS_SOCKETPAIR},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_KILL_PROCESS},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, 0, uintptr(unsafe.Pointer(&program)))
	runtime.KeepAlive(filter)
	if errno != 0 {
		return errno
	}
	return nil
}

// isolated runs a command that the kernel kills at its first socket.
func isolated(t *testing.T, args ...string) (killed bool, output string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestExecWithoutSockets$")
	cmd.Env = append(os.Environ(), withoutSockets+"="+strings.Join(args, "\n"))
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "no filter: ") {
		t.Skipf("the kernel does not take the filter, so sockets were not checked: %s", out)
	}
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if err != nil && !status.Signaled() {
		t.Fatalf("%v\n%s", err, out)
	}
	return status.Signaled() && status.Signal() == syscall.SIGSYS, string(out)
}

// TestLocalInputsOpenNoSocket runs every command that reads data. It holds in a build with object stores too: their
// libraries must not look for anything before a URL is opened.
func TestLocalInputsOpenNoSocket(t *testing.T) {
	if killed, _ := isolated(t, "a socket"); !killed {
		t.Fatal("a socket passes the filter, so the filter shows nothing")
	}
	dir := t.TempDir()
	copyCompany(t, dir)
	config, snapshots := filepath.Join(dir, "holdfast.yaml"), filepath.Join(dir, "snapshots")
	commands := [][]string{
		{"simulate", "--accounts", "50", "--months", "20", "--out", filepath.Join(dir, "made")},
		{"init", "--snapshots", snapshots, "--outcomes", filepath.Join(dir, "outcomes.parquet"), "-o", filepath.Join(dir, "fresh.yaml")},
		{"check", "-c", config}, {"fit", "-c", config}, {"backtest", "-c", config},
		{"score", "--model", filepath.Join(dir, "out", "model.json"), "--snapshots", snapshots, "--out", filepath.Join(dir, "scores.csv")},
	}
	for _, args := range commands {
		if killed, out := isolated(t, append([]string{"holdfast"}, args...)...); killed {
			t.Errorf("holdfast %s opened a socket\n%s", args[0], out)
		}
	}
}
