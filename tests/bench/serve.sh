#!/bin/sh
# cf-serve beside the usual Python stack (peer_fastapi.py: FastAPI, uvicorn, gunicorn with 4 workers, scikit-learn) and
# beside nginx that answers a constant of the same size: requests per second at 16 connections, 1,000 different bodies in
# turn, 200 trees, a token checked and requests counted; latency at half that rate; memory; one process a connection.
#
# Client (wrk, cf-load) and servers share the machine: on few processors the client takes a good part of them, which is
# against the faster ones.
#
#	BENCH_SECONDS	of each measurement (10)
#	BENCH_WORKERS	processes of cf-serve and nginx (as many as processors)
#	BENCH_PEERS	what to do besides our own (nginx fastapi inetd)
set -u
# shellcheck source=tests/bench/lib.sh
. "$CF_TOP/tests/bench/lib.sh"

seconds=${BENCH_SECONDS:-10}
workers=${BENCH_WORKERS:-$(nproc)}
PATH=$PATH:/usr/sbin:/sbin
# wanted NAME
wanted() {
	case " ${BENCH_PEERS-nginx fastapi inetd} " in
	*" $1 "*)	return 0 ;;
	*)	return 1 ;;
	esac
}
started=''
API_TOKEN=bench_$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
BODIES=$work/bodies
CF_HOME=$work/home
export API_TOKEN BODIES CF_HOME
trap 'for p in $started; do kill "$p" 2>/dev/null; done; wait; rm -rf "$work"' EXIT

for tool in cf-serve wrk python3; do
	command -v $tool >/dev/null || {
		echo "skipped: $tool is not there"
		exit 0
	}
done

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# server NAME COMMAND...: start it; its number is $pid; stopped at the end
server() {
	log=$work/$1.log
	shift
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	started="$started $pid"
}

stop() {
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# answers URL: wait until it answers a POST of the first body, 60 s at most; its answer is in $work/answer
answers() {
	i=0
	until head -n 1 "$BODIES" | curl -sf -o "$work/answer" -H 'Content-Type: application/json' \
	    -H "Authorization: Bearer $API_TOKEN" --data-binary @- "$1"; do
		i=$((i + 1))
		[ $i -lt 600 ] || {
			echo "$1 does not answer"
			return 1
		}
		sleep 0.1
	done
}

# hammer CONNECTIONS URL [WRK-OPTION...]: "requests/s p50_ms p99_ms errors"
hammer() {
	connections=$1
	url=$2
	shift 2
	wrk -t 1 -c "$connections" -d "${seconds}s" -s "$peers/post.lua" "$@" "$url" | awk '
		$1 == "wrk" { printf "%.1f %.3f %.3f %d\n", $2 / $3 * 1e6, $6 / 1000, $7 / 1000, $4 + $5 }'
}

# resident NAME PID: MiB of a process less what it maps of files called NAME
resident() {
	awk -v name="$1" '
		/^[0-9a-f]+-[0-9a-f]+ / { skip = name != "" && index($0, name) }
		/^Rss:/ && !skip { kib += $2 }
		END { printf "%.1f", kib / 1024 }' "/proc/$2/smaps" 2>/dev/null || echo -
}

# family PID: it and its children
family() {
	echo "$1"
	tr ' ' '\n' <"/proc/$1/task/$1/children" 2>/dev/null
}

# spent PID...: microseconds of processor that they and their children, ended or not, have used
spent() {
	for p; do
		cat "/proc/$p/stat" 2>/dev/null
	done | awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); sum += $12 + $13 + $14 + $15 } END { printf "%.0f", sum / hz * 1e6 }'
}

# driven NAME: the server of $pid at $port under wrk; a line of the table.  Sets $per_second and $cpu, of a request in
# microseconds.
driven() {
	# shellcheck disable=SC2046 # words
	before=$(spent $(family "$pid"))
	# shellcheck disable=SC2046 # words
	set -- "$1" $(hammer 16 "http://127.0.0.1:$port/predict")
	# shellcheck disable=SC2046 # words
	after=$(spent $(family "$pid"))
	per_second=$2
	cpu=$(awk -v a="$after" -v b="$before" -v r="$2" -v s="$seconds" 'BEGIN { printf "%.1f", (r > 0 ? (a - b) / (r * s) : 0) }')
	row "$1" "$2" "$cpu" "$3" "$4" "$5"
}

line='%-28s %10s %10s %8s %8s %6s\n'
# shellcheck disable=SC2059 # one format for all lines
row() {
	printf "$line" "$@"
}

# versus: ours against what was driven last, by the clock and by the processor (which other work disturbs less)
versus() {
	echo "	ours x: cache on $(ratio "$on" "$per_second"), off $(ratio "$off" "$per_second"); by the processor" \
	    "on $(ratio "$cpu" "$on_cpu"), off $(ratio "$cpu" "$off_cpu"); $(load)"
}

# ---- a model, bodies, the peers' model

cf-features -o "$work/features.csv" "$CF_TOP/data/sample/bars.csv" || exit 1
cf-train -q --trees "$trees" -o "$work/model.cfm" "$work/features.csv" >"$work/metrics.json" || exit 1
awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	$at["volatility"] != "" && $at["sma_20"] != "" && $at["rsi"] != "" && n < 1000 && NR % 11 == 0 {
		printf "{\"data\":{\"stock_price\":%s,\"volatility\":%s,\"volume\":%s,\"sma_20\":%s,\"rsi\":%s}}\n",
		    $at["stock_price"], $at["volatility"], $at["volume"], $at["sma_20"], $at["rsi"]
		n++
	}' "$work/features.csv" >"$BODIES"
echo "$(sort -u "$BODIES" | grep -c .) different bodies, $workers workers, $(nproc) processors; $(load)"
row server 'requests/s' 'cpu us' 'p50 ms' 'p99 ms' errors

# ---- ours, with and without the cache of predictions

for cache in on off; do
	port=$(free_port)
	size=0
	[ $cache = off ] || size=4096
	server serve cf-serve --listen "127.0.0.1:$port" -m "$work/model.cfm" --workers "$workers" --rate 1000000000 \
	    --cache "$size"
	answers "http://127.0.0.1:$port/predict" || {
		cat "$log"
		exit 1
	}
	cp "$work/answer" "$work/ours"
	driven "cf-serve, cache $cache"
	case $cache in
	on)	on=$per_second on_cpu=$cpu ;;
	off)	off=$per_second off_cpu=$cpu ;;
	esac
	if [ $cache = off ]; then
		echo "half of that, at 64 connections (latency from when a request was due):"
		cf-load -q -r "$(awk -v r="$off" 'BEGIN { printf "%.0f", r / 2 }')" -c 64 -d "$seconds" --lines "$BODIES" "http://127.0.0.1:$port/predict" |
		    sed 's/^/	/'
		for p in $(family "$pid"); do
			echo "	process $p: $(resident '' "$p") MiB, $(resident model.cfm "$p") MiB without the model"
		done
	fi
	stop "$pid"
done

# ---- nginx

if wanted nginx && command -v nginx >/dev/null; then
	port=$(free_port)
	cat >"$work/nginx.conf" <<-END
	daemon off; worker_processes $workers; pid $work/nginx.pid; error_log stderr;
	events { worker_connections 1024; }
	http {
		access_log off; keepalive_requests 1000000000; client_body_temp_path $work/b; proxy_temp_path $work/p;
		fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
		server { listen 127.0.0.1:$port; default_type application/json; return 200 '$(cat "$work/ours")'; }
	}
	END
	server nginx nginx -p "$work" -c "$work/nginx.conf"
	answers "http://127.0.0.1:$port/predict" || cat "$log"
	driven 'nginx, constant'
	versus
	stop "$pid"
else
	echo 'nginx: not installed, or not wanted'
fi

# ---- the Python stack

python=''
for candidate in python3 /usr/bin/python3; do
	wanted fastapi && "$candidate" -c 'import fastapi, uvicorn, gunicorn, sklearn, joblib, pandas' 2>/dev/null && python=$candidate && break
done
if [ -n "$python" ]; then
	port=$(free_port)
	"$python" "$peers/peer_fastapi.py" train "$work/features.csv" "$work/peer.joblib" >/dev/null || exit 1
	server peer env PEER_MODEL="$work/peer.joblib" "$python" -m gunicorn -w 4 -k uvicorn.workers.UvicornWorker \
	    --chdir "$peers" -b "127.0.0.1:$port" --log-level warning peer_fastapi:app
	if answers "http://127.0.0.1:$port/predict"; then
		hammer 16 "http://127.0.0.1:$port/predict" >/dev/null
		driven 'FastAPI, gunicorn -w 4'
		versus
		for p in $(family "$pid"); do
			echo "	process $p: $(resident '' "$p") MiB"
		done
	else
		cat "$log"
	fi
	stop "$pid"
else
	echo 'FastAPI, uvicorn, gunicorn, scikit-learn: not installed, or not wanted'
fi

# ---- a process for each connection

connections() {
	answers "http://127.0.0.1:$port/predict" || {
		cat "$log"
		return
	}
	cf-load -q -n 100 -c 8 --fresh --lines "$BODIES" "http://127.0.0.1:$port/predict" >/dev/null
	before=$(spent "$pid")
	cf-load -q -d "$seconds" -c 8 --fresh --lines "$BODIES" --format csv -o "$work/fresh.csv" "http://127.0.0.1:$port/predict"
	sleep 0.2
	awk -F, -v name="$1" -v a="$(spent "$pid")" -v b="$before" 'NR == 2 {
		printf "%-28s %10s connections/s, cpu %.2f ms each, p50 %s, p99 %s ms, %d errors\n", name, $6, (a - b) / $2 / 1000,
		    $13, $16, $10 + $11 }' "$work/fresh.csv"
}
wanted inetd || exit 0
echo "one process a connection, 8 at once; $(load)"
set -- -q -m "$work/model.cfm" --rate 1000000000
if command -v tcpserver >/dev/null; then
	port=$(free_port)
	server tcpserver tcpserver -H -R -l 0 -c 500 127.0.0.1 "$port" "$CF_B/cf-serve" "$@"
	connections tcpserver
	stop "$pid"
fi
if command -v inetd >/dev/null; then
	port=$(free_port)
	# inetd knows ports by name only where /etc/services has them; openbsd-inetd takes numbers
	echo "127.0.0.1:$port stream tcp nowait.1000000 $(id -un) $CF_B/cf-serve cf-serve $*" >"$work/inetd.conf"
	server inetd inetd -i "$work/inetd.conf"
	connections openbsd-inetd
	stop "$pid"
fi
if command -v systemd-socket-activate >/dev/null; then
	port=$(free_port)
	server activate systemd-socket-activate -l "127.0.0.1:$port" --inetd -a -E API_TOKEN -E CF_HOME "$CF_B/cf-serve" "$@"
	connections systemd-socket-activate
	stop "$pid"
fi
