#!/bin/sh
# The version stands in configure.ac, and all that tells one tells that: programs, man pages as installed, cf.pc, the API, the
# changes, the Debian packages.  (make dist: 93; cf_version: test_face.)
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/install.sh"

version=$(sed -n 's/^AC_INIT(\[cashflow\], \[\(.*\)\])/\1/p' "$CF_TOP/configure.ac")
out='ok'
check 'it is a semantic version' 0 awk -v v="$version" 'BEGIN { print (v ~ /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$/ ? "ok" : v) }'
for p in "$CF_TOP"/cmd/cf-*.c; do
	p=$(basename "$p" .c)
	out="$p (cashflow) $version"
	check "$p --version" 0 "$p" --version
done
out="pipeline.sh (cashflow) $version"
check 'pipeline.sh --version' 0 env CF_BIN="$CF_B" "$CF_TOP/pipeline.sh" --version
out="## $version"
check 'the newest of the changes' 0 sh -c 'sed -n "s/^\(## [^ ]*\).*/\1/p" "$1" | head -n 1' sh "$CF_TOP/man/CHANGELOG.md"
out="cashflow ($version-1)"
check 'the Debian packages' 0 sh -c 'sed -n "1s/).*/)/p" "$1"' sh "$CF_TOP/data/debian/changelog"
out="$version"
check 'what the server says of itself' 0 sh -c 'printf "GET /openapi.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" |
    CF_HOME=none API_TOKEN=abcdefghijklmnopq cf-serve -q | sed -n "s/.*\"title\":\"cashflow\",\"version\":\"\([^\"]*\)\".*/\1/p"'

can_install || finish
out='*'
check 'make install' 0 make_old install
out="Version: $version"
check 'cf.pc' 0 grep '^Version' root/usr/lib/pkgconfig/cf.pc
for f in root/usr/share/man/man*/*; do
	out=".Os cashflow $version"
	check "${f##*/}" 0 grep '^\.Os' "$f"
done

finish
