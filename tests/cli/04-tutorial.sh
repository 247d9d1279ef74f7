#!/bin/sh
# The TUTORIAL of cashflow(7), typed by a stranger: its commands run in their order, in an empty folder, with nothing but
# what `make install` puts there.  Its ports are exchanged for free ones, and where there is no Prometheus its lines are
# left out.  So is the demo at its end, which takes as long as all the rest: 64-demo.sh runs it.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/install.sh"
. "$CF_TOP/tests/cli/man.sh"
[ -z "${CF_FLAVOUR:-}" ] || skip 'a scenario of minutes; each program of it has its own'
command -v curl >/dev/null || skip 'curl is not installed'
[ -x "$CF_B/tests/unit/test_http_server" ] || skip 'the unit tests are not built'

as_installed
commands_of TUTORIAL "$CF_TOP/man/cashflow.7" >commands
check 'there is a tutorial' 0 sh -c '[ $(wc -l <commands) -gt 40 ]'
check 'its demo is that of 64-demo.sh' 0 grep -q 'CF_HOME=[a-z]* pipeline.sh demo$' commands
grep -v 'pipeline.sh demo$' commands >fewer
mv fewer commands
if ! command -v promtool >/dev/null || ! command -v prometheus >/dev/null; then
	skip_one 'the alerts' 'Prometheus is not installed (tests/deps.sh monitor)'
	# shellcheck disable=SC2016 # the words stand in the page
	sed '/^mkdir watch/,/^until seen alerts/{ /^kill \$server/!d; }; /\$watch/d' commands >fewer
	mv fewer commands
fi
free_ports commands share/cashflow/prometheus/prometheus.yml

# what is started in the background ends with the script, however that ends
mkdir empty
{
	# shellcheck disable=SC2016 # for that script
	echo 'set -e; trap "kill \$server \$watch 2>/dev/null" EXIT; server=; watch='
	cat commands
	echo 'trap - EXIT'
} >script
out='*' err='*'
check 'each command of the tutorial' 0 sh -c 'cd empty && exec sh -v ../script'
[ "$cf_bad" = '' ] || tail -n 30 got.err | sed 's/^/    /'
cp got.out said.txt

# and what it promises comes to pass
check 'forecasts of eight symbols' 0 sh -c 'test "$(wc -l <empty/forecasts.csv)" -eq 9'
check 'the page' 0 test -s empty/cashflow/reports/latest.html
check 'the balance is in the report' 0 grep -q 'floor' said.txt
check 'the sealed copy is there' 0 sh -c 'cmp empty/cashflow/backups/backup_*.sealed empty/backup_*.sealed'
check 'the quarter of an hour holds' 0 sh -c 'test "$(wc -l <commands)" -lt 80'

finish
