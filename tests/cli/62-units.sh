#!/bin/sh
# The units and examples of cf-serve: systemd finds no fault, the exposure is at most 1.5, and nginx takes its file.
. "$CF_TOP/tests/cli/lib.sh"

units='cf-serve.service cf-serve@.service'

# as they are after installation, the program where it was built
server=$CF_B/cf-serve
[ -x "$server" ] || server=/bin/true
mkdir units
for unit in $units; do
	sed "s|^ExecStart=cf-serve|ExecStart=$server|" "$CF_TOP/data/systemd/$unit" >"units/$unit"
	out=1
	check "$unit starts cf-serve" 0 grep -c "^ExecStart=$server" "units/$unit"
	# the address family of a socket that is passed need not be allowed: nothing else is
	out='RestrictAddressFamilies=AF_UNIX'
	check "$unit opens no network" 0 grep '^RestrictAddressFamilies=' "units/$unit"
done
cp "$CF_TOP/data/systemd/cf-serve.socket" units/
out='CPUQuota=50%
MemoryMax=512M'
check 'cf-serve.service is bounded' 0 sh -c 'grep -E "^(MemoryMax|CPUQuota)=" units/cf-serve.service | sort'

if command -v systemd-analyze >/dev/null; then
	# Folders that only root or a booted system has.
	export SYSTEMD_LOG_LEVEL=warning
	check 'systemd-analyze verify' 0 systemd-analyze verify --man=no "$PWD/units/cf-serve.socket" \
	    "$PWD/units/cf-serve.service" "$PWD/units/cf-serve@1.service"
	for unit in $units; do
		out='*' err='*'
		check "$unit: exposure at most 1.5" 0 systemd-analyze security --no-pager --offline=yes --threshold=15 \
		    "$PWD/units/$unit"
		out='*' err='*'
		check "$unit: the limit is judged at all" 1 systemd-analyze security --no-pager --offline=yes --threshold=1 \
		    "$PWD/units/$unit"
	done

	# with a process for each connection
	mkdir units/cf-serve.socket.d
	cp "$CF_TOP/data/examples/accept.conf" units/cf-serve.socket.d/
	rm units/cf-serve.service
	check 'systemd-analyze verify, Accept=yes' 0 env SYSTEMD_UNIT_PATH="$PWD/units:" systemd-analyze verify --man=no \
	    "$PWD/units/cf-serve.socket" "$PWD/units/cf-serve@1.service"
	mv units/cf-serve@.service units/other@.service
	out='*' err='*'
	check 'Accept=yes is seen: without a template it fails' 1 env SYSTEMD_UNIT_PATH="$PWD/units:" systemd-analyze verify \
	    --man=no "$PWD/units/cf-serve.socket"
else
	skip_one 'systemd-analyze' 'not installed'
fi

# a line of inetd has at least six words, and names the program it starts
out='ok'
check 'inetd.conf' 0 awk '!/^#/ && NF >= 7 && $2 == "stream" && $4 ~ /^nowait/ && $6 ~ /\/cf-serve$/ && $7 == "cf-serve" {
	print "ok" }' "$CF_TOP/data/examples/inetd.conf"

nginx=$(PATH=$PATH:/usr/sbin:/sbin command -v nginx)
if [ -n "$nginx" ] && command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out cert.pem 2>/dev/null
	{
		echo "pid $PWD/nginx.pid; error_log stderr;"
		echo 'events { }'
		echo 'http {'
		echo "access_log off; client_body_temp_path $PWD/b; proxy_temp_path $PWD/p; fastcgi_temp_path $PWD/f;"
		echo "uwsgi_temp_path $PWD/u; scgi_temp_path $PWD/s;"
		sed -e "s|/etc/ssl/certs/forecasts.pem|$PWD/cert.pem|" -e "s|/etc/ssl/private/forecasts.key|$PWD/key.pem|" \
		    "$CF_TOP/data/examples/nginx.conf"
		echo '}'
	} >nginx.conf
	err='*'
	check 'nginx -t' 0 "$nginx" -t -q -p "$PWD" -c "$PWD/nginx.conf"
	[ -z "$cf_bad" ] || cat got.err
else
	skip_one 'nginx -t' 'nginx or openssl is not installed'
fi

finish
