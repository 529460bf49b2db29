package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
)

// memoryHelp says what --memory does.
const memoryHelp = "memory to use, such as `2GiB` (default: half of the machine's); larger data goes through temporary files in $TMPDIR"

// overhead is the part of the budget that is not the program's to give away: its own
// pages, stacks, and what the collector needs to move in.
const overhead = 1.0 / 12

// assumedMemory is the memory of a machine that does not tell.
const assumedMemory = 4 << 30

// setMemory applies --memory, or half of what the machine has: columns beyond it lie in
// temporary files, and the collector works harder the closer the program comes to it.
func (a *app) setMemory() error {
	a.budget = machineMemory(os.DirFS("/")) / 2
	if a.memory != "" {
		bytes, err := parseSize(a.memory)
		if err != nil {
			return fail(exitUsage, fmt.Errorf("--memory %q %w", a.memory, err))
		}
		a.budget = bytes
	}
	debug.SetMemoryLimit(a.budget - int64(float64(a.budget)*overhead))
	return nil
}

// crowded is how many times what the rows take is needed at least: what follows looks at them over time and scores
// them, and with less room the collector runs without end, for memory that cannot be freed.
const crowded = 2

// makeRoom gives way where the rows of tables on disk, without any of their columns, take most of the budget. It
// returns what is used instead, by this call or an earlier one; 0: the budget stands.
func makeRoom(budget int64) int64 {
	runtime.GC()
	used := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(used)
	limit := max(debug.SetMemoryLimit(-1), crowded*int64(used[0].Value.Uint64()))
	debug.SetMemoryLimit(limit)
	if limit <= budget {
		return 0
	}
	return limit
}

// parseSize reads sizes like 512MiB, 2GiB or 1.5GB.
func parseSize(text string) (int64, error) {
	units := map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "KB": 1e3, "MB": 1e6, "GB": 1e9}
	for unit, size := range units { // no unit ends in another
		number, ok := strings.CutSuffix(text, unit)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err == nil && n > 0 && n*float64(size) < 1<<60 {
			return int64(n * float64(size)), nil
		}
	}
	return 0, errors.New("is not a size like 512MiB or 2GiB")
}
