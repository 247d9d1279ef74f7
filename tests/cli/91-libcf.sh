#!/bin/sh
# libcf as another program uses it: installed elsewhere, found by pkg-config, with the names of cf.h and no others; the
# example's model and numbers are those of cf-train and cf-predict.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/install.sh"

can_install || skip 'no make, or make completion was not done'
out='*'
check 'make install' 0 make_old install
use_library || skip 'no compiler or pkg-config, or not a build to link with'

out=$(sed -n 's/^AC_INIT(\[cashflow\], \[\(.*\)\])/\1/p' "$CF_TOP/configure.ac")
check 'the version is that of configure.ac' 0 pkg-config --modversion cf
example=$PREFIX/share/cashflow/examples/train-and-predict.c
out='ok'
check 'the example is short' 0 awk 'END { print NR <= 40 ? "ok" : NR " lines" }' "$example"
for std in c11 c17; do
	check "it compiles, $std" 0 sh -c 'cc -std="$1" -pedantic -Wall -Wextra -Werror -o train-and-predict "$2" \
	    $(pkg-config --cflags --libs cf)' sh "$std" "$example"
done

# ---- what it does

check 'features' 0 cf-features --series "$CF_TOP/data/sample/series.csv" -o f.csv "$CF_TOP/data/sample/bars.csv"
out='*'
check 'cf-train' 0 cf-train --trees 50 --seed 7 -o theirs.cfm f.csv
check 'cf-predict' 0 cf-predict -m theirs.cfm --quantiles 0.25,0.75 -o forecasts.csv f.csv
out='*'
check 'the example' 0 ./train-and-predict f.csv ours.cfm
cp got.out ours.txt
check 'its model is that of cf-train' 0 cmp theirs.cfm ours.cfm
# the same numbers, of records without outcome; %.17g is not the shortest text, so compare as numbers
cat >same.awk <<'EOF'
function field(name,   i) {
	for (i = 1; i <= NF; i++)
		if ($i == name)
			return i
}
FILENAME == ARGV[1] && FNR == 1 { flow = field("cash_flow"); next }
FILENAME == ARGV[1] { if ($flow == "") open_row[FNR] = 1; next }
FILENAME == ARGV[2] && FNR == 1 { s = field("symbol"); v = field("prediction"); a = field("q0.25"); b = field("q0.75"); next }
FILENAME == ARGV[2] { if (FNR in open_row) want[++n] = $s " " $v " " $a " " $b; next }
{
	split($0, got, " ")
	split(want[++m], w, " ")
	if (got[1] != w[1] || got[2] + 0 != w[2] + 0 || got[3] + 0 != w[3] + 0 || got[4] + 0 != w[4] + 0)
		print "record " m ": " $0 ", not " want[m]
}
END { print (n == m && n > 0 ? n " records" : n " records, got " m) }
EOF
out='40 records'
check 'its numbers are those of cf-predict' 0 awk -F , -f same.awk f.csv forecasts.csv ours.txt
err='train-and-predict: two arguments are needed: FEATURES MODEL'
check 'no arguments' 1 ./train-and-predict
err='train-and-predict: none.csv: No such file or directory'
check 'no file' 1 ./train-and-predict none.csv ours.cfm
err='train-and-predict: none/ours.cfm: No such file or directory'
check 'no folder' 1 ./train-and-predict f.csv none/ours.cfm

# ---- cf.h alone, and the names it has

echo '#include <cf.h>
int main(void) { return (cf_version()[0] == 0); }' >alone.c
check 'cf.h needs no other header' 0 sh -c 'cc -std=c99 -Wall -Wextra -Werror -o alone alone.c $(pkg-config --cflags --libs cf) && ./alone'
if command -v c++ >/dev/null; then
	check 'nor C' 0 sh -c 'c++ -x c++ -Wall -Wextra -Werror -o alone alone.c -x none $(pkg-config --cflags --libs cf) && ./alone'
else
	skip_one 'nor C' 'no C++ compiler'
fi
# what cf.h declares is what lib/face defines, but for what it keeps to itself
sed -n 's/^[a-z].*[ *]\(cf_[a-z_]*\)(.*/\1/p' "$PREFIX/include/cf.h" | sort >declared
for o in "$CF_B"/lib/face/*.o; do
	[ ! -f "$CF_TOP/${o#"$CF_B"/}" ] || continue
	nm -g "$o" | awk 'NF == 3 && $2 == "T" { print $3 }'
done | grep -vx 'cf_fault' | sort >defined
out_file=declared
check 'lib/face defines what cf.h declares' 0 cat defined
out='23'
check 'which are so many' 0 sh -c 'grep -c . declared'
# and cf(3) tells of them all
sed -n 's/^\.Fn \(cf_[a-z_]*\) .*/\1/p' "$CF_TOP/man/cf.3" | sort -u >told
out_file=declared
check 'cf(3) has them all' 0 cat told
out='*'
check 'nothing in the library is called otherwise' 1 sh -c 'nm -g "$1/lib/libcf.a" | awk "NF == 3 && \$2 ~ /[TDBRC]/ && \$3 !~ /^_?cf_/ && \$3 !~ /^__/ { print \$3 }" | grep .' sh "$PREFIX"

out='*'
check 'make uninstall' 0 make_old uninstall
check 'leaves no file' 0 sh -c '! find root -type f -o -type l | grep .'

finish
