package parquetio

import (
	"cmp"
	"io"

	"holdfast/dataset/store"
)

// usualFooter holds the footers of files of snapshots; larger ones cost a second request.
const usualFooter = 64 << 10

// readFooterOf is readFooter for a file of any store. A remote file is read from its end, in one request if the footer is
// of usual size. Its first bytes, in which no value lies, are looked at only to say what the file is when it does not end
// like Parquet.
func readFooterOf(f *store.File) (*fileMeta, int64, error) {
	if !f.Remote {
		return readFooter(f, f.Size)
	}
	if f.Size < minFileSize {
		return nil, 0, cmp.Or(checkHead(f, f.Size), errNoEnd)
	}
	end := &tailReader{file: f, start: max(0, f.Size-usualFooter)}
	end.bytes = make([]byte, f.Size-end.start)
	if _, err := f.ReadAt(end.bytes, end.start); err != nil {
		return nil, 0, err
	}
	if string(end.bytes[len(end.bytes)-4:]) != magicPlain {
		if err := checkHead(end, f.Size); err != nil {
			return nil, 0, err
		}
	}
	return readTail(end, f.Size)
}

// tailReader has the last bytes of a file and asks the file for those before them.
type tailReader struct {
	file  io.ReaderAt
	bytes []byte
	start int64 // of bytes in the file
}

// ReadAt implements io.ReaderAt.
func (t *tailReader) ReadAt(p []byte, offset int64) (int, error) {
	before := 0
	if offset < t.start {
		before = int(min(int64(len(p)), t.start-offset))
		if n, err := t.file.ReadAt(p[:before], offset); err != nil {
			return n, err
		}
	}
	from := min(offset+int64(before)-t.start, int64(len(t.bytes)))
	if before == len(p) {
		return before, nil
	}
	n := before + copy(p[before:], t.bytes[from:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
