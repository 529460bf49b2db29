package spill

import (
	"errors"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// limitFiles lets no file grow beyond 64 KiB until the test ends.
func limitFiles(t *testing.T) {
	t.Helper()
	var before unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	limited := before
	limited.Cur = 1 << 16
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limited); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Setrlimit(unix.RLIMIT_FSIZE, &before) })
}

// A limit on the size of files is the full disk that every machine can make: the write
// beyond it fails as one without space does.
func TestAFullDiskIsAnErrorWithACure(t *testing.T) {
	file := create(t)
	limitFiles(t)
	err := Reserve[float64](file, 1<<16).Write(0, make([]float64, 1<<16))
	if !errors.Is(err, syscall.EFBIG) || !strings.Contains(err.Error(), "no space left in "+file.dir) || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("%v", err)
	}
}

// On /dev/full every write finds no space, whatever the machine has.
func TestNoSpaceIsToldFromOtherErrors(t *testing.T) {
	device, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("the error of a full device is not checked: %v", err)
	}
	f := &File{dir: "/somewhere", file: device, pieces: new(pieces)}
	if err := Reserve[int32](f, 4).Write(0, []int32{1}); !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "no space left in /somewhere") {
		t.Errorf("%v", err)
	}
	f.Close()
}

func TestAFileWithoutTmpfileIsUnlinkedAtOnce(t *testing.T) {
	dir := t.TempDir()
	file, err := openUnlinked(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) > 0 {
		t.Errorf("the directory holds %v", names)
	}
	if _, err := file.WriteAt([]byte("still usable"), math.MaxInt16); err != nil {
		t.Error(err)
	}
}

// A child that is killed while it writes leaves nothing, wherever the kill finds it.
func TestAKillLeavesNoFile(t *testing.T) {
	if dir := os.Getenv("SPILL_UNTIL_KILLED"); dir != "" {
		for {
			f, err := Create(dir, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if err := Reserve[float64](f, 1<<16).Write(0, make([]float64, 1<<16)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, after := range []time.Duration{50, 90, 160} {
		dir := t.TempDir()
		child := exec.Command(os.Args[0], "-test.run=^TestAKillLeavesNoFile$")
		child.Env = append(os.Environ(), "SPILL_UNTIL_KILLED="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after * time.Millisecond)
		child.Process.Kill()
		if err := child.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("the child ended by itself: %v", err)
		}
		if names, _ := filepath.Glob(filepath.Join(dir, "*")); len(names) > 0 {
			t.Errorf("killed after %d ms, it left %v", after, names)
		}
	}
}
