#!/bin/sh
# Other compilers, C libraries and machines: tests/builds.sh BUILD-FOLDER [NAME...]   (called by `make builds`, T="NAME...")
#
#	clang	clang with -Werror; unit tests
#	lto	gcc -O3 -flto; unit tests of what computes, features, training, forecasts
#	musl	all of lib that needs no library, against musl, with -Werror; the unit tests of that
#	i386	a 32-bit machine, with all libraries; unit tests, training and forecasts
#	s390x	a big-endian machine in qemu, with all libraries: unit tests of numbers, days, tables, forests; model files are
#		refused and say why
#
# The models that the builds for this machine train have to be the same bytes.  Libraries of other machines come from Debian's
# packages, unpacked under BUILD-FOLDER/builds/root-NAME (debootstrap, kept for the next time); nothing is installed but
# compilers and qemu (tests/deps.sh builds).  One line for each build; status 1 when one failed.  Logs stay in
# BUILD-FOLDER/builds/NAME.log.
set -u
cd "$(dirname "$0")/.." || exit 4
top=$PWD
mkdir -p "$1/builds" || exit 4
b=$(cd "$1/builds" && pwd)
reference=$(cd "$1" && pwd)
shift
release=bookworm
libraries=libc6-dev,libjansson-dev,libgsl-dev,zlib1g-dev,libcurl4-openssl-dev,libarchive-dev,libsodium-dev,libssl-dev,check
units=$(for f in tests/unit/test_*.c; do f=${f##*/}; echo "${f%.c}"; done)

# made NAME CONFIG [TARGET...]: configure and build in builds/NAME, everything unless told
made() {
	name=$1
	config=$2
	shift 2
	[ $# -gt 0 ] || set -- all units
	make -j2 B="$b/$name" CONFIG="$config" "$@"
}

# passed NAME TEST...: run these tests of it
passed() {
	name=$1
	shift
	B=$b/$name T="$*" CF_TEST_LIMIT="${CF_TEST_LIMIT:-1800}" tests/run.sh
}

# wrapped COMMAND: programs run under this one, without Check's time limits
wrapped() {
	CF_WRAP=$1
	CK_FORK=no
	export CF_WRAP CK_FORK
}

# model PROGRAMS FILE [COMMAND]: train on some of the sample with the programs there
model() {
	awk -F, 'NR == 1 || $1 == "SIMBANK" || $1 == "SIMTECH"' data/sample/bars.csv >"$b/bars.csv"
	# shellcheck disable=SC2086 # a command, or none
	${3:-} "$1/cf-features" -q --set model --series data/sample/series.csv -o "$2.csv" "$b/bars.csv" &&
	    ${3:-} "$1/cf-train" -q --trees 20 -o "$2" "$2.csv" >"$2.json"
}

# same NAME: is the model of this build that of the reference?
same() {
	[ -x "$reference/cf-train" ] || make -j2 B="$reference" all
	[ -f "$b/reference.cfm" ] || model "$reference" "$b/reference.cfm"
	model "$b/$1" "$b/$1.cfm" && cmp "$b/reference.cfm" "$b/$1.cfm"
}

# root NAME: Debian's libraries for that machine
root() {
	[ ! -f "$b/root-$1.done" ] || return 0
	rm -rf "$b/root-$1"
	mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
	    awk -v r="$release" '$2 == r { print $1; exit }')
	eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
	[ -z "${http_proxy:-}" ] || export http_proxy
	[ -z "${https_proxy:-}" ] || export https_proxy
	# shellcheck disable=SC2086 # no argument when there is no mirror
	debootstrap --foreign --variant=minbase --arch="$1" --include="$libraries" "$release" "$b/root-$1" $mirror || return
	for f in "$b/root-$1"/var/cache/apt/archives/*.deb; do
		dpkg-deb -x "$f" "$b/root-$1" || return
	done
	rm -f "$b/root-$1"/var/cache/apt/archives/*.deb
	# links that would lead into this machine
	find "$b/root-$1" -type l -lname '/*' | while read -r link; do
		ln -sfn "$b/root-$1$(readlink "$link")" "$link"
	done
	: >"$b/root-$1.done"
}

# crossed NAME TRIPLET FOLDER [FLAGS]: the build for that machine; its libraries lie in FOLDER of its root
crossed() {
	PKG_CONFIG_SYSROOT_DIR=$b/root-$1
	PKG_CONFIG_LIBDIR=$b/root-$1/usr/lib/$3/pkgconfig:$b/root-$1/usr/share/pkgconfig
	export PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_LIBDIR
	made "$1" "--host=$2 --enable-werror CC='$2-gcc --sysroot=$b/root-$1' AR=$2-ar PKG_CONFIG=pkg-config CFLAGS='-O2 -g ${4:-}'"
}

build_clang() {
	# shellcheck disable=SC2086 # a list of words
	made clang "--enable-werror CC=clang CFLAGS='-O2 -g'" && same clang && passed clang $units
}

# Each link compiles anew: the programs, and the unit tests of the rooms that compute.
build_lto() {
	tested=$(echo "$units" | grep -E '^test_(base|table|forest|score|risk)_')
	# shellcheck disable=SC2046,SC2086 # lists of words
	made lto "--enable-werror CC=gcc CFLAGS='-O3 -g -flto=auto'" all $(echo "$tested" | sed "s|^|$b/lto/tests/unit/|") &&
	    same lto && passed lto $tested 13-features 20-train 21-predict
}

# foreign FILE...: those that need a library, by themselves or through a header
foreign() {
	for f; do
		# shellcheck disable=SC2086 # a list of words
		musl-gcc $flags -M -MG "$f" 2>/dev/null | tr ' ' '\n' |
		    grep -qE '^(jansson|zlib|archive|archive_entry|sodium|check|gsl/.*|curl/.*|openssl/.*)\.h$' && echo "$f"
	done
}

build_musl() {
	flags='-std=c11 -D_POSIX_C_SOURCE=200809L -O2 -g -ffp-contract=off -pthread -Wall -Wextra -Werror'
	flags="$flags -Ilib -Itests/unit/plain -I$b/musl"
	rm -rf "$b/musl"
	mkdir -p "$b/musl"
	printf '#define CF_VERSION "0"\n' >"$b/musl/config.h"
	foreign lib/*/*.c >"$b/musl/foreign"
	n=0
	for f in lib/*/*.c; do
		! grep -qxF "$f" "$b/musl/foreign" || continue
		# shellcheck disable=SC2086 # a list of words
		musl-gcc $flags -c -o "$b/musl/$(echo "$f" | tr / _).o" "$f" || return
		n=$((n + 1))
	done
	echo "$n files of lib compiled, $(wc -l <"$b/musl/foreign") need a library"
	ar rcs "$b/musl/libcf.a" "$b"/musl/*.o
	for t in base_buf base_day base_err base_num base_opt base_par base_rng feature_window forest_bins forest_exact forest_grow \
	    forest_image forest_oob forest_predict; do
		# shellcheck disable=SC2086 # a list of words
		musl-gcc $flags -Wno-clobbered -o "$b/musl/test_$t" "tests/unit/test_$t.c" "$b/musl/libcf.a" -lm || return
		(cd "$b/musl" && "./test_$t") || return
	done
}

build_i386() {
	root i386 || return
	# no x87: doubles are doubles
	crossed i386 i686-linux-gnu i386-linux-gnu '-msse2 -mfpmath=sse' || return
	wrapped "qemu-i386-static -L $b/root-i386"
	# shellcheck disable=SC2086 # a list of words
	passed i386 $units 20-train 21-predict
}

# needs_other COMMAND...: it is refused for the order of bytes, with status 4
needs_other() {
	"$@" >"$b/said" 2>&1
	status=$?
	cat "$b/said"
	[ "$status" = 4 ] && grep -q 'needs a little-endian machine' "$b/said"
}

build_s390x() {
	root s390x || return
	# float is computed as float
	crossed s390x s390x-linux-gnu s390x-linux-gnu -fexcess-precision=fast || return
	qemu="qemu-s390x-static -L $b/root-s390x"
	wrapped "$qemu"
	# of features all but those that compute for minutes
	passed s390x test_base test_table test_score test_forest test_feature_b test_feature_s test_feature_w test_feature_r test_keep_manifest test_keep_retain \
	    test_source || return
	# a model of another machine is refused, and none is made
	[ -f "$b/reference.cfm" ] || model "$reference" "$b/reference.cfm" || return
	# shellcheck disable=SC2086 # a list of words
	needs_other $qemu "$b/s390x/cf-predict" -m "$b/reference.cfm" "$b/reference.cfm.csv" &&
	    needs_other $qemu "$b/s390x/cf-train" -q --trees 2 -o "$b/s390x.cfm" "$b/reference.cfm.csv" && [ ! -f "$b/s390x.cfm" ]
}

[ $# -gt 0 ] || set -- clang lto musl i386 s390x
tests/deps.sh builds || exit
failed=0
for name; do
	# each by itself, so that no variable of one reaches another
	if ("build_$name") >"$b/$name.log" 2>&1; then
		echo "$name: ok, $(grep -E '^[0-9]+ passed, ' "$b/$name.log" | awk '{ n += $1 } END { print n + 0 }') tests"
	else
		echo "$name: FAILED, see $b/$name.log"
		failed=1
	fi
done
exit $failed
