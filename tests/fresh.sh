#!/bin/sh
# The two commands of the README on a fresh machine: `make fresh`, as root on a Debian-like system.
#
# Makes a minimal Debian 12 with git, make and a C compiler under $(B)/fresh (debootstrap's result is kept as
# $(B)/fresh-base.tar for the next time), puts a clone of HEAD there, gives it the package sources, proxy and name
# service of this machine, and runs `make demo` and `make check` in it; nothing else is prepared.  proc and dev are
# mounted in a mount namespace of its own, so no mount can be left behind; all its processes end with it.  The tree is
# removed when both commands pass.  The last line is check's, the status 77 where this cannot run.
set -u
cd "$(dirname "$0")/.." || exit 4
release=bookworm
include=git,make,gcc,libc6-dev,ca-certificates

skip() {
	echo "skipped: $1"
	exit 77
}
[ "$(id -u)" = 0 ] || skip 'make fresh needs root'
command -v apt-get >/dev/null || skip 'make fresh needs apt'
tests/deps.sh fresh || exit
unshare --mount --pid --fork true 2>/dev/null || skip 'make fresh needs mount and process namespaces'

mkdir -p "${B:=build}"
B=$(cd "$B" && pwd)
root=$B/fresh
rm -rf --one-file-system "$root"

# the sources of this machine that serve the release; none where it runs another system
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v r="$release" '$3 == r || index($3, r "-") == 1' | sort -u)
mirror=$(echo "$sources" | awk -v r="$release" '$3 == r { print $2; exit }')
eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
[ -z "${http_proxy:-}" ] || export http_proxy
[ -z "${https_proxy:-}" ] || export https_proxy

if [ ! -f "$B/fresh-base.tar" ]; then
	# shellcheck disable=SC2086 # no argument when there is no mirror
	debootstrap --variant=minbase --include="$include" "$release" "$root" $mirror >"$B/fresh-base.log" 2>&1 || {
		tail -n 20 "$B/fresh-base.log"
		echo 'fresh.sh: debootstrap failed' >&2
		exit 4
	}
	rm -f "$root"/var/cache/apt/archives/*.deb
	tar -cf "$B/fresh-base.tar.new" -C "$root" --one-file-system . && mv "$B/fresh-base.tar.new" "$B/fresh-base.tar"
else
	mkdir "$root" && tar -xpf "$B/fresh-base.tar" -C "$root"
fi || exit 4

[ -z "$sources" ] || echo "$sources" >"$root/etc/apt/sources.list"
apt-config dump | grep '^Acquire::' >"$root/etc/apt/apt.conf.d/80host"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
git clone -q --no-hardlinks . "$root/root/cashflow" || exit 4

# as on a machine just logged in to: root, a plain environment, no terminal
# shellcheck disable=SC2016 # for the shell inside
unshare --mount --pid --fork --kill-child sh -c '
	mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" || exit 4
	exec env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb ${http_proxy:+"http_proxy=$http_proxy"} \
	    ${https_proxy:+"https_proxy=$https_proxy"} chroot "$1" sh -c "cd /root/cashflow && make demo && make check"
' sh "$root" </dev/null
status=$?
if [ $status = 0 ]; then
	rm -rf --one-file-system "$root"
else
	echo "fresh.sh: failed with status $status; the tree is $root" >&2
fi
exit $status
