package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// Load reads and checks the project file at path. The error is Problems with all that is wrong, in the
// order of the file, or that of the system which does not let it be read. Only a regular file is
// read: a pipe could hang, a device never end.
func Load(path string) (*Config, error) {
	src, err := contents(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, src)
}

// contents reads the file, and one byte more than newSource accepts at most.
func contents(path string) ([]byte, error) {
	s := &source{file: path}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, Problems{*s.whole("there is no such file", "make one with holdfast init")}
	case err != nil:
		return nil, unreadable(path, err)
	case info.IsDir():
		return nil, Problems{*s.whole("this is a directory", "name the holdfast.yaml in it")}
	case !info.Mode().IsRegular():
		return nil, Problems{*s.whole("this is not a regular file", "name a holdfast.yaml")}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return src, nil
}

// unreadable says which file the system does not let be read, and why.
func unreadable(path string, err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = &fs.PathError{Op: p.Op, Path: quoteOdd(path), Err: p.Err}
	}
	return fmt.Errorf("the project file cannot be read: %w; check the path, its permissions and the disk", err)
}

// Parse checks the text of a project file and fills in the defaults. The name of the file serves for
// messages and for Config.Path. The error is Problems with all that is wrong, in the order of the file;
// one problem only where the text is no YAML, since what follows from that would only confuse. Nothing
// but the text is looked at: neither the data nor the clock.
func Parse(file string, src []byte) (*Config, error) {
	s, problem := newSource(file, src)
	if problem != nil {
		return nil, Problems{*problem}
	}
	root, problem := s.tree()
	if problem != nil {
		return nil, Problems{*problem}
	}
	r := newReader(s)
	c := r.config(root)
	if len(r.problems) > 0 {
		r.problems.sort()
		return nil, r.problems
	}
	return c, nil
}
