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
//  3. Write, Read and Gather move values by pwrite and pread, which is the faster way for
//     what is gone through by the block.
//
// What is looked at here and there has to be a slice, of any type without pointers. [Make]
// gives one that is a piece of the file mapped into memory (Linux; elsewhere ordinary memory):
//
//  4. Its blocks are set aside on the disk before it is mapped, so that a disk without room
//     is found while there is still ordinary memory to turn to, and not by a signal.
//  5. A map counts as memory of the process while its pages are there. A keeper gives all of
//     them back when the process takes half of the budget: they stay in the cache of the
//     system, and are written to the disk when that needs the room for something else. It
//     comes by itself every few milliseconds, and when whoever goes through much asks it to ([Look]).
//  6. [Give] takes a piece back for what is made next, and Close ends all pieces of a file with it.
//
// An error of the disk itself, when a page comes back, ends the program: there is nothing to
// return it from.
//
// Values are stored as they lie in memory: the file never outlives the program.
//
// An error is always an [*Error]: it names the directory, and says what to do when it
// is full.
package spill
