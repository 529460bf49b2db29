// Package sqltest answers, for tests: what does a database make of a SELECT that holdfast
// wrote? It runs it in real engines, never in imitations:
//
//   - SQLite, which is linked in, everywhere;
//   - DuckDB where HOLDFAST_DUCKDB names a python that has the module;
//   - PostgreSQL where HOLDFAST_POSTGRES is the connection string of a server.
//
// The script .ci/engines sets the two. A test loads a Table into each Engine that is Here,
// and compares what Query returns with what Go computes.
package sqltest
