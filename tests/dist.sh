#!/bin/sh
# The source archive: `make dist`.
#
# Where HEAD has the tag vVERSION, VERSION being that of configure.ac, the archive is that tree and nothing else:
# $(B)/cashflow-VERSION.tar.gz, always the same bytes.  Where there is no such tag it is a snapshot, called by the commit
# as well, and says so.  A tag that names another commit, and a tree with changes, are refused: nobody could tell later
# what was in the archive.
set -u
cd "$(dirname "$0")/.." || exit 4

# die STATUS TEXT
die() {
	echo "dist: $2" >&2
	exit "$1"
}
command -v git >/dev/null || die 4 'git is missing'
[ -e .git ] || die 2 'this is no clone; the archive is made from one'
version=$(sed -n 's/^AC_INIT(\[cashflow\], \[\(.*\)\])/\1/p' configure.ac)
changed=$(git status --porcelain) || exit 4
[ -z "$changed" ] || {
	echo "$changed" | head -n 10 >&2
	die 3 'the tree is not that of a commit: commit these, or put them away'
}
head=$(git rev-parse --verify HEAD) || exit 4
name=cashflow-$version
if tagged=$(git rev-parse -q --verify "refs/tags/v$version^{commit}"); then
	[ "$tagged" = "$head" ] || die 3 "v$version is another commit: check it out, or raise the version in configure.ac"
else
	name=$name+g$(echo "$head" | cut -c 1-12)
	echo "dist: HEAD has no tag v$version: a snapshot" >&2
fi
mkdir -p "${B:=build}"
new=$B/.$name.tar.$$
trap 'rm -f "$new" "$new.gz"' EXIT
git -c tar.umask=0022 -c core.autocrlf=false archive --format=tar --prefix="$name/" -o "$new" "$head" &&
    gzip -9n "$new" && mv "$new.gz" "$B/$name.tar.gz" || exit 4
echo "$B/$name.tar.gz"
