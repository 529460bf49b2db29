// Package store answers: which files does a path stand for, and what are their bytes? A path is a local file, a directory,
// a glob or a hive-partitioned tree, or the same in an object store: s3://bucket/prefix, gs://bucket/prefix,
// azblob://container/prefix.
//
// It works in these steps:
//
//  1. [Open] looks at the path alone and picks the [Store]: local files, or one bucket.
//  2. [Store.List] names the Parquet files in byte order of their paths, which depends on neither the file system nor the
//     service, so that a tree copied elsewhere gives the same rows in the same order.
//  3. [Store.Open] opens one of them as an [io.ReaderAt] with its [Identity]. Bytes of two versions are never mixed: a file
//     that is no longer what it was gives [ErrChanged].
//
// The two kinds differ in what a read costs. A local read costs microseconds, so a file is opened anew for each chunk and
// its identity compared. A remote read is one HTTP request, so File.Remote asks the caller to make few and large ones; its
// answer carries the version of the object (entity tag or generation), which is compared with that of the listing.
//
// Object stores need the build tag cloud, because their libraries are three times the size of the rest of the program:
//
//	go build -tags cloud ./cmd/holdfast
//
// Without it, [Open] says so. The options of a URL say where the service is, never who asks:
//
//	s3://bucket/snapshots/?endpoint=http://127.0.0.1:9000&use_path_style=true&region=us-east-1
//
// Credentials come from where each service's own tools take them (AWS_ACCESS_KEY_ID, AZURE_STORAGE_KEY, application
// default credentials, …). A URL that carries any is refused, because URLs end up in project files, reports and logs, and
// [Name] is what messages show of one.
//
// Limits: the key of an object cannot hold a question mark, and globs in URLs have none; an Azure blob whose name holds a
// percent sign, as Spark writes for odd partition values, cannot be opened by the library.
package store
