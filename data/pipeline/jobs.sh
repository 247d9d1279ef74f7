#!/bin/sh
# jobs.sh: the jobs of one step of pipeline.sh on many machines; engine.sh makes them and calls this.
#
#	jobs.sh run ENGINE FOLDER THREADS
#			hand those of FOLDER that have not ended well to the engine, THREADS processors each, and wait for them
#	jobs.sh job FOLDER [I]
#			job I; without it the one that SLURM names; this is what the engine runs somewhere
#	jobs.sh table FILE...
#			tables with the same header as one
#
# FOLDER/list holds a command line for each job.  I.status tells how job I ended, I.log where it ran and what it said.
# A status of 0 to 3 is an answer, which would be the same anywhere; after any other one, or none, the job is tried again:
# by the engine where it can, else by cf-run, under which this runs.  It tries a step again that has ended with status 4,
# and then only the jobs without a status are left to do.
#
# To add an engine, write a function engine_NAME that runs job I for each I that `left` prints and comes back when all
# have ended, one way or the other, and give it a row in engine.sh and in the configuration's choices (lib/base/conf.c).
set -u

# warn TEXT...
warn() {
	echo "pipeline.sh: $*" >&2
}

# left: the numbers of the jobs without a status
left() {
	i=0
	while [ $i -lt "$count" ]; do
		i=$((i + 1))
		[ -f "$folder/$i.status" ] || echo $i
	done
}

# one I: run the job, and keep its status if that is an answer
one() {
	[ ! -f "$folder/$1.status" ] || return 0
	exec 2>>"$folder/$1.log" </dev/null || return 4
	host=$(uname -n)
	note "$1" "on $(place)"
	(eval "$(sed -n "$1p" "$folder/list")")
	status=$?
	note "$1" "status $status"
	[ $status -le 3 ] || return $status
	mine=$folder/.$1.$host.$$
	echo $status >"$mine" && mv "$mine" "$folder/$1.status"
}

# note I TEXT: a line in the log of job I
note() {
	echo "==== $(date -u +%Y-%m-%dT%H:%M:%SZ) job $1 of $count: $2" >&2
}

# place: the machine's name, and that by which the engine knows it
place() {
	case ${PARALLEL_SSHLOGIN:-${SLURMD_NODENAME:-:}} in
	:|"$host")	echo "$host" ;;
	*)		echo "$host as ${PARALLEL_SSHLOGIN:-$SLURMD_NODENAME}" ;;
	esac
}

# Jobs get no secrets: engines write down the environment, and send it to other machines.
forget_secrets() {
	for variable in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p'); do
		case $variable in
		*KEY*|*TOKEN*|*PASSPHRASE*|*PASSWORD*|*SECRET*|*CREDENTIALS*|*_proxy|*_PROXY|MLFLOW_*)	unset "$variable" ;;
		esac
	done
}

# ---- engines

# GNU parallel, here or over ssh; each host gets as many jobs at a time as it has processors for
engine_parallel() {
	# its files about hosts would go to ~/.parallel
	export PARALLEL_HOME="$folder"
	percent=$((100 / threads))
	set -f
	# shellcheck disable=SC2086 # words separated by blanks
	set -- $ENGINE_OPTIONS
	for host in $HOSTS; do
		set -- --sshlogin "$host" "$@"
	done
	set +f
	left >"$folder/left"
	parallel --will-cite --jobs "$((percent + !percent))%" --retries $((STEP_RETRIES + 1)) --quote "$@" \
	    sh "$self" job "$folder" '{}' <"$folder/left" &
	process=$!
	wait $process
}

stop_parallel() {
	kill "$process" 2>/dev/null
	wait "$process"
}

# A SLURM array.  A node that fails has its tasks queued again by SLURM; one that was killed is missing here.
engine_slurm() {
	# shellcheck disable=SC2086 # words separated by blanks
	id=$(sbatch --parsable --job-name "cashflow-$(basename "$folder")" --array "$(left | paste -s -d , -)" \
	    --cpus-per-task "$threads" --output "$folder/slurm.%a.log" $ENGINE_OPTIONS "$self" job "$folder") || return
	id=${id%%;*}
	echo "$id" >"$folder/slurm.id"
	nap=1
	while [ -n "$(left)" ]; do
		sleep $nap
		[ $nap -ge 10 ] || nap=$((nap + 1))
		# An array that has ended is forgotten after a while; a controller that does not answer may come back.
		queue=$(squeue -h -j "$id" 2>&1) && [ -z "$queue" ] && break
		case $queue in
		*'Invalid job id'*)	break ;;
		esac
	done
	rm -f "$folder/slurm.id"
}

stop_slurm() {
	[ ! -f "$folder/slurm.id" ] || scancel "$(cat "$folder/slurm.id")"
}

# ---- the step

# run: status 0 if all jobs have ended well
run() {
	rm -f "$folder"/*.log
	# what was no success may be one now
	for f in "$folder"/*.status; do
		[ ! -f "$f" ] || [ "$(cat "$f")" = 0 ] || rm -f "$f"
	done
	forget_secrets
	[ -z "$(left)" ] || {
		trap 'stop 143' TERM
		trap 'stop 130' INT
		trap 'stop 129' HUP
		"engine_$engine"
		trap - TERM INT HUP
	}
	logs
	verdict
}

# logs: what the engine and the jobs said; those that have not ended well come last
logs() {
	last=''
	for f in "$folder"/slurm.*.log; do
		[ ! -s "$f" ] || cat "$f" >&2
	done
	i=0
	while [ $i -lt "$count" ]; do
		i=$((i + 1))
		if [ "$(cat "$folder/$i.status" 2>/dev/null)" != 0 ]; then
			last="$last $i"
		elif [ -f "$folder/$i.log" ]; then
			cat "$folder/$i.log" >&2
		fi
	done
	for i in $last; do
		[ ! -f "$folder/$i.log" ] || cat "$folder/$i.log" >&2
	done
}

# stop STATUS: a signal came
stop() {
	trap '' TERM INT HUP
	"stop_$engine"
	exit "$1"
}

# verdict: how it went, as a status
verdict() {
	i=0
	lost=''
	while [ $i -lt "$count" ]; do
		i=$((i + 1))
		status=$(cat "$folder/$i.status" 2>/dev/null)
		case $status in
		0)	;;
		'')	lost="$lost $i" ;;
		*)
			warn "job $i of $count ended with status $status"
			return "$status" ;;
		esac
	done
	[ -z "$lost" ] || {
		warn "jobs of $count that did not end:$lost"
		return 4
	}
}

# table FILE...: a symbol is in one table only, as it must be in one file of bars
table() {
	{
		symbol=$(awk -F, '
			NR == 1 {
				header = $0
				print
			}
			FNR == 1 {
				if ($0 != header)
					exit 10
				symbol = ""
				next
			}
			$1 != symbol {
				symbol = $1
				if (seen[symbol]++) {
					print symbol >"/dev/stderr"
					exit 11
				}
			}
			{ print }' "$@" 2>&1 >&3)
	} 3>&1
	case $? in
	0)	return ;;
	10)	warn 'not all files of bars have the same columns, so features have not either: make them alike, or set ENGINE=none' ;;
	11)	warn "symbol in two files of bars: \"$symbol\"" ;;
	*)	return 4 ;;
	esac
	return 3
}

case $1 in
table)
	shift
	table "$@"
	exit ;;
run)	engine=$2 folder=$3 threads=$4 ;;
job)	folder=$2 ;;
esac
count=$(wc -l <"$folder/list") || exit 4
case $1 in
run)
	self=$(cd "$(dirname "$0")" && pwd)/jobs.sh || exit 4
	run ;;
job)	one "${3:-${SLURM_ARRAY_TASK_ID:-}}" ;;
esac
