#!/bin/sh
# data/cron and data/systemd: the cron file is one, the timers say the same, units and hardening as systemd judges them, and
# what make install makes of them.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/install.sh"

units=$CF_TOP/data/systemd
cron=$CF_TOP/data/cron/cashflow

# jobs: the lines of the cron file that are jobs
jobs() {
	grep -v -e '^#' -e '^$' -e '^[A-Za-z_]*=' "$cron"
}

# ---- the cron file: settings, or five fields, a user, a command; as crontab(5) has it

out=''
check 'each field is a number in its range, or a star' 0 sh -c 'awk '"'"'
	function wrong(what) { print NR ": " what ": " $0 }
	function range(text, low, high,   ends, n, i) {
		if (text == "*")
			return 1
		n = split(text, ends, "-")
		for (i = 1; i <= n; i++)
			if (ends[i] !~ /^[0-9]+$/ || ends[i] < low || ends[i] > high || (i > 1 && ends[i] + 0 < ends[i - 1] + 0))
				return 0
		return n == 1 || n == 2
	}
	/^#/ || !NF || /^[A-Z_]+=/ { next }
	!range($1, 0, 59) { wrong("minute") }
	!range($2, 0, 23) { wrong("hour") }
	!range($3, 1, 31) { wrong("day") }
	!range($4, 1, 12) { wrong("month") }
	!range($5, 0, 7) { wrong("weekday") }
	$6 != "cashflow" { wrong("user") }
	NF < 7 { wrong("command") }
	/%/ { wrong("a percent sign is a line end") }'"'"' "$1"' sh "$cron"
check 'it ends with a line end' 0 sh -c 'tail -c 1 "$1" | od -An -c | grep -q "\\\\n"' sh "$cron"
out='4'
check 'its jobs' 0 sh -c 'grep -c "^[0-9*].* cashflow " "$1"' sh "$cron"
jobs >list
while read -r minute hour day month weekday user command; do
	echo "$command" >job
	check "the shell can read: $minute $hour $day $month $weekday $user $command" 0 sh -n job
done <list

# ---- cron and timers say the same

# calendar MINUTE HOUR DAY MONTH WEEKDAY: the same as systemd writes it
calendar() {
	echo "$@" | awk '
		function day(n) { return substr("SunMonTueWedThuFriSat", n % 7 * 3 + 1, 3) }
		{
			split($5, d, "-")
			text = $5 == "*" ? "" : day(d[1]) (d[2] == "" ? "" : ".." day(d[2])) " "
			printf "%s*-%s-%s %02d:%02d:00\n", text, $4 == "*" ? "*" : sprintf("%02d", $4),
			    $3 == "*" ? "*" : sprintf("%02d", $3), $2, $1
		}'
}
# key NAME FILE: its values, one a line
key() {
	sed -n "s/^$1=//p" "$2"
}
set -f
for unit in pipeline retrain backup drill; do
	service=$units/cashflow-$unit.service
	jobs | grep "notify $unit\$" >job
	read -r minute hour day month weekday user command <job
	out=$(calendar "$minute" "$hour" "$day" "$month" "$weekday")
	check "$unit: the same times" 0 key OnCalendar "$units/cashflow-$unit.timer"
	out=$(echo "$command" | sed -e 's/^{ //' -e 's/; }.*//' -e 's/ || .*//' -e 's/ && /\n/g')
	check "$unit: the same commands" 0 key ExecStart "$service"
	out='cashflow-notify@%p.service'
	check "$unit: somebody is told" 0 key OnFailure "$service"
	out=$(sed -n 's/^RETRAIN_DAYS=/RETRAIN_DAYS=/p' "$cron")
	[ "$unit" = pipeline ] || out=''
	check "$unit: the same settings" 0 key Environment "$service"
done
set +f
out=$(key CF_HOME "$cron")
check 'the same state folder' 0 sh -c 'sed -n "s/^Environment=CF_HOME=//p" "$1"/cashflow-.service.d/*.conf' sh "$units"

# ---- what systemd says

if command -v systemd-analyze >/dev/null; then
	for unit in pipeline retrain backup drill; do
		out=$(key OnCalendar "$units/cashflow-$unit.timer")
		check "$unit: the calendar is understood" 0 sh -c \
		    'systemd-analyze calendar "$1" | sed -n "s/.*Normalized form: //p"' sh "$out"
	done
	# programs that are not installed are none
	mkdir here
	cp -r "$units"/cashflow-* here/
	for f in here/*.service; do
		sed -i "s|=pipeline.sh|=$CF_TOP/pipeline.sh|; s|=cf-backup|=$CF_B/cf-backup|" "$f"
	done
	check 'units without fault' 0 env SYSTEMD_UNIT_PATH="$PWD/here:" systemd-analyze verify --man=no here/*.service here/*.timer
	for f in here/*.service; do
		out='*'
		check "hardening of ${f#here/}" 0 env SYSTEMD_UNIT_PATH="$PWD/here:" systemd-analyze security --offline=true \
		    --threshold=15 "$f"
	done
else
	skip_one 'what systemd says' 'no systemd-analyze'
fi

# ---- installed

if can_install; then
	out='*'
	check 'make install' 0 make_old install
	for f in "$units"/cashflow-*.service "$units"/cashflow-*.timer "$units"/cashflow-.service.d/*.conf; do
		check "${f#"$units"/} lies where systemd looks" 0 cmp "$f" "root/usr/lib/systemd/system/${f#"$units"/}"
	done
	check 'the cron file is at hand, and not in use' 0 cmp "$cron" root/usr/share/cashflow/cron/cashflow
	check 'make uninstall' 0 make_old uninstall
	check 'leaves nothing' 0 sh -c '! find root -type f | grep .'
fi

finish
