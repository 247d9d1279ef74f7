#!/bin/sh
# What holds for every program: help, version, wrong options; and for every filter: full device, closed stdout, broken
# pipe, empty input, header only, no final newline, CRLF, BOM, ragged row, huge field, read-only folder.
#
# To add a program, add it to `others`, or to `filters` if it reads records.
# shellcheck disable=SC2086 # commands are lists of words
. "$CF_TOP/tests/cli/lib.sh"

# programs without records on stdin
others='cf-run cf-model cf-backup cf-fetch cf-serve pipeline.sh cf-load cf-report'

# filters: program, a file of its input, status for empty input, status for a header only, arguments
filters() {
	cat <<-'END'
	cf-features	bars.csv	0	0	--horizon 5
	cf-train	features.csv	3	3	-o made.cfm --trees 4 --folds 2 -j 1
	cf-predict	features.csv	0	0	-m model.cfm
	cf-drift	features.csv	0	0	data --reference features.csv
	END
}

# pipeline.sh takes its programs from PATH when none lie beside it
mkdir bin
cp "$CF_TOP/pipeline.sh" bin/
PATH=$PWD/bin:$PATH

version=$(sed -n 's/^AC_INIT(\[cashflow\], \[\(.*\)\])/\1/p' "$CF_TOP/configure.ac")

# said WHAT PATTERN: stderr of the last check has a line that matches
said() {
	cp got.err said.txt
	check "$1" 0 grep -q "$2" said.txt
}

# ---- every program

for p in "$CF_B"/cf-*; do
	case $p in
	*.*)	continue ;;
	esac
	name=${p##*/}
	case " $others $(filters | cut -f 1 | tr '\n' ' ')" in
	*" $name "*)	;;
	*)		check "$name has a row in this scenario" 0 false ;;
	esac
done

for name in $others $(filters | cut -f 1); do
	command -v "$name" >/dev/null || {
		skip_one "$name" 'not built'
		continue
	}
	out='*'
	check "$name --help" 0 "$name" --help
	cp got.out help.txt
	check "$name --help says usage" 0 grep -q "^usage: $name " help.txt
	out_file=help.txt
	check "$name -h, the rest ignored" 0 "$name" -h --no-such-option
	out="$name (cashflow) $version"
	check "$name --version" 0 "$name" --version --no-such-option
	out="$name (cashflow) $version"
	check "$name -V" 0 "$name" -V
	err="$name: unknown option: \"--no-such-option\"; try \"$name --help\""
	check "$name: unknown option" 2 "$name" --no-such-option
	err="$name: unknown option: \"-Z\"; try \"$name --help\""
	check "$name: unknown letter" 2 "$name" -Z
	err='*'
	check "$name: option twice" 2 "$name" -q -q
	said "$name: option twice, the message" "^$name: .*given twice"
	err='*'
	[ ! -w /dev/full ] || check "$name: help to a full device" 4 sh -c "$name --help >/dev/full"
done

# ---- every filter

# two symbols, 400 days: enough for every window
awk -F, 'NR == 1 || ($1 == "SIMBANK" || $1 == "SIMTECH") && n[$1]++ < 400' "$CF_TOP/data/sample/bars.csv" >bars.csv
cf-features --horizon 5 -o features.csv bars.csv || skip 'cf-features does not work'
cf-train -o model.cfm --trees 4 --folds 2 -j 1 features.csv >/dev/null || skip 'cf-train does not work'

# a folder that cannot be written
mkdir -m 555 locked
modes_bind || plain=none

# nine million bytes of x
huge() {
	head -c 9000000 /dev/zero | tr '\0' x
}

filters >rows
while IFS='	' read -r name good empty header arguments <&3; do
	command -v "$name" >/dev/null || continue
	command="$name $arguments"

	in_file=$good out='*'
	check "$name reads its input" 0 $command
	cp got.out want
	cp made.cfm want.cfm 2>/dev/null

	# the same data in other clothes
	awk 'NR > 1 { printf "\n" } { printf "%s", $0 }' "$good" >no-newline
	awk '{ printf "%s\r\n", $0 }' "$good" >crlf
	printf '\357\273\277' | cat - "$good" >bom
	gzip -c "$good" >packed 2>/dev/null || cp "$good" packed
	for same in no-newline crlf bom packed; do
		in_file=$same out_file=want
		check "$name: $same" 0 $command
		[ ! -f want.cfm ] || check "$name: $same, the file" 0 cmp -s want.cfm made.cfm
	done
	out='*'
	check "$name: the file as operand" 0 $command -- "$good"

	# stdout that cannot be written
	err="$name: stdout: No space left on device"
	if [ -w /dev/full ]; then
		in_file=$good
		check "$name: full device" 4 sh -c "$command >/dev/full"
	fi
	err="$name: stdout: Bad file descriptor"
	in_file=$good
	check "$name: closed stdout" 4 sh -c "$command >&-"
	for how in '' 'trap "" PIPE; '; do
		# what valgrind finds in a program that dies of a signal is no leak
		[ -z "${CF_WRAP:-}" ] || err='*'
		in_file=$good
		check "$name: broken pipe${how:+, SIGPIPE ignored}" 0 \
		    sh -c "$how{ sleep 0.2; $command; echo \$? >status; } | :"
		[ -n "${CF_WRAP:-}" ] || out=141 check "$name: broken pipe, the status" 0 cat status
		out=''
	done

	# input that lacks, or is no table
	: >made.cfm
	out='*' err='*'
	check "$name: empty input" "$empty" $command
	head -n 1 "$good" >header
	in_file=header out='*' err='*'
	check "$name: header only" "$header" $command
	[ "$empty$header" = 00 ] || check "$name: nothing written" 0 test ! -s made.cfm
	{ head -n 3 "$good"; echo 'x,y'; tail -n 1 "$good"; } >ragged
	in_file=ragged out='*' err='*'
	check "$name: ragged row" 3 $command
	said "$name: ragged row, the message" "^$name: stdin:4: "
	{ head -n 1 "$good"; huge; echo; } >big
	in_file=big out='*' err='*'
	check "$name: huge field" 3 $command
	said "$name: huge field, the message" "^$name: stdin:2: "
	{ huge; echo; } >big
	in_file=big out='*' err='*'
	check "$name: huge header" 3 $command
	said "$name: huge header, the message" "^$name: stdin:1: "
	check "$name: messages are short" 0 sh -c '[ $(wc -c <said.txt) -lt 1200 ]'
	check "$name: nothing half-written is left" 0 sh -c '! ls -A | grep "\.tmp$"'

	# files that cannot be read or written
	err="$name: nowhere.csv: No such file or directory"
	check "$name: no such file" 4 $command nowhere.csv
	out='*' err='*'
	check "$name: a folder as input" 4 $command .
	said "$name: a folder as input, the message" "^$name: \.: Is a directory$"
	case " $arguments " in
	*" -o "*)	redirected=$(echo "$command" | sed 's/ -o made.cfm / -o locked\/f /') ;;
	*)		redirected="$command -o locked/f" ;;
	esac
	if [ "$plain" = none ]; then
		skip_one "$name: read-only folder" 'root cannot drop its rights'
	else
		in_file=$good out='*' err="$name: locked/f: Permission denied"
		check "$name: read-only folder" 4 $plain $redirected
		check "$name: read-only folder stays empty" 0 sh -c '[ -z "$(ls -A locked)" ]'
	fi
	rm -f want.cfm made.cfm
done 3<rows

finish
