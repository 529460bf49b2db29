//go:build !linux

package rundir

import "os"

// replace puts stage in the place of target.
func replace(stage, target string) error {
	if isNew(target) {
		return os.Rename(stage, target)
	}
	return swapAside(stage, target)
}

// claim does nothing: without a portable lock, folders of killed runs are left for
// their owner to remove.
func claim(string) (free func()) { return func() {} }

func abandoned(string) bool { return false }
