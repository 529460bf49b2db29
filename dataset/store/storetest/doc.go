// Package storetest answers, for tests: which object stores run on this machine? With the build tag cloud it starts real
// servers of the three protocols, as far as they are installed, each behind a proxy that counts requests and bytes.
//
// A server is found by its name on the path: versitygw or moto_server for s3://, azurite-blob for azblob://,
// fake-gcs-server for gs://. They listen on the loopback address only, keep their data in a folder of the test, and end
// with it.
package storetest
