//go:build !amd64 || purego

package logit

// fastest is the kernel of this machine.
func fastest() kernel { return portable() }
