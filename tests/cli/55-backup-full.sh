#!/bin/sh
# cf-backup on a disk that is full at some point of create and restore: status 4, nothing half made, backups and state
# as they were.  CF_ROUNDS points (tests/long does 50).  Needs the right to mount a tmpfs, perhaps in a namespace.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/backup.sh"

small_disk 4m

rounds=${CF_ROUNDS:-10}
[ -z "${CF_WRAP:-}" ] || rounds=3

small_state st
mkdir -p st/features st/mlruns st/models/market/m
seq 1 100000 | awk '{ print $1 * 7919 % 100003 }' >st/features/market.csv
i=0
while [ $i -lt 50 ]; do
	seq $i 100 >st/mlruns/$i
	i=$((i + 1))
done
ln -s m st/models/market/current

# ---- create

cf-backup create -C st --now 2024-01-01T00:00:00Z disk/shelf
need=$(($(wc -c <disk/shelf/backup_20240101_000000.tar.gz) / 1024 + 8))
err='*'
create_full() {
	i=0
	made=0
	while [ "$i" -lt "$rounds" ]; do
		leave $((need * i / rounds))
		cf-backup create -q --no-space-check -C st --now 2024-01-02T00:00:00Z disk/shelf 2>said
		status=$?
		leave all
		# a backup that stands is whole, one that failed left nothing
		case $status in
		0)	made=$((made + 1)) ;;
		4)	grep -q 'No space left' said || { cat said; return 1; } ;;
		*)	echo "status $status"; cat said; return 1 ;;
		esac
		[ -z "$(find disk/shelf -name '.*.tmp')" ] || { echo 'a temporary is left'; return 1; }
		cf-backup verify -q disk/shelf || { echo "at $i: damaged"; return 1; }
		rm -f disk/shelf/backup_20240102*
		i=$((i + 1))
	done
	[ "$made" -lt "$rounds" ] || { echo 'the disk was never full'; return 1; }
}
check "create, full at $rounds points" 0 create_full
leave 20
err='cf-backup: disk/shelf: may need N KiB of disk, N KiB are free'
check 'room is looked for first' 4 sh -c 'cf-backup create -q -C st disk/shelf 2>said; s=$?
    grep -v backup_log said | sed "s/[0-9][0-9]* KiB/N KiB/g" >&2; exit $s'
leave all

# ---- restore

rm -rf disk/shelf
cf-backup create -q -C st --now 2024-01-01T00:00:00Z shelf
cp -R st disk/living
rm disk/living/mlruns/1
echo changed >disk/living/runs/1.ndjson
cp -R disk/living living.copy
need=$(($(du -sk st | cut -f 1) + 300))
restore_full() {
	i=0
	done=0
	while [ "$i" -lt "$rounds" ]; do
		rm -rf disk/living
		cp -R living.copy disk/living
		leave $((need * i / rounds))
		cf-backup restore -q --no-space-check -C disk/living shelf 2>said
		status=$?
		leave all
		case $status in
		0)	done=$((done + 1))
			same_state disk/living st || return ;;
		4)	grep -q 'No space left' said || { cat said; return 1; }
			same_state disk/living living.copy || { echo "at $i: the state has changed"; return 1; }
			[ ! -e disk/living/.restore ] || { echo "at $i: litter"; return 1; } ;;
		*)	echo "status $status"; cat said; return 1 ;;
		esac
		i=$((i + 1))
	done
	[ "$done" -lt "$rounds" ] || { echo 'the disk was never full'; return 1; }
}
check "restore, full at $rounds points" 0 restore_full
rm -rf disk/living
mkdir disk/living
leave 100
err='cf-backup: shelf/backup_20240101_000000.tar.gz: needs N MiB of disk, N MiB are free'
check 'room is looked for first, again' 4 sh -c 'cf-backup restore -q --to disk/new shelf 2>said; s=$?
    sed "s/[0-9][0-9]* MiB/N MiB/g" said >&2; exit $s'
check 'and nothing made' 0 test ! -e disk/new -a ! -e disk/.new.restore.tmp

finish
