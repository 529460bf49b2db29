package main

import (
	"io/fs"

	"golang.org/x/sys/unix"
)

// machineMemory is the memory of the machine.
func machineMemory(fs.FS) int64 {
	if bytes, err := unix.SysctlUint64("hw.memsize"); err == nil && bytes > 0 && bytes < 1<<60 {
		return int64(bytes)
	}
	return assumedMemory
}
