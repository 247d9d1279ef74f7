#!/bin/sh
# cf-model mlflow: the file store by the rules of its reader, a server on 127.0.0.1, secrets, refusals.
. "$CF_TOP/tests/cli/lib.sh"

server=$CF_B/tests/unit/test_track_mlflow
[ -x "$server" ] || skip 'the unit tests are not built'
unset MLFLOW_TRACKING_URI MLFLOW_EXPERIMENT_NAME MLFLOW_TRACKING_USERNAME MLFLOW_TRACKING_PASSWORD MLFLOW_TRACKING_TOKEN

# ---- two models of a state folder
CF_HOME=$PWD/state
export CF_HOME
models=$CF_HOME/models/market
mkdir -p "$models/20240105T020000Z-17" "$models/20240112T020000Z-18" "$CF_HOME/runs"
cf-features --horizon 5 -o features.csv "$CF_TOP/data/sample/bars.csv"
train() {
	cf-train -q --trees 5 --folds 2 --seed "$2" -o "$models/$1/model.cfm" features.csv >"$models/$1/metrics.json"
	cf-run --step train --run "$1" --reason weekly --record "$CF_HOME/runs/$1.ndjson" -- true
}
train 20240105T020000Z-17 1
train 20240112T020000Z-18 2
cf-model promote 20240105T020000Z-17

# store_faults FOLDER: what MLflow's FileStore and its migration do not take; nothing is right
store_faults() {
	for e in "$1"/*/; do
		e=${e%/}
		case ${e##*/} in
		models)		continue ;;
		*[!0-9]*)	echo "$e: not an ID of digits" ;;
		esac
		[ -f "$e/meta.yaml" ] || echo "$e: no meta.yaml"
		for key in artifact_location creation_time experiment_id last_update_time lifecycle_stage name; do
			grep -q "^$key: " "$e/meta.yaml" || echo "$e: no $key"
		done
		grep -q "^experiment_id: '${e##*/}'$" "$e/meta.yaml" || echo "$e: its ID is not quoted, or another"
		for r in "$e"/*/; do
			[ ! -d "$r" ] || run_faults "${r%/}" "${e##*/}"
		done
	done
	for m in "$1"/models/*/; do
		[ ! -d "$m" ] || model_faults "${m%/}"
	done
}
run_faults() {
	for key in artifact_uri end_time entry_point_name experiment_id lifecycle_stage run_id run_name run_uuid source_name \
	    source_type source_version start_time status tags user_id; do
		grep -q "^$key: ." "$1/meta.yaml" || echo "$1: no $key"
	done
	grep -Eq '^status: [1-5]$' "$1/meta.yaml" || echo "$1: status"
	grep -Eq '^start_time: [0-9]{13}$' "$1/meta.yaml" || echo "$1: start_time"
	grep -Eq '^end_time: [0-9]{13}$' "$1/meta.yaml" || echo "$1: end_time"
	grep -q "^experiment_id: '$2'$" "$1/meta.yaml" || echo "$1: another experiment"
	grep -q "^run_id: '${1##*/}'$" "$1/meta.yaml" || echo "$1: another run_id"
	grep -q "^run_uuid: '${1##*/}'$" "$1/meta.yaml" || echo "$1: another run_uuid"
	uri=$(sed -n "s/^artifact_uri: 'file:\/\/\(.*\)'$/\1/p" "$1/meta.yaml")
	[ -d "$(echo "$uri" | sed 's/%20/ /g; s/%C3%B6/ö/g')" ] || echo "$1: no artifacts at $uri"
	(cd "$1/metrics" && find . -type f | sed 's/^..//') | grep -Ev '^[A-Za-z0-9_/. -]{1,250}$'
	(cd "$1/metrics" && find . -type f -exec awk '
		NF != 3 || $0 != $1 " " $2 " " $3 || $1 !~ /^[0-9]+$/ || length($1) != 13 || $3 !~ /^[0-9]+$/ ||
		    $2 !~ /^-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?$/ { print FILENAME ": malformed: " $0 }' {} +)
	for f in "$1"/params/* "$1"/tags/*; do
		[ -f "$f" ] || echo "$f: not a file"
		[ "$(tail -c 1 "$f" | wc -l)" -eq 0 ] || echo "$f: ends in a newline"
		[ "$(wc -c <"$f")" -le 6000 ] || echo "$f: too long"
	done
	find "$1" -name '.*' -o -name '*.tmp'
}
model_faults() {
	grep -q "^name: '${1##*/}'$" "$1/meta.yaml" || echo "$1: another name"
	for v in "$1"/version-*/; do
		v=${v%/}
		for key in aliases creation_timestamp current_stage description last_updated_timestamp name run_id run_link source \
		    status status_message storage_location user_id version; do
			grep -q "^$key: ." "$v/meta.yaml" || echo "$v: no $key"
		done
		grep -q "^version: ${v##*-}$" "$v/meta.yaml" || echo "$v: another version"
		grep -q "^status: 'READY'$" "$v/meta.yaml" || echo "$v: status"
		id=$(sed -n "s/^run_id: '\(.*\)'/\1/p" "$v/meta.yaml")
		set -- "$1" "$(dirname "$(dirname "$1")")"/[0-9]*/"$id"/artifacts/model
		[ -f "$2/model.cfm" ] || echo "$v: no model"
	done
	for a in "$1"/aliases/*; do
		[ -f "$a" ] || continue
		[ -d "$1/version-$(cat "$a")" ] || echo "$a: no such version"
		[ "$(tail -c 1 "$a" | wc -l)" -eq 0 ] || echo "$a: ends in a newline"
	done
}

# ---- the file store
check 'export of two' 0 cf-model mlflow 20240105T020000Z-17 20240112T020000Z-18
check 'as the reader wants it' 0 store_faults state/mlruns
out='2'
check 'two runs' 0 sh -c 'cat state/mlruns/*/*/meta.yaml | grep -c "^run_id: "'
out='weekly'
check 'the reason of a run' 0 sh -c 'cat state/mlruns/*/*/tags/cashflow.reason | sed s/yw/y\\nw/ | uniq'
check 'the champion' 0 grep -qx 1 state/mlruns/models/cashflow-market/aliases/champion
digest() {
	(cd "$1" && find . -type f -exec cksum {} + | sort)
}
digest state/mlruns >before.txt
check 'again' 0 cf-model mlflow 20240105T020000Z-17 20240112T020000Z-18
out_file=before.txt
check 'changes nothing' 0 digest state/mlruns
cf-model promote 20240112T020000Z-18
err='*'
check 'promoted' 0 cf-model mlflow -v 20240112T020000Z-18
check 'the alias follows' 0 grep -qx 2 state/mlruns/models/cashflow-market/aliases/champion
check 'check only' 0 cf-model mlflow -n --store nowhere 20240112T020000Z-18
check 'writes nothing' 1 test -e nowhere

# a store of MLflow's own: its experiment is found, whatever its ID and quoting
mkdir -p own/7 own/0 "own/.trash/8"
printf 'artifact_location: x\nexperiment_id: "7"\nlifecycle_stage: active\nname: my flows\n' >own/7/meta.yaml
printf 'artifact_location: x\nexperiment_id: "0"\nlifecycle_stage: active\nname: Default\n' >own/0/meta.yaml
printf 'artifact_location: x\nexperiment_id: "8"\nlifecycle_stage: deleted\nname: old flows\n' >own/.trash/8/meta.yaml
cp own/0/meta.yaml default.yaml
check 'an experiment that is there' 0 cf-model mlflow --store own --experiment 'my flows' 20240105T020000Z-17
check 'is used' 0 sh -c 'ls own/7/*/meta.yaml >/dev/null'
check 'the others are left alone' 0 cmp default.yaml own/0/meta.yaml
err="cf-model: $PWD/own/.trash/8: the experiment was deleted in MLflow; restore it or name another: \"old flows\""
check 'an experiment that was deleted' 3 cf-model mlflow --store own --experiment 'old flows' 20240105T020000Z-17
check 'a folder with blanks' 0 cf-model mlflow --store 'a  ö' 20240105T020000Z-17
check 'is as the reader wants it' 0 store_faults 'a  ö'
check 'by MLFLOW_TRACKING_URI' 0 env MLFLOW_TRACKING_URI="file://$PWD/by-uri" cf-model mlflow 20240105T020000Z-17
check 'by MLFLOW_TRACKING_URI, a path' 0 env MLFLOW_TRACKING_URI=by-uri cf-model mlflow 20240105T020000Z-17
check 'one store' 0 store_faults by-uri
echo 'MLFLOW_EXPERIMENT_NAME=from the file' >c.conf
check 'an experiment by the configuration' 0 cf-model mlflow --config c.conf --store by-conf -m "$models" 20240105T020000Z-17
check 'is made' 0 grep -q "^name: 'from the file'" by-conf/[1-9]*/meta.yaml

# ---- what is refused
err='cf-model: mlflow wants the ID of a model; try "cf-model --help"'
check 'no ID' 2 cf-model mlflow
err='cf-model: state/models/market/none/model.cfm: No such file or directory'
check 'no such model, another after it' 1 cf-model mlflow --store three -m state/models/market none 20240105T020000Z-17
check 'which is exported' 0 test -d three/models/cashflow-market/version-1
err='cf-model: MLFLOW_TRACKING_URI: neither http, https nor a folder; for a database start "mlflow server" on it: "sqlite:///x"'
check 'a database' 2 env MLFLOW_TRACKING_URI=sqlite:///x cf-model mlflow 20240105T020000Z-17
err='cf-model: MLFLOW_TRACKING_URI: URL with a user name or password'
check 'a password in the URL' 2 env MLFLOW_TRACKING_URI=http://u:p@h/ cf-model mlflow 20240105T020000Z-17
err='cf-model: MLFLOW_TRACKING_USERNAME is set without MLFLOW_TRACKING_PASSWORD'
check 'half of a login' 2 env MLFLOW_TRACKING_URI=http://h/ MLFLOW_TRACKING_USERNAME=u cf-model mlflow 20240105T020000Z-17
: >full
err='*'
check 'a file where the store should be' 4 cf-model mlflow --store full 20240105T020000Z-17

# ---- the server
"$server" --serve port >server.log 2>&1 &
server_pid=$!
cf_mlflow_end() {
	status=$?
	kill "$server_pid" 2>/dev/null
	wait "$server_pid" 2>/dev/null
	cf_at_exit "$status"
}
trap cf_mlflow_end EXIT
while [ ! -s port ]; do sleep 0.02; done
MLFLOW_TRACKING_URI=http://127.0.0.1:$(cat port)/
export MLFLOW_TRACKING_URI

err='*'
check 'told' 0 cf-model mlflow -v 20240105T020000Z-17 20240112T020000Z-18
cp got.err said.txt
check 'says the versions' 0 grep -q 'version 2 of "cashflow-market"$' said.txt
wc -l <mlflow.log >lines.txt
digest state/mlruns >before.txt
check 'told again' 0 cf-model mlflow 20240105T020000Z-17 20240112T020000Z-18
out='2 runs, 2 versions, champion 2, 6 files'
summary() {
	awk '/"run_id": / { runs[$2]++ } /"source": / { versions++ } /"champion": / { gsub(/[",]/, ""); champion = $2 }
	    /\/artifacts\/m.*": / { files++ }
	    END { n = 0; for (r in runs) n++; print n " runs, " versions + 0 " versions, champion " champion ", " files " files" }' mlflow.state
}
check 'no run twice' 0 summary
check 'nothing is sent twice' 1 sh -c 'tail -n +$(($(cat lines.txt) + 1)) mlflow.log | grep -E "log-batch|PUT|runs/create|versions/create"'
check 'nothing refused but what may be there or not' 1 grep -Ev ' 200$|/get-by-name?[^ ]* 404$|/registered-models/create 400$' mlflow.log

# rules LINE...: see tests/unit/mlflow.h; requests count from one again
rules() {
	: >mlflow.log
	for rule; do
		echo "$rule"
	done >mlflow.rules
}
rules '1 503'
err='*'
check 'the server says later' 75 cf-model mlflow 20240105T020000Z-17
rules '2 lose'
err='*'
check 'a request is lost' 75 cf-model mlflow 20240105T020000Z-17
rules '2 400 INVALID_PARAMETER_VALUE'
err="cf-model: MLflow: 127.0.0.1:$(cat port): /api/2.0/mlflow/runs/search: HTTP status 400: by rule"
check 'the content is refused' 3 cf-model mlflow 20240105T020000Z-17
err='cf-model: MLflow: the experiment was deleted there; restore it or name another: "deleted"'
check 'a deleted experiment' 3 cf-model mlflow --experiment deleted 20240105T020000Z-17
rules plain old
err='*'
check 'an old server that takes no artifacts' 0 cf-model mlflow -v --experiment elsewhere 20240112T020000Z-18
cp got.err said.txt
check 'says so' 0 grep -q 'the server takes no artifacts$' said.txt

# secrets: by variable, by file; wrong ones are not shown
rules 'auth Bearer s3cret-token'
MLFLOW_TRACKING_TOKEN=s3cret-token
export MLFLOW_TRACKING_TOKEN
check 'a token' 0 cf-model mlflow 20240105T020000Z-17
MLFLOW_TRACKING_TOKEN=wr0ng-token
err='*'
check 'a wrong token' 2 cf-model mlflow 20240105T020000Z-17
cp got.err said.txt
check 'says what to check' 0 grep -q 'HTTP status 401: .*check MLFLOW_TRACKING_TOKEN' said.txt
check 'and does not show it' 1 grep -q wr0ng-token said.txt
unset MLFLOW_TRACKING_TOKEN
rules "auth Basic $(printf 'me:pass:word' | base64)"
echo pass:word >password
check 'user and password' 0 env MLFLOW_TRACKING_USERNAME=me MLFLOW_TRACKING_PASSWORD_FILE=password cf-model mlflow \
    20240105T020000Z-17
rules
check 'no secret in the store' 1 grep -rqE 's3cret|wr0ng|pass:word' state

# nobody there: the files are written all the same
kill "$server_pid"
wait "$server_pid" 2>/dev/null
err='*'
check 'the server is down' 75 cf-model mlflow --store four 20240105T020000Z-17
cp got.err said.txt
check 'says so' 0 grep -q "^cf-model: MLflow: 127.0.0.1:[0-9]*: " said.txt
check 'the file store has it' 0 test -d four/models/cashflow-market/version-1
finish
