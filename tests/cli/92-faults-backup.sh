#!/bin/sh
# cf-backup with calls that fail, as 91-faults.sh has it for the others.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/faults.sh"

unset CF_HOME CF_CONF
small_files

# state FOLDER: the parts of a state, with a model
state() {
	mkdir -p "$1/raw/bars" "$1/features" "$1/runs" "$1/models/market/m1"
	printf 'TREES=10\n' >"$1/cashflow.conf"
	cp made/bars.csv "$1/raw/bars/A.csv"
	cp made/features.csv "$1/features/market.csv"
	cp made/m.cfm "$1/models/market/m1/model.cfm"
	cp made/m.json "$1/models/market/m1/metrics.json"
	ln -s m1 "$1/models/market/current"
	cp made/runs.ndjson "$1/runs/1.ndjson"
}
give create
state given/create/st
# the log and the metrics tell of failures too
loose='shelf/backup_log.txt st/metrics/backup.prom'
# which files are in the index of digests is a matter of time: those that have not changed for a while
scratch=st/state/backup.index
# what could not be removed goes with the next backup
mend='rm -rf st/state/backup.snapshot'
cf-backup create -q -C given/create/st --now 2024-01-01T00:00:00Z given/create/shelf
faults create cf-backup create -C st -j 1 --now 2024-01-02T00:00:00Z --link last shelf
cp -R given/create given/whole
# the zstd filter of libarchive 3.6 does not look at what its first allocations return, and looks at what it has freed
theirs=139
[ -z "${CF_WRAP:-}" ] || theirs=99
faults whole cf-backup create -C st -j 2 --compress zstd --now 2024-01-02T00:00:00Z shelf
mend='' theirs='' scratch=''
cp -R given/create given/backups
faults backups cf-backup list -C st shelf
cp -R given/create given/check
faults check cf-backup verify -C st shelf
cp -R given/create given/restore
echo changed >given/restore/st/runs/1.ndjson
echo other >given/restore/st/runs/2.ndjson
mend='cf-backup restore -q --resume -C st'
faults restore cf-backup restore -q -C st shelf
mend=''
cp -R given/create given/beside
faults beside cf-backup restore -q -C st --to new shelf
cp -R given/create given/drill
hide='s/,[0-9.]*$/,S/'
tells='^shelf/backup_20240101_000000.tar.gz,0,'
faults drill cf-backup drill -C st shelf
hide='' tells=''
cp -R given/create given/thin
for d in 02 03 04; do
	cf-backup create -q -C given/thin/st --now 2024-01-${d}T00:00:00Z given/thin/shelf
done
faults thin cf-backup prune -C st --now 2024-01-04T00:00:00Z --keep-daily 2 --keep-weekly 0 --keep-monthly 0 shelf
cp -R given/thin given/differ
faults differ cf-backup diff -C st shelf/backup_20240101_000000.tar.gz shelf/backup_20240102_000000.tar.gz
loose=''
give_seal
# each sealing differs from all others: what stands there afterwards opens, whichever it is
cp given/unseal/sealed given/seal/
scratch=sealed
mend='cf-backup unseal -q --key key -o back sealed'
faults seal cf-backup seal --key key -o sealed features.csv
scratch='' mend=''
echo old >given/unseal/features.csv
faults unseal cf-backup unseal --key key -o features.csv sealed

finish
