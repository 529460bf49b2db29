package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hashTree lists every file and folder below dir with the hash of its bytes.
func hashTree(dir string) (string, error) {
	var list strings.Builder
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if e.IsDir() {
			fmt.Fprintf(&list, "%s/\n", filepath.ToSlash(name))
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fmt.Fprintf(&list, "%s %x\n", filepath.ToSlash(name), sha256.Sum256(text))
		return nil
	})
	return list.String(), err
}

// treeOf is hashTree for tests.
func treeOf(t testing.TB, dir string) string {
	t.Helper()
	list, err := hashTree(dir)
	if err != nil {
		t.Fatal(err)
	}
	return list
}
