#!/bin/sh
# cashflow-scale(7): its commands for other engines, run here as such an engine runs them, and its Kubernetes job.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/man.sh"
page=$CF_TOP/man/cashflow-scale.7
yaml=$CF_TOP/data/examples/kubernetes-train.yaml

awk -F, 'NR == 1 || $1 <= "SIMFOOD" && $2 >= "2021-01-01"' "$CF_TOP/data/sample/bars.csv" >bars.csv
mkdir shards features
cf-features --set stock_price,volatility,rsi -o features.csv bars.csv
cp features.csv features/market.csv
cf-train --trees 200 -o one.cfm features.csv >one.json || skip 'cf-train does not work'

block_of pipeline.sh 2 "$page" >merge
check 'the merge of the page' 0 grep -q -e '--merge' merge

# merged: do the shards make the model of one run, by the command of the page?
merged() {
	rm -f model.cfm
	sh -e merge && cmp one.cfm model.cfm && rm -f shards/*.cfs
}

# ---- GNU parallel, without ssh

block_of 'GNU parallel' 1 "$page" | sed 's/-S [^ ]* //' >parallel.sh
if command -v parallel >/dev/null; then
	out='*'
	check 'GNU parallel: the shards' 0 env PARALLEL_HOME="$PWD" sh -e parallel.sh
	check 'make the model' 0 merged
else
	skip_one 'GNU parallel: the shards' 'GNU parallel is not installed'
fi

# ---- Kubernetes

out_file=$yaml
check 'Kubernetes: the page shows the file' 0 block_of Kubernetes 1 "$page"

# plain YAML: blanks only, steps of two, each line a key, an item or a line of a text that has begun with "|"
check 'its form' 0 awk '
	function wrong(why) {
		print FILENAME ":" FNR ": " why
		failed = 1
	}
	/\t/ { wrong("a tab") }
	/ $/ { wrong("a blank at the end") }
	/^ *#/ { next }
	{
		match($0, /^ */)
		deep = RLENGTH
	}
	text && deep >= text { next }
	{
		text = 0
		if (deep % 2)
			wrong("indented by an odd number")
		if (deep > last + 2 && !(item && deep == last + 4))
			wrong("indented too far")
		if ($0 !~ /^ *(- )*[A-Za-z]+:( .*)?$/ && $0 !~ /^ *- [^ :]+$/)
			wrong("neither a key nor an item")
		if (/^ *- \|$/)
			text = deep + 2
		item = /^ *- /
		last = deep
	}
	END { exit failed }' "$yaml"
if python3 -c 'import yaml' 2>/dev/null; then
	check 'it is YAML, of a job' 0 python3 -c '
import sys, yaml
job = yaml.safe_load(open(sys.argv[1]))
assert job["apiVersion"] == "batch/v1" and job["kind"] == "Job"
spec = job["spec"]
pod = spec["template"]["spec"]
shard, = pod["containers"]
assert spec["completionMode"] == "Indexed" and spec["backoffLimitPerIndex"] == 3 and pod["restartPolicy"] == "Never"
bad = spec["podFailurePolicy"]["rules"][1]
assert bad["action"] == "FailJob" and bad["onExitCodes"] == {"containerName": shard["name"], "operator": "In", "values": [2, 3]}
assert shard["volumeMounts"][0]["name"] == pod["volumes"][0]["name"] and shard["command"][:2] == ["sh", "-c"]
assert "/%d " % spec["completions"] in shard["command"][2]
open("command", "w").write(shard["command"][2])
' "$yaml"
else
	skip_one 'it is YAML, of a job' 'python3 has no yaml'
fi
awk '/^ *- \|$/ { inside = 1; next } inside && !/^              / { inside = 0 } inside { print substr($0, 15) }' "$yaml" >script
[ ! -f command ] || check 'its command' 0 cmp command script

# indexed: what Kubernetes does
indexed() {
	for i in 0 1 2 3 4 5 6 7; do
		JOB_COMPLETION_INDEX=$i sh -c "$(cat script)" || return
	done
}
check 'each index grows a shard' 0 indexed
check 'which make the model' 0 merged

finish
