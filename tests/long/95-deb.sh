#!/bin/sh
# make deb: the packages build, lintian finds nothing, and they are what they should be: what is in them, programs run
# from where they are unpacked, the library serves another program; and, where a small Debian can be made (root,
# debootstrap), installed there: user, folder, units, timers, cron, logrotate, a removal and a purge that keep the data.
. "$CF_TOP/tests/cli/lib.sh"

{ command -v dpkg-buildpackage && command -v dh && command -v lintian; } >/dev/null ||
    skip 'no dpkg-dev, debhelper or lintian'
version=$(sed -n 's/^AC_INIT(\[cashflow\], \[\(.*\)\])/\1/p' "$CF_TOP/configure.ac")
arch=$(dpkg --print-architecture)
deb=$PWD/build/deb

out='*'
check 'they build, and lintian finds nothing' 0 env B="$PWD/build" "$CF_TOP/tests/deb.sh"
[ -z "$cf_bad" ] || cat got.err
cp got.out said
cat said
check 'lintian has no word' 1 grep '^[EWIPXO]: ' said
main=$deb/cashflow_$version-1_$arch.deb
dev=$deb/libcf-dev_$version-1_$arch.deb
check 'the programs' 0 test -s "$main"
check 'the library' 0 test -s "$dev"
[ -z "$cf_bad" ] || finish
for f in "$main" "$dev"; do
	out="$version-1"
	check "the version of ${f##*/}" 0 dpkg-deb -f "$f" Version
	check "all is root's in ${f##*/}" 0 sh -c 'dpkg-deb -c "$1" | awk "\$2 != \"root/root\""' sh "$f"
done

# ---- what is in them

dpkg-deb -x "$main" x && dpkg-deb -x "$dev" y
for f in "$CF_TOP"/cmd/cf-*.c; do
	basename "$f" .c
done >names
echo pipeline.sh >>names
while read -r p; do
	check "$p" 0 test -x "x/usr/bin/$p"
	check "$p: page" 0 test -s "x/usr/share/man/man1/$p.1.gz"
	check "$p: bash" 0 test -s "x/usr/share/bash-completion/completions/$p"
	check "$p: zsh" 0 test -s "x/usr/share/zsh/vendor-completions/_$p"
done <names
for f in usr/lib/sysusers.d/cashflow.conf usr/lib/tmpfiles.d/cashflow.conf etc/cron.d/cashflow etc/logrotate.d/cashflow \
    lib/systemd/system/cf-serve.socket lib/systemd/system/cashflow-pipeline.timer usr/share/cashflow/sample/bars.csv \
    lib/systemd/system/cashflow-.service.d/20-debian.conf usr/share/doc/cashflow/changelog.gz \
    usr/share/doc/cashflow/README.Debian usr/share/doc/cashflow/copyright usr/share/man/man7/cashflow.7.gz; do
	check "$f" 0 test -s "x/$f"
done
check 'no state is in the package: it is not the package manager'"'"'s' 1 test -e x/var/lib/cashflow
check 'the cron file is in use only once' 1 test -e x/usr/share/cashflow/cron/cashflow
check 'the library'"'"'s example' 0 test -s y/usr/share/doc/libcf-dev/examples/train-and-predict.c
check 'the library'"'"'s page' 0 test -s y/usr/share/man/man3/cf.3.gz

# ---- they run from there, and pipeline.sh finds its parts

PATH=$PWD/x/usr/bin:$PATH
out="cf-train (cashflow) $version"
check 'a program' 0 cf-train --version
out='*' err='*'
check 'the demo' 0 env TREES=4 CF_HOME="$PWD/demo" x/usr/bin/pipeline.sh demo short
check 'has made forecasts' 0 test -s demo/predictions/market/2023-12-29.ndjson
if command -v cc >/dev/null && command -v pkg-config >/dev/null; then
	PKG_CONFIG_SYSROOT_DIR=$PWD/y
	PKG_CONFIG_PATH=$(find "$PWD/y" -name pkgconfig)
	export PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH
	check 'the example compiles' 0 sh -c \
	    'cc -o example y/usr/share/doc/libcf-dev/examples/*.c $(pkg-config --cflags --libs cf)'
	out='*' err='*'
	check 'and runs' 0 ./example demo/features/market.csv example.cfm
	out='*'
	check 'cf-model takes what it made' 0 cf-model verify example.cfm
fi

# ---- cron: a job is done where systemd does not run and there is a configuration

mkdir -p fake/bin
printf '#!/bin/sh\necho "${0##*/} $*"\n' | tee fake/bin/pipeline.sh >fake/bin/cf-backup
chmod +x fake/bin/*
sed -n 's/^[0-9*]* [0-9*]* [0-9*]* [0-9*]* [-0-9*]* cashflow //p' x/etc/cron.d/cashflow >jobs.txt
out=4
check 'jobs of cron' 0 sh -c 'wc -l <jobs.txt'
out=4
check 'which systemd makes idle' 0 grep -c '^\[ -d /run/systemd/system \] || ' jobs.txt
# job FOLDER: do all, with /run/systemd and /etc below that folder
job() {
	sed "s|/run/systemd/system|$1/systemd|; s|/etc/cashflow|$1/etc|" jobs.txt >jobs.sh
	CF_HOME=$1/home PATH=$PWD/fake/bin:$PATH sh jobs.sh
}
mkdir -p a/etc b/home b/systemd c/home d/etc
: >c/home/cashflow.conf
echo TREES=5 >b/home/cashflow.conf
check 'no configuration, no job' 0 job a
check 'where systemd runs, no job' 0 job b
echo TREES=5 >c/home/cashflow.conf
echo TREES=5 >d/etc/cashflow.conf
for where in c d; do
	out='pipeline.sh -q --reason schedule run
pipeline.sh -q --reason schedule retrain
cf-backup create -q
cf-backup prune -q
cf-backup drill -q'
	check "with a configuration, $where" 0 job $where
done

# ---- installed, in a Debian of its own

{ [ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null && unshare --mount --pid --fork true 2>/dev/null; } || {
	skip_one 'an installation' 'needs root, debootstrap, and namespaces'
	finish
}
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk '$2 == "bookworm" { print $1; exit }')
depends=$(dpkg-deb -f "$main" Depends | tr ',|' '\n' | sed -n 's/^ *\(lib[^ ]*\|zlib[^ ]*\).*/\1/p' | paste -s -d , -)
# shellcheck disable=SC2086 # no argument when there is no mirror
debootstrap --variant=minbase --include="systemd,cron,logrotate,$depends" bookworm root $mirror >debootstrap.log 2>&1 || {
	tail -n 3 debootstrap.log
	skip_one 'an installation' 'debootstrap failed'
	finish
}
cp "$main" "$dev" root/root/

# inside COMMAND...: in there, as on a machine just started
inside() {
	unshare --mount --pid --fork --kill-child sh -c '
		mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 4
		root=$1
		shift
		exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive \
		    chroot "$root" "$@"' sh "$PWD/root" "$@"
}
out='*' err='*'
check 'dpkg installs it' 0 inside sh -c 'dpkg -i /root/cashflow_*.deb'
[ -z "$cf_bad" ] || cat got.err
out='cashflow:/var/lib/cashflow:/usr/sbin/nologin'
check 'the user' 0 inside sh -c 'getent passwd cashflow | cut -d : -f 1,6,7'
out='cashflow cashflow 750'
check 'the state folder' 0 inside stat -c '%U %G %a' /var/lib/cashflow
out='cashflow-backup.timer
cashflow-drill.timer
cashflow-pipeline.timer
cashflow-retrain.timer'
check 'the timers begin at boot' 0 inside sh -c 'ls /etc/systemd/system/timers.target.wants | grep cashflow'
out=''
check 'the server does not, unless asked' 0 inside sh -c 'find /etc/systemd/system -name "cf-serve*"'
err='*' out=''
check 'the units have no fault' 0 inside sh -c 'cd /lib/systemd/system &&
	SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no cashflow-*.timer cashflow-[bdpr]*.service cashflow-notify@x.service cf-serve.socket cf-serve.service cf-serve@x.service 2>&1'
for unit in cashflow-pipeline.service cashflow-notify@x.service cf-serve.service cf-serve@x.service; do
	out='*' err='*'
	check "$unit: exposure at most 1.5" 0 inside systemd-analyze security --no-pager --offline=yes --threshold=15 "$unit"
	cp got.out got.security
	out='static'
	check "$unit: the package's user" 0 sh -c 'sed -n "s/.*Service runs under a \([a-z]*\) .*/\1/p" got.security'
done
out='*' err='*'
check 'the demo, as that user, in the state folder' 0 inside setpriv --reuid cashflow --regid cashflow --clear-groups \
    env TREES=4 CF_HOME=/var/lib/cashflow pipeline.sh demo short
check 'its forecasts' 0 inside test -s /var/lib/cashflow/predictions/market/2023-12-29.ndjson
inside sh -c 'echo "{}" >/var/lib/cashflow/log/audit.ndjson; chown cashflow: /var/lib/cashflow/log/audit.ndjson'
out='' err='*'
check 'logrotate' 0 inside logrotate -f /etc/logrotate.d/cashflow
out='/var/lib/cashflow/log/audit.ndjson.1 cashflow'
check 'has rotated the audit log' 0 inside sh -c 'stat -c "%n %U" /var/lib/cashflow/log/audit.ndjson*'
out='*' err='*'
check 'the same once more' 0 inside sh -c 'dpkg -i /root/cashflow_*.deb'
check 'the data is still there' 0 inside test -s /var/lib/cashflow/predictions/market/2023-12-29.ndjson
out='*' err='*'
check 'removed' 0 inside dpkg -r cashflow
check 'the data is still there' 0 inside test -s /var/lib/cashflow/predictions/market/2023-12-29.ndjson
out='*' err='*'
check 'purged' 0 inside dpkg -P cashflow
cp got.err purged
out='cashflow: /var/lib/cashflow is kept; to remove the data too: rm -r /var/lib/cashflow'
check 'which says so' 0 grep '^cashflow: ' purged
check 'the data is still there' 0 inside test -s /var/lib/cashflow/predictions/market/2023-12-29.ndjson
out=''
check 'but nothing of the package' 0 inside sh -c 'find / -xdev \( -name "*cashflow*" -o -name "cf-*" -o -name pipeline.sh \) \
	! -path "/proc/*" ! -path "/var/lib/cashflow*" ! -path "/root/*" | grep -v ^/var/lib/systemd/ || :'
out='*' err='*'
check 'again' 0 inside sh -c 'dpkg -i /root/cashflow_*.deb && touch /etc/cashflow/purge-data'
out='*' err='*'
check 'purged, as asked with the data' 0 inside dpkg -P cashflow
check 'which is gone' 1 inside test -e /var/lib/cashflow
check 'with what asked' 1 inside test -e /etc/cashflow

finish
