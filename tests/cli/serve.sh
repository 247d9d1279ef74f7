# Helpers for the scenarios of cf-serve; to be read behind lib.sh.
# shellcheck shell=sh disable=SC2034,SC2119,SC2120,SC2154
#
# serve_model		m.cfm: a small model of holdings; skips the scenario where cf-train does not work
# serve ARGS...		start cf-serve on the Unix socket ./api.sock and wait until it answers; what it says goes to serve.log
# served		end it with TERM; its status is `served`
# ask PATH ARGS...	curl with the token, or with the header AUTH; status and body on stdout: "200 {...}"

server=

serve_model() {
	holding_features >f.csv
	cf-train -q --trees "${1:-3}" --folds 2 -j 1 --seed "${2:-1}" -o m.cfm f.csv >m.json || skip 'cf-train does not work'
}

serve() {
	# shellcheck disable=SC2086 # a list of words
	${CF_WRAP:-} cf-serve --listen ./api.sock -j 2 "$@" 2>serve.log &
	server=$!
	trap 'kill $server 2>/dev/null; cf_at_exit $?' EXIT
	for i in $(seq 300); do
		curl -s -o health.txt --unix-socket api.sock http://x/health 2>/dev/null && return 0
		kill -0 $server 2>/dev/null || break
		sleep 0.1
	done
	cat serve.log
	skip 'cf-serve does not start'
}

served() {
	kill "$server"
	wait "$server"
}

token() {
	cat "$CF_HOME/state/api-token"
}

ask() {
	path=$1
	shift
	curl -s --max-time 20 -w '%{http_code} ' -o body.txt --unix-socket "${SOCKET:-api.sock}" \
	    -H "${AUTH-Authorization: Bearer $(token)}" "$@" "http://x$path"
	cat body.txt
}
