//go:build unix && !linux

package spill

import "os"

func open(dir string) (*os.File, error) { return openUnlinked(dir) }
