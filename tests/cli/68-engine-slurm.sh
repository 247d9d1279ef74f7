#!/bin/sh
# pipeline.sh --engine slurm: the jobs as arrays of a SLURM that this scenario starts, a controller and two nodes on loopback
# with a munged, all of the user who tests; workers that are killed, a node that is lost, jobs that fail, runs that are
# stopped.
# shellcheck disable=SC2016 # flaws are scripts
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/engine.sh"
. "$CF_TOP/tests/cli/man.sh"
# shellcheck disable=SC2154 # of engine.sh
PATH=$PATH:/usr/sbin

# slurm_conf: one machine as two
slurm_conf() {
	user=$(id -un)
	name=$(uname -n)
	# three ports, all different
	until [ "$(echo "$ports" | sort -u | grep -c .)" = 3 ]; do
		ports=$(for i in 1 2 3; do "$CF_B/tests/unit/test_serve_hostile" --port; done)
	done
	# shellcheck disable=SC2086 # numbers
	set -- $ports
	cat <<-END
	ClusterName=test
	SlurmctldHost=$name(127.0.0.1)
	SlurmctldPort=$1
	SlurmUser=$user
	SlurmdUser=$user
	AuthType=auth/munge
	AuthInfo=socket=$PWD/munge.socket
	SlurmctldPidFile=$PWD/slurmctld.pid
	SlurmctldLogFile=$PWD/slurmctld.log
	SlurmdPidFile=$PWD/%n.pid
	SlurmdLogFile=$PWD/%n.log
	SlurmdSpoolDir=$PWD/spool.%n
	StateSaveLocation=$PWD/slurm
	SlurmdParameters=config_overrides
	ProctrackType=proctrack/linuxproc
	TaskPlugin=task/none
	SelectType=select/cons_tres
	SelectTypeParameters=CR_CPU
	MpiDefault=none
	ReturnToService=2
	KillWait=1
	SchedulerParameters=batch_sched_delay=0
	NodeName=east NodeHostname=$name NodeAddr=127.0.0.1 Port=$2 CPUs=2
	NodeName=west NodeHostname=$name NodeAddr=127.0.0.1 Port=$3 CPUs=2
	PartitionName=main Nodes=east,west Default=YES MaxTime=INFINITE State=UP
	END
}

# slurm_ends: stop the daemons that run
slurm_ends() {
	# shellcheck disable=SC2086 # numbers
	[ -z "$daemons" ] || kill $daemons 2>/dev/null
}

# slurm_setup: start them; what is missing, if it cannot be had
slurm_setup() {
	for program in sbatch squeue scancel scontrol slurmctld slurmd munged munge; do
		command -v $program >/dev/null || { echo "$program is not installed"; return; }
	done
	mkdir slurm spool.east spool.west
	ports=
	slurm_conf >slurm.conf
	export SLURM_CONF="$PWD/slurm.conf"
	head -c 128 /dev/urandom >munge.key
	chmod 400 munge.key
	munged -F --force --key-file="$PWD/munge.key" --socket="$PWD/munge.socket" --pid-file="$PWD/munged.pid" \
	    --seed-file="$PWD/munge.seed" --num-threads=2 >munged.log 2>&1 &
	daemons=$!
	trap 'slurm_ends; cf_at_exit $?' EXIT
	until_true munge -S munge.socket -n || { echo 'munged does not start:'; tail -n 1 munged.log; return; }
	slurmctld -D >slurmctld.out 2>&1 &
	daemons="$! $daemons"
	for node in east west; do
		slurmd -D -N $node >slurmd.out 2>&1 &
		daemons="$! $daemons"
	done
	until_true sh -c 'sinfo -h -o "%D %t" | grep -x "2 idle"' || {
		echo 'SLURM does not start:'
		tail -n 1 slurmctld.log
	}
}

slurm_setup >why
[ ! -s why ] || skip "$(tr '\n' ' ' <why)"
engine_setup slurm

check 'check' 0 engine many check
check 'a run' 0 engine many run
check 'gives the same' 0 same many
out='east
west'
check 'on both nodes' 0 sh -c 'sed -n "s/^==== .* job .* on .* as \(east\|west\)$/\1/p" many/log/*-jobs.log | sort -u'

# by hand, as cashflow-scale(7) shows it; this SLURM counts no memory
mkdir shards
cp one/features/market.csv features.csv
cf-train --trees 200 -o one.cfm features.csv >one.json
block_of SLURM 1 "$CF_TOP/man/cashflow-scale.7" | sed 's/--mem=1G //' >array
block_of pipeline.sh 2 "$CF_TOP/man/cashflow-scale.7" >merge
out='*'
check 'an array of shards' 0 sh -e array
check 'their merge' 0 sh -e merge
check 'is the model of one run' 0 cmp one.cfm model.cfm

# killed with its program in the middle, then held up; SLURM itself tries neither again
echo STEP_RETRIES=2 >>my.conf
worker_killed

bad_data

# its node is lost: SLURM puts its jobs back into the queue by itself, to begin two minutes later unless they are told otherwise
flaw 'if [ $call = 1 ]; then
	scontrol update "nodename=$SLURMD_NODENAME" state=down reason=test
	exec sleep 60
fi'
until [ -f found ]; do
	sleep 0.2
	for id in $(scontrol -o show job | sed -n 's/^JobId=\([0-9]*\) .*JobState=PENDING Reason=BeginTime .*Restarts=1 .*/\1/p'); do
		scontrol update "jobid=$id" starttime=now
	done
done >hand.log 2>&1 &
hand=$!
check 'a node lost in the middle' 0 flawed lost run
: >found
wait $hand
check 'gives the same' 0 same lost
out=2
check 'the shard was tried again' 0 calls 2

err='*'
check 'no such partition' 4 env ENGINE_OPTIONS=--partition=nowhere STEP_RETRIES=0 CF_HOME=wrong pipeline.sh --config my.conf \
    --engine slurm run
cp got.err told
out=1
check 'sbatch tells' 0 grep -c '^sbatch: error: invalid partition specified: nowhere' told

run_ended TERM
check 'SIGTERM ends the run' 0 test $status = 143
check 'and its jobs' 0 until_true sh -c '! kill -0 "$(cat flaw/pid)" && [ -z "$(squeue -h)" ]'
run_ended KILL
check 'a run after one that was killed' 0 engine stop run
check 'gives the same' 0 same stop
check 'and has taken its jobs back' 0 until_true sh -c '! kill -0 "$(cat flaw/pid)" && [ -z "$(squeue -h)" ]'

slurm_ends
# shellcheck disable=SC2086 # numbers
wait $daemons 2>/dev/null
finish
