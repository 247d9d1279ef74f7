#!/bin/sh
# cf-backup: files with odd names there and back: blanks, line ends, quotes, percent signs, UTF-8 and what is none, names
# of 200 characters, deep folders.  CF_FILES files (tests/long does 10,000).
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/backup.sh"

files=${CF_FILES:-600}
small_state st
mkdir -p st/mlruns
long=$(printf '%0200d' 0)
export files long
# the shell of the system makes the names; each holds its number
check "make $files files" 0 sh -c '
	cd st/mlruns
	i=0
	while [ $i -lt $files ]; do
		case $((i % 14)) in
		0)	f="two words $i" ;;
		1)	f="line
end $i" ;;
		2)	f=" leading $i " ;;
		3)	f="quote \" and '"'"' $i" ;;
		4)	f="comma, $i, semi;" ;;
		5)	f="percent %41 %$i %" ;;
		6)	f="$(printf "\303\251\342\202\254\360\237\230\200") $i" ;;
		7)	f="$(printf "\377\376\200") $i" ;;
		8)	f="$(printf "tab\there\001\177") $i" ;;
		9)	f="${long%????????}$(printf %08d $i)" ;;
		10)	f="-n $i"; ;;
		11)	f="back\\slash $i" ;;
		12)	f=".hidden $i" ;;
		13)	d="a $((i % 50))/b
c/d%/$(printf "\303\274")"; mkdir -p "./$d"; f="$d/deep $i" ;;
		esac
		echo "$i" >"./$f"
		i=$((i + 1))
	done'
out=$files
check 'they are there' 0 sh -c 'find st/mlruns -type f -printf "x\n" | wc -l'
for how in gzip zstd; do
	check "create, $how" 0 cf-backup create -C st --compress $how shelf.$how
	check "verify, $how" 0 cf-backup verify shelf.$how
	check "restore, $how" 0 cf-backup restore --to to.$how shelf.$how
	check "the same tree, $how" 0 diff -r st/mlruns to.$how/mlruns
done
check 'a link of all' 0 cf-backup create -C st --link last shelf.gzip
check 'restore that' 0 cf-backup restore --to linked shelf.gzip
check 'the same tree, linked' 0 diff -r st/mlruns linked/mlruns
mkdir plain
err='*'
check 'tar reads it' 0 sh -c 'tar xzf "$(ls shelf.gzip/*.tar.gz | head -n 1)" -C plain'
check 'the same tree, by tar' 0 diff -r st/mlruns plain/mlruns
out=$((files + 5))
check 'a manifest has a line for each' 0 sh -c 'grep -c "^file," plain/MANIFEST.csv; :'
# the same content under two names is one thing only to people
out='*'
for first in shelf.gzip/*.tar.gz; do break; done
cf-backup diff "$first" shelf.zstd/*.zst >differ.csv
check 'no difference between the two' 0 sh -c 'test "$(wc -l <differ.csv)" = 1'

finish
