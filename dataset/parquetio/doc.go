// Package parquetio answers: which values does this Parquet hold? It reads files, directories and hive-partitioned
// trees into flat typed columns, and writes such columns back, and it believes nothing that a file says about itself.
//
// A file may come from any writer, may be cut short, damaged in transfer, or made to do harm. A wrong zero in a column
// of log-ins reads as "will churn", so a value that cannot be trusted must be an error and never a number. [Read] works
// in these steps:
//
//  1. openSelection lists the part files in path order and reads the key=value directories as columns.
//  2. readFooter checks magic and lengths, skim walks the Thrift footer with bounds on depth and counts, and only then
//     parquet-go decodes it.
//  3. newLayout checks the schema tree, the types, and that every column chunk lies inside the file and overlaps no other.
//  4. plan resolves the requested columns by name over all parts and adds up the memory that the result needs.
//  5. pageReader walks the pages of one chunk: sizes and checksums first, then decompression into a buffer of exactly
//     the declared size, then the run headers of every encoding, and only then parquet-go's decoders.
//  6. numbers, codes and days turn the decoded values into what was asked for; merge unites the text levels of all chunks.
//
// Chunks are decoded in parallel by a bounded number of workers, each into its own range of the result, so the result is
// the same for any number of workers. The first error in (part, row group, column) order is the one reported.
//
// Limits that the format sets: without page checksums, a flipped bit inside an uncompressed value and two swapped chunks
// of the same type look like data. Keep a digest of input files where that matters.
//
// This is the only package of the module that imports parquet-go.
package parquetio
