package main

import (
	"runtime"
	"runtime/debug"
	"testing"
	"testing/fstest"
)

func TestSizesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]int64{
		"512MiB": 512 << 20, "2GiB": 2 << 30, "1.5GB": 1.5e9, "3 KiB": 3 << 10, "10MB": 10e6,
		"": 0, "2": 0, "GiB": 0, "-1GiB": 0, "0MiB": 0, "NaNGiB": 0, "lots": 0, "1e30GiB": 0, "2GiB or so": 0,
	} {
		got, err := parseSize(text)
		if got != want || (err == nil) != (want > 0) {
			t.Errorf("%q is %d, %v; want %d", text, got, err, want)
		}
	}
}

// The files are those of Linux machines and containers, as documented in proc(5) and in
// the kernel's admin-guide/cgroup-v2 and cgroup-v1/memory.
func TestTheMemoryOfTheMachineIsThatOfItsControlGroup(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("control groups are of Linux: what a container may use is not checked")
	}
	const meminfo = "MemTotal:       16384 kB\nMemFree:         1024 kB\n"
	const total = 16 << 20
	files := func(pairs ...string) fstest.MapFS {
		root := fstest.MapFS{}
		for i := 0; i < len(pairs); i += 2 {
			root[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
		}
		return root
	}
	for name, c := range map[string]struct {
		root fstest.MapFS
		want int64
	}{
		"no group":                      {files("proc/meminfo", meminfo), total},
		"nothing to read":               {files(), assumedMemory},
		"damaged":                       {files("proc/meminfo", "MemTotal: much kB\n"), assumedMemory},
		"no limit in version 2":         {files("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max", "max\n"), total},
		"a limit in version 2":          {files("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max", "4096000\n"), 4096000},
		"a limit of the group above":    {files("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a/b\n", "sys/fs/cgroup/a/b/memory.max", "max\n", "sys/fs/cgroup/a/memory.max", "8192000\n"), 8192000},
		"the root group of a container": {files("proc/meminfo", meminfo, "proc/self/cgroup", "0::/\n", "sys/fs/cgroup/memory.max", "1000000\n"), 1000000},
		"version 1":                     {files("proc/meminfo", meminfo, "proc/self/cgroup", "7:memory:/job\n3:cpu,cpuacct:/\n", "sys/fs/cgroup/memory/job/memory.limit_in_bytes", "2000000\n"), 2000000},
		"version 1 without a limit":     {files("proc/meminfo", meminfo, "sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"), total},
		"version 1 in a container":      {files("proc/meminfo", meminfo, "sys/fs/cgroup/memory/memory.limit_in_bytes", "3000000\n"), 3000000},
		"a group nobody can find":       {files("proc/meminfo", meminfo, "proc/self/cgroup", "0::relative\nnonsense\n"), total},
	} {
		if got := machineMemory(c.root); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, got, c.want)
		}
	}
}

// A budget that the rows alone exceed is given up, and said so; one that leaves room stands.
func TestABudgetThatTheRowsExceedIsGivenUp(t *testing.T) {
	const small = 1 << 20
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(small))
	need := makeRoom(small)
	if need <= small || debug.SetMemoryLimit(-1) != need {
		t.Errorf("%d bytes are needed, the limit is %d", need, debug.SetMemoryLimit(-1))
	}
	debug.SetMemoryLimit(1 << 40)
	if got := makeRoom(1 << 40); got != 0 || debug.SetMemoryLimit(-1) != 1<<40 {
		t.Errorf("%d bytes are needed of a budget with room", got)
	}
}
