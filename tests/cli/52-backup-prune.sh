#!/bin/sh
# cf-backup prune and linked backups: what stays, what goes, and why; chains are never broken.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/backup.sh"

small_state st
CF_HOME=st
export CF_HOME

day() {
	date -u -d "2024-02-01 + $1 days" +%Y-%m-%dT02:00:00Z
}
date -u -d '2024-02-01 + 1 days' >/dev/null 2>&1 || skip 'date cannot reckon'

i=0
while [ $i -lt 31 ]; do
	cf-backup create --now "$(day $i)" || break
	i=$((i + 1))
done
dry() {
	cf-backup prune --dry-run --now "$(day 30)" | grep -v -e '2024020[^14]_.*remove' -e '202402[12].*remove'
}
out='name,action,reason
backup_20240201_020000.tar.gz,remove,"in no daily, weekly or monthly place"
backup_20240204_020000.tar.gz,remove,"in no daily, weekly or monthly place"
backup_20240211_020000.tar.gz,keep,weekly
backup_20240218_020000.tar.gz,keep,weekly
backup_20240225_020000.tar.gz,keep,"daily, weekly"
backup_20240226_020000.tar.gz,keep,daily
backup_20240227_020000.tar.gz,keep,daily
backup_20240228_020000.tar.gz,keep,daily
backup_20240229_020000.tar.gz,keep,"daily, monthly"
backup_20240301_020000.tar.gz,keep,daily
backup_20240302_020000.tar.gz,keep,"newest, daily, weekly, monthly"'
check 'a dry run tells what and why' 0 dry
out='31'
check 'and removes nothing' 0 sh -c 'ls st/backups/*.tar.gz | wc -l'
check 'prune' 0 cf-backup prune --now "$(day 30)"
out='0211 0218 0225 0226 0227 0228 0229 0301 0302'
left() {
	# shellcheck disable=SC2012 # plain names
	ls "${1:-st/backups}" | sed -n 's/backup_2024\(....\).*\.tar.*/\1/p' | paste -sd ' ' -
}
check 'what stays' 0 left
check 'again' 0 cf-backup prune --now "$(day 30)"
out='0211 0218 0225 0226 0227 0228 0229 0301 0302'
check 'is the same' 0 left
for zone in America/New_York Europe/Berlin Australia/Lord_Howe; do
	check "in $zone" 0 env TZ=$zone cf-backup prune --now "$(day 30)"
done
out='0211 0218 0225 0226 0227 0228 0229 0301 0302'
check 'it is the same, too' 0 left
check 'every one that stays is good' 0 cf-backup verify
check 'nothing to keep but the newest' 0 cf-backup prune --now "$(day 30)" --keep-daily 0 --keep-weekly 0 --keep-monthly 0
out='0302'
check 'the newest stays' 0 left
out='6'
check 'the log tells of it' 0 grep -c ' prune ok - ' st/backups/backup_log.txt

# ---- a file that is not ours

echo 'of somebody' >st/backups/backup_20200101_000000.tar.gz
tar czf st/backups/backup_20200102_000000.tar.gz st/raw
echo x >st/backups/notes
out='name,action,reason
backup_20200101_000000.tar.gz,keep,not known to be ours
backup_20200102_000000.tar.gz,keep,not known to be ours
backup_20240302_020000.tar.gz,keep,"newest, daily, weekly, monthly"'
check 'foreign files' 0 cf-backup prune --dry-run --now "$(day 30)"
check 'prune beside them' 0 cf-backup prune --now "$(day 30)"
check 'they are there' 0 test -e st/backups/notes -a -e st/backups/backup_20200101_000000.tar.gz
rm st/backups/backup_2020*

# ---- damage

cf-backup create --now 2024-03-03T01:00:00Z
cf-backup create --now 2024-03-03T02:00:00Z
flip st/backups/backup_20240303_020000.tar.gz 300
err='cf-backup: st/backups/backup_20240303_020000.tar.gz: damaged'
check 'a damaged one pushes out no good one' 1 cf-backup prune --now 2024-03-03T03:00:00Z --keep-daily 1 --keep-weekly 0 \
    --keep-monthly 0
out='0303 0303'
check 'the good one stays' 0 left
rm st/backups/backup_20240303_020000.tar.gz

# ---- links

mkdir links
check 'the first one has nothing to link to' 0 cf-backup create --link last --now 2024-04-01T00:00:00Z links
echo '{"b":2}' >>st/runs/1.ndjson
check 'a link' 0 cf-backup create --link last --now 2024-04-02T00:00:00Z links
cp -R st st.2
echo 'new' >st/raw/bars/C.csv
rm st/raw/bars/B.csv
check 'a link to a link' 0 cf-backup create --link backup_20240402_000000.tar.gz --now 2024-04-03T00:00:00Z links
check 'another, by its path' 0 cf-backup create --link links/backup_20240403_000000.tar.gz --now 2024-04-04T00:00:00Z links
out='MANIFEST.csv
raw/bars/C.csv'
check 'it stores only what is new' 0 sh -c 'tar tzf links/backup_20240403_000000.tar.gz | grep -v "/\$"'
out='MANIFEST.csv'
check 'or nothing' 0 sh -c 'tar tzf links/backup_20240404_000000.tar.gz | grep -v "/\$"'
check 'all good' 0 cf-backup verify links
check 'restore the last' 0 cf-backup restore --to new links
check 'it is the state' 0 same_state st new
check 'restore one between' 0 cf-backup restore --to new2 links/backup_20240402_000000.tar.gz
check 'it is the state of then' 0 same_state st.2 new2
err='cf-backup: ./links/backup_20240403_000000.tar.gz: a backup can only be linked to one in its own folder'
check 'a link to another folder' 2 cf-backup create --link ./links/backup_20240403_000000.tar.gz other
cf-backup create --now 2024-04-04T01:00:00Z links
cf-backup create --link backup_20240404_000000.tar.gz --now 2024-04-04T02:00:00Z links
cf-backup create --now 2024-03-04T01:00:00Z links
out='name,action,reason
backup_20240304_010000.tar.gz,remove,"in no daily, weekly or monthly place"
backup_20240401_000000.tar.gz,keep,needed by backup_20240404_020000.tar.gz
backup_20240402_000000.tar.gz,keep,needed by backup_20240404_020000.tar.gz
backup_20240403_000000.tar.gz,keep,needed by backup_20240404_020000.tar.gz
backup_20240404_000000.tar.gz,remove,"in no daily, weekly or monthly place"
backup_20240404_010000.tar.gz,remove,"in no daily, weekly or monthly place"
backup_20240404_020000.tar.gz,keep,"newest, daily"'
check 'what a backup needs stays' 0 cf-backup prune --dry-run --now 2024-04-04T03:00:00Z --keep-daily 1 --keep-weekly 0 \
    --keep-monthly 0 links
check 'prune' 0 cf-backup prune --now 2024-04-04T03:00:00Z --keep-daily 1 --keep-weekly 0 --keep-monthly 0 links
check 'all good still' 0 cf-backup verify links
check 'and restores' 0 cf-backup restore --to new3 links
check 'to the state' 0 same_state st new3
rm links/backup_20240402_000000.tar.gz
err='*'
check 'a chain broken by hand' 1 cf-backup verify links/backup_20240404_020000.tar.gz
cp got.err said.txt
check 'is told' 0 grep -q 'needs backup_20240402_000000.tar.gz: .*No such file' said.txt
err='*'
check 'and nothing is restored' 3 cf-backup restore --to new4 links
check 'nothing' 0 test ! -e new4

# ---- what the index takes for unchanged

touch -d '2020-01-01' st/raw/bars/A.csv
cf-backup create --link last --now 2024-05-01T00:00:00Z index
sleep 0.1
sed -i 's/1.5/2.5/' st/raw/bars/A.csv
touch -d '2020-01-01' st/raw/bars/A.csv
cf-backup create --link last --now 2024-05-02T00:00:00Z index
check 'a file changed behind its times is found by the time of its change' 0 sh -c \
    'tar tzf index/backup_20240502_000000.tar.gz | grep -q A.csv'

finish
