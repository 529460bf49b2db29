package store

import (
	"path"
	"strings"
)

// Every store chooses files by name alike, so that a tree means the same wherever it lies.

// isParquet reports whether a file name has one of the usual endings.
func isParquet(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".parquet", ".parq", ".pq":
		return true
	}
	return false
}

// isOwn reports the names that writers keep for themselves: _SUCCESS, _metadata, _temporary/, .part-0.crc.
func isOwn(name string) bool { return strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".") }

// isPart reports whether a file of a tree is data.
func isPart(name string) bool { return !isOwn(name) && isParquet(name) }

// isClosed reports whether a directory of a tree is passed over; a partition key may start with an underscore.
func isClosed(name string) bool { return isOwn(name) && !strings.Contains(name, "=") }

// isGlob reports whether a path that does not exist may be meant as a pattern; magic lists the signs of one.
func isGlob(path, magic string) bool { return strings.ContainsAny(path, magic) }
