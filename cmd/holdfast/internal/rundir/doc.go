// Package rundir answers: how does a set of files appear all at once, or not at
// all? A Dir collects files in a hidden folder, the stage, next to the place they
// are meant for; Publish syncs them and puts the stage in that place with one
// rename. Until then nobody sees anything, and an older run stays as it was.
//
//  1. Create looks at the target: it must not exist, be empty, or be an earlier run
//     and nothing else. What a killed run left behind is removed (removeOrphans).
//  2. newStage makes the stage and locks it, so that no other process takes it for
//     an orphan. The lock dies with the process, however it dies.
//  3. Write fills and syncs one file.
//  4. Publish looks at the target again and exchanges it with the stage in one
//     system call (replace), so that at every instant the target is a whole run.
//  5. Discard removes what was not published.
//
// WriteFile does the same for a single file.
//
// What is exchanged, after Publish:
//
//	out/                          the new run, whole
//	.out.holdfast-K3VJ7Q2M5A/     gone: it was the stage, then the old run, and was removed
//
// Where a file system cannot exchange two names (replaceInSteps), the old run is moved to
// out.replaced first; a crash in that instant leaves it there and no out.
package rundir
