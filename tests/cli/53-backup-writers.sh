#!/bin/sh
# cf-backup create while the state is written to: what comes back stood there together at one moment.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/backup.sh"

small_state st
mkdir -p st/models/market st/features
CF_HOME=st
export CF_HOME

# For ever: a new model, put to use, the features replaced and a record appended, each with the run's number; the oldest
# model goes.  As the pipeline does: files by rename, the link by rename, records by appending.
writer() {
	n=1
	while [ ! -e stop ]; do
		mkdir -p "st/models/market/m$n"
		echo "$n" >"st/models/market/m$n/.model.cfm.1.0.tmp"
		mv "st/models/market/m$n/.model.cfm.1.0.tmp" "st/models/market/m$n/model.cfm"
		echo "$n" >"st/models/market/m$n/metrics.json"
		ln -s "m$n" st/models/market/.current.1.tmp
		mv -T st/models/market/.current.1.tmp st/models/market/current
		echo "$n" >st/features/.a.csv.1.0.tmp
		mv st/features/.a.csv.1.0.tmp st/features/a.csv
		echo "$n" >>st/runs/all.ndjson
		[ $n -le 3 ] || rm -r "st/models/market/m$((n - 3))"
		n=$((n + 1))
		sleep 0.05
	done
}

# whole DIR: does the restored state make sense?
whole() {
	[ -e "$1/models/market/current" ] || return 0
	m=$(readlink "$1/models/market/current")
	m=${m#m}
	test "$(cat "$1/models/market/current/model.cfm")" = "$m" || { echo "model $m is not whole"; return 1; }
	test "$(cat "$1/models/market/current/metrics.json")" = "$m" || { echo "metrics of $m are not there"; return 1; }
	f=$(cat "$1/features/a.csv" 2>/dev/null || echo 0)
	r=$(tail -n 1 "$1/runs/all.ndjson" 2>/dev/null || echo 0)
	# promoted, then features, then the record: none is ahead, none is more than one behind
	if [ "$f" -gt "$m" ] || [ "$r" -gt "$f" ] || [ $((m - r)) -gt 1 ]; then
		echo "model $m, features $f, record $r"
		return 1
	fi
	seq 1 "$r" | cmp -s - "$1/runs/all.ndjson" || [ "$r" = 0 ] || { echo "records up to $r are not whole"; return 1; }
}

many() {
	i=0
	while [ "$i" -lt "${CF_ROUNDS:-12}" ]; do
		i=$((i + 1))
		rm -rf shelf to
		cf-backup create --compress "$1" --lock-wait 5 shelf || return
		cf-backup restore --to to shelf || return
		whole to || return
	done
}

writer &
pid=$!
check 'gzip' 0 many gzip
check 'zstd' 0 many zstd
touch stop
wait $pid
check 'there was something to write about' 0 test "$(tail -n 1 st/runs/all.ndjson)" -gt 5
check 'no second names are left' 0 test ! -e st/state/backup.snapshot

# a state that may only be read: files are read where they are
if modes_bind; then
	mkdir dest
	chmod -R a-w st
	err='*'
	# the metrics cannot be written, and that is told
	# shellcheck disable=SC2086 # a list of words
	check 'a state that may only be read' 4 $plain cf-backup create dest
	chmod -R u+w st
	check 'the backup stands' 0 cf-backup restore --to read dest
	check 'and is the state' 0 diff -r st/runs read/runs
fi

finish
