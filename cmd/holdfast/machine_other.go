//go:build !linux && !darwin

package main

import "io/fs"

// machineMemory is a guess on systems that are not asked.
func machineMemory(fs.FS) int64 { return assumedMemory }
