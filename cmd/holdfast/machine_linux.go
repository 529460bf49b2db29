package main

import (
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// machineMemory is what the program may use at most: the memory of the machine, or of
// the control group it runs in if that is less.
func machineMemory(root fs.FS) int64 {
	bytes := int64(assumedMemory)
	if total, ok := totalMemory(root); ok {
		bytes = total
	}
	for _, file := range groupLimits(root) {
		text, err := fs.ReadFile(root, file)
		if err != nil {
			continue
		}
		// "max" and numbers beyond the machine mean: no limit.
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && limit > 0 {
			bytes = min(bytes, limit)
		}
	}
	return bytes
}

// totalMemory reads MemTotal, which is in KiB whatever its unit says.
func totalMemory(root fs.FS) (int64, bool) {
	text, err := fs.ReadFile(root, "proc/meminfo")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) >= 2 && fields[0] == "MemTotal:" {
			n, err := strconv.ParseInt(fields[1], 10, 64)
			return n << 10, err == nil && n > 0
		}
	}
	return 0, false
}

// groupLimits are the files with the limits of the control groups that the program is
// in, those above them included: of version 2, and of version 1 where there is one.
func groupLimits(root fs.FS) []string {
	files := []string{"sys/fs/cgroup/memory/memory.limit_in_bytes"}
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return files
	}
	for line := range strings.Lines(string(text)) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, group, ok := strings.Cut(rest, ":")
		mount, file := "sys/fs/cgroup", "memory.max"
		if controllers == "memory" {
			mount, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
		} else if controllers != "" {
			continue
		}
		for dir := group; ok && path.IsAbs(dir); dir = path.Dir(dir) {
			files = append(files, path.Join(mount, dir, file))
			if dir == "/" {
				break
			}
		}
	}
	return files
}
