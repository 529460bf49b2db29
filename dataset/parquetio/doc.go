// Package parquetio answers: which values does this Parquet hold? It reads files, directories and hive-partitioned
// trees into flat typed columns, and writes such columns back, and it believes nothing that a file says about itself.
//
// A file may come from any writer, may be cut short, damaged in transfer, or made to do harm. A wrong zero in a column
// of log-ins reads as "will churn", so a value that cannot be trusted must be an error and never a number. [Read] works
// in these steps:
//
//  1. openSelection lists the part files in path order and reads the key=value directories as columns.
//  2. readFooter checks magic and lengths, skim walks the Thrift footer with bounds on depth and counts, and only then
//     parquet-go decodes the parts of it that reading needs (fileMeta).
//  3. newLayout checks the schema tree, the types, and that every column chunk lies inside the file and overlaps no other.
//  4. plan resolves the requested columns by name over all parts and adds up the memory that the result needs; wanted drops
//     the row groups that lie wholly after the last day asked for, once their day column has shown that they do.
//  5. pageReader walks the pages of one chunk: sizes and checksums first, then decompression into a buffer of exactly
//     the declared size, then the run headers of every encoding, and only then its values: dictionary indexes a portion of
//     rows at a time, so that they lie in the cache while they are used (portion), others by parquet-go's decoders.
//  6. numbers, codes and days turn the decoded values into what was asked for, by the loops of spread.go. When the last chunk of a column is decoded,
//     finish adds up its counts, arrange puts the rows into the order that was asked for, and rank sorts its texts. A column
//     that is decoded before that order is known waits for it (pending.go).
//
// [Verify] reads everything, the pages of nested and binary columns as well, and looks for values that are well formed and
// still mean nothing.
//
// Chunks are decoded in parallel by a bounded number of workers, each into its own range of the result, so the result is
// the same for any number of workers. The error reported is the first in (column, part, row group) order, of files in an
// object store in (part, row group, column) order, in which they are fetched.
//
// Who must look at some columns before it is known which rows are wanted, such as account and date, asks for them as
// [Options].Keys: they come first, also from an object store, and [Options].Order decides by them while the other columns
// are being decoded. What is wrong with keys is reported first, then what Order refuses, then what is wrong with others.
//
// Memory has a ceiling that no header can move. A table takes at most Options.MemoryLimit, by default 64 MiB and 512 bytes
// for each byte stored; a file that claims more is refused before anything is allocated. Beyond the table, each worker
// holds one page as stored, or one chunk if it comes from an object store; for each row of the largest page twice the width of the stored type and a byte (the page
// expanded, its values, their levels), and 36 bytes for each of 8,192 rows at a time; for text and dictionaries a page expanded to at most 16 MiB and 64 times its stored
// size, 24 bytes for each of 8,192 values at a time, and the distinct texts themselves; and where an order is wanted, one
// column and eight bytes a row more. A footer is at most 64 MiB, and its decoded form in proportion to it.
//
// What is read (writers tried: pyarrow, pandas, Spark, DuckDB, Polars, parquet-go, parquetjs, hyparquet): all encodings but
// the bit-packed levels of 2013; the codecs none, snappy, gzip, zstd, brotli, LZ4_RAW and LZ4 in both of its framings; both
// page versions. leaf.go says which types become what. Refused by name, with what to do instead: nested columns, bytes that
// are not marked as text, times of day, intervals, BSON, geometries, encryption, LZO. A column such as pandas'
// __index_level_0__ is a column like any other, and so is an Arrow duration, which is stored as a plain integer.
//
// Limits that the format sets: without page checksums, a flipped bit inside an uncompressed value and two swapped chunks
// of the same type look like data. Keep a digest of input files where that matters.
//
// This is the only package of the module that imports parquet-go.
package parquetio
