#!/bin/sh
# Every message that a program can give stands in cashflow-diagnostics(7), and nothing stands there, nor in the DIAGNOSTICS
# of any other page, that no program says.  messages.awk finds the messages in the source, message-forms.awk compares.
. "$CF_TOP/tests/cli/lib.sh"

# said: the messages of programs and scripts, without what looks like one and is none, and the details of damage to a
# forest, which the page knows as REASON
said() {
	(
		cd "$CF_TOP" || exit 1
		awk -f tests/cli/messages.awk lib/*/*.c cmd/*.c
		# shellcheck disable=SC2016 # names of variables are what is looked for
		awk '
			/^[a-z_]+\(\)/ || /^[ \t]*#/ { next }
			{ gsub(/\$\(\[[^)]*\)/, "$x") }
			match($0, /(die ([0-9]|"\$[a-z]+")|wrong|warn|later [^ ]+) ("([^"\\]|\\.)*"|\047[^\047]*\047)/) {
				text = substr($0, RSTART, RLENGTH)
				sub(/^(die [^ ]+|wrong|warn|later [^ ]+) /, "", text)
				if (text !~ /^"\$\*; try/)
					print FILENAME ":" FNR "\t" substr(text, 2, length(text) - 2)
			}' pipeline.sh data/pipeline/*.sh data/sample/demo.sh
		# put together from pieces
		printf 'lib/feature/indicator.c\tcolumn \"%%s\": parameter %%s is not a whole number within %%s .. %%s\n'
	) | grep -v -e '^cmd/main\.c' -e '^lib/base/progress\.c' -e '^lib/http/cache\.c' -e '^lib/model/export_pmml\.c' \
	    -e '^lib/report/chart\.c' -e '	HTTP/1\.1 100 ' -e '	tags\.`%s' -e '	column \\"$' -e '	token $' -e '	Made $' \
	    -e '	the records$' -e '	current data$' -e '	too few$' -e '	too many$' -e '	cut short$' -e '	not a $' -e '	 since before$' \
	    -e '	 (time limit)$' -e '	with a$' -e '	the date$' -e '	the close or the value$' \
	    -e "^lib/forest/forest_verify\.c.*	[a-z ,]*\$" -e '^lib/model/modfile\.c:[0-9]*	[a-z ]*$' \
	    -e '^lib/forest/forest\.c.*	\(base or\|bytes be\|edge ind\|length di\|not a fo\|too many [ci]\|too short\|tree tab\|unknown \)'
}

# items PAGE: those of its DIAGNOSTICS
items() {
	awk -v page="${1##*/}" '
		/^\.Sh / { inside = $2 == "DIAGNOSTICS" }
		inside && sub(/^\.It /, "") { print page ":" FNR "\t" $0 }' "$1"
}

said >said.txt
check 'the source has messages' 0 sh -c '[ $(wc -l <said.txt) -gt 500 ]'
items "$CF_TOP/man/cashflow-diagnostics.7" >told.txt
check 'each stands in cashflow-diagnostics(7)' 0 awk -f "$CF_TOP/tests/cli/message-forms.awk" told.txt said.txt
for page in "$CF_TOP"/man/*.[1-8]; do
	items "$page" >told.txt
	check "${page##*/}: what it says is said" 0 awk -f "$CF_TOP/tests/cli/message-forms.awk" said.txt told.txt
	check "${page##*/}: has diagnostics, or says where they are" 0 grep -q -e 'cashflow-diagnostics 7' -e '^.Dt CASHFLOW-DIAG' "$page"
done

# the test sees what is new
cat >new.c <<'END'
static int
f(struct cf_err * err)
{

	return (cf_err_set(err, CF_ERR_DATA, "%s: a message "
	    "that nobody knows: %zu", name, n));
}
END
items "$CF_TOP/man/cashflow-diagnostics.7" >told.txt
awk -f "$CF_TOP/tests/cli/messages.awk" new.c >new.txt
out='new.c:5: %s: a message that nobody knows: %zu'
check 'a new message is found' 0 awk -f "$CF_TOP/tests/cli/message-forms.awk" told.txt new.txt

finish
