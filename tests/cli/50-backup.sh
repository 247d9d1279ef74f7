#!/bin/sh
# cf-backup: create, list, verify, restore, diff, prune, drill, seal; what they print, leave and answer.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/backup.sh"

# a state with a model that works
awk -F, 'NR == 1 || ($1 == "SIMBANK" || $1 == "SIMTECH") && n[$1]++ < 400' "$CF_TOP/data/sample/bars.csv" >bars.csv
mkdir -p st/models/market/one st/features st/state st/log st/predictions/market
cf-features --horizon 5 -o st/features/market.csv bars.csv || skip 'cf-features does not work'
cf-train -q -o st/models/market/one/model.cfm --trees 4 --folds 2 -j 1 st/features/market.csv \
    >st/models/market/one/metrics.json || skip 'cf-train does not work'
ln -s one st/models/market/current
small_state st
CF_HOME=st
export CF_HOME

# ---- create

check 'a check makes nothing' 0 cf-backup create -n new
check 'nothing at all' 0 test ! -e new -a ! -e st/backups -a ! -e st/state/backup.lock
check 'create' 0 cf-backup create --now 2024-02-29T02:00:00Z
check 'readable by the owner only' 0 sh -c 'test "$(stat -c %a st/backups/backup_20240229_020000.tar.gz)" = 600'
check 'no second names are left' 0 test ! -e st/state/backup.snapshot
check 'the same second has another name' 0 cf-backup create --now 2024-02-29T02:00:00Z
out='backup_20240229_020000.tar.gz
backup_20240229_020001.tar.gz
backup_log.txt'
check 'both are there' 0 ls st/backups
check 'the same content, the same bytes' 0 cmp st/backups/backup_20240229_020000.tar.gz \
    st/backups/backup_20240229_020001.tar.gz
mkdir plain
check 'tar reads it' 0 tar xzf st/backups/backup_20240229_020000.tar.gz -C plain
out='MANIFEST.csv'
check 'the manifest is the first member' 0 sh -c 'tar tzf st/backups/backup_20240229_020000.tar.gz | head -n 1'
check 'the digests of the manifest are those of sha256sum' 0 sh -c 'cd plain &&
    awk -F, "\$1 == \"file\" { print \$5 \"  \" \$2 }" MANIFEST.csv | sha256sum -c --quiet'
check 'no link is a member' 0 sh -c '! tar tvzf st/backups/backup_20240229_020000.tar.gz | grep "^[^d-]"'
out='2'
check 'the log has a line for each' 0 sh -c 'grep -c "^2024-02-29T02:00:00Z create ok backup_.* sha256=" \
    st/backups/backup_log.txt'
sum=$(sha256sum <st/backups/backup_20240229_020000.tar.gz | cut -c 1-64)
check 'with the SHA-256 of the file' 0 grep -q "backup_20240229_020000.tar.gz .* sha256=$sum" st/backups/backup_log.txt
out='cashflow_backup_kept 2
cashflow_backup_last_success_timestamp_seconds 1709172000
cashflow_backup_success 1'
check 'the metrics' 0 sh -c 'grep "^cashflow.*\(success\|kept\)" st/metrics/backup.prom | sort'
if command -v promtool >/dev/null; then
	check 'promtool likes them' 0 sh -c 'promtool check metrics <st/metrics/backup.prom'
fi
ln -s /etc/passwd st/raw/link
mkfifo st/raw/fifo
err='cf-backup: raw/fifo: neither a file nor a folder
cf-backup: raw/link: links are not archived'
check 'what is skipped is told' 0 sh -c 'cf-backup create --only raw other 2>&1 >/dev/null | sort >&2'
check 'quietly not' 0 cf-backup create -q --only raw other
rm st/raw/link st/raw/fifo
check 'a destination inside the state is not archived' 0 cf-backup create --now 2024-03-01T00:00:00Z st/raw/copies
check 'nor is what lies in it' 0 cf-backup create --now 2024-03-01T00:00:01Z st/raw/copies
check 'really' 0 sh -c '! tar tzf st/raw/copies/backup_20240301_000001.tar.gz | grep copies'
rm -r st/raw/copies
err='cf-backup: nowhere: No such file or directory'
check 'no state' 4 cf-backup create -C nowhere x
check 'a mistaken name made nothing' 0 test ! -e nowhere -a ! -e x
mkdir empty
err='cf-backup: empty: holds nothing to back up'
check 'an empty state' 3 cf-backup create -C empty x

# ---- list, diff

out='name,time,bytes,files,content,parts,sealed,needs,sha256'
check 'list nothing' 0 cf-backup list empty
out='backup_20240229_020000.tar.gz 2024-02-29T02:00:00Z 0 config raw features models mlruns runs predictions drift reports
backup_20240229_020001.tar.gz 2024-02-29T02:00:01Z 0 config raw features models mlruns runs predictions drift reports'
check 'list' 0 sh -c 'cf-backup list | awk -F, "NR > 1 { print \$1, \$2, \$7, \$6 }"'
out='"sealed":0,"needs":null
"sealed":0,"needs":null'
check 'list as NDJSON' 0 sh -c 'cf-backup list --format ndjson | grep -o "\"sealed\".*null"'
out='change,path,bytes_a,bytes_b'
check 'no difference' 0 cf-backup diff st/backups/backup_20240229_02000[01].tar.gz
echo '{"b":2}' >>st/runs/1.ndjson
rm st/raw/bars/B.csv
echo x >'st/raw/bars/%.csv'
chmod 600 st/raw/bars/A.csv
mkdir st/models/market/two
ln -sfn two st/models/market/current
cf-backup create --now 2024-03-02T02:00:00Z
out='change,path,bytes_a,bytes_b
current,models/market/current,,
added,models/market/two,,
added,raw/bars/%25.csv,,2
mode,raw/bars/A.csv,35,35
removed,raw/bars/B.csv,4,
content,runs/1.ndjson,8,16'
check 'differences' 1 cf-backup diff st/backups/backup_20240229_020000.tar.gz st/backups/backup_20240302_020000.tar.gz
out='change,path,bytes_a,bytes_b
content,runs/1.ndjson,8,16'
check 'of one part' 1 cf-backup diff --only runs st/backups/backup_20240229_020000.tar.gz \
    st/backups/backup_20240302_020000.tar.gz

# ---- verify

check 'verify all' 0 cf-backup verify
err='cf-backup: st/backups/backup_20240302_020000.tar.gz: 8 files, N bytes, all good'
check 'verify one, told' 0 sh -c 'cf-backup verify -v st/backups/backup_20240302_020000.tar.gz 2>&1 |
    sed "s/ [0-9]* bytes/ N bytes/" >&2'
err='cf-backup: empty: holds no backup'
check 'verify none' 1 cf-backup verify empty
err='cf-backup: nowhere: No such file or directory'
check 'verify what is not there' 4 cf-backup verify nowhere
check 'verify from a pipe' 0 sh -c 'cf-backup verify - <st/backups/backup_20240302_020000.tar.gz'
err='cf-backup: bars.csv: not a backup, or damaged'
check 'verify something else' 1 cf-backup verify bars.csv

cp -r st/backups bad
flip bad/backup_20240229_020000.tar.gz 4
err='cf-backup: bad/backup_20240229_020000.tar.gz: not the file that backup_log.txt tells of: its SHA-256 differs'
check 'a byte that nobody reads, by the log' 1 cf-backup verify bad/backup_20240229_020000.tar.gz
rm bad/backup_log.txt
check 'without the log it is as good' 0 cf-backup verify bad/backup_20240229_020000.tar.gz
# a store-only archive with one file spoiled
cf-backup create --compress zstd --now 2024-03-03T02:00:00Z plainer
zstd -dqc plainer/backup_20240303_020000.tar.zst 2>/dev/null >plain.tar && {
	sed 's/A,2024-01-02,1.5/A,2024-01-02,2.5/' plain.tar >spoiled.tar
	err='cf-backup: spoiled.tar: damaged: "raw/bars/A.csv"
cf-backup: spoiled.tar: raw/bars/A.csv: damaged or not readable'
	check 'the damaged file is named' 1 cf-backup verify spoiled.tar
	head -c 30000 plain.tar >cut.tar
	err='*'
	check 'cut short' 1 cf-backup verify cut.tar
	cp got.err said.txt
	check 'files that are missing are named' 0 grep -q 'cut.tar: runs/1.ndjson: damaged or not readable$' said.txt
}

# ---- restore

check 'restore to a new folder' 0 cf-backup restore --to new st/backups/backup_20240302_020000.tar.gz
check 'the same tree' 0 same_state st new
mkdir here
check 'to an empty folder, the newest of a folder' 0 cf-backup restore --to here/ st/backups
check 'the same tree again' 0 same_state st here
err='cf-backup: here: not an empty folder'
check 'not to a full one' 2 cf-backup restore --to here st/backups
check 'only models' 0 cf-backup restore --only models --to models st/backups
out='models'
check 'nothing else came' 0 ls models
cf-backup create --only raw --now 2024-03-01T00:00:00Z raws
err='cf-backup: raws/backup_20240301_000000.tar.gz: holds none of these parts'
check 'parts that it has not' 1 cf-backup restore --only models --to m raws/backup_20240301_000000.tar.gz
check 'left nothing' 0 test ! -e m
cp -R st living
cp -R st before
check 'restore over a living state' 0 cf-backup restore -C living st/backups/backup_20240229_020000.tar.gz
check 'it is the old one' 0 sh -c 'cf-backup restore -q --to earlier st/backups/backup_20240229_020000.tar.gz'
check 'in every file' 0 same_state earlier living
check 'locks and the rest stayed' 0 sh -c 'test -d living/log -a -d living/backups -a -d living/state -a ! -e living/.restore'
rm -rf living
cp -R before living
echo 'a line that is none' >broken.conf
err='cf-backup: broken.conf:1: not KEY=value: "a line that is none"'
check 'a configuration that cannot be read is told' 2 cf-backup restore -n --config broken.conf st/backups
check 'and does not matter where the state is named' 0 cf-backup restore -n --config broken.conf -C living st/backups
check 'a check restores nothing' 0 cf-backup restore -n -C living st/backups/backup_20240229_020000.tar.gz
check 'nothing' 0 same_state living before
f=bad/backup_20240302_020000.tar.gz
head -c 1000 $f >bad/short.tar.gz
flip $f 300
for b in $f bad/short.tar.gz bars.csv; do
	err='*'
	check "refused: $b" 3 cf-backup restore -C living "$b"
	err='*'
	check "refused: $b, to a folder" 3 cf-backup restore --to never "$b"
done
check 'with nothing changed' 0 same_state living before
check 'and nothing left' 0 test ! -e never -a ! -e .never.restore.tmp -a ! -e living/.restore
check 'resume nothing' 0 cf-backup restore --resume -C living

# ---- a lock

held() {
	cf-run --lock st/state/lock sh -c 'echo >ready; sleep 5' &
	pid=$!
	while [ ! -e ready ]; do sleep 0.05; done
	"$@"
	status=$?
	kill "$pid"
	wait "$pid" 2>/dev/null
	rm -f ready
	return "$status"
}
check 'create does not wait for the pipeline' 0 held cf-backup create --lock-wait 0 beside
err='cf-backup: living/state/lock: locked by another process'
held_living() {
	rm -f ready
	cf-run --lock living/state/lock sh -c 'echo >ready; sleep 5' &
	pid=$!
	while [ ! -e ready ]; do sleep 0.05; done
	"$@"
	status=$?
	kill "$pid"
	wait "$pid" 2>/dev/null
	return "$status"
}
check 'restore does' 75 held_living cf-backup restore -C living --lock-wait 0.3 st/backups/backup_20240229_020000.tar.gz
check 'nothing changed then' 0 same_state living before

# ---- copies elsewhere

check 'a command gets the backup' 0 cf-backup create --now 2024-03-04T02:00:00Z \
    --to-command 'cat >"copy-$CF_BACKUP_NAME"' copies
check 'all of it' 0 cmp copies/backup_20240304_020000.tar.gz copy-backup_20240304_020000.tar.gz
err='cf-backup: the command for the copy ended with status 3'
check 'its status counts' 4 cf-backup create --now 2024-03-05T02:00:00Z --to-command 'cat >/dev/null; exit 3' copies
err='cf-backup: the command for the copy took 0 of N bytes'
check 'and that it read everything' 4 sh -c 'cf-backup create --now 2024-03-06T02:00:00Z --to-command true copies 2>err
    s=$?; sed "s/of [0-9]*/of N/" err >&2; exit $s'
out='3 1 2'
check 'the backup stands anyway; the log has it' 0 sh -c 'echo $(ls copies/*.gz | wc -l) \
    $(grep -c " copy ok " copies/backup_log.txt) $(grep -c " copy failed " copies/backup_log.txt)'

# ---- drill

cf-backup create --now 2024-03-07T02:00:00Z drills
rm -r st/models/market/two
ln -sfn one st/models/market/current
err='*' out='*'
check 'a drill with a model in use that is no model' 1 cf-backup drill drills
cf-backup create --now 2024-03-08T02:00:00Z drills
out='good,files,models,forecasts
1,8,1,2'
check 'a drill' 0 sh -c 'cf-backup drill drills | cut -d , -f 2,3,5,6'
out='cashflow_backup_drill_success 1'
check 'its metric' 0 grep '^cashflow_backup_drill_success' st/metrics/backup.prom
flip drills/backup_20240308_020000.tar.gz 3000
out='*' err='*'
check 'a drill with a damaged backup' 1 cf-backup drill drills
out='cashflow_backup_drill_success 0'
check 'its metric then' 0 grep '^cashflow_backup_drill_success' st/metrics/backup.prom
check 'drills leave nothing' 0 sh -c '! ls "$TMPDIR" | grep cf-backup-drill'

# ---- options

err='cf-backup: list takes no option --to; try "cf-backup --help"'
check 'an option of another action' 2 cf-backup list --to x
err='cf-backup: diff: too few operands; try "cf-backup --help"'
check 'too few operands' 2 cf-backup diff x
err='cf-backup: create: too many operands; try "cf-backup --help"'
check 'too many operands' 2 cf-backup create x y
err='cf-backup: unknown part: "state"'
check 'an unknown part' 2 cf-backup create --only models,state x
err='cf-backup: unknown action: "make"; try "cf-backup --help"'
check 'an unknown action' 2 cf-backup make
err='cf-backup: no action; try "cf-backup --help"'
check 'no action' 2 cf-backup
err='cf-backup: option --now: not a time YYYY-MM-DDTHH:MM:SSZ: "yesterday"'
check 'a wrong time' 2 cf-backup prune --now yesterday

finish
