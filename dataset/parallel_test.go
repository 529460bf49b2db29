package dataset

import (
	"iter"
	"runtime"
	"testing"
)

func TestEveryTaskIsDoneOnce(t *testing.T) {
	for _, processors := range []int{1, 2, 7} {
		for _, n := range []int{0, 1, 6, 1000} {
			done := make([]int, n)
			before := runtime.GOMAXPROCS(processors)
			inParallel(n, func(tasks iter.Seq[int]) {
				for task := range tasks {
					done[task]++
				}
			})
			runtime.GOMAXPROCS(before)
			for task, times := range done {
				if times != 1 {
					t.Errorf("%d processors: task %d of %d was done %d times", processors, task, n, times)
				}
			}
		}
	}
}
