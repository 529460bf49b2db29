package main

import "io"

// sink remembers the first error of writing: results that did not arrive (a full
// disk behind a redirection, a closed descriptor) must not end in exit code 0.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil && s.err == nil {
		s.err = err
	}
	return n, err
}
