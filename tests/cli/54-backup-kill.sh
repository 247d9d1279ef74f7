#!/bin/sh
# cf-backup killed at any moment of create, prune and restore: every backup that stood still verifies, and the state is
# the old one or the new one.  CF_ROUNDS moments of each (tests/long does 200).
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/backup.sh"

rounds=${CF_ROUNDS:-5}
[ -z "${CF_WRAP:-}" ] || rounds=2

# two states of some 150 files and 1 MB, so that there is time to be killed in
fill() {
	small_state "$1"
	mkdir -p "$1/models/market/m" "$1/features" "$1/mlruns/0"
	seq "$2" 120000 >"$1/features/market.csv"
	echo "$2" >"$1/models/market/m/model.cfm"
	ln -s m "$1/models/market/current"
	i=0
	while [ $i -lt 150 ]; do
		echo "$2 $i" >"$1/mlruns/0/$i"
		i=$((i + 1))
	done
}
fill old 1
fill new 2
rm old/raw/bars/B.csv
mkdir new/drift
echo '{}' >new/drift/x.ndjson

# seconds COMMAND...: how long it takes
seconds() {
	s=$(date +%s.%N)
	"$@" || return
	echo "$s $(date +%s.%N)" | awk '{ print $2 - $1 }'
}

# killed SECONDS COMMAND...: run and kill after that time
killed() {
	nap=$1
	shift
	"$@" 2>/dev/null &
	pid=$!
	sleep "$nap"
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	return 0
}

# ---- create

cf-backup create -C old --now 2024-01-01T00:00:00Z shelf
cp -R old old.copy
took=$(seconds cf-backup create -C old --now 2024-01-01T00:00:00Z --to-command 'cat >/dev/null' try)

create_killed() {
	i=0
	while [ "$i" -lt "$rounds" ]; do
		i=$((i + 1))
		# shellcheck disable=SC2046 # options
		killed "$(random_below "$took" "$i")" cf-backup create -C old $([ $((i % 2)) = 0 ] || echo --link last) shelf
		cf-backup verify -q shelf || { echo "round $i: a backup is damaged"; return 1; }
		same_state old old.copy || { echo "round $i: the state has changed"; return 1; }
		find shelf -name 'backup_202[5-9]*' -exec rm -f {} +
	done
	cf-backup create -C old shelf || return
	[ -z "$(find shelf -name '.*.tmp')" ] || { echo 'temporaries are left'; return 1; }
	[ ! -e old/state/backup.snapshot ] || { echo 'second names are left'; return 1; }
}
check "create, $rounds times" 0 create_killed

# ---- prune

set_shelf() {
	rm -rf shelf
	cp -R shelf.full shelf
}
rm -rf shelf
d=1
while [ $d -le 20 ]; do
	# shellcheck disable=SC2046 # options
	cf-backup create -C old --now "2024-01-$(printf %02d $d)T00:00:00Z" $([ $((d % 4)) = 0 ] || echo --link last) \
	    --only runs,raw shelf
	d=$((d + 1))
done
cp -R shelf shelf.full
took=$(seconds cf-backup prune -C old --now 2024-01-20T00:00:00Z --keep-daily 2 --keep-weekly 0 --keep-monthly 0 shelf)

prune_killed() {
	i=0
	while [ "$i" -lt "$rounds" ]; do
		i=$((i + 1))
		set_shelf
		killed "$(random_below "$took" "$i")" cf-backup prune -C old --now 2024-01-20T00:00:00Z --keep-daily 2 \
		    --keep-weekly 0 --keep-monthly 0 shelf
		cf-backup verify -q shelf || { echo "round $i: a backup is damaged"; return 1; }
		cf-backup restore -q --to to shelf || return
		rm -rf to
	done
}
check "prune, $rounds times" 0 prune_killed

# ---- restore

cf-backup create -C new --now 2024-01-01T00:00:00Z shelf.new
cf-backup create -C old --now 2024-01-01T00:00:00Z shelf.old
cp -R old living
# what it comes to: the new parts; log, state and foreign files of the old
took=$(seconds cf-backup restore -C living shelf.new)
same_state living new >differs || cat differs

restore_killed() {
	i=0
	olds=0
	news=0
	while [ "$i" -lt "$rounds" ]; do
		i=$((i + 1))
		rm -rf living
		cp -R old living
		killed "$(random_below "$took" "$i")" cf-backup restore -C living shelf.new
		# before the journal nothing has changed; after it the restore will be completed
		[ -e living/.restore/journal ] || same_state living old >/dev/null || same_state living new >/dev/null ||
		    { echo "round $i: neither old nor new"; return 1; }
		cf-backup restore -q --resume -C living || return
		if same_state living old >/dev/null; then
			olds=$((olds + 1))
		elif same_state living new >/dev/null; then
			news=$((news + 1))
		else
			echo "round $i: neither old nor new after resuming"
			return 1
		fi
		[ ! -e living/.restore ] || { echo "round $i: litter"; return 1; }
		cf-backup verify -q shelf.new || { echo "round $i: the backup is damaged"; return 1; }
	done
	echo "killed at $rounds moments of restore: $olds old, $news new" >&3
}
exec 3>&1
check "restore, $rounds times" 0 restore_killed

finish
