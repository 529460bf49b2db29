// Package spill answers: where do columns go that do not fit in memory?
//
// A [File] is a temporary file that nobody else can see. Columns of a fixed width are
// laid out in it one after the other, each in one piece, so that a column can be
// written by the block, in any order and from several goroutines, and read back by the
// block ([Column.Read]) or row by row ([Column.Gather]).
//
//  1. Create opens the file without a name where the system can (open_linux.go), removes
//     its name at once where it cannot (open_unix.go), and leaves it to be deleted with
//     its last handle on Windows (open_windows.go). Whatever ends the program, a kill
//     included, the space comes back and no file stays behind.
//  2. Reserve gives a column its place. Nothing is written yet.
//  3. Write, Read and Gather move values by pwrite and pread. There is no memory map: a
//     map counts as memory of the process, faults on every new page, and turns an error
//     of the disk into a signal that no caller can handle.
//
// Values are stored as they lie in memory: the file never outlives the program.
//
// An error is always an [*Error]: it names the directory, and says what to do when it
// is full.
package spill
