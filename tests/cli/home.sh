# A home of pipeline.sh, and what must hold of it at any time; to be read with:  . "$CF_TOP/tests/cli/home.sh"  behind lib.sh.
# shellcheck shell=sh
#
# home_setup HOME	pipeline.sh on PATH, with prices of two symbols and my.conf, whose runs are quick and in that folder
# good			no file is half, no record is lost, the registry and its models are good; says what is not so

home_setup() {
	home=$1
	mkdir -p bin share/cashflow
	cp "$CF_TOP/pipeline.sh" bin/
	cp -r "$CF_TOP/data/sample" "$CF_TOP/data/pipeline" share/cashflow/
	PATH=$PWD/bin:$PATH
	awk -F, 'NR == 1 || $1 == "SIMBANK" || $1 == "SIMTECH"' share/cashflow/sample/bars.csv >bars.csv
	cp share/cashflow/sample/series.csv .
	printf 'CF_HOME=%s\nFETCH=csv bars.csv series.csv\nTREES=4\nKEEP_MODELS=3\nKEEP_RUNS=10000\nJOBS=2\n' "$home" >my.conf
}

# whole FILE...: each ends with a line end, and its last line is like the first: as many fields, or a record
whole() {
	for f; do
		[ -f "$f" ] || continue
		[ -z "$(tail -c 1 "$f")" ] || { echo "$f: cut"; return 1; }
		case $f in
		*.csv)	awk -F, 'NR == 1 { n = NF } END { exit NR < 2 || NF != n }' "$f" || { echo "$f: half"; return 1; } ;;
		# the disk may have been full when it was to get its first line
		*/runs/*)	awk '!/^\{.*\}$/ { exit 1 }' "$f" || { echo "$f: half"; return 1; } ;;
		*json)	awk '!/^\{.*\}$/ { bad = 1 } END { exit bad || !NR }' "$f" || { echo "$f: half"; return 1; } ;;
		esac
	done
}

good() {
	whole "$home"/features/*.csv "$home"/raw/*/*.csv "$home"/predictions/market/*.ndjson "$home"/drift/*.ndjson \
	    "$home"/runs/*.ndjson "$home"/models/market/*/metrics.json "$home"/metrics/*.prom || return
	# killed at once, a first run has no record yet
	for f in "$home"/runs/*.ndjson; do
		[ ! -f "$f" ] || ! cf-run --list "$f" 2>&1 >/dev/null | grep . || { echo 'a record is broken'; return 1; }
	done
	[ ! -L "$home"/models/market/current ] || cf-model verify -q "$home"/models/market || return
	for m in "$home"/models/market/*/metrics.json; do
		[ ! -f "$m" ] || cf-model verify -q "${m%/*}/model.cfm" || return
	done
	# records stand as they stood
	for f in before/*.ndjson; do
		[ ! -f "$f" ] || head -c "$(wc -c <"$f")" "$home/runs/${f##*/}" | cmp -s - "$f" || { echo "$f: lost"; return 1; }
	done
	rm -rf before
	cp -r "$home"/runs before
}
