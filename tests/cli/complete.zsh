# complete.zsh FOLDER WORD...: what zsh offers for the last of these words, one a line, with the completions in FOLDER.
#
# A real interactive zsh in a terminal of its own completes; its compadd writes the matches to a file in TMPDIR.
zmodload zsh/zpty || exit 77
zmodload zsh/zselect
folder=$1
shift
work=$TMPDIR/zsh
rm -f $work.found $work.done $work.ready
cat >$work.inside <<END
fpath=($folder \$fpath)
autoload -U compinit
compinit -D -u
bindkey '^I' complete-word
finished () { : >$work.done }
comppostfuncs=( finished )
compadd () {
	local -a hits
	# a call that fills arrays adds no matches
	if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
		builtin compadd -A hits "\$@"
		(( ! \$#hits )) || print -rl -- \${(Q)hits} >>$work.found
	fi
	builtin compadd "\$@"
}
: >$work.ready
END
# await FILE: until it is there, for ten seconds
await() {
	local tries=0
	until [[ -e $1 ]]; do
		((tries++ < 500)) || exit 1
		zpty -rt z text '' || zselect -t 2
	done
}
zpty -b z zsh -f -i
zpty -w z ". $work.inside"
await $work.ready
zpty -n -w z "$*"$'\t'
await $work.done
zpty -d z
[[ ! -e $work.found ]] || sort -u $work.found
