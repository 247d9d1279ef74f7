#!/bin/sh
# make dist: the tagged tree, exactly, always the same bytes; what it refuses; and configuring and compiling need no git.
. "$CF_TOP/tests/cli/lib.sh"

{ command -v git && command -v make; } >/dev/null || skip 'no git, or no make'
version=$(sed -n 's/^AC_INIT(\[cashflow\], \[\(.*\)\])/\1/p' "$CF_TOP/configure.ac")
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE='2026-01-02T03:04:05Z' GIT_COMMITTER_DATE='2026-01-02T03:04:05Z'

# the source as it is, in a repository of its own
mkdir work
(
	cd "$CF_TOP" || exit 1
	if [ -e .git ] && git ls-files >/dev/null 2>&1; then
		git ls-files --cached --others --exclude-standard
	else
		find . -type f ! -path './build/*'
	fi
) | while read -r f; do
	[ ! -f "$CF_TOP/$f" ] || echo "$f"
done | tar -c -C "$CF_TOP" -T - | tar -x -C work
{ git init -q -b main work && git -C work add -A && git -C work commit -q -m 'all of it'; } || skip 'git does not work here'
commit=$(git -C work rev-parse HEAD | cut -c 1-12)

# dist: make dist, but for make's own words at a failure
dist() {
	(cd work && tests/dist.sh)
}
# below FOLDER OPTION...: the regular files there that find finds with these options
below() {
	(cd "$1" && shift && find . -type f "$@") | sed 's|^\./||' | LC_ALL=C sort
}

out="build/cashflow-$version+g$commit.tar.gz"
err="dist: HEAD has no tag v$version: a snapshot"
check 'without a tag it says so' 0 dist
git -C work tag "v$version"
out="build/cashflow-$version.tar.gz"
check 'of the tag' 0 make -s -C work dist
cp "work/build/cashflow-$version.tar.gz" first.tar.gz
touch work/Makefile work/README.md
out="$PWD/second/cashflow-$version.tar.gz"
check 'again, elsewhere, at another time, with other rights' 0 sh -c \
    'umask 077; TZ=Asia/Tokyo LC_ALL=C.UTF-8 make -s -C work dist B="$PWD/second"'
check 'the same bytes' 0 cmp first.tar.gz "second/cashflow-$version.tar.gz"

# ---- what is in it

tar -xzf first.tar.gz
tree=cashflow-$version
git -C work ls-tree -r --name-only HEAD | LC_ALL=C sort >names
out_file=names
check 'the files of the tag, and no others' 0 below "$tree"
git -C work ls-tree -r HEAD | awk '$1 == "100755" { sub(/.*\t/, ""); print }' | LC_ALL=C sort >names
out_file=names
check 'the same can be executed' 0 below "$tree" -perm -100
check 'the same bytes in each' 0 git --git-dir=work/.git --work-tree="$tree" diff --stat HEAD

# ---- what is refused

echo more >>work/README.md
err=' M README.md
dist: the tree is not that of a commit: commit these, or put them away'
check 'a changed file' 3 dist
git -C work checkout -q README.md
echo x >work/stray
err='?? stray
dist: the tree is not that of a commit: commit these, or put them away'
check 'a stray file' 3 dist
git -C work add stray && git -C work commit -q -m 'one more'
err="dist: v$version is another commit: check it out, or raise the version in configure.ac"
check 'a commit behind the tag' 3 dist
git -C work checkout -q "v$version"
out="build/cashflow-$version.tar.gz"
check 'the tag again' 0 dist
check 'is the same archive' 0 cmp first.tar.gz "work/build/cashflow-$version.tar.gz"

# ---- where there is no git

mkdir bin
printf '#!/bin/sh\necho "git was called" >&2\nexit 1\n' >bin/git
chmod +x bin/git
PATH=$PWD/bin:$PATH
err='dist: this is no clone; the archive is made from one'
check 'an unpacked archive makes none' 2 "$tree/tests/dist.sh"
out='*'
check 'it is configured and compiled' 0 make -C "$tree" B=build build/lib/base/num.o
out='*'
check 'and again' 0 make -C "$tree" B=build build/lib/face/version.o
out="$version"
check 'with its version' 0 sh -c 'strings -a "$1"/build/lib/face/version.o | grep -x "$2"' sh "$tree" "$version"

finish
