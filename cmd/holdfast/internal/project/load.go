package project

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// Load reads and checks the project file at path. The error is Problems with all that is wrong, in the
// order of the file. Only a regular file is read: a pipe could hang, a device never end.
func Load(path string) (*Config, error) {
	src, problem := contents(path)
	if problem != nil {
		return nil, Problems{*problem}
	}
	return Parse(path, src)
}

// contents reads the file, and one byte more than newSource accepts at most.
func contents(path string) ([]byte, *Problem) {
	s := &source{file: path}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, s.whole("there is no such file", "make one with holdfast init")
	case err != nil:
		return nil, s.whole(cause(err), "check the path and its permissions")
	case info.IsDir():
		return nil, s.whole("this is a directory", "name the holdfast.yaml in it")
	case !info.Mode().IsRegular():
		return nil, s.whole("this is not a regular file", "name a holdfast.yaml")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, s.whole(cause(err), "check the path and its permissions")
	}
	defer f.Close()
	src, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, s.whole(cause(err), "check the disk")
	}
	return src, nil
}

// cause is the reason of a file system error without the path, which the problem has already.
func cause(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
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
