package main

import (
	"os"
	"runtime"
	"runtime/pprof"
)

// startProfiles begins what the hidden flags --cpuprofile and --memprofile ask for;
// the returned function ends it.
func (a *app) startProfiles() (stop func(), err error) {
	stop = func() {}
	if a.cpuProfile != "" {
		f, err := os.Create(a.cpuProfile)
		if err != nil {
			return stop, fail(exitOutput, err)
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return stop, fail(exitOutput, err)
		}
		stop = func() {
			pprof.StopCPUProfile()
			f.Close()
		}
	}
	if a.memProfile == "" {
		return stop, nil
	}
	f, err := os.Create(a.memProfile)
	if err != nil {
		return stop, fail(exitOutput, err)
	}
	stopCPU := stop
	return func() {
		stopCPU()
		runtime.GC()
		pprof.Lookup("allocs").WriteTo(f, 0)
		f.Close()
	}, nil
}
