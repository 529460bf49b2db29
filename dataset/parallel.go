package dataset

import (
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	"holdfast/dataset/spill"
)

// inParallel runs work on as many goroutines as there are processors, and hands each of
// the tasks 0 to n-1 to one of them. What a task writes must be its own, so that the
// result does not depend on who ran it; what a goroutine keeps between its tasks may be
// memory only.
func inParallel(n int, work func(tasks iter.Seq[int])) {
	var next atomic.Int64
	tasks := func(yield func(int) bool) {
		for task := int(next.Add(1)) - 1; task < n; task = int(next.Add(1)) - 1 {
			spill.Look()
			if !yield(task) {
				return
			}
		}
	}
	var workers sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() { work(tasks) })
	}
	workers.Wait()
}
