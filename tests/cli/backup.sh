# States and backups for scenarios; to be read with:  . "$CF_TOP/tests/cli/backup.sh"  behind lib.sh.
# shellcheck shell=sh
#
# small_state DIR	a few files of several parts, made or added
# same_state A B	do both states hold the same parts?  Says what differs.
# flip FILE OFFSET	change one bit of the byte
# random_below N SEED	print a fraction below N, another one for each SEED

small_state() {
	mkdir -p "$1/raw/bars" "$1/runs" "$1/predictions/market" "$1/state" "$1/log"
	printf 'TREES=10\n' >"$1/cashflow.conf"
	printf 'symbol,date,close\nA,2024-01-02,1.5\n' >"$1/raw/bars/A.csv"
	printf 'b,c\n' >"$1/raw/bars/B.csv"
	printf '{"a":1}\n' >"$1/runs/1.ndjson"
	printf '' >"$1/runs/empty.ndjson"
}

# the tree of the parts of a state as text: types, modes, links, sums
tree_of() {
	(
		cd "$1" || exit
		for part in cashflow.conf raw features models mlruns runs predictions drift reports; do
			[ ! -e $part ] || find $part ! -name '.*.tmp' -printf '%y %m %P %l\n' | sed "s|^|$part |"
			[ ! -e $part ] || find $part -type f ! -name '.*.tmp' -exec sha256sum {} +
		done
	) | LC_ALL=C sort
}

same_state() {
	tree_of "$1" >same.a
	tree_of "$2" >same.b
	diff same.a same.b
}

flip() {
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

random_below() {
	awk -v n="$1" -v seed="$2" 'BEGIN { srand(seed); rand(); printf "%.4f", rand() * n }'
}
