#!/bin/sh
# The values of options: one that cannot be is told in one line, which names the option, with status 2, before any work.
#
# To add an option whose value has a form of its own, add a row: program, option, value, arguments, the reason told.
. "$CF_TOP/tests/cli/lib.sh"

rows() {
	cat <<-'END'
	cf-backup	--now	yesterday	create	not a time YYYY-MM-DDTHH:MM:SSZ
	cf-backup	--only	everything	create	unknown part
	cf-backup	--level	10	create	gzip has levels 1 to 9
	cf-backup	--jobs	-1	create	not within
	cf-drift	--alpha	half	data	not a number
	cf-drift	--window	-1	data	not within
	cf-features	--adjust	some	bars.csv	not one of
	cf-features	--as-of	2024-02-30	bars.csv	not a date
	cf-features	--horizon	5,x	bars.csv	not a whole number
	cf-features	--horizon	5,5	bars.csv	given twice
	cf-features	--set	sma_x	bars.csv	no such indicator
	cf-features	--date-format	%d	--ledger bars.csv	once each
	cf-fetch	--as-of	2024	fred DGS10	not a date YYYY-MM-DD
	cf-fetch	--base-url	ftp://x	fred DGS10	not an https or http URL
	cf-fetch	--base-url	http://127.0.0.1:65536	fred DGS10	port
	cf-fetch	--base-url	http://127.0.0.1:x	fred DGS10	port
	cf-fetch	--from	1.1.2024	fred DGS10	not a date YYYY-MM-DD
	cf-fetch	--function	minutely	alphavantage IBM	not one of
	cf-fetch	--lag	long	fred DGS10	not a number
	cf-fetch	--map	close	csv bars.csv	not FIELD=COLUMN
	cf-fetch	--month	2024-13	alphavantage IBM	not YYYY-MM
	cf-fetch	--now	today	fred DGS10	not a time YYYY-MM-DDTHH:MM:SSZ
	cf-fetch	--retries	1.5	fred DGS10	not a whole number
	cf-fetch	--to	2024-01-32	fred DGS10	not a date YYYY-MM-DD
	cf-load	--concurrent	0	http://127.0.0.1:1/	not within
	cf-load	--header	Name	http://127.0.0.1:1/	not of the form
	cf-load	--method	get	http://127.0.0.1:1/	not in capital letters
	cf-load	--timeout	0	http://127.0.0.1:1/	not within
	cf-load	--format	html	http://127.0.0.1:65536/	not one of
	cf-load	--rate	1	http://127.0.0.1:65536/	port
	cf-load	--rate	1	127.0.0.1	not an https or http URL
	cf-predict	--level	1	bars.csv	not within
	cf-predict	--quantiles	0.5,0.1	bars.csv	not ascending
	cf-predict	--sizing	all	bars.csv	not one of
	cf-predict	--var-limit	much	bars.csv	not a number
	cf-report	--days	0	-C .	not within
	cf-report	--format	pdf	-C .	not one of
	cf-report	--name	ledger-../x	-C .	neither market nor ledger-X
	cf-report	--name	markt	-C .	neither market nor ledger-X
	cf-report	--now	2024-01-01T25:00:00Z	-C .	not a time YYYY-MM-DDTHH:MM:SSZ
	cf-report	--width	wide	-C .	not a whole number
	cf-run	--retries	-1	true	not within
	cf-run	--timeout	soon	true	not a number
	cf-serve	--listen	8000	-q	not ADDRESS:PORT
	cf-serve	--listen	127.0.0.1:65536	-q	not ADDRESS:PORT
	cf-serve	--new-token	a b	-q	not a name of a token
	cf-serve	--rate	fast	-q	not a whole number
	cf-serve	--user	no such user	-q	no such user
	cf-train	--folds	0	-o m.cfm	not within
	cf-train	--kind	ledger	-o m.cfm	not one of
	cf-train	--shard	3/2	-o m.cfm	not I/N
	END
}

echo 'symbol,date,open,high,low,close,volume' >bars.csv

# one_line NAME: stderr of the last check is a line of the program, and nothing of its work is there
one_line() {
	check "$1: one line" 0 sh -c '[ $(wc -l <said.txt) = 1 ] && [ ! -e m.cfm ] && [ ! -e cashflow/backups ]'
}

rows >table
while IFS='	' read -r name option value arguments reason <&3; do
	command -v "$name" >/dev/null || {
		skip_one "$name $option" 'not built'
		continue
	}
	case $name in
	cf-backup)	set -- "$name" "$option" "$value" "$arguments" ;;
	cf-drift)	set -- "$name" "$arguments" "$option" "$value" ;;
	*)
		# shellcheck disable=SC2086 # a list of words
		set -- "$name" "$option" "$value" $arguments ;;
	esac
	# the action of these two stands first
	[ "$name" != cf-backup ] || set -- "$name" "$arguments" "$option" "$value"
	err='*'
	check "$name $option $value" 2 "$@"
	cp got.err said.txt
	check "$name $option $value: the reason" 0 grep -qF -e "$reason" said.txt
	one_line "$name $option $value"
done 3<table

# An empty one is what a shell makes of a variable that was never set.
for name in cf-backup cf-drift cf-features cf-fetch cf-load cf-model cf-predict cf-report cf-run cf-serve cf-train; do
	command -v "$name" >/dev/null || continue
	word=''
	case $name in
	cf-backup)	word=create ;;
	cf-drift)	word=data ;;
	cf-model)	word=list ;;
	esac
	$name --help | sed -n 's/^ .*--\([a-z][a-z-]*\) [A-Z][^ ]*  *.*/\1/p; s/^ .*--\([a-z][a-z-]*\) [A-Z][^ ]*$/\1/p' | sort -u >options
	while read -r option <&4; do
		err='*'
		# shellcheck disable=SC2086 # none, or one word
		check "$name --$option of nothing" 2 $name $word "--$option="
		cp got.err said.txt
		check "$name --$option of nothing: the reason" 0 grep -q "^$name: option --$option: " said.txt
	done 4<options
done

finish
