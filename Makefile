# What developers type often. Users need only the two commands of the README.

.PHONY: bench lint golden testdata

# Speed and memory; CONTRIBUTING says how to compare two commits.
bench:
	CGO_ENABLED=0 go test -run '^$$' -bench . -benchmem ./...

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
