#!/bin/sh
# pipeline.sh --engine parallel with HOSTS: the jobs go over ssh to an sshd on loopback, one machine under two names; a
# connection that is lost, a host that is gone.
# shellcheck disable=SC2016 # flaws are scripts
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/engine.sh"
# shellcheck disable=SC2154 # of engine.sh
command -v parallel >/dev/null || skip 'GNU parallel is not installed'

# ssh_setup: sshd of the user who tests, with keys and configuration of its own; what is missing, if it cannot be had
ssh_setup() {
	PATH=$PATH:/usr/sbin
	for program in sshd ssh ssh-keygen; do
		command -v $program >/dev/null || { echo "$program is not installed"; return; }
	done
	for key in host user; do
		ssh-keygen -q -t ed25519 -N '' -f $key.key
	done
	port=$("$CF_B/tests/unit/test_serve_hostile" --port)
	cat >sshd.conf <<-END
	ListenAddress 127.0.0.1
	Port $port
	HostKey $PWD/host.key
	AuthorizedKeysFile "$PWD/user.key.pub"
	StrictModes no
	UsePAM no
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	PermitRootLogin yes
	PidFile none
	END
	cat >ssh.conf <<-END
	Host east west
	HostName 127.0.0.1
	Port $port
	IdentityFile $PWD/user.key
	IdentitiesOnly yes
	StrictHostKeyChecking no
	UserKnownHostsFile $PWD/known
	LogLevel ERROR
	Host gone
	HostName 127.0.0.1
	Port 9
	LogLevel ERROR
	END
	# as root it wants a folder that only a start of the system makes
	set -- "$(command -v sshd)" -D -e -f "$PWD/sshd.conf"
	[ "$(id -u)" != 0 ] || [ -d /run/sshd ] ||
	    set -- unshare -m sh -c 'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec "$@"' sh "$@"
	"$@" 2>sshd.log &
	sshd=$!
	trap 'kill $sshd 2>/dev/null; cf_at_exit $?' EXIT
	tries=0
	until ssh -F ssh.conf east true 2>>ssh.log; do
		tries=$((tries + 1))
		if [ $tries = 50 ] || ! kill -0 "$sshd" 2>/dev/null; then
			tail -n 1 sshd.log ssh.log
			return
		fi
		sleep 0.1
	done
}

ssh_setup >why
[ ! -s why ] || skip "$(tr '\n' ' ' <why)"
engine_setup parallel
export PARALLEL_SSH="ssh -F $PWD/ssh.conf" HOSTS='1/east 1/west'
check 'over ssh' 0 engine ssh run
check 'gives the same' 0 same ssh
out='east
west'
check 'on both hosts' 0 sh -c 'sed -n "s/^==== .* job .* on .* as .*\(east\|west\)$/\1/p" ssh/log/*-jobs.log | sort -u'

# the processes of sshd that serve this session die
flaw '[ $call != 1 ] || {
	session=
	p=$$
	until [ "$p" = "$(cat "$flaw/sshd")" ]; do
		[ "$(ps -o comm= -p "$p")" != sshd ] || session="$session $p"
		p=$(ps -o ppid= -p "$p" | tr -d " ")
	done
	kill -9 $session
	exec sleep 4224
}'
echo "$sshd" >flaw/sshd
check 'a connection lost in the middle' 0 flawed cut run
check 'gives the same' 0 same cut
out=2
check 'the shard was tried again' 0 calls 2

export HOSTS='1/gone 1/east'
check 'a host that is gone' 0 engine gone run
check 'gives the same' 0 same gone

kill "$sshd"
wait "$sshd" 2>/dev/null
finish
