#!/bin/sh
# Debian packages of this tree: `make deb`, on a Debian-like system.
#
# Copies the source to $(B)/deb/cashflow-VERSION, data/debian in it to debian/, and builds the packages there, source and
# binary, which are left in $(B)/deb; then lintian looks at them, and any tag fails.  No root is needed but to install
# what is missing.  DEB_BUILD_OPTIONS is dpkg-buildpackage's; without "check" in it the packages' own tests do not run,
# since make check has.
set -u
cd "$(dirname "$0")/.." || exit 4

{ command -v dpkg-buildpackage && command -v dh && command -v lintian; } >/dev/null || {
	echo 'deb.sh: needs dpkg-dev, debhelper and lintian; run tests/deps.sh deb' >&2
	exit 4
}
version=$(sed -n 's/^AC_INIT(\[cashflow\], \[\(.*\)\])/\1/p' configure.ac)
changelog=$(sed -n '1s/^cashflow (\(.*\)-[0-9]*) .*/\1/p' data/debian/changelog)
[ "$changelog" = "$version" ] || {
	echo "deb.sh: data/debian/changelog has version $changelog, configure.ac $version" >&2
	exit 3
}
case " ${DEB_BUILD_OPTIONS:-} " in
*' check '*)	;;
*)	DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:-} nocheck" ;;
esac
case $DEB_BUILD_OPTIONS in
*parallel=*)	;;
*)	DEB_BUILD_OPTIONS="$DEB_BUILD_OPTIONS parallel=$(getconf _NPROCESSORS_ONLN)" ;;
esac
export DEB_BUILD_OPTIONS

mkdir -p "${B:=build}" && rm -rf "$B/deb" && mkdir -p "$B/deb/cashflow-$version" || exit 4
deb=$(cd "$B/deb" && pwd)
# no link, no stray file: the folders and files of the layout
cp -R cmd lib man tests data Makefile configure.ac pipeline.sh README.md LICENSE "$deb/cashflow-$version/" || exit 4
cd "$deb" || exit 4
SOURCE_DATE_EPOCH=$(date -d "$(sed -n 's/^ -- .*>  //p' "cashflow-$version/data/debian/changelog" | head -n 1)" +%s) || exit 4
export SOURCE_DATE_EPOCH
tar -c --sort=name --owner=0 --group=0 --numeric-owner --mode=go-w --mtime="@$SOURCE_DATE_EPOCH" "cashflow-$version" |
    gzip -9n >"cashflow_$version.orig.tar.gz" || exit 4
cp -R "cashflow-$version/data/debian" "cashflow-$version/debian" || exit 4
# what was said to this make is not for the one in there
unset B MAKEFLAGS MFLAGS MAKEOVERRIDES MAKELEVEL
(cd "cashflow-$version" && dpkg-buildpackage -us -uc) >build.log 2>&1 || {
	tail -n 30 build.log
	echo "deb.sh: dpkg-buildpackage failed; all it said is in $deb/build.log" >&2
	exit 1
}
ls "$deb"/*.deb
cd "$deb" || exit 4
lintian --allow-root --pedantic --display-info --fail-on error,warning,info,pedantic ./*.changes
