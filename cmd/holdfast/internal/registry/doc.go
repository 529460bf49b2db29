// Package registry answers: which model serves, which served before, and can they be
// trusted? A registry is a folder that a person can read:
//
//	models/
//	  champion                      logistic/0002-9f31c2ab40de
//	  journal.jsonl                 one JSON object a line: what changed, and why
//	  journal.head                  how many lines it has, and the SHA-256 of the last
//	  logistic/0001-51d0c3a97b22/   model.json, report.html, …, manifest.json
//	  logistic/0002-9f31c2ab40de/
//
// A version is its content. The manifest lists every file with its SHA-256, the id of the
// version is an ordinal and the first 12 digits of the SHA-256 of the manifest, and nothing
// in it ever changes or goes: what was scored last year can be scored again.
//
// # Reading
//
// Readers take no lock and are never blocked: Open, then Champion, Versions, Resolve, Load
// and Journal. Load checks every byte of a version against its id and refuses it by name
// (RefusedError) when something was changed, added or removed, or when a newer holdfast
// wrote it.
//
// # Writing
//
// One writer at a time holds the lock of the folder, which dies with the process, however
// it dies (Lock).
//
//  1. Lock checks the journal, removes what killed writers left unfinished, and finishes
//     what they had decided (Writer.recover).
//  2. Writer.Add copies files into a hidden stage, syncs them, and publishes the stage as
//     the next version with one rename. The same content is the same version: adding it
//     again changes nothing.
//  3. Writer.Commit appends a line to the journal, notes its new end in journal.head, and
//     then points champion at a version, each by renaming a small synced file over the old
//     one.
//
// The line of the journal is the decision. A crash before it leaves the old champion and at
// most a version that nobody uses; a crash after it leaves the old champion serving until
// the next Lock moves the pointer to what the line says. At no instant is champion missing,
// torn, or a version that is not whole.
//
// Every line of the journal holds the SHA-256 of the line before it, and journal.head that
// of the last, so that a line that is changed or removed later is noticed. This is against
// accidents and careless hands: who rewrites all files can rewrite the hashes too. There is
// no wall clock in the journal: a date is the day that the data speak for, and when the job
// ran is for the log of whoever started it.
package registry
