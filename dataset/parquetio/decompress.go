package parquetio

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
)

// decompressor expands pages. It keeps its decoders from page to page and belongs to one goroutine.
type decompressor struct {
	zstd   *zstd.Decoder
	gzip   *gzip.Reader
	brotli *brotli.Reader
	source bytes.Reader
}

// Each codec is stopped in its own way at the size that the page header declares: snappy says its size in front; zstd gets a
// buffer whose capacity, slack and all, it may not exceed; gzip and brotli are streams that are read to the size and asked for one byte
// more; the two LZ4 codecs are decoded here. The header's size itself has been compared with what the values can need (pageCap).

// vectorSlack is what lies behind the room for a page: zstd copies in whole vectors where it may write that far.
const vectorSlack = 16

// expand fills out with the bytes that src holds in compressed form. Whatever the compressed bytes say, no more are produced
// than out has room for, and any other number is an error.
func (d *decompressor) expand(codec format.CompressionCodec, out, src []byte) (err error) {
	defer recoverAs(&err)
	switch codec {
	case format.Snappy:
		err = expandSnappy(out, src)
	case format.Zstd:
		err = d.expandZstd(out, src)
	case format.Gzip:
		err = d.expandGzip(out, src)
	case format.Brotli:
		err = d.expandBrotli(out, src)
	case format.Lz4Raw:
		err = decodeLZ4(out, src)
	case format.Lz4:
		err = decodeFramedLZ4(out, src)
	default:
		return errCodec(codec)
	}
	if err != nil {
		return fmt.Errorf("cannot be decompressed (%s): %w", codec, err)
	}
	return nil
}

// errCodec refuses a codec by name.
func errCodec(codec format.CompressionCodec) error {
	switch codec {
	case format.LZO:
		return errors.New("uses the codec LZO, which is not supported: write it again with zstd or snappy")
	}
	return fmt.Errorf("uses the unknown codec %d: write it again with zstd or snappy", codec)
}

// checkCodec refuses unknown codecs before any byte is read.
func checkCodec(codec format.CompressionCodec) error {
	switch codec {
	case format.Uncompressed, format.Snappy, format.Zstd, format.Gzip, format.Brotli, format.Lz4Raw, format.Lz4:
		return nil
	}
	return errCodec(codec)
}

var errOtherSize = errors.New("holds more or fewer bytes than its header says")

func expandSnappy(out, src []byte) error {
	n, err := snappy.DecodedLen(src)
	if err == nil && n != len(out) {
		err = errOtherSize
	}
	if err == nil {
		_, err = snappy.Decode(out, src)
	}
	return err
}

func (d *decompressor) expandZstd(out, src []byte) error {
	if d.zstd == nil {
		var err error
		d.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecodeAllCapLimit(true))
		if err != nil {
			return err
		}
	}
	got, err := d.zstd.DecodeAll(src, out[:0])
	if err == nil && len(got) != len(out) {
		err = errOtherSize
	}
	return err
}

func (d *decompressor) expandGzip(out, src []byte) error {
	d.source.Reset(src)
	if d.gzip == nil {
		d.gzip = new(gzip.Reader)
	}
	if err := d.gzip.Reset(&d.source); err != nil {
		return err
	}
	return readExactly(d.gzip, out)
}

func (d *decompressor) expandBrotli(out, src []byte) error {
	d.source.Reset(src)
	if d.brotli == nil {
		d.brotli = new(brotli.Reader)
	}
	if err := d.brotli.Reset(&d.source); err != nil {
		return err
	}
	return readExactly(d.brotli, out)
}

// readExactly fills out and expects the stream to end there.
func readExactly(r io.Reader, out []byte) error {
	if _, err := io.ReadFull(r, out); err != nil {
		return err
	}
	var more [1]byte
	if n, err := io.ReadFull(r, more[:]); n != 0 || !errors.Is(err, io.EOF) {
		return errOtherSize
	}
	return nil
}
