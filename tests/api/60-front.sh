#!/bin/sh
# TLS by cf-serve itself, and by nginx and stunnel as data/examples has them, in front of it.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/api/ways.sh"

command -v openssl >/dev/null || skip 'openssl is not installed'
served_model
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout key.pem -out cert.pem 2>/dev/null || skip 'openssl makes no certificate'
front=''
trap 'status=$?; unfront; stop; cf_at_exit $status' EXIT

unfront() {
	[ -z "$front" ] || {
		kill "$front" 2>/dev/null
		wait "$front" 2>/dev/null
	}
	front=''
}

# secure WHAT URL: the API check and a load over TLS
secure() {
	i=0
	until curl -s --max-time 20 -o health.txt --cacert cert.pem "$2/health" || [ "$i" -gt 200 ]; do
		i=$((i + 1))
		sleep 0.1
	done
	out='*'
	check "$1: the API check" 0 sh "$CF_TOP/tests/api/check.sh" "$2" --cacert cert.pem
	[ "$cf_bad" = '' ] || tail -n 5 got.out ./*.log
	out='*'
	check "$1: a load" 0 cf-load -n 60 -c 4 --max-errors 0 --cacert cert.pem --lines bodies "$2/predict"
	out='*' err='*'
	check "$1: a certificate that is not trusted" 4 cf-load -n 2 "$2/health"
	out='*' err='*'
	check "$1: no TLS 1.1" 35 curl -s --cacert cert.pem --tls-max 1.1 -o /dev/null "$2/health"
}

# ---- by itself; a new certificate is taken by HUP

port=$("$clients" --port)
cf-serve -m model.cfm --rate 0 -j 1 --listen "127.0.0.1:$port" --tls-cert cert.pem --tls-key key.pem 2>serve.log &
pid=$!
secure 'by itself' "https://127.0.0.1:$port"
out='*' err='*'
check 'by itself: HTTP in the clear gets no forecast' 4 cf-load -n 2 -c 1 "http://127.0.0.1:$port/health"
serial() {
	openssl s_client -connect "127.0.0.1:$port" </dev/null 2>/dev/null | openssl x509 -noout -serial 2>/dev/null
}
serial >serial.old
check 'by itself: it has a certificate' 0 test -s serial.old
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 \
    -keyout key.new -out cert.new 2>/dev/null
mv key.new key.pem
mv cert.new cert.pem
kill -HUP "$pid"
renewed() {
	i=0
	while [ "$(serial)" = "$(cat serial.old)" ] || [ -z "$(serial)" ]; do
		i=$((i + 1))
		[ "$i" -lt 60 ] || return 1
		sleep 0.1
	done
}
check 'by itself: HUP takes a new certificate' 0 renewed
out='*'
check 'by itself: and serves by it' 0 sh "$CF_TOP/tests/api/check.sh" "https://127.0.0.1:$port" --cacert cert.pem
stop
check 'by itself: it ends well' 0 test "$status" = 0

# ---- behind others

by listen --rate 0 -j 1
ours=$port
outside=$("$clients" --port)
mine() {
	sed -e "s|/etc/ssl/certs/forecasts.pem|$PWD/cert.pem|" -e "s|/etc/ssl/private/forecasts.key|$PWD/key.pem|" \
	    -e "s|127.0.0.1:8000|127.0.0.1:$ours|" "$CF_TOP/data/examples/$1"
}
if command -v nginx >/dev/null; then
	{
		echo "daemon off; pid $PWD/nginx.pid; error_log stderr; events { } http {"
		echo "access_log off; client_body_temp_path $PWD/b; proxy_temp_path $PWD/p; fastcgi_temp_path $PWD/f;"
		echo "uwsgi_temp_path $PWD/u; scgi_temp_path $PWD/s;"
		# the burst is more than the example's, because all requests of the test have one address
		mine nginx.conf | sed -e "s|listen 443|listen 127.0.0.1:$outside|" -e 's|burst=20|burst=2000|'
		echo '}'
	} >front.conf
	nginx -p "$PWD" -c "$PWD/front.conf" 2>nginx.log &
	front=$!
	secure nginx "https://127.0.0.1:$outside"
	unfront
else
	skip_one nginx 'not installed'
fi
stunnel=$(command -v stunnel4 || command -v stunnel)
if [ -n "$stunnel" ]; then
	{
		echo 'foreground = yes'
		echo "pid ="
		mine stunnel.conf | sed "s|0.0.0.0:8443|127.0.0.1:$outside|"
	} >front.conf
	"$stunnel" "$PWD/front.conf" 2>stunnel.log &
	front=$!
	secure stunnel "https://127.0.0.1:$outside"
	unfront
else
	skip_one stunnel 'not installed'
fi
stop
finish
