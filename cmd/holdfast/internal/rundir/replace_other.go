//go:build !linux

package rundir

// replace puts stage in the place of target.
func replace(stage, target string) error { return replaceInSteps(stage, target) }

// writable leaves it to the permissions that every system has.
func writable(string) bool { return true }

// claim does nothing: without a portable lock, folders of killed runs are left for
// their owner to remove.
func claim(string) (free func(), ours bool, err error) { return func() {}, true, nil }

func removeOrphan(string) {}
