#!/bin/sh
# Look for faults in the source without running it (called by `make lint`, with B the build folder and COMPILE the
# compiler and its flags).  `tests/deps.sh lint` installs the tools.
#
# A tool that is not installed is skipped with a message; a finding of any other one fails.  The last line counts the
# checks, as a test does.  NAME arguments select checks: headers tidy cppcheck shell spell man size.
set -u
cd "$(dirname "$0")/.." || exit 4
B=${B:-build}
: "${COMPILE:=cc -std=c11 -D_POSIX_C_SOURCE=200809L -I$B -Ilib}"
jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
passed=0
failed=0
skipped=0

# have COMMAND
have() {
	command -v "$1" >/dev/null && return 0
	echo "lint: skipped: $1 is not installed"
	skipped=$((skipped + 1))
	return 1
}

# run WHAT COMMAND...: count it
run() {
	what=$1
	shift
	if "$@"; then
		echo "lint: $what: ok"
		passed=$((passed + 1))
	else
		echo "lint: $what: FAILED"
		failed=$((failed + 1))
	fi
}

# found PATTERN...: those files that exist
found() {
	for f; do
		[ ! -f "$f" ] || echo "$f"
	done
}

# Every header stands alone and may be included twice.
headers() {
	found lib/*/*.h | xargs -P "$jobs" -I '{}' sh -c '
		h=${1#lib/}
		printf "#include \"%s\"\n#include \"%s\"\nextern int cf_lint;\n" "$h" "$h" | '"$COMPILE"' -Werror -fsyntax-only -x c - || {
			echo "lint: $1 does not stand alone"
			exit 1
		}' sh '{}'
}

# gcc-only warning flags are none of clang-tidy's business
tidy() {
	flags=$(echo "$COMPILE" | tr ' ' '\n' | grep -E '^-(I|D|std=|pthread)' | tr '\n' ' ')
	# shellcheck disable=SC2086 # flags is a list of words
	found lib/*/*.c cmd/*.c | xargs -P "$jobs" -I '{}' sh -c '
		f=$1
		shift
		text=$(clang-tidy --quiet "$f" -- "$@" 2>&1) || {
			echo "$text"
			exit 1
		}' sh '{}' $flags
}

cpp_check() {
	mkdir -p "$B/cppcheck"
	# shellcheck disable=SC2046 # a list of words
	cppcheck -q -j "$jobs" --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
	    --suppress=missingIncludeSystem --suppress=ctuuninitvar --suppress=readdirCalled --suppress=normalCheckLevelMaxBranches --suppress=unmatchedSuppression \
	    --library=posix --cppcheck-build-dir="$B/cppcheck" -Ilib -I"$B" -D_POSIX_C_SOURCE=200809L \
	    $(found lib/*/*.c cmd/*.c)
}

scripts() {
	# shellcheck disable=SC2046 # a list of words
	shellcheck -x -P tests/cli $(found pipeline.sh .ci/run; find tests data -name '*.sh' 2>/dev/null | sort)
}

spelling() {
	# shellcheck disable=SC2046 # a list of words
	codespell -q 3 -L "${CODESPELL_IGNORE:-ans,te,nd,ot,fo,hist,som,implementors}" --skip='*.csv,*.gz,*.ndjson' \
	    $(found README.md Makefile configure.ac pipeline.sh .ci/run man/* tests/*.sh;
		find lib cmd tests/unit tests/cli tests/api tests/bench tests/fuzz data -type f \
		    ! -name '*.csv' ! -name '*.ndjson' 2>/dev/null | sort)
}

pages() {
	# shellcheck disable=SC2046 # a list of words
	text=$(mandoc -Tlint -Wwarning $(found man/*.[1-8]) 2>&1)
	[ -z "$text" ] || {
		echo "$text"
		return 1
	}
}

# any FILE...: is there at least one to look at?
any() {
	[ -n "$(found "$@")" ]
}

for check in "${@:-headers tidy cppcheck shell spell man size}"; do
	for one in $check; do
		case $one in
		headers)	any lib/*/*.h && run headers headers ;;
		tidy)		any lib/*/*.c cmd/*.c && have clang-tidy && run clang-tidy tidy ;;
		cppcheck)	any lib/*/*.c cmd/*.c && have cppcheck && run cppcheck cpp_check ;;
		shell)		have shellcheck && run shellcheck scripts ;;
		spell)		have codespell && run codespell spelling ;;
		man)		any man/*.[1-8] && have mandoc && run mandoc pages ;;
		size)		run size sh tests/size.sh -q ;;
		*)		echo "lint.sh: no such check: $one" >&2; exit 2 ;;
		esac
	done
done
if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ $failed = 0 ]
