#!/bin/sh
# Completion in bash and zsh: the tables of options say what --help says, and a shell that has loaded what is made of them
# offers options, choices, words and files.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/install.sh"

can_install || skip 'no make, or make completion was not done'
out='*'
check 'make install' 0 make_old install
bash=$PWD/root/usr/share/bash-completion/completions
zsh=$PWD/root/usr/share/zsh/site-functions
programs=$(cd "$CF_TOP/cmd" && for f in cf-*.c; do echo "${f%.c}"; done)
PATH=$PWD/root/usr/bin:$PATH

# ---- the tables

# of_table PROGRAM, of_help PROGRAM: letter and name of each option
of_table() {
	"$1" --option-table | awk -F '\t' '$1 == "option" { print ($2 == "-" ? "" : "-" $2 " ") "--" $3 }' | sort
}
of_help() {
	"$1" --help | sed -n '/^Options:/,/^$/s/^ *\(-[A-Za-z]\)\{0,1\},\{0,1\} *\(--[a-z0-9-]*\).*/\1 \2/p' | sed 's/^ //' | sort
}
for p in $programs pipeline.sh; do
	of_help "$p" >help.txt
	check "$p: --help has options" 0 test -s help.txt
	out_file=help.txt
	check "$p: the same in its table" 0 of_table "$p"
	check "$p: lines of seven fields" 0 sh -c '"$1" --option-table | awk -F "\t" "
		\$1 == \"program\" { if (NF != 3) print; next }
		\$1 == \"word\" { if (NF != 2 || \$2 == \"\") print; next }
		\$1 != \"option\" || NF != 7 || \$7 == \"\" || (\$5 == \"flag\") != (\$4 == \"-\") || (\$5 == \"choice\") != (\$6 != \"-\")"' sh "$p"
	check "$p: completes in bash" 0 test -s "$bash/$p"
	check "$p: completes in zsh" 0 test -s "$zsh/_$p"
done
out='word	data
word	performance'
check 'words of operands' 0 sh -c 'cf-drift --option-table | grep "^word"'
out='option	-	sizing	RULE	choice	proportional|var|kelly	rule for position_size'
check 'choices' 0 sh -c 'cf-predict --option-table | grep sizing'
err='cf-run: option --version: takes no argument: "1"; try "cf-run --help"'
check 'it is an option when alone only' 2 cf-run --version=1 --option-table
err='cf-run: unknown option: "--option-table"; try "cf-run --help"'
check 'and no option else' 2 cf-run --option-table -q

# ---- what a shell offers; the names of files have blanks

mkdir here here/sub
echo x >'here/a b.csv'
echo x >here/ac.csv

# offers SHELL: the cases below
offers() {
	out='kelly
proportional
var'
	check "$1: choices" 0 "in_$1" cf-predict --sizing ''
	out='proportional'
	check "$1: choices that begin so" 0 "in_$1" cf-predict --level 0.9 --sizing pr
	out='amount
holding
plain'
	check "$1: choices behind =" 0 "in_$1" cf-train --kind=
	out='plain'
	check "$1: choices that begin so, behind =" 0 "in_$1" cf-train --kind=p
	out='--balance
--bars'
	check "$1: options" 0 "in_$1" cf-predict --ba
	out='create
diff
drill
list
prune
restore
seal
unseal
verify'
	check "$1: actions" 0 "in_$1" cf-backup ''
	out='a b.csv
ac.csv
sub'
	check "$1: files behind the action" 0 "in_$1" cf-backup verify ''
	out='a b.csv
ac.csv'
	check "$1: files that begin so" 0 "in_$1" cf-features a
	out='a b.csv
ac.csv'
	check "$1: files of an option" 0 "in_$1" cf-predict -m a
	out='sub'
	check "$1: folders of an option" 0 "in_$1" cf-fetch --store ''
	check "$1: nothing it could know" 0 "in_$1" cf-predict --level ''
	out='alphavantage'
	check "$1: sources" 0 "in_$1" cf-fetch --offline al
	out='fred'
	check "$1: a second source" 0 "in_$1" cf-fetch alphavantage IBM fr
	out='gzip
zstd'
	check "$1: choices behind an action" 0 "in_$1" cf-backup create --compress ''
	out='retrain'
	check "$1: commands of the pipeline" 0 "in_$1" pipeline.sh re
	out='--reason
--resume'
	check "$1: options of the pipeline" 0 "in_$1" pipeline.sh --re
	out='cf-backup'
	check "$1: a command" 0 "in_$1" cf-run --lock l -- cf-ba
}

if command -v bash >/dev/null; then
	# as bash calls it: the words, split at =
	cat >complete.bash <<'END'
. "$1/$2" || exit
shift
name=$(complete -p "$1" | sed -n 's/.*-F \([^ ]*\) .*/\1/p')
COMP_WORDS=()
for word; do
	case $word in
	--*=*)	COMP_WORDS+=("${word%%=*}" = ${word#*=}) ;;
	*)	COMP_WORDS+=("$word") ;;
	esac
done
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
"$name" "$1" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
for word in "${COMPREPLY[@]}"; do
	echo "$word"
done | sort -u
END
	in_bash() {
		(cd here && LC_ALL=C bash --norc ../complete.bash "$bash" "$@")
	}
	offers bash
	for p in $programs pipeline.sh; do
		check "$p: bash finds no fault" 0 bash -n "$bash/$p"
	done
	# as bash-completion finds it
	loader=$(pkg-config --variable=datadir bash-completion 2>/dev/null || echo /usr/share)/bash-completion/bash_completion
	if [ -f "$loader" ]; then
		out='complete -F _cf_predict cf-predict'
		check 'bash-completion loads it' 0 env XDG_DATA_DIRS="$PWD/root/usr/share" bash --norc -c '
			. "$1"
			if type __load_completion >/dev/null 2>&1; then __load_completion cf-predict; else _comp_load cf-predict; fi
			complete -p cf-predict | sed "s/ -o [a-z]*//g"' bash "$loader"
	else
		skip_one 'bash-completion loads it' 'bash-completion is not installed'
	fi
else
	skip_one 'completion in bash' 'no bash'
fi

if command -v zsh >/dev/null; then
	in_zsh() {
		(cd here && zsh -f "$CF_TOP/tests/cli/complete.zsh" "$zsh" "$@")
	}
	offers zsh
	for p in $programs pipeline.sh; do
		check "$p: zsh finds no fault" 0 zsh -n "$zsh/_$p"
	done
else
	skip_one 'completion in zsh' 'no zsh'
fi

finish
