package rundir

import (
	"errors"
	"io/fs"
	"os"
)

// replaceInSteps is replace for systems that cannot exchange two names: the old run
// is moved aside first, and moved back when the new one cannot take its place. Its
// name there is one that removeOrphans does not match: after a crash between the two
// steps it is the only whole run there is.
func replaceInSteps(stage, target string) error {
	aside := target + ".replaced"
	err := os.Rename(target, aside)
	if errors.Is(err, fs.ErrNotExist) {
		return os.Rename(stage, target)
	}
	if err != nil {
		return err
	}
	if err := os.Rename(stage, target); err != nil {
		return errors.Join(err, os.Rename(aside, target))
	}
	return os.RemoveAll(aside)
}
