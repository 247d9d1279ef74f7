# shellcheck shell=sh disable=SC2154,SC2034,SC2153 # variables and functions of pipeline.sh
# engine.sh: the part of pipeline.sh that spreads a step over many machines.  The step NAME becomes two: NAME-jobs makes the
# parts, as jobs of the engine that ENGINE names, and NAME puts them together, to the same bytes as without an engine.
#
# A job is one command line that can run on any machine, in any order, twice or at the same time as itself: it reads files,
# and writes one file that appears whole.  The lines are in state/jobs/RUN/NAME/list; jobs.sh hands them to the engine and
# tells how they ended.  Machines share the files: state folder, inputs and programs have the same names on all of them.

# engines: for each the program that takes jobs, and its package; jobs.sh has a function for each
engines() {
	cat <<-'END'
	parallel	parallel	parallel
	slurm		sbatch		slurm-client
	END
}

# engine_there: is the engine of the configuration installed?
engine_there() {
	[ "$ENGINE" != none ] || return 0
	read -r program package <<-END
	$(engines | awk -v name="$ENGINE" '$1 == name { print $2, $3 }')
	END
	command -v "$program" >/dev/null ||
	    die 2 "ENGINE is $ENGINE, but there is no $program in PATH; install it (in Debian, $package), or set ENGINE=none"
	[ "$ENGINE" != parallel ] || parallel --version 2>/dev/null | grep -q '^GNU parallel' ||
	    die 2 'ENGINE is parallel, but parallel in PATH is not that of GNU; install it (in Debian, parallel)'
}

# forget_jobs: end and remove what other runs have left, which were killed or failed
forget_jobs() {
	for d in "$CF_HOME"/state/jobs/*; do
		[ "${d##*/}" != "$run_id" ] || continue
		for f in "$d"/*/slurm.id; do
			[ ! -f "$f" ] || scancel "$(cat "$f")"
		done
		rm -rf "$d"
	done
	rmdir "$CF_HOME/state/jobs" 2>/dev/null
}

# absolute FILE: its name from the root; a program may be one of PATH
absolute() {
	case $1 in
	/*)	echo "$1" ;;
	*/*)	echo "$(pwd)/$1" ;;
	*)	command -v "$1" ;;
	esac
}

# quoted WORD...: as sh reads them
quoted() {
	printf '%s\n' "$@" | sed "s/'/'\\\\''/g; s/.*/'&'/" | tr '\n' ' '
}

# begin_jobs NAME: no jobs yet for the step NAME; $jobs is their folder
begin_jobs() {
	mkdir -p "$CF_HOME/state/jobs/$run_id/$1" || exit 4
	jobs=$(cd "$CF_HOME/state/jobs/$run_id/$1" && pwd) || exit 4
	: >"$jobs/new" || exit 4
}

# job COMMAND...: one job more
job() {
	program=$(absolute "$1") || die 4 "$1 is not to be found"
	shift
	set -- "$program" "$@"
	[ "$STEP_MEMORY" = 0 ] || set -- "$(absolute "${bin}cf-run")" --memory "$STEP_MEMORY" -- "$@"
	echo "cd $(quoted "$(pwd)")&& exec $(quoted "$@")" >>"$jobs/new" || exit 4
}

# spread NAME: run the jobs as the step NAME-jobs; of the same jobs of a run that is gone on with only those that are missing
spread() {
	cmp -s "$jobs/new" "$jobs/list" || rm -f "$jobs"/*.status
	mv "$jobs/new" "$jobs/list" || exit 4
	step "$1-jobs" -- sh "$engine_folder/jobs.sh" run "$ENGINE" "$jobs" "$threads"
}

# end_jobs: their parts are put together
end_jobs() {
	rm -rf "$jobs"
	rmdir "$CF_HOME/state/jobs/$run_id" "$CF_HOME/state/jobs" 2>/dev/null
}

# parts COUNT KIND COMMAND...: the command, and behind it the names of the parts, $jobs/1.KIND and so on
parts() {
	count=$1
	kind=$2
	shift 2
	i=0
	while [ $i -lt "$count" ]; do
		i=$((i + 1))
		set -- "$@" "$jobs/$i.$kind"
	done
	"$@"
}

# spread_features NAME FILE COMMAND...: jobs are groups of files of bars
spread_features() {
	of=$1
	target=$2
	shift 2
	count=$(inputs | grep -c '^-b ')
	[ "$count" -lt "$SHARDS" ] || count=$SHARDS
	begin_jobs "$of"
	i=0
	while [ $i -lt "$count" ]; do
		i=$((i + 1))
		group=$i/$count
		with_inputs job "$@" -j "$threads" -o "$jobs/$i.csv"
	done
	group=''
	spread "$of"
	parts "$count" csv step "$of" -o "$target" -- sh "$engine_folder/jobs.sh" table
	end_jobs
}

# spread_fit NAME METRICS MODEL FEATURES FORECASTS COMMAND...: jobs are shards of the trees
spread_fit() {
	of=$1
	metrics=$2
	model=$3
	rows=$4
	forecasts=$5
	shift 5
	begin_jobs "$of"
	i=0
	while [ $i -lt "$SHARDS" ]; do
		i=$((i + 1))
		job "$@" -j "$threads" --shard "$i/$SHARDS" -o "$jobs/$i.cfs" "$rows"
	done
	spread "$of"
	merge "$@" -j "$JOBS" ${forecasts:+--forecasts "$forecasts"} --merge -o "$model"
	end_jobs
}

# merge COMMAND...: it gets the shards, and the features behind them
merge() {
	i=0
	while [ $i -lt "$SHARDS" ]; do
		i=$((i + 1))
		set -- "$@" "$jobs/$i.cfs"
	done
	step "$of" -o "$metrics" -- "$@" -- "$rows"
}

# spread_forecast NAME FILE FEATURES COMMAND...: jobs are runs of records
spread_forecast() {
	of=$1
	target=$2
	rows=$3
	shift 3
	begin_jobs "$of"
	count=$(awk -v most="$SHARDS" -v folder="$jobs" '
		NR == 1 { header = $0; next }
		{ row[n++] = $0 }
		END {
			count = n < most ? n : most
			if (count == 0)
				count = 1
			for (k = 1; k <= count; k++) {
				part = folder "/" k ".csv"
				print header >part
				while (i < n && int(i * count / n) < k)
					print row[i++] >part
				close(part)
			}
			print count
		}' "$rows") || exit 4
	i=0
	while [ $i -lt "$count" ]; do
		i=$((i + 1))
		job "$@" -j "$threads" -o "$jobs/$i.ndjson" "$jobs/$i.csv"
	done
	spread "$of"
	parts "$count" ndjson step "$of" -o "$target" -- cat
	end_jobs
}

engine_folder=$(cd "$from" && pwd) || exit 4
engine_there
[ -z "$run_id" ] || forget_jobs
# One job has one thread unless JOBS says more; an engine runs as many at a time as there is room for.
threads=$JOBS
[ "$JOBS" != 0 ] || threads=1
export HOSTS ENGINE_OPTIONS STEP_RETRIES
