# Turns the output of the benchmarks W1 to W6 into a table: a row for each work and size, and how
# time grows from one size of a work to the next (1: in proportion to the rows).
function unit(u,   i) { for (i = 3; i < NF; i += 2) if ($(i + 1) == u) return $i; return "" }
function seconds(s) { return sprintf(s < 0.1 ? "%.4f" : "%.2f", s) }
BEGIN {
	print "| work | rows | seconds | rows/s | bytes/row | allocations | growth |"
	print "|---|---|---|---|---|---|---|"
}
/^BenchmarkW[1-6]/ {
	n = split($1, part, "/")
	work = substr(part[1], 10); rows = 0
	for (i = 2; i <= n; i++) {
		sub(/-[0-9]+$/, "", part[i])
		if (part[i] ~ /^rows=/) rows = substr(part[i], 6) + 0; else work = work " " part[i]
	}
	s = unit("ns/op") / 1e9
	growth = ""
	if (work in before) growth = sprintf("%.2f", log(s / before[work]) / log(rows / size[work]))
	before[work] = s; size[work] = rows
	printf "| %s | %d | %s | %.0f | %.0f | %.0f | %s |\n", work, rows, seconds(s), unit("rows/s"), unit("B/row"), unit("allocs/run"), growth
	fflush()
	next
}
/^(--- FAIL|FAIL|panic)/ { print > "/dev/stderr"; failed = 1 }
END { exit failed }
