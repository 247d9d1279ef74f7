#!/bin/sh
# The pages in man/: each program has one, its option list is that of --help, its EXAMPLES run, mandoc finds no fault.
# The commands of the README run too.
#
# Conventions: options stand in one list of items `.It Fl x , Fl -name Ar ARG` (or `.It Fl -name Ar ARG`), and no other
# list has items that begin with `.It Fl`.  Commands are as man.sh reads them.  Those of EXAMPLES run in order, in a folder
# that holds the files of data/sample and ./cashflow, the state folder of a demo on them, and each must end with status 0.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/install.sh"
. "$CF_TOP/tests/cli/man.sh"

as_installed

# options_of_page FILE: "letter name argument" for each option, - where it has none
options_of_page() {
	awk '
		/^\.It Fl / {
			letter = name = argument = "-"
			for (i = 2; i <= NF; i++) {
				if ($i == "Fl") {
					i++
					if ($i ~ /^-/)
						name = substr($i, 2)
					else
						letter = $i
				} else if ($i == "Ar") {
					argument = $(i + 1)
					for (i += 2; i <= NF && $i != ","; i++)
						argument = argument $i
				}
			}
			print letter, name, argument
		}' "$1" | sort
}

# options_of_help PROGRAM: the same from --help
options_of_help() {
	"$1" --help | awk '
		/^Options:$/ { inside = 1; next }
		!NF { inside = 0 }
		inside && /^  (-[A-Za-z], |    )--/ {
			letter = argument = "-"
			if ($1 ~ /^-[A-Za-z],$/) {
				letter = substr($1, 2, 1)
				sub(/^  -[A-Za-z], /, "")
			}
			name = substr($1, 3)
			# an argument is one blank behind the name, the text at least two or in its column
			rest = $0
			sub(/^ */, "", rest)
			sub(/^--[a-z0-9-]+/, "", rest)
			if (rest ~ /^ [^ ]/) {
				argument = substr(rest, 2)
				sub(/ .*/, "", argument)
			}
			print letter, name, argument
		}' | sort
}

for p in "$CF_B"/cf-* bin/pipeline.sh; do
	name=${p##*/}
	case $name in
	pipeline.sh)	;;
	*.*)	continue ;;
	esac
	page=$(ls "$CF_TOP/man/$name".[18] 2>/dev/null)
	check "$name has a page" 0 test -f "$page"
	[ -f "$page" ] || continue
	options_of_help "$name" >help.txt
	check "$name --help lists options" 0 test -s help.txt
	out_file=help.txt
	check "$name: the options of --help and page" 0 options_of_page "$page"
done

# the sandbox: what the examples find
sandbox() {
	cp share/cashflow/sample/*.csv "$1" && (cd "$1" && TREES=10 CF_HOME=cashflow pipeline.sh demo short)
}
mkdir sandbox
out='*' err='*'
check 'a demo for the examples' 0 sandbox sandbox

for page in "$CF_TOP"/man/*.[1-8]; do
	name=${page##*/}
	commands_of EXAMPLES "$page" >commands
	check "$name has examples" 0 test -s commands
	[ -s commands ] || continue
	# a page about the library speaks of it as installed
	if [ "${name##*.}" = 3 ]; then
		{ can_install && make_old install >/dev/null && use_library; } || {
			skip_one "$name: the examples run" 'no compiler, or not a build to link with'
			continue
		}
	fi
	rm -rf work
	cp -R sandbox work
	if grep -q '127\.0\.0\.1:8000' commands; then
		[ -x "$CF_B/tests/unit/test_http_server" ] || {
			skip_one "$name: the examples run" 'the unit tests are not built'
			continue
		}
		free_ports commands
	fi
	# what is started in the background ends with the commands, however they end
	{ echo "set -e; server=; trap 'kill \$server 2>/dev/null || :' EXIT"; cat commands; echo 'trap - EXIT'; } >work/.commands
	out='*' err='*'
	check "$name: the examples run" 0 sh -c 'cd work && exec sh -v .commands'
	[ "$cf_bad" = '' ] || sed 's/^/    /' got.err
	if command -v mandoc >/dev/null; then
		check "$name: mandoc -Tlint" 0 mandoc -Tlint -Wwarning "$page"
	else
		skip_one "$name: mandoc -Tlint" 'mandoc is not installed'
	fi
done

# the commands of the README that need nothing but the sample, without the line that goes to it
rm -rf work
cp -R sandbox work
mkdir work/tmp
awk '
	/^## / { inside = /^## (Ten lines of pipes|A ledger|Has something changed)/ }
	inside && /^    [a-zA-Z]/ && !/^    PATH=/ { gsub(/\/tmp\//, "tmp/"); print }' "$CF_TOP/README.md" >commands
{ echo 'set -e'; cat commands; } >work/.commands
out=17
check 'README.md: the commands' 0 sh -c 'wc -l <commands | tr -d " "'
out='*' err='*'
check 'README.md: the commands run' 0 sh -c 'cd work && exec sh .commands'

finish
