# Calls that fail, one at a time; to be read with:  . "$CF_TOP/tests/cli/faults.sh"  behind lib.sh.
# shellcheck shell=sh disable=SC2154
#
# tests/faults/shim.c, preloaded, makes a call of a program fail.  A scenario is a folder given/NAME and a command that
# runs in a copy of it (with stdin from its file stdin, if there is one):
#
#	faults NAME PROGRAM ARGUMENT...
#
# It runs undisturbed; then with each malloc, read, write, fsync, rename, open and mmap failing in turn; then with all
# reads and writes cut short, and each second one interrupted.  What must hold:
#   - a run that tells success (the status of the undisturbed one) has left and said the same as that one;
#   - any other has status 4 and says one line more than the undisturbed one, which begins with the program's name and
#     gives the reason; on stdout stands nothing but a beginning of what should; every file is what it was or what
#     it should become, whole, and no other file is there.
#   - interrupted and short calls change nothing at all.
# Never anything else: no signal, no other status, no temporary.
#
# CF_POINTS	how many calls of malloc at most, of the others a third as many; `all`: every one, but for more than
#		3000 of a kind, of which then the first and the last made from each place
# CF_ONLY	names of the scenarios to run, else all
# hide		a sed script that takes from files and output what differs from run to run
# mend		a command that runs in the folder after each run, as the manual tells after a failure; says nothing
# before	a command that runs before each run of a scenario
# loose		names of files to which lines are added whatever happens: each line is whole, but which ones may differ
# also		other statuses that tell a refusal
# scratch	names of files that are left out of all this
# theirs	statuses for which not we are to blame but a library, as 139; they are only counted
# tells		a regular expression: what a refusal may say on stdout
# answers	the same, and then with any status

shim=$CF_B/faults.so
[ -f "$shim" ] || skip 'faults.so is not built'
# the sanitizers have an allocator of their own, which the shim would come before
case ${CF_FLAVOUR:-} in
''|cov)	points=${CF_POINTS:-12} ;;
valgrind)	points=${CF_POINTS:-3} ;;
*)	skip "not with $CF_FLAVOUR" ;;
esac
hide=''
mend=''
before=''
undo=''
loose=''
scratch=''
also=''
theirs=''
tells=''
answers=''
mkdir -p given
: >tally

# run_in FOLDER FAULT COMMAND...: run it there; sets status; stdout and stderr go to run.out and run.err
run_in() {
	folder=$1
	fault=$2
	shift 2
	[ -z "$before" ] || $before
	from=/dev/null
	[ ! -f "$folder/stdin" ] || from=stdin
	: >fault.log
	(
		cd "$folder" || exit 99
		case $fault in
		none)	exec timeout -k 1 60 "$@" <"$from" ;;
		count)	fault= ;;
		esac
		export LD_PRELOAD="$shim" CF_FAULT_PROGRAM="$1" CF_FAULT="$fault" CF_FAULT_LOG="$top/fault.log"
		exec timeout -k 1 60 "$@" <"$from"
	) >run.out 2>run.err
	status=$?
	# valgrind tells of a call of the system that it does not know
	[ -z "${CF_WRAP:-}" ] || sed -i '/^--[0-9]*-- /d' run.err
	[ -z "$undo" ] || $undo
	[ -z "$mend" ] || (cd "$folder" && $mend) >>run.err 2>&1
	for f in $loose; do
		[ ! -s "$folder/$f" ] || [ -z "$(tail -c 1 "$folder/$f")" ] || echo "cut: $f" >>run.err
		rm -f "$folder/$f"
	done
	for f in $scratch; do
		rm -f "$folder/$f"
	done
	[ -z "$hide" ] || {
		sed -i "$hide" run.out run.err
		find "$folder" -type f -exec sed -i "$hide" {} +
	}
}
top=$PWD
work=work

# fresh NAME: the scenario's folder as it is given, in $work
fresh() {
	rm -rf "$work"
	cp -R "given/$1" "$work"
}

# choose KIND: the numbers of the calls to fail, of those in file calls
choose() {
	most=$points
	[ "$1" = malloc ] || [ "$points" = all ] || most=$(((points + 2) / 3))
	awk -v kind="$1" -v most="$most" '
		$1 != kind { next }
		{ n++; if (!($3 in last)) first[++places] = $2; last[$3] = $2; place[places] = $3 }
		END {
			if (most == "all" && n <= 3000) {
				for (i = 1; i <= n; i++)
					print i
			} else if (most == "all") {
				for (i = 1; i <= places; i++)
					print first[i]
				for (p in last)
					print last[p]
			} else {
				for (i = 0; i < most && i < places; i++)
					print first[1 + int(i * places / (most < places ? most : places))]
			}
		}' calls | sort -n -u
}

# reason WHAT: how the system, or a library, says it
reason() {
	case $1 in
	# libcurl tells of a name that it has no memory to look up
	ENOMEM)	echo 'memory\|connection broke off\|resolve host name' ;;
	EIO)	echo 'Input/output error\|connection broke off' ;;
	ENOSPC)	echo 'No space left on device\|connection broke off' ;;
	EMFILE)	echo 'Too many open files' ;;
	EACCES)	echo 'Permission denied' ;;
	EROFS)	echo 'Read-only file system' ;;
	esac
}

# begins A B: is file A the beginning of file B?
begins() {
	[ ! -s "$1" ] || head -c "$(wc -c <"$1")" "$2" | cmp -s - "$1"
}

# old_or_new NAME: is each file of $work what it is in was/NAME, before, or in good/NAME, afterwards?
old_or_new() {
	diff -r --no-dereference "was/$1" "$work" >/dev/null && return 0
	diff -r --no-dereference "good/$1" "$work" >/dev/null && return 0
	# each path alone, and that none is missing that was there before and after
	{
		(cd "$work" && find . ! -type d) >is
		(cd "was/$1" && find . ! -type d) >stood
		(cd "good/$1" && find . ! -type d) >will
		while read -r f; do
			diff -r --no-dereference "was/$1/$f" "$work/$f" >/dev/null 2>&1 ||
			    diff -r --no-dereference "good/$1/$f" "$work/$f" >/dev/null 2>&1 || echo "half or strange: $f"
		done <is
		sort stood will | uniq -d | sort - is is | uniq -u | sed 's/^/missing: /'
	} | grep .
	test $? = 1
}

# judge NAME FAULT: what came of it, in $work, run.out, run.err and status; says what is wrong
judge() {
	if [ -n "$answers" ] && grep -q "$answers" run.out; then
		echo refused >>outcome
		old_or_new "$1"
		return
	fi
	case $status in
	"$good_status")
		diff -r --no-dereference "good/$1" "$work" || echo "status $status, but files differ"
		cmp good.out run.out || echo "status $status, but stdout differs"
		echo "done" >>outcome
		return ;;
	4)	;;
	"${also:-4}")	;;
	*)	case " $theirs " in
		*" $status "*)
			echo theirs >>outcome
			return ;;
		esac
		echo "status $status"
		cat run.err
		return ;;
	esac
	echo refused >>outcome
	old_or_new "$1"
	begins run.out good.out || grep -q "${tells:-^\$}" run.out || {
		echo 'stdout is no beginning of what it should be:'
		cat run.out
	}
	# libarchive has its own word before it ends the program
	grep -v '^Fatal Internal Error in libarchive: ' run.err >some.err
	grep -vxF -f good.err some.err >more.err || [ -s good.err ] || cp some.err more.err
	why=$(reason "${2##*:}")
	[ "$status" = 4 ] || why=:
	if [ "$(grep -c '' more.err)" != 1 ] || ! grep "^$program: " more.err | grep -q "$why"; then
		echo 'not one line with the reason:'
		cat more.err
	fi
}

# fail NAME KIND WHAT COMMAND...: fail the calls of a kind in turn
fail() {
	name=$1
	kind=$2
	what=$3
	shift 3
	for n in $(choose "$kind"); do
		fresh "$name"
		# the shell may tell of a signal
		run_in work "$kind:$n:$what" "$@" 2>/dev/null
		if [ -s fault.log ]; then
			echo hit >>outcome
		else
			echo missed >>outcome
		fi
		judge "$name" "$kind:$n:$what" >said || :
		[ ! -s said ] || {
			echo "$kind:$n:$what"
			cat said
		}
	done
}

# unharmed NAME FAULT COMMAND...: a run that must not differ
unharmed() {
	name=$1
	fault=$2
	shift 2
	fresh "$name"
	run_in work "$fault" "$@"
	judge "$name" "$fault"
	cat run.err >&2
	return "$status"
}

# undisturbed NAME COMMAND...: run it so, and keep what comes of it; false if the scenario is not to run
undisturbed() {
	name=$1
	shift
	case " ${CF_ONLY:-$name} " in
	*" $name "*)	;;
	*)	return 1 ;;
	esac
	program=$1
	rm -rf good was
	mkdir good was
	fresh "$name"
	run_in work none "$@"
	mv work "good/$name"
	cp run.out good.out
	cp run.err good.err
	good_status=$status
	cp -R "given/$name" was
	for f in $loose $scratch; do
		rm -f "was/$name/$f"
	done
	[ -z "$hide" ] || find was -type f -exec sed -i "$hide" {} +
	fresh "$name"
	run_in work count "$@"
	mv fault.log calls
}

faults() {
	undisturbed "$@" || return 0
	shift
	err_file=good.err
	check "$name: with its calls counted it does the same" "$good_status" unharmed "$name" count "$@"
	: >outcome
	for pair in malloc:ENOMEM read:EIO write:ENOSPC fsync:EIO rename:EIO open:EMFILE mmap:ENOMEM; do
		check "$name: ${pair%:*} fails with ${pair#*:}" 0 fail "$name" "${pair%:*}" "${pair#*:}" "$@"
	done
	awk -v name="$name" -v calls="$(grep -c '' calls)" '
		{ n[$1]++ }
		END {
			printf "%s: %d calls, %d failed: %d refused, %d done all the same, %d not reached", name, calls,
			    n["hit"], n["refused"], n["done"] - n["missed"], n["missed"]
			print n["theirs"] ? ", " n["theirs"] " ended by a library" : ""
		}' outcome | tee -a tally
	check "$name: the calls were there to fail" 0 awk '
		$1 == "hit" { h++ }
		$1 == "missed" { m++ }
		END { exit m > h / 10 }' outcome
	for fault in read:2%:EINTR read:1%:short write:2%:EINTR write:1%:short; do
		grep -q "^${fault%%:*} " calls || continue
		err_file=good.err
		check "$name: $fault" "$good_status" unharmed "$name" "$fault" "$@"
	done
}

# end NAME SIGNAL COMMAND...: end the program by a signal before some of its writes, fsyncs and renames
end() {
	name=$1
	signal=$2
	shift 2
	for kind in write fsync rename; do
		for n in $(choose $kind); do
			fresh "$name"
			run_in work "$kind:$n:$signal" "$@" 2>/dev/null
			{
				# some end what they are about first
				[ "$status" -gt 128 ] || [ "$status:$signal" = "$good_status:TERM" ] || echo "status $status"
				# nobody can tidy up behind a SIGKILL
				[ "$signal" != KILL ] || find work -name '.*.tmp' -exec rm -f {} +
				old_or_new "$name"
				run_in work none "$@"
				[ "$status" = "$good_status" ] || echo "the next run: status $status"
				diff -r --no-dereference "good/$name" work
			} >said
			[ ! -s said ] || {
				echo "$kind:$n:$signal"
				cat said
			}
		done
	done
}

# signals NAME PROGRAM ARGUMENT...: as faults, but for programs ended by SIGTERM and SIGKILL while they write: every file is
# the old or the new one, whole; after SIGTERM there is no other; and the next run ends as if nothing had been
signals() {
	undisturbed "$@" || return 0
	shift
	for s in TERM KILL; do
		check "$name: ended by SIG$s" 0 end "$name" $s "$@"
	done
}

# full NAME COMMAND...: on a disk with ever more room, until it is enough; and again each time once there is room
full() {
	name=$1
	shift
	refused=0
	for room in nothing 0 4 8 12 16 20 24 28 32 40 48 56 64 80 96 112 128 192 256 320; do
		fresh "$name"
		leave $room
		undo='leave all'
		run_in "$work" none "$@"
		undo=''
		judge "$name" full:ENOSPC | sed "s/^/room $room: /"
		[ "$status" != "$good_status" ] || break
		refused=$((refused + 1))
		run_in "$work" none "$@"
		[ "$status" = "$good_status" ] || echo "once there is room: status $status"
		diff -r --no-dereference "good/$name" "$work"
	done >said
	cat said
	[ $refused != 0 ] || echo 'it was never full'
	[ "$status" = "$good_status" ] || echo 'it was always full'
}

# locked NAME COMMAND...: where nothing may be written
locked() {
	name=$1
	shift
	fresh "$name"
	chmod -R a-w "$work"
	undo="chmod -R u+w $work"
	# shellcheck disable=SC2086 # words
	run_in "$work" none $plain "$@"
	undo=''
	judge "$name" locked:EACCES
	[ "$status" = 4 ] || echo "status $status"
}

# unwritable NAME COMMAND...: on a disk that may only be read
unwritable() {
	name=$1
	shift
	fresh "$name"
	mount -o remount,ro disk || return
	undo='mount -o remount,rw disk'
	run_in "$work" none "$@"
	undo=''
	judge "$name" unwritable:EROFS
	[ "$status" = 4 ] || echo "status $status"
}

# disks NAME PROGRAM ARGUMENT...: as faults, but where there is no room, or nothing may be written; needs small_disk
disks() {
	undisturbed "$@" || return 0
	name=$1
	shift
	work=disk/work
	check "$name: a full disk" 0 full "$name" "$@"
	check "$name: a disk that may only be read" 0 unwritable "$name" "$@"
	work=work
	if modes_bind; then
		check "$name: a folder that may only be read" 0 locked "$name" "$@"
	else
		skip_one "$name: a folder that may only be read" 'root cannot drop its rights'
	fi
}

# jumps NAME PROGRAM ARGUMENT...: with a clock that jumps while the program works, which must not matter
jumps() {
	undisturbed "$@" || return 0
	name=$1
	shift
	for jump in -86400 86400; do
		err_file=good.err
		check "$name: the clock jumps by $jump s" "$good_status" unharmed "$name" "clock:2+:$jump" "$@"
	done
}

# writers FUNCTION: FUNCTION NAME PROGRAM ARGUMENT... for each program but cf-backup create and restore, cf-run and cf-serve,
# as it writes what it is for
writers() {
	give_fetch
	"$1" fetch cf-fetch -q --now 2024-03-01T00:00:00Z --store st csv X=x.csv
	give features bars.csv
	echo old >given/features/f.csv
	"$1" features cf-features -j 1 -o f.csv bars.csv
	give train features.csv
	echo old >given/train/m.cfm
	"$1" train cf-train -q --trees 3 --folds 2 -j 1 -o m.cfm --forecasts walked.csv features.csv
	give predict m.cfm features.csv
	echo old >given/predict/p.csv
	"$1" predict cf-predict -m m.cfm -o p.csv features.csv
	give drift features.csv
	echo old >given/drift/d.prom
	"$1" drift cf-drift data -q -j 1 --reference features.csv --prom d.prom -o d.ndjson features.csv
	give promote
	mkdir -p given/promote/r/a given/promote/r/b
	for id in a b; do
		cp made/m.cfm given/promote/r/$id/model.cfm
		cp made/m.json given/promote/r/$id/metrics.json
	done
	(cd given/promote && cf-model promote -m r a)
	loose=r/promotions.ndjson
	"$1" promote cf-model promote -m r b
	loose=''
	give export m.cfm
	"$1" export cf-model export --format pmml -o m.pmml m.cfm
	give report
	mkdir -p given/report/st/predictions/market given/report/st/features
	cp made/forecasts.ndjson given/report/st/predictions/market/2024-02-28.ndjson
	cp made/features.csv given/report/st/features/market.csv
	echo old >given/report/page.html
	"$1" report cf-report -C st --now 2024-03-01T00:00:00Z -o page.html
	give_seal
	"$1" unseal cf-backup unseal --key key -o back sealed
}

# small_files: in made, bars and features of two symbols, a ledger, a series, a model with its metrics and forecasts, and run
# records
small_files() {
	mkdir -p made
	awk 'BEGIN {
		print "symbol,date,open,high,low,close,volume"
		for (s = 0; s < 2; s++)
			for (t = 0; t < 84; t++)
				printf "S%d,2024-%02d-%02d,%d,%d,%d,%.1f,%d\n", s, 1 + int(t / 28), 1 + t % 28, 50 + t % 9,
				    60 + t % 7, 40 + t % 5, 50.5 + t % 8, 1000 + t
	}' >made/bars.csv
	awk 'BEGIN {
		print "series,date,available,value"
		for (t = 0; t < 28; t++)
			printf "VIXCLS,2024-01-%02d,2024-01-%02d,%d\n", 1 + t, 2 + t, 12 + t % 4
	}' >made/vix.csv
	holding_features >made/features.csv
	awk 'BEGIN {
		print "date,amount,account"
		for (t = 0; t < 300; t++)
			printf "2023-%02d-%02d,%d,%s\n", 1 + int(t / 28), 1 + t % 28, (t * 37) % 200 - 80, t % 3 ? "main" : "side"
	}' >made/ledger.csv
	gzip -n -c made/features.csv >made/features.csv.gz
	(cd made && cf-train -q --trees 3 --folds 2 -j 1 -o m.cfm --forecasts walked.csv features.csv >m.json) ||
	    skip 'cf-train does not work'
	cf-predict -m made/m.cfm --format ndjson -o made/forecasts.ndjson made/features.csv
	cat >made/runs.ndjson <<-'END'
	{"run":"r1","step":"features","start":"2021-07-30T22:00:00Z","end":"2021-07-30T22:00:01Z","duration_s":1.5,"status":0,"signal":null,"timed_out":0,"tries":1,"reason":"daily","log":null,"command":"x"}
	{"run":"r1","step":"run","start":"2021-07-30T22:00:00Z","end":"2021-07-30T22:00:02Z","duration_s":2.5,"status":4,"signal":null,"timed_out":0,"tries":1,"reason":"daily","log":null,"command":"x"}
	END
}

# give NAME FILE...: a folder with copies of these of made
give() {
	mkdir -p "given/$1"
	for f; do
		[ "$f" = "$1" ] || cp "made/$f" "given/$1/"
	done
}

# give_fetch: given/fetch, a file of bars and a store that has a part of them
give_fetch() {
	give fetch
	mkdir -p given/fetch/st/raw/bars
	printf 'Date,Open,High,Low,Close,Volume\n2024-01-08,10,12,9,11.5,100\n2024-01-09,11,13,10,12.5,200\n' \
	    >given/fetch/x.csv
	printf 'symbol,date,open,high,low,close,volume\nX,2024-01-05,10,12,9,11,100\nX,2024-01-08,10,12,9,11,100\n' \
	    >given/fetch/st/raw/bars/X.csv
}

# give_seal: given/seal, features and a key, and given/unseal, which has them sealed as well
give_seal() {
	give seal features.csv
	awk 'BEGIN { for (i = 0; i < 32; i++) printf "%02x", i; print "" }' >given/seal/key
	chmod 600 given/seal/key
	cp -R given/seal given/unseal
	cf-backup seal --key given/seal/key -o given/unseal/sealed given/seal/features.csv
}
