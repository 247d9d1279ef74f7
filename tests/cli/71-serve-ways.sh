#!/bin/sh
# cf-serve: the three ways in, and what may happen to a server: new, bad and lost models, dead workers, signals, limits, TLS.
# shellcheck disable=SC2119 # no arguments are meant
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/serve.sh"

command -v cf-serve >/dev/null || skip 'cf-serve is not built'
CF_HOME=$PWD/home
export CF_HOME
unset API_TOKEN MODEL_PATH LISTEN_FDS
serve_model 3 2
cp m.cfm second.cfm
second=$(sed 's/.*"model":"\([^"]*\)".*/\1/' m.json)
serve_model
first=$(sed 's/.*"model":"\([^"]*\)".*/\1/' m.json)
mkdir -p home/models/market/one home/models/market/two home/models/market/bad
cp m.cfm home/models/market/one/model.cfm
cp second.cfm home/models/market/two/model.cfm
head -c 3000 m.cfm >home/models/market/bad/model.cfm
ln -s one home/models/market/current

# promote ID: as cf-model does
promote() {
	ln -s "$1" home/models/market/new
	mv -T home/models/market/new home/models/market/current
}

# within TEXT: until /health says it, two seconds at most
within() {
	for i in $(seq 20); do
		ask /health | grep -q "$1" && return 0
		sleep 0.1
	done
	ask /health
	return 1
}

# ---- pipes and sockets, one connection

in_file=request
printf 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n' >request
out='*'
err='*'
check 'a request on standard input' 0 cf-serve -q
cp got.out said.txt
check 'is answered on standard output' 0 grep -q "\"model\":\"$first\"" said.txt
check 'a stamp says that the model was verified' 0 grep -q "^$first " home/state/serve-verified
record='{"rsi":50}'
{
	printf 'POST /predict?fields=risk_flag HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n' "$(token)"
	printf 'Content-Length: %d\r\n\r\n%s' ${#record} "$record"
	printf 'GET /nowhere HTTP/1.0\r\n\r\n'
} >request
in_file=request out='HTTP/1.1 200 OK
{"risk_flag":0}
HTTP/1.1 404 Not Found'
check 'two requests' 0 sh -c 'cf-serve | tr -d "\r" | grep -E "^HTTP|^.\"risk"'
printf 'GET /health HTTP/1.1\r\n' >request
in_file=request
check 'half a request' 0 cf-serve
rm -f home/state/serve-counters
out=3
check 'a rate limit holds across processes' 0 sh -c '
	for i in 1 2 3 4 5 6; do
		printf "GET /forecasts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n" "$(cat home/state/api-token)" |
		    cf-serve --rate 3 | head -n 1
	done | grep -c " 429 "'
rm -f home/state/serve-counters

# ---- passed sockets

if command -v systemd-socket-activate >/dev/null; then
	systemd-socket-activate -l "$PWD/passed.sock" env CF_HOME="$CF_HOME" "$(command -v cf-serve)" -q 2>activate.log &
	server=$!
	for i in $(seq 50); do
		[ ! -S passed.sock ] || break
		sleep 0.1
	done
	out='*'
	check 'a socket passed by a manager' 0 env SOCKET=passed.sock sh -c '. "$CF_TOP/tests/cli/serve.sh"; ask /health'
	cp got.out said.txt
	check 'is served' 0 grep -q "^200 .*\"model\":\"$first\"" said.txt
	check 'and ended' 0 served
	systemd-socket-activate -a --inetd -l "$PWD/each.sock" env CF_HOME="$CF_HOME" "$(command -v cf-serve)" -q 2>activate.log &
	server=$!
	for i in $(seq 50); do
		[ ! -S each.sock ] || break
		sleep 0.1
	done
	out='*'
	check 'a process for each connection' 0 env SOCKET=each.sock sh -c '. "$CF_TOP/tests/cli/serve.sh"; ask /health && ask /health'
	cp got.out said.txt
	out=2
	check 'serves it' 0 grep -c "200 .*\"model\":\"$first\"" said.txt
	kill $server
	wait $server 2>/dev/null
else
	skip_one 'passed sockets' 'there is no systemd-socket-activate'
fi

# ---- models

serve
check 'the first model' 0 within "\"model\":\"$first\""
promote two
check 'a promoted one is taken' 0 within "\"model\":\"$second\""
promote bad
check 'a bad one is not' 0 within '"status":"degraded"'
out='*'
check 'why' 0 ask /health
cp got.out said.txt
check 'is said, and the old one goes on' 0 grep -q "^200 .*\"model\":\"$second\",\"reason\":\".*: model file is cut short\"" said.txt
promote one
check 'a good one heals' 0 within "\"status\":\"healthy\".*\"model\":\"$first\""
: >home/models/market/one/model.cfm
check 'emptied in place' 0 within '"status":"degraded"'
out='200 {"risk_flag":0}'
check 'the old one still answers' 0 ask '/predict?fields=risk_flag' -d "$record"
rm home/models/market/current
check 'no model at all' 0 within 'No such file'
out='200 {"risk_flag":0}'
check 'it answers even then' 0 ask '/predict?fields=risk_flag' -d "$record"
cp m.cfm home/models/market/one/model.cfm
promote one
check 'and recovers' 0 within "\"status\":\"healthy\".*\"model\":\"$first\""

# ---- workers and signals

for worker in $(ps -e -o pid= -o ppid= | awk -v server=$server '$2 == server { print $1 }'); do
	kill -9 "$worker"
done
check 'dead workers are replaced' 0 within "\"model\":\"$first\""
check 'which is said' 0 grep -q '^cf-serve: a worker was ended by signal 9$' serve.log
sleep 1
out='1'
check 'and counted' 0 sh -c 'curl -s --unix-socket api.sock http://x/metrics | grep -c "^cashflow_workers_lost_total 2$"'
out='*'
check 'a new token' 0 cf-serve --new-token other
cp got.out other.token
AUTH="Authorization: Bearer $(cat other.token)"
out='*'
check 'is not known yet' 0 ask /forecasts
cp got.out said.txt
check 'so 401' 0 grep -q '^401' said.txt
kill -HUP $server
sleep 1
out='404'
check 'after HUP it is' 0 sh -c '. "$CF_TOP/tests/cli/serve.sh"; AUTH=$1; ask /forecasts | cut -c 1-3' sh "$AUTH"
unset AUTH
echo 'x y' >>home/state/tokens
kill -HUP $server
sleep 1
check 'a mistake in the tokens is told' 0 grep -q '^cf-serve: .*/tokens:3: not NAME sha256' serve.log
out='404'
check 'and the old ones hold' 0 sh -c '. "$CF_TOP/tests/cli/serve.sh"; ask /forecasts | cut -c 1-3'
sed -i '$d' home/state/tokens

# again COMMAND...: until it succeeds, two seconds at most
again() {
	for i in $(seq 20); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}

# other_workers: end those there are, and wait for others
other_workers() {
	for worker in $(ps -o pid= --ppid $server); do
		kill -9 "$worker"
	done
	again ask /health >/dev/null
	sleep 0.5
}

# known TOKEN, unknown TOKEN
known() {
	AUTH="Authorization: Bearer $1" ask /forecasts | grep -q '^404'
}
unknown() {
	AUTH="Authorization: Bearer $1" ask /forecasts | grep -q '^401'
}

check 'the other token still holds' 0 known "$(cat other.token)"
sed -i '/^other /d' home/state/tokens
kill -HUP $server
check 'taken away, it does not' 0 again unknown "$(cat other.token)"
other_workers
check 'nor with workers started later' 0 unknown "$(cat other.token)"
err='*'
check 'it ends when asked' 0 served

# ---- the configuration

# measured TEXT: the answer has it
measured() {
	ask '/predict?fields=level,risk_flag,position_size' -d "$record" | grep -q "^200 .*$1"
}

serve --cache 100
check 'the level and the limit that are usual' 0 measured '"risk_flag":0,.*"level":0.9'
check 'asked once more, of the cache' 0 measured '"risk_flag":0,.*"level":0.9'
printf 'LEVEL=0.5\nVAR_LIMIT=0.001\nSIZING=var\n' >home/cashflow.conf
check 'a file changes nothing' 0 measured '"risk_flag":0,.*"level":0.9'
kill -HUP $server
check 'after HUP it does' 0 again measured '"risk_flag":1,"position_size":0.00[0-9]*,.*"level":0.5'
sed -i 's/LEVEL=.*/LEVEL=high/' home/cashflow.conf
kill -HUP $server
check 'a mistake is told' 0 again grep -q '^cf-serve: .*/cashflow.conf:1: LEVEL: not a number: "high"$' serve.log
check 'and what was holds' 0 measured '"risk_flag":1,.*"level":0.5'
other_workers
check 'also with workers started later' 0 measured '"risk_flag":1,.*"level":0.5'
rm home/cashflow.conf
kill -HUP $server
check 'without a file it is as usual' 0 again measured '"risk_flag":0,.*"level":0.9'
err='*'
check 'it ends' 0 served

# ---- audit, cache, limits

rm -f home/state/serve-counters
serve -q --audit audit.log --cache 100 --rate 4 --max-per-address 2 --timeout 1
for i in 1 2 3; do
	out='200 {"risk_flag":0}'
	check 'the same request' 0 ask '/predict?fields=risk_flag' -d "$record"
done
out='*'
check 'metrics' 0 ask /metrics
cp got.out said.txt
check 'the cache was asked' 0 grep -q '^cashflow_prediction_cache_total{result="hit"} 2$' said.txt
AUTH='Authorization: Bearer wrong'
out='*'
check 'a wrong token' 0 ask /forecasts
unset AUTH
ask /forecasts >/dev/null
out='429'
check 'too many' 0 sh -c 'curl -s -o b -D head --unix-socket api.sock -H "Authorization: Bearer $(cat home/state/api-token)" -w "%{http_code}\n" \
    http://x/forecasts'
check 'and when to come again' 0 grep -qE '^Retry-After: (1[0-5]|[1-9])' head
sleep 0.6
check 'the log has who and what' 0 grep -qE \
    '^\{"time":"20[^"]*","token":"first","address":"","method":"POST","path":"/predict","status":200,"bytes":16,"latency_us":[0-9]+\}$' audit.log
check 'never a token' 0 sh -c '! grep -q -e wrong -e "$(cat home/state/api-token)" audit.log'
mv audit.log audit.log.1
kill -HUP $server
sleep 1
ask /nothing >/dev/null
sleep 0.6
check 'it is rotated' 0 grep -q '"path":"/nothing"' audit.log
err='*'
check 'it ends' 0 served

# ---- TLS

if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=localhost 2>/dev/null
	port=$((20000 + $$ % 10000))
	cf-serve -q --listen 127.0.0.1:$port --tls-cert cert.pem --tls-key key.pem 2>serve.log &
	server=$!
	out='*'
	check 'TLS' 0 sh -c 'for i in $(seq 50); do curl -sf --cacert cert.pem https://localhost:'$port'/health && exit 0; sleep 0.1; done; exit 1'
	out='*'
	check 'a long answer' 0 curl -sf --cacert cert.pem https://localhost:$port/openapi.json
	check 'and two at once' 0 sh -c 'curl -sf -o b -o c --cacert cert.pem https://localhost:'$port'/health https://localhost:'$port'/metrics'
	err='*'
	check 'no old version' 35 curl -s --tls-max 1.1 --cacert cert.pem https://localhost:$port/health
	err='*'
	check 'it ends' 0 served
	err='cf-serve: key.pem: *'
	err='*'
	check 'a key of another certificate' 2 sh -c 'openssl genrsa -out other.pem 2048 2>/dev/null; cf-serve -n --tls-cert cert.pem --tls-key other.pem'
else
	skip_one 'TLS' 'there is no openssl'
fi

finish
