#!/bin/sh
# Features of one million bars, from CSV to CSV, by whole processes side by side: cf-features, pandas, R's data.table
# with TTR.  The bars are made here: 400 symbols of 2500 days.  Every program runs ROUNDS times (3), by turns; the
# median counts.  A program that is not installed is left out (tests/deps.sh bench installs them).
set -u
rounds=${ROUNDS:-3}
here=$CF_TOP/tests/bench
tmp=$(mktemp -d "$CF_B/bench.XXXXXX") || exit 4
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

python=
for p in python3 /usr/bin/python3; do
	"$p" -c 'import pandas' 2>/dev/null && python=$p && break
done
r=
Rscript -e 'library(data.table); library(TTR)' >/dev/null 2>&1 && r=Rscript

# measure NAME COMMAND...: one run; its figures go to the end of NAME.log
measure() {
	name=$1
	shift
	bench_features run "$@" 2>"$tmp/run" >"$tmp/$name.out" || {
		cat "$tmp/run"
		exit 1
	}
	tail -n 1 "$tmp/run" >>"$tmp/$name.log"
}

# median NAME COLUMN
median() {
	sort -n -k "$2,$2" "$tmp/$1.log" | awk -v c="$2" '{ v[NR] = $c } END { print v[int((NR + 1) / 2)] }'
}

# line NAME TEXT: print the figures of a program, and how much longer than cf-features it took
line() {
	awk -v name="$1" -v text="$2" -v wall="$(median "$1" 1)" -v cpu="$(median "$1" 2)" -v kib="$(median "$1" 3)" \
	    -v ours="$(median cf-features 1)" '
		BEGIN {
			printf "%-12s %7.2f s wall %7.2f s processor %5.0f MiB", name, wall, cpu, kib / 1024
			printf "%s  %s\n", wall == ours ? "" : sprintf("  %5.1f times as long", wall / ours), text
		}'
}

# differ FILE: the largest difference to cf-features from row 500 of a symbol on, where the first rows' conventions no
# longer matter, relative to the close for prices
differ() {
	paste -d, "$tmp/cf-features.out" "$1" | awk -F, '
		NR == 1 { n = NF / 2 }
		NR > 1 && $1 != s { s = $1; row = 0 }
		NR > 1 && ++row > 500 {
			for (i = 4; i <= n; i++) {
				if ($i == "" || $(i + n) == "")
					continue
				d = $i - $(i + n)
				d = (d < 0 ? -d : d) / $4
				if (d > worst)
					worst = d
			}
		}
		END { printf "largest difference %.1e of the price\n", worst }'
}

bench_features bars "$tmp/bars.csv" || exit 4
i=0
while [ "$i" -lt "$rounds" ]; do
	i=$((i + 1))
	measure cf-features cf-features "$tmp/bars.csv"
	measure one-thread cf-features -j 1 "$tmp/bars.csv"
	measure all cf-features --set all "$tmp/bars.csv"
	[ -z "$python" ] || measure pandas "$python" "$here/peer_pandas.py" "$tmp/bars.csv" "$tmp/pandas.csv"
	[ -z "$r" ] || measure data.table "$r" "$here/peer_datatable.R" "$tmp/bars.csv" "$tmp/dt.csv"
done

line cf-features "$(cf-features --version | sed 's/.* //'), threads: $(nproc)"
line one-thread "the same with -j 1"
line all "the same with --set all"
if [ -n "$python" ]; then
	line pandas "$("$python" -c 'import pandas, sys; print(pandas.__version__, "Python", sys.version.split()[0])')"
	differ "$tmp/pandas.csv"
else
	echo 'pandas is not installed'
fi
if [ -n "$r" ]; then
	line data.table "$("$r" -e 'v <- packageVersion; cat(format(v("data.table")), "TTR", format(v("TTR")), R.version$version.string)')"
	differ "$tmp/dt.csv"
else
	echo 'data.table and TTR are not installed'
fi
