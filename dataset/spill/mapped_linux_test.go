package spill

import (
	"testing"
	"time"
)

// However much of the pieces is written and read, little of it stays in memory, and all of it is there
// when it is looked at again.
func TestPagesOfPiecesAreGivenBack(t *testing.T) {
	file := create(t)
	const n = 16 << 20 // 64 MiB a piece
	pieces := [][]int32{Make[int32](file, n), Make[int32](file, n)}
	if file.Size() < 2*4*n {
		t.Fatalf("the pieces are not in the file of %d bytes", file.Size())
	}
	for k, piece := range pieces {
		for i := range piece {
			piece[i] = int32(i + k)
		}
	}
	const most = 80 << 20 // the program itself is some 20 MiB
	held := func() int64 { _, files := kept.memory(); return files }
	for wait := 0; held() > most && wait < 1000; wait++ {
		time.Sleep(keptLook)
	}
	if now := held(); now > most {
		t.Errorf("%d MiB of files are in memory", now>>20)
	}
	for k, piece := range pieces {
		for i, v := range piece {
			if v != int32(i+k) {
				t.Fatalf("row %d of piece %d is %d", i, k, v)
			}
		}
	}
}

// A disk without room gives ordinary memory, not a signal when it is written.
func TestPiecesWithoutRoomAreOrdinaryMemory(t *testing.T) {
	file := create(t)
	limitFiles(t)
	piece := Make[int64](file, 1<<20)
	for i := range piece {
		piece[i] = int64(i)
	}
	if len(file.pieces.all) > 0 {
		t.Error("a piece was mapped")
	}
}

// What was given back is taken for what comes next: cleared if that is made, as it was if it is empty. What
// was given twice is taken once.
func TestPiecesThatWereGivenBackAreTakenAgain(t *testing.T) {
	file := create(t)
	const n = 1 << 16
	first := Make[int32](file, n)
	for i := range first {
		first[i] = 7
	}
	Give(file, first)
	Give(file, first)
	size := file.Size()
	again, other := Empty[int32](file, n)[:n], Make[int32](file, n)
	if &again[0] != &first[0] || again[n-1] != 7 || &other[0] == &first[0] {
		t.Fatal("the piece was not taken once")
	}
	if file.Size() == size {
		t.Error("two pieces have the place of one")
	}
	Give(file, again)
	if cleared := Make[int32](file, n-1); &cleared[0] != &first[0] || cleared[0] != 0 || cleared[n-2] != 0 {
		t.Error("the piece was not cleared")
	}
}

// A closed file maps nothing any more, and what is asked of it is ordinary memory.
func TestAClosedFileGivesOrdinaryMemory(t *testing.T) {
	file := create(t)
	Give(file, Make[int32](file, 1<<16))
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	memory := Make[int32](file, 1<<16)
	for i := range memory {
		memory[i] = 1
	}
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if len(file.pieces.all) > 0 || kept.of[file.pieces] {
		t.Error("pieces of a closed file are kept")
	}
}
