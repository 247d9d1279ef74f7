#!/bin/sh
# Line coverage of lib/, from the counts that a test run left: tests/cov.sh BUILD-FOLDER   (called by `make cov`)
#
# One line per file, lowest first, then the total.  gcov's own listing of a file: gcov -o FOLDER/lib/ROOM lib/ROOM/x.c
set -u
cd "$(dirname "$0")/.." || exit 4
b=$1

for notes in $(find "$b/lib" -name '*.gcno' | sort); do
	gcov -n -r -s "$(pwd)" "${notes%.gcno}.o" 2>/dev/null
done | awk '
	/^File / { file = $2; gsub(/\047/, "", file) }
	/^Lines executed:/ && file ~ /^lib\/.*\.c$/ {
		split($0, part, /[:% ]+/)
		lines = $NF
		hit = part[3] * lines / 100
		printf "%6.1f %% of %5d  %s\n", part[3], lines, file
		total += lines
		sum += hit
		file = ""
	}
	END { if (total) printf "~%.1f %% of %d lines of lib/\n", 100 * sum / total, total }' |
    sort -n | sed 's/^~//' | awk '/lines of lib/ { total = $0; next } { print } END { print total ? total : "no counts" }'
