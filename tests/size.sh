#!/bin/sh
# Lengths of C functions and files: tests/size.sh [-q] [FILE...]   (default: all of lib, cmd and tests; -q says only
# what is too long)
#
# Prints the distribution and the longest ten of each.  Fails for a function over 100 lines (150 for main and the
# option loops of cmd/: a name with opt, arg or parse) and for a file over 600 (300 in cmd/).  A function is what stands
# between a "{" and a "}" that are alone in the first column, as in our style; its name is on the line before.
set -u
cd "$(dirname "$0")/.." || exit 4

quiet=
[ "${1:-}" != -q ] || {
	quiet=1
	shift
}
[ $# -gt 0 ] || set -- lib/*/*.[ch] cmd/*.[ch] tests/*/*.[ch]
files=$(for f; do [ -f "$f" ] && echo "$f"; done)
[ -n "$files" ] || {
	[ -n "$quiet" ] || echo "size.sh: no C files"
	exit 0
}

# one line per thing: KIND LENGTH LIMIT NAME
# shellcheck disable=SC2086 # a list of words
all=$(awk '
	function file_done() {
		if (file != "")
			print "file", lines, file ~ /^cmd\// ? 300 : 600, file
	}
	FNR == 1 { file_done(); file = FILENAME; name = ""; start = 0 }
	{ lines = FNR }
	/^[A-Za-z_].*\(/ {
		name = $0
		sub(/\(.*/, "", name)
		sub(/.*[ *]/, "", name)
	}
	/^{$/ { start = FNR }
	/^}/ && start {
		limit = file ~ /^cmd\// && name ~ /main|opt|arg|parse/ ? 150 : 100
		print "function", FNR - start + 1, limit, file ":" start ":" name
		start = 0
	}
	END { file_done() }' $files)

for kind in function file; do
	[ -z "$quiet" ] || break
	echo "$all" | awk -v k=$kind '$1 == k { print $2 }' | sort -n | awk -v k=$kind '
		{ v[NR] = $1; sum += $1 }
		END {
			if (NR)
				printf "%d %ss, %d lines: median %d, 90%% up to %d, longest %d\n",
				    NR, k, sum, v[int((NR + 1) / 2)], v[int((NR * 9 + 9) / 10)], v[NR]
		}'
	echo "$all" | awk -v k=$kind '$1 == k { printf "%7d  %s\n", $2, $4 }' | sort -rn | head -n 10
done

over=$(echo "$all" | awk '$2 > $3 { printf "%s: %s of %d lines, over %d\n", $4, $1, $2, $3 }')
[ -z "$over" ] || {
	echo "$over"
	exit 1
}
