# What developers type often. Users need only the two commands of the README.

.PHONY: bench lint golden testdata

# The packages of the six works, left to right; see dataset/synth/workload.
works = ./dataset ./models ./backtest ./backtest/metrics ./cmd/holdfast

# Speed and memory of the six works at 100 thousand and a million rows, as a table; CONTRIBUTING says how to compare two
# commits, and how to run the benchmarks of single parts.
bench:
	@CGO_ENABLED=0 go test -run '^$$' -bench '^BenchmarkW[1-6]' -benchtime 3x $(works) | awk -f .ci/works.awk

lint:
	gofmt -l .
	go vet ./...
	go tool staticcheck ./...

# Write the golden files anew; look at the difference before committing it.
golden:
	go test ./cmd/holdfast ./plots/report -update

# Make the simulated company of testdata/ anew.
testdata:
	rm -rf testdata/company
	go run ./cmd/holdfast simulate --accounts 2000 --months 36 --seed 1 --out testdata/company
