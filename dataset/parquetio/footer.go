package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

const (
	// tailSize is the footer length (4 bytes, little endian) and the closing magic.
	tailSize = 8
	// minFileSize is the opening magic, an empty footer and the tail.
	minFileSize = 12
	// maxFooterSize refuses footers that no writer produces: 64 MiB describe about half a million column chunks.
	maxFooterSize = 64 << 20
)

const (
	magicPlain     = "PAR1"
	magicEncrypted = "PARE"
)

var errEncrypted = errors.New("is encrypted (Parquet modular encryption): decrypt it first, for example by writing it again without keys")

// readFooter returns the decoded footer of an open file of the given size, and the offset at which the footer starts,
// before which all column chunks must end.
func readFooter(r io.ReaderAt, size int64) (*fileMeta, int64, error) {
	if err := checkHead(r, size); err != nil {
		return nil, 0, err
	}
	return readTail(r, size)
}

var errNoEnd = errors.New("does not end like a Parquet file: it is cut short or damaged; copy or write it again")

// readTail reads the footer by the length that stands at the end of a file.
func readTail(r io.ReaderAt, size int64) (*fileMeta, int64, error) {
	var tail [tailSize]byte
	if _, err := r.ReadAt(tail[:], size-tailSize); err != nil {
		return nil, 0, err
	}
	switch string(tail[4:]) {
	case magicEncrypted:
		return nil, 0, errEncrypted
	case magicPlain:
	default:
		return nil, 0, errNoEnd
	}
	length := int64(binary.LittleEndian.Uint32(tail[:4]))
	start := size - tailSize - length
	if length > maxFooterSize || start < int64(len(magicPlain)) {
		return nil, 0, fmt.Errorf("claims a footer of %d bytes in a file of %d bytes; it is damaged", length, size)
	}
	b := make([]byte, length)
	if _, err := r.ReadAt(b, start); err != nil {
		return nil, 0, err
	}
	meta, err := decodeFooter(b)
	return meta, start, err
}

// checkHead looks at the first bytes and names what the file is if it is not Parquet.
func checkHead(r io.ReaderAt, size int64) error {
	if size == 0 {
		return errors.New("is empty (0 bytes)")
	}
	var head [4]byte
	n, err := r.ReadAt(head[:min(size, 4)], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	switch string(head[:n]) {
	case magicEncrypted:
		return errEncrypted
	case magicPlain:
		if size < minFileSize {
			return fmt.Errorf("is cut short: %d bytes cannot hold a Parquet footer", size)
		}
		return nil
	case "PK\x03\x04":
		return errors.New("is a zip archive or spreadsheet, not a Parquet file")
	}
	if printable(head[:n]) {
		return fmt.Errorf("is not a Parquet file: it starts with the text %q; if it is CSV or JSON, convert it to Parquet", head[:n])
	}
	return fmt.Errorf("is not a Parquet file: it starts with the bytes % x", head[:n])
}

// printable reports whether all bytes are visible ASCII, blanks or line ends.
func printable(b []byte) bool {
	for _, c := range b {
		if (c < ' ' || c > '~') && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return true
}

// decodeFooter skims the footer and then lets parquet-go decode it. Bytes after the structure are refused, but for the
// 28 bytes of a plaintext footer's signature.
func decodeFooter(b []byte) (*fileMeta, error) {
	const signature = 28
	n, err := skim(b)
	if err != nil {
		return nil, fmt.Errorf("footer %w; the file is damaged", err)
	}
	if rest := len(b) - n; rest != 0 && rest != signature {
		return nil, fmt.Errorf("footer has %d bytes too many; the file is damaged", rest)
	}
	meta := new(fileMeta)
	if err := unmarshal(b[:n], meta); err != nil {
		return nil, fmt.Errorf("footer cannot be decoded: %w", err)
	}
	return meta, nil
}

// unmarshal decodes Thrift compact bytes that skim has passed. A panic of the library becomes an error.
func unmarshal(b []byte, into any) (err error) {
	defer recoverAs(&err)
	return thrift.Unmarshal(new(thrift.CompactProtocol), b, into)
}

// recoverAs turns a panic of the library into an error. The guards in front of the library are meant to make this
// unreachable; it is the last net, and it works only in the goroutine that called the library.
func recoverAs(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("the decoder stopped: %v", r)
	}
}
