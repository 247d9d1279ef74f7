#!/bin/sh
# The floors of the library hold: a file includes only its own room and rooms on lower floors, and lib/ROOM/mod.c
# exports cf_mod_* only, so no two modules share a name.  The same checks are tried on a made-up tree that breaks each
# rule.
. "$CF_TOP/tests/cli/lib.sh"

# lowest first; rooms on one line may not include each other
floors='base
table http
source feature forest score keep
drift model track
risk
serve report face
cmd'

# includes FOLDER: print "ROOM FILE:LINE INCLUDED-ROOM" for every include of our own below FOLDER, with the path itself
# where it does not begin with a room; cmd/ is no room of the library, its own headers go by their names
includes() {
	(cd "$1" && find lib cmd -name '*.[ch]' 2>/dev/null | sort | xargs -r awk '
		/^[ \t]*#[ \t]*include[ \t]*"[^"]*"/ {
			path = $0
			sub(/^[^"]*"/, "", path)
			sub(/".*/, "", path)
			split(FILENAME, part, "/")
			own = part[1] == "cmd" ? "cmd" : part[2]
			if (path == "config.h" || (own == "cmd" && !index(path, "/")))
				next
			if (!index(path, "..") && index(path, "/"))
				path = substr(path, 1, index(path, "/") - 1)
			print own, FILENAME ":" FNR, path
		}')
}

# floors_broken FOLDER: print a line for every include that goes up or sideways, every unknown room
floors_broken() {
	{
		echo "$floors" | awk '{ for (i = 1; i <= NF; i++) print "floor", $i, NR }'
		(cd "$1" && for d in lib/*/; do [ -d "$d" ] && echo "room ${d#lib/}" | tr -d /; done)
		includes "$1"
	} | awk '
		$1 == "floor" && NF == 3 { floor[$2] = $3; next }
		$1 == "room" && NF == 2 { if (!($2 in floor)) print "lib/" $2 ": no such room"; next }
		$3 != $1 && (!($3 in floor) || floor[$3] >= floor[$1]) { print $2 ": " $1 " may not include " $3 }'
}

# names_broken FOLDER: print a line for every exported symbol that does not begin with cf_ and the module's name
names_broken() {
	(cd "$1" && find lib -name '*.o' 2>/dev/null | sort | while read -r o; do
		mod=$(basename "$o" .o)
		# names of the sanitizers and of the compiler begin with __
		nm -g "$o" | awk -v o="$o" -v mod="$mod" '
			NF == 3 && $2 ~ /[A-TV-Z]/ {
				sub(/^_cf_/, "cf_", $3)
				if ($3 != "cf_" mod && index($3, "cf_" mod "_") != 1 && $3 !~ /^__/)
					print o ": " $3 " is not cf_" mod "_*"
			}'
	done)
}

# twins FOLDER: print the names that two modules share
twins() {
	(cd "$1" && find lib -name '*.c' | sed 's|.*/||' | sort | uniq -d)
}

check 'includes keep to the floors' 0 floors_broken "$CF_TOP"

# objects of the sources that exist, for a build folder may hold older ones
objects() {
	mkdir -p now
	(cd "$CF_TOP" && ls lib/*/*.c 2>/dev/null) | while read -r c; do
		mkdir -p "now/${c%/*}"
		cp "$CF_B/${c%.c}.o" "now/${c%.c}.o"
	done
}
check 'every source has its object' 0 objects
check 'no two modules share a name' 0 twins "$CF_TOP"
check 'modules export their own names only' 0 names_broken now

# the checks see what they are for
mkdir -p bad/lib/base bad/lib/forest bad/lib/score bad/lib/attic bad/cmd
echo '#include "forest/grow.h"' >bad/lib/base/up.c
echo '#include "score/loss.h"' >bad/lib/forest/sideways.c
echo '#include "base/err.h"' >bad/lib/forest/down.h
echo '#include "own.h"' >bad/lib/forest/own.c
echo '#include "config.h"' >bad/lib/forest/config.c
echo '  #  include "../base/err.h"' >bad/lib/forest/around.c
echo '#include "forest/own.h"' >bad/lib/forest/own.h
echo '#include "attic/x.h"' >bad/lib/score/unknown.c
printf '#include "report/page.h"\n#include "main.h"\n' >bad/cmd/cf-x.c
: >bad/lib/attic/x.h
out='lib/attic: no such room
lib/base/up.c:1: base may not include forest
lib/forest/around.c:1: forest may not include ../base/err.h
lib/forest/own.c:1: forest may not include own.h
lib/forest/sideways.c:1: forest may not include score
lib/score/unknown.c:1: score may not include attic'
check 'an include upwards, sideways, around, without or of an unknown room is found' 0 floors_broken bad

echo 'int x;' >bad/lib/score/up.c
out='up.c'
check 'two modules of one name are found' 0 twins bad

if command -v cc >/dev/null; then
	echo 'int cf_up_a; int cf_upper; static int hidden; int other(void); int other(void) { return (hidden); }' >up.c
	check 'compile the bad module' 0 cc -fno-lto -c -o bad/lib/base/up.o up.c
	out='lib/base/up.o: cf_upper is not cf_up_*
lib/base/up.o: other is not cf_up_*'
	check 'a foreign exported name is found' 0 names_broken bad
else
	skip_one 'a foreign exported name is found' 'no cc'
fi

# ---- what lies in the house: the top level is fixed, what tests and programs leave does not come in
if git -C "$CF_TOP" rev-parse --git-dir >/dev/null 2>&1; then
	git -C "$CF_TOP" ls-files | cut -d/ -f1 | sort -u >tops
	printf '%s\n' .ci .clang-format .clang-tidy .env.example .gitignore LICENSE Makefile README.md cmd configure.ac data \
	    lib man pipeline.sh tests >rooms
	out_file=rooms
	check 'the top level holds nothing else' 0 cat tops
fi

finish
