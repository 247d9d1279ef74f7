#!/bin/sh
# Backups as whole processes beside tar and gzip, restic and borg: about 200 MB of bars, features and models.
#
# Every command is run BENCH_ROUNDS (3) times, in turns with its rivals, so that a busy moment strikes all of them; the
# least wall time counts.  The state is made once and kept in $B/bench-backup.  Peers that are not installed are skipped
# (tests/deps.sh bench installs them).
set -u

rounds=${BENCH_ROUNDS:-3}
work=$CF_B/bench-backup
state=$work/state
mkdir -p "$work"

# make_state: real bars, their features, models grown on them
make_state() {
	rm -rf "$state"
	mkdir -p "$state/raw/bars" "$state/features" "$state/state" "$state/runs"
	gzip -dc "$CF_TEST_MARKET/stocks.csv.gz" | awk -F, -v d="$state/raw/bars" '
		NR == 1 { header = $0; next }
		$1 != last { if (f) close(f); last = $1; f = d "/" $1 ".csv"; print header > f }
		{ print > f }'
	cf-features --horizon 5 -o "$state/features/market.csv" "$CF_TEST_MARKET/stocks.csv.gz" || return
	for seed in 1 2 3 4 5 6 7; do
		m=$state/models/market/m$seed
		mkdir -p "$m"
		cf-train -q --trees 200 --folds 2 --seed $seed -o "$m/model.cfm" "$state/features/market.csv" \
		    >"$m/metrics.json" || return
	done
	ln -s m7 "$state/models/market/current"
	for i in $(seq 1 100); do
		echo "{\"run\":$i}" >"$state/runs/$i.ndjson"
	done
	touch "$work/made"
}

[ -f "$CF_TEST_MARKET/stocks.csv.gz" ] || { echo 'skipped: no market data'; exit 0; }
[ -f "$work/made" ] || make_state || { echo 'the state cannot be made'; exit 1; }
find "$state" -name 'backup.*' -exec rm -f {} +
bytes=$(find "$state" -type f -printf '%s\n' | awk '{ s += $1 } END { print s }')
echo "$(find "$state" -type f | wc -l) files, $bytes bytes; $(getconf _NPROCESSORS_ONLN) processors"
for v in 'tar --version' 'gzip --version' 'restic version' 'borg --version'; do
	${v%% *} --help >/dev/null 2>&1 && $v 2>/dev/null | head -n 1
done

# wall COMMAND...: run, append the wall time to the file times.NAME
wall() {
	name=$1
	shift
	s=$(date +%s.%N)
	"$@" >"$work/out" 2>&1 || { echo "$name failed:"; tail -n 3 "$work/out"; return; }
	echo "$s $(date +%s.%N)" | awk '{ printf "%.3f\n", $2 - $1 }' >>"$work/times.$name"
}

# least NAME: the least of its times
least() {
	sort -n "$work/times.$1" 2>/dev/null | head -n 1
}

# tell WHAT NAME PEER: one line with the ratio
tell() {
	a=$(least "$2")
	b=$(least "$3")
	[ -n "$a" ] && [ -n "$b" ] && awk -v what="$1" -v a="$a" -v b="$b" -v n="$2" -v p="$3" 'BEGIN {
		printf "%-34s %-12s %6.2f s   %-12s %6.2f s   x%.2f\n", what, n, a, p, b, b / a
	}'
}

has() {
	command -v "$1" >/dev/null
}

cd "$work" || exit 1
rm -rf times.* repo borg cache
head -c 32 /dev/urandom >key
chmod 600 key
RESTIC_PASSWORD=bench RESTIC_CACHE_DIR=$work/cache
BORG_PASSPHRASE=bench BORG_BASE_DIR=$work/borgbase
export RESTIC_PASSWORD RESTIC_CACHE_DIR BORG_PASSPHRASE BORG_BASE_DIR

for _ in $(seq "$rounds"); do
	rm -rf gz zst plain.tar.gz repo borg cache borgbase
	wall tar-gzip sh -c 'tar cf - -C state . | gzip -6 >plain.tar.gz'
	wall cf-gzip cf-backup create -q -C state gz
	wall cf-sealed cf-backup create -q -C state --compress zstd --key key zst
	has restic && restic init -q -r repo >/dev/null 2>&1 && wall restic restic backup -q -r repo state
	has borg && borg init -e repokey borg >/dev/null 2>&1 && wall borg borg create borg::one state

	for t in tar cf cfz r b; do rm -rf "to-$t"; done
	mkdir to-tar to-b
	wall untar tar xzf plain.tar.gz -C to-tar
	wall cf-back cf-backup restore -q --to to-cf gz
	wall cf-unsealed cf-backup restore -q --key key --to to-cfz zst
	has restic && wall restic-back restic restore -q -r repo latest --target to-r
	has borg && (cd to-b && wall borg-back borg extract ../borg::one)

	# nothing has changed; the index wants times that have settled
	wall cf-link cf-backup create -q -C state --compress zstd --key key --link last zst
	has restic && wall restic-again restic backup -q -r repo state
	has borg && wall borg-again borg create borg::two state
done
diff -r state/models to-cf/models >/dev/null && diff -r state/raw to-cfz/raw >/dev/null || echo 'NOT the same tree'

tell 'create .tar.gz' cf-gzip tar-gzip
tell 'restore .tar.gz' cf-back untar
tell 'create sealed .tar.zst' cf-sealed restic
tell 'restore sealed .tar.zst' cf-unsealed restic-back
tell 'create, nothing changed' cf-link restic-again
tell 'create sealed .tar.zst' cf-sealed borg
tell 'restore sealed .tar.zst' cf-unsealed borg-back
tell 'create, nothing changed' cf-link borg-again
for f in plain.tar.gz gz/*.tar.gz "$(find zst -name '*.sealed' | sort | head -n 1)"; do
	printf '%-40s %s bytes\n' "$f" "$(wc -c <"$f")"
done
has restic && printf '%-40s %s KiB\n' 'restic repository' "$(du -sk repo | cut -f 1)"
has borg && printf '%-40s %s KiB\n' 'borg repository' "$(du -sk borg | cut -f 1)"
rm -rf gz zst plain.tar.gz repo borg cache borgbase to-*
exit 0
