#!/bin/sh
# The man pages among themselves and with the source: references that lead somewhere, keys of the configuration, the list of
# pages in cashflow(7), commands that can be copied.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/man.sh"
man=$CF_TOP/man

# ---- references
# pages of the system that ours name
system='cron.8 curl.1 fcntl.2 gzip.1 hledger.1 inetd.8 less.1 nohup.1 parallel.1 pkg-config.1 sbatch.1 sh.1 ssh.1 systemd.exec.5 systemd.socket.5 tar.1'
awk -v names="$system" -v man="$man" '
	BEGIN { n = split(names, s, " "); for (i = 1; i <= n; i++) known[s[i]] }
	function see(name, section) {
		sub(/[.,;:)]+$/, "", section)
		page = name "." section
		if (!(page in known)) {
			if ((getline line <(man "/" page)) > 0) {
				known[page]
				close(man "/" page)
			} else
				print FILENAME ":" FNR ": no page " page
		}
	}
	/^\./ { for (i = 1; i < NF - 1; i++) if ($i == "Xr" || $i == ".Xr") see($(i + 1), $(i + 2)) }' "$man"/*.[1-8] >lost
check 'each reference leads to a page' 0 cat lost

# of a section that is referred to by name there is one of that name
awk '
	FNR == 1 { file = FILENAME }
	/^\.S[hs] / { there[file, substr($0, 5)] }
	/^\.Sx | Sx / { text = $0; sub(/^.*Sx /, "", text); gsub(/ [.,;)]+.*$/, "", text); gsub(/"/, "", text); asked[file, text] = FNR }
	END { for (k in asked) if (!(k in there)) { split(k, p, SUBSEP); print p[1] ":" asked[k] ": no section " p[2] } }' \
    "$man"/*.[1-8] >lost
check 'each section that is named is there' 0 cat lost

sed -n '/^\.Sh SEE ALSO/,$s/^\.Xr \([^ ]*\) \([1-8]\).*/\1.\2/p' "$man/cashflow.7" | sort >listed
for page in "$man"/*.[1-8]; do
	[ "${page##*/}" = cashflow.7 ] || echo "${page##*/}"
done | sort >pages
out_file=pages
check 'cashflow(7) lists all pages' 0 cat listed

# ---- the configuration
sed -n -e 's/^	TEXT("\([A-Z_]*\)".*/\1/p' -e 's/^	NUMBER("\([A-Z_]*\)".*/\1/p' "$CF_TOP/lib/base/conf.c" | sort >keys
check 'there are keys' 0 sh -c "[ \$(wc -l <keys) -gt 20 ]"
sed -n 's/^\.It Cm \([A-Z_]*\)$/\1/p' "$man/cashflow.conf.5" | sort >told
out_file=keys
check 'cashflow.conf(5) has the keys of the catalogue' 0 cat told
sed -n '/^static const char \* const passed/,/};/p' "$CF_TOP/lib/base/conf.c" | grep -o '"[A-Za-z_]*"' | tr -d '"' |
    grep -v -e '_FILE$' -e '_proxy$' -e '^MLFLOW_TRACKING_' | while read -r key; do
	grep -q "^\.Ev.*[ ]*$key\b" "$man/cashflow.conf.5" || echo "$key"
done >untold
check 'and what is handed over to steps' 0 cat untold
# what the scripts read and do not set is a key, or said to be of the environment
cat "$CF_TOP/pipeline.sh" "$CF_TOP"/data/pipeline/*.sh "$CF_TOP/data/sample/demo.sh" | grep -v '^[[:space:]]*#' |
    grep -o '\$[{]*[A-Z][A-Z_]*' | tr -d '${' | sort -u | while read -r key; do
	grep -qx "$key" keys || grep -q "^\.It Ev.*$key" "$man/pipeline.sh.1" "$man/cf-run.1" || echo "$key"
done >untold
check 'scripts read keys that are documented' 0 cat untold

# ---- commands: what a terminal of 80 columns shows, word for word and line by line, is what the other scenarios run
if command -v mandoc >/dev/null; then
	for page in "$man"/*.[1-8]; do
		for section in TUTORIAL EXAMPLES; do
			commands_of $section "$page"
		done | tr -s ' ' | sed 's/^ //' >run
		mandoc -Tascii -Owidth=78 "$page" | sed "s/.$(printf '\b')//g" | awk '
			/^[A-Z]/ { inside = /^(EXAMPLES|TUTORIAL)/ }
			inside && (joined || sub(/^ +\$ /, "")) {
				sub(/^ +/, "")
				print
				joined = /\\$/
			}' | tr -s ' ' >shown
		out_file=run
		check "${page##*/}: commands are shown as they are" 0 cat shown
	done
else
	skip_one 'commands as they are shown' 'mandoc is not installed'
fi

# ---- words that are macros: "No" and "An" of English at the beginning of an item vanish; quotes without end pile up
grep -n -e '^\.It No [a-z]' -e '^\.It An [a-z]' -e '^\.It Ql .* \(Ql\|No\) ' "$man"/*.[1-8] >words
check 'no word is taken for a macro' 0 cat words

finish
