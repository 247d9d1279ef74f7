# Helpers for the scenarios of tests/api; to be read behind lib.sh.  curl, and the tests' own clients, are needed.
# shellcheck shell=sh disable=SC2034,SC2154
#
# served_model		model.cfm, of the sample; bodies: 200 different ones
# by WAY ARGUMENTS...	start cf-serve with the model and ARGUMENTS in a WAY; $url, $port and $pid; says what is missing and
#			returns 1 where the WAY is not installed.  The ways:
#	listen		alone, in the foreground
#	activate	a listening socket passed by systemd-socket-activate
#	accept		a process for each connection, by systemd-socket-activate
#	inetd		the same by openbsd-inetd
#	tcpserver	the same by ucspi-tcp
#	xinetd		the same by xinetd, with the file of data/examples
# stop			end it; $status is the server's
#
# The model of all is model.cfm here, its state folder home, its token $API_TOKEN.

clients=$CF_B/tests/unit/test_serve_hostile
[ -x "$clients" ] || skip 'the unit tests are not built'
command -v cf-serve >/dev/null || skip 'cf-serve is not built'
command -v curl >/dev/null || skip 'curl is not installed'
PATH=$PATH:/usr/sbin:/sbin
API_TOKEN=tested_$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
CF_HOME=$PWD/home
export API_TOKEN CF_HOME
unset MODEL_PATH LISTEN_FDS LISTEN_PID API_TOKEN_FILE CREDENTIALS_DIRECTORY NOTIFY_SOCKET
mkdir -p home
pid=''
trap 'status=$?; stop; cf_at_exit $status' EXIT

served_model() {
	awk -F, 'NR == 1 || ($1 == "SIMBANK" || $1 == "SIMTECH") && n[$1]++ < 400' "$CF_TOP/data/sample/bars.csv" >bars.csv
	cf-features --horizon 5 -o features.csv bars.csv || skip 'cf-features does not work'
	cf-train -q -o model.cfm --trees 8 --folds 2 -j 1 features.csv >metrics.json || skip 'cf-train does not work'
	awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["volatility"] != "" && $at["sma_20"] != "" && $at["rsi"] != "" && n++ < 200 {
			printf "{\"data\":{\"stock_price\":%s,\"volatility\":%s,\"volume\":%s,\"sma_20\":%s,\"rsi\":%s}}\n",
			    $at["stock_price"], $at["volatility"], $at["volume"], $at["sma_20"], $at["rsi"]
		}' features.csv >bodies
}

by() {
	way=$1
	shift
	port=$("$clients" --port)
	url=http://127.0.0.1:$port
	set -- cf-serve -m "$PWD/model.cfm" "$@"
	case $way in
	listen)
		"$@" --listen "127.0.0.1:$port" 2>serve.log & ;;
	activate)
		command -v systemd-socket-activate >/dev/null || return 1
		systemd-socket-activate -l "127.0.0.1:$port" -E API_TOKEN -E CF_HOME -E PATH "$@" 2>serve.log & ;;
	accept)
		command -v systemd-socket-activate >/dev/null || return 1
		systemd-socket-activate -l "127.0.0.1:$port" --inetd -a -E API_TOKEN -E CF_HOME -E PATH "$@" 2>serve.log & ;;
	inetd)
		command -v inetd >/dev/null && inetd -h 2>&1 | grep -q -e -R || return 1
		program=$(command -v cf-serve)
		shift
		echo "127.0.0.1:$port stream tcp nowait.100000 $(id -un) $program cf-serve $*" >inetd.conf
		inetd -i "$PWD/inetd.conf" 2>serve.log & ;;
	xinetd)
		command -v xinetd >/dev/null || return 1
		program=$(command -v cf-serve)
		shift
		sed -e "s|\(port.*=\).*|\1 $port|" -e "s|\(user.*=\).*|\1 $(id -un)|" -e "s|/usr/local/bin/cf-serve|$program|" \
		    -e "s|\(server_args.*=\).*|\1 -q $*|" -e "s|\(env.*=\).*|\1 CF_HOME=$CF_HOME API_TOKEN=$API_TOKEN|" \
		    "$CF_TOP/data/examples/xinetd.conf" >xinetd.conf
		xinetd -f "$PWD/xinetd.conf" -filelog "$PWD/serve.log" -dontfork -pidfile "$PWD/xinetd.pid" & ;;
	tcpserver)
		command -v tcpserver >/dev/null || return 1
		tcpserver -H -R -l 0 -c 200 127.0.0.1 "$port" "$@" 2>serve.log & ;;
	esac
	pid=$!
	i=0
	until curl -s --max-time 20 -o health.txt "$url/health"; do
		i=$((i + 1))
		if [ $i -ge 300 ] || ! kill -0 "$pid" 2>/dev/null; then
			echo "$way: does not answer:"
			tail -n 20 serve.log
			exit 1
		fi
		sleep 0.1
	done
}

stop() {
	status=0
	[ -n "$pid" ] || return 0
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	status=$?
	pid=''
}
