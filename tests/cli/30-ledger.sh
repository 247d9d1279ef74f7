#!/bin/sh
# cf-features --ledger: what it makes of a ledger, every bad input, and that no record knows of what came after its date.
. "$CF_TOP/tests/cli/lib.sh"

# a year and a half of three accounts: till (every day, by weekday), wages (once a month), odd (any day)
awk 'BEGIN {
	print "date,amount,account"
	split("31 28 31 30 31 30 31 31 30 31 30 31", len)
	for (y = 2021; y <= 2022; y++)
		for (m = 1; m <= 12; m++)
			for (d = 1; d <= len[m]; d++) {
				n++
				u = (u * 16807 + 7) % 2147483647
				day = sprintf("%d-%02d-%02d", y, m, d)
				print day "," (100 + 20 * (n % 7) + u % 30) ",till"
				if (d == 25)
					print day ",-3000,wages"
				if (u % 5 == 0)
					print day ",-" (u % 700) / 10 ",odd"
			}
}' </dev/null >ledger.csv
key() { cut -d, -f1-4 "$1"; }

# ---- keys and targets

err='cf-features: a day without a row is taken as zero: 41.8 % of days have one (--gaps tells otherwise)'
check 'a ledger' 0 cf-features --ledger -o f.csv ledger.csv
out='account,date,horizon,target_date'
check 'keys come first' 0 sh -c 'head -n 1 f.csv | cut -d, -f1-4'
out='level,scale,cash_flow'
check 'level, scale and target come last' 0 sh -c "head -n 1 f.csv | tr , '\n' | tail -n 3 | paste -sd,"
out='till,2022-12-31,1,2023-01-01,
till,2022-12-31,2,2023-01-02,
till,2022-12-31,56,2023-02-25,'
check 'the newest day has all its records, without a target' 0 sh -c \
	"grep '^till,2022-12-31' f.csv | awk -F, -v OFS=, '\$3 < 3 || \$3 == 56 {print \$1,\$2,\$3,\$4,\$NF}'"
out=168
check 'of each account' 0 sh -c "grep -c '^[a-z]*,2022-12-31,' f.csv"
out=ok
check 'targets are the sums of their day' 0 awk -F, '
	NR == FNR { sum[$3 "," $1] += $2; next }
	FNR > 1 && $2 < "2022-12-31" { n++; if (sum[$1 "," $4] + 0 != $NF + 0) bad++ }
	END { print (n > 5000 && !bad ? "ok" : n " " bad) }' ledger.csv f.csv
out=ok
check 'origins lie 11 days apart and take all days of the week' 0 awk -F, '
	NR > 1 && $3 == 1 && $1 == "till" && $2 < "2022-12-31" { n++; seen[($6 + 5) % 7]++ }
	END { for (d in seen) k++; print n == 62 && k == 7 ? "ok" : n " " k }' f.csv
check 'other steps' 0 cf-features -q --ledger --origin-step 400 --horizon 3 -o g.csv ledger.csv
out='till,2022-12-31,3,2023-01-03
wages,2022-12-31,3,2023-01-03'
check 'only what divides' 0 sh -c "cut -d, -f1-4 g.csv | grep ',3,' | grep -v odd | grep 2023"
out=9
check 'the newest alone' 0 sh -c 'cf-features -q --ledger --latest --horizon 3 ledger.csv | grep -c 2022-12-31'

# ---- no look into the future, no dependence on other accounts, order, threads, format

check 'the ledger as of a day in August' 0 cf-features -q --ledger --gaps zero --as-of 2022-08-17 -o cut.csv ledger.csv
awk -F, 'NR == 1 || $1 < "2022-08-18"' ledger.csv >part.csv
out_file=cut.csv
check 'is the ledger cut there' 0 cf-features -q --ledger --gaps zero --as-of 2030-01-01 part.csv
out=0
check 'and its records are those of the whole one' 0 sh -c \
	"grep -v ',2022-08-17,' cut.csv | grep -c -v -x -F -f f.csv; true"
(sed 1q ledger.csv; sed 1d ledger.csv | sort -t, -k2) >shuffled.csv
sed 1d f.csv | sort >want
out_file=want
check 'rows in any order' 0 sh -c 'cf-features -q --ledger shuffled.csv | sed 1d | sort'
out_file=f.csv
check 'threads' 0 cf-features -q --ledger -j 7 ledger.csv
out=ok
check 'ndjson holds the same' 0 sh -c \
	"cf-features -q --ledger --format ndjson ledger.csv | cf-features -q --ledger --format csv ledger.csv | cmp - f.csv && echo ok"
in_file=ledger.csv
out_file=f.csv
check 'from standard input' 0 cf-features -q --ledger
awk -F, 'NR > 1 { printf "{\"date\":\"%s\",\"amount\":%s,\"account\":\"%s\"}\n", $1, $2, $3 }' ledger.csv | gzip >ledger.gz
out_file=f.csv
check 'from packed NDJSON' 0 cf-features -q --ledger ledger.gz
check 'check only' 0 cf-features -q -n --ledger -o none.csv ledger.csv
check 'writes nothing' 1 test -e none.csv

# ---- forms of dates and amounts

awk -F, 'NR == 1 { print "booked by;date;amount;account" }
	NR > 1 { split($1, d, "-"); printf "x;%d.%d.%s;%.2f;%s\n", d[3], d[2], d[1], $2, $3 }' OFS=';' ledger.csv |
	sed -e '1!s/\([0-9]\)\.\([0-9][0-9]\);\([a-z]*\)$/\1,\2;\3/' -e 's/;\([^;]*,[^;]*\);/;"\1";/' -e 's/;/,/g' |
	sed -e 's/"-3000,00"/"-3.000,00"/' >german.csv
out_file=f.csv
check 'dates and amounts as elsewhere' 0 cf-features -q --ledger --decimal , --date-format %d.%m.%Y german.csv
err='cf-features: option --date-format: not %Y or %y, %m or %b, and %d, once each: "%d.%m"'
check 'a format without a year' 2 cf-features --ledger --date-format %d.%m german.csv
err='cf-features: german.csv:2: column "date": not a date YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ: "1.1.2021"'
check 'a date of another form' 3 cf-features --ledger german.csv
err='cf-features: german.csv:2: column "date": not a date of the given format: "1.1.2021"'
check 'a date of another form than said' 3 cf-features --ledger --date-format %d/%m/%Y german.csv
err='cf-features: stdin:2: column "amount": not a plain number; --decimal . or --decimal , tells how to read it: "1,234"'
in='date,amount
2020-01-01,"1,234"'
check 'an amount that may mean two things' 3 cf-features --ledger
err='cf-features: stdin:2: column "amount": not a number: "five"'
in='date,amount
2020-01-01,five'
check 'an amount in words' 3 cf-features --ledger
err='cf-features: stdin:2: column "amount": not a number: "1,5"'
in='date,amount
2020-01-01,"1,5"'
check 'a decimal comma where a point was promised' 3 cf-features --ledger --decimal .
err='cf-features: stdin: column "amount": there is no such column'
in='date,sum
2020-01-01,1'
check 'no amounts' 3 cf-features --ledger
err='cf-features: stdin:3: column "account": missing: ""'
in='date,amount,account
2020-01-01,1,A
2020-01-01,1,'
check 'a row of no account' 3 cf-features --ledger
err='cf-features: account "total": its rows span more than 60000 days'
in='date,amount
1020-01-01,1
2020-01-01,1'
check 'a slip of a year' 3 cf-features --ledger

# ---- currencies, as hledger writes them

err='cf-features: stdin:3: column "commodity": a second currency, which cannot be added to the first; give each a ledger of its own: "USD"'
in='"txnidx","date","date2","status","code","description","comment","account","amount","commodity","credit","debit","posting-status","posting-comment"
"1","2020-01-01","","","","rent","","assets:bank","-5","EUR","5","","",""
"2","2020-01-01","","","","rent","","assets:bank","-5","USD","5","","",""'
check 'two currencies' 3 cf-features --ledger
err='cf-features: stdin:3: column "currency": a second currency, which cannot be added to the first; give each a ledger of its own: ""'
in='date,amount,currency
2020-01-01,5,EUR
2020-01-01,5,'
check 'a currency and none' 3 cf-features --ledger
err='cf-features: stdin:2: column "amount": not a number: "EUR 5"'
in='date,amount,currency
2020-01-01,EUR 5,EUR'
check 'a currency twice' 3 cf-features --ledger
err='cf-features: stdin:4: column "amount": a second currency, which cannot be added to the first; give each a ledger of its own: "USD 5"'
in='"txnidx","date","code","description","account","amount","total"
"1","2020-01-01","","rent","assets:bank","EUR -5","EUR -5"
"2","2020-01-01","","nothing","assets:bank","0","EUR -5"
"3","2020-01-01","","rent","assets:bank","USD 5","EUR -5, USD 5"'
check 'two currencies in the amounts' 3 cf-features --ledger
err='cf-features: stdin:3: column "amount": a second currency, which cannot be added to the first; give each a ledger of its own: "5"'
in='date,amount
2020-01-01,EUR 5
2020-01-01,5'
check 'a currency in some amounts' 3 cf-features --ledger
awk -F, 'NR == 1 { print "\"txnidx\",\"date\",\"code\",\"description\",\"account\",\"amount\",\"total\"" }
	NR > 1 { printf "\"%d\",\"%s\",\"\",\"x, y\",\"%s\",\"EUR %s\",\"EUR 1\"\n", NR, $1, $3, $2 }' ledger.csv >register.csv
out_file=f.csv
check 'what hledger register writes' 0 cf-features -q --ledger register.csv
awk -F, 'NR == 1 { print "txnidx,date,date2,status,code,description,comment,account,amount,commodity,credit,debit,posting-status,posting-comment" }
	NR > 1 { printf "\"%d\",\"%s\",\"\",\"*\",\"\",\"x\",\"\",\"%s\",\"%s\",\"EUR\",\"\",\"1\",\"\",\"\"\n", NR, $1, $3, $2 }' \
	ledger.csv >print.csv
out_file=f.csv
check 'what hledger print writes' 0 cf-features -q --ledger print.csv

# ---- rows that are there twice, of the future, short and still accounts

(cat ledger.csv; sed 1d ledger.csv | sed -n '1~3p') >twice.csv
n=$(sed 1d ledger.csv | sed -n '1~3p' | wc -l)
err="cf-features: $n rows are left out, each the same as one before"
out_file=f.csv
check 'a row that is there twice counts once if so asked' 0 sh -c \
	"cf-features --gaps zero --ledger --dedupe twice.csv"
cp f.csv one.csv
check 'else twice' 1 sh -c 'cf-features -q --ledger twice.csv | cmp -s - one.csv'
(cat ledger.csv; echo 2023-02-01,9,till; echo 2024-02-01,9,new) >future.csv
err='cf-features: 2 rows dated after today are left out'
out_file=f.csv
check 'plans are not history' 0 cf-features --ledger --gaps zero --as-of 2022-12-31 future.csv
(cat ledger.csv; for d in 03 04 05; do echo "2022-12-$d,9,short"; done; echo 2022-01-01,0,still) >odd.csv
err='cf-features: account "wages": too few days are known, left out
cf-features: account "short": too few days are known, left out
cf-features: account "still": too few days are known, left out'
check 'an account with three rows' 0 cf-features --ledger --gaps missing -o odd-f.csv odd.csv
err='*'
check 'is left out' 1 grep -q '^short' odd-f.csv
check 'but with zeros between has days enough' 0 cf-features -q --ledger --gaps zero --closed-after 0 -o odd-f.csv odd.csv
out='56 0 0'
check 'an account of zeros has its newest day, level 0 and scale 0' 0 awk -F, \
	'$1 == "still" { n++; level = $(NF - 2); scale = $(NF - 1) } END { print n, level, scale }' odd-f.csv
check 'a silent account is closed' 0 cf-features -q --ledger --gaps zero -o odd-f.csv odd.csv
check 'and has nothing to come' 1 grep -q '^still' odd-f.csv
err='cf-features: a day without a row is taken as missing: 100 % of days have one (--gaps tells otherwise)'
check 'a ledger of every day' 0 sh -c "grep -e till -e date ledger.csv | cf-features --ledger >missing.csv"
check 'without the account' 0 sh -c "grep till ledger.csv | sed -e 1i\\date,amount,x | cf-features -q --ledger -o total.csv"
out=total
check 'there is one' 0 sh -c 'sed 1d total.csv | cut -d, -f1 | uniq'
check 'all accounts as one' 0 cf-features -q --ledger --total -o total.csv ledger.csv
out=total
check 'is one' 0 sh -c 'sed 1d total.csv | cut -d, -f1 | uniq'

# ---- holidays, series

printf 'date,name\n2022-12-26,Boxing day\n2023-01-02,holiday\n' >holidays.csv
out='2023-01-01 0.142857 0
2023-01-02 1 0
2023-01-03 0.142857 1'
check 'holidays' 0 sh -c "cf-features -q --ledger --latest --horizon 3 --holidays holidays.csv ledger.csv | awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) c[\$i] = i; next }
	\$1 == \"till\" { print \$4, \$c[\"holiday\"], \$c[\"business_day\"] }'"
err='cf-features: bad.csv:2: column "date": not a date YYYY-MM-DD: "26.12."'
printf 'date\n26.12.\n' >bad.csv
check 'a holiday that is no date' 3 cf-features --ledger --holidays bad.csv ledger.csv
printf 'series,date,available,value\nVIXCLS,2022-12-30,2022-12-31,20\nVIXCLS,2022-12-31,2023-01-02,30\n' >vix.csv
out='20
20
20'
check 'a series as it was known' 0 sh -c "cf-features -q --ledger --latest --horizon 1 --series vix.csv ledger.csv | awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) c[\$i] = i; next }
	{ print \$c[\"vix\"] }'"

# ---- options

err='cf-features: --gaps needs --ledger; try "cf-features --help"'
check 'options of ledgers without one' 2 cf-features --gaps zero ledger.csv
err='*'
check 'options of bars with a ledger' 2 cf-features --ledger --sort ledger.csv
err='cf-features: option --horizon: of a ledger, how many days ahead, 1 .. 364: "5,20"'
check 'a list of horizons' 2 cf-features --ledger --horizon 5,20 ledger.csv
out='*'
check 'an empty ledger' 0 cf-features --ledger /dev/null
finish
