# completion.awk: from a program's table of options (PROGRAM --option-table, cashflow(7)) to its completion in a shell:
#
#	cf-predict --option-table | awk -v shell=bash -f completion.awk
#
# Names of options, the words that an option or operand may be, and files: those where the argument is called so.  The make
# file calls this for each program and for shell=bash and shell=zsh.
BEGIN { FS = "\t" }

# what an argument of that name is: files, folders, or nothing that a shell knows
function sort_of(name) {
	if (name ~ /^(DIR|DEST|FOLDER|STATE)$/)
		return "folders"
	if (name ~ /FILE|^(BARS|CURRENT|FEATURES|FORECASTS|MODEL|PATH|PREVIOUS)$/)
		return "files"
	return "none"
}

# text between single quotes
function quoted(text) {
	gsub(/'/, "'\\''", text)
	return "'" text "'"
}

$1 == "program" {
	program = $2
	# words are for the first operand, or for each that stands behind options
	first_only = $3 !~ /^\[options\]/
	operands = $3 ~ /COMMAND \[/ ? "commands" : $3 ~ /URL|COMMAND$/ || $3 !~ /[A-Z]/ ? "none" : "files"
}
$1 == "word" { words = words (words == "" ? "" : " ") $2 }
$1 == "option" {
	n++
	letter[n] = $2
	name[n] = $3
	arg[n] = $4
	type[n] = $5
	choices[n] = $6 == "-" ? "" : $6
	gsub(/\|/, " ", choices[n])
	help[n] = $7
}

function bash(   i, f, s, names, lists) {
	f = "_" program
	gsub(/[^a-z_]/, "_", f)
	print "# bash completion of " program "; made from its table of options"
	print f "()"
	print "{"
	print "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words='' what='' i operand=1"
	print "\t# --name=value comes as three words"
	print "\tif [[ $cur == = ]]; then"
	print "\t\tcur=''"
	print "\telif [[ $prev == = && COMP_CWORD -gt 2 ]]; then"
	print "\t\tprev=${COMP_WORDS[COMP_CWORD-2]}"
	print "\tfi"
	print "\tfor ((i = 1; i < COMP_CWORD; i++)); do"
	print "\t\t[[ ${COMP_WORDS[i]} != -- ]] || { prev=''; operand=2; }"
	print "\tdone"
	print "\tcase $prev in"
	for (i = 1; i <= n; i++) {
		names = names " --" name[i] (letter[i] == "-" ? "" : " -" letter[i])
		if (arg[i] == "-")
			continue
		s = choices[i] != "" ? "words=" quoted(choices[i]) : "what=" sort_of(arg[i])
		if (!(s in lists))
			order[++m] = s
		lists[s] = lists[s] (lists[s] == "" ? "" : "|") "--" name[i] (letter[i] == "-" ? "" : "|-" letter[i])
	}
	for (i = 1; i <= m; i++)
		print "\t" lists[order[i]] ")\n\t\t" order[i] " ;;"
	print "\t*)"
	print "\t\tif [[ $cur == -* && operand -eq 1 ]]; then"
	print "\t\t\twords='" substr(names, 2) "'"
	print "\t\telse"
	if (words != "" && first_only) {
		print "\t\t\tif ((COMP_CWORD == 1)); then"
		print "\t\t\t\twords=" quoted(words)
		print "\t\t\telse"
		print "\t\t\t\twhat=" operands
		print "\t\t\tfi"
	} else {
		if (words != "")
			print "\t\t\twords=" quoted(words)
		print "\t\t\twhat=" operands
	}
	print "\t\tfi ;;"
	print "\tesac"
	print "\tCOMPREPLY=()"
	print "\t[[ -z $words ]] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")"
	print "\tcase $what in"
	print "\tfiles)\t\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$cur\") ;;"
	print "\tfolders)\tmapfile -t COMPREPLY < <(compgen -d -- \"$cur\") ;;"
	print "\tcommands)\tmapfile -t COMPREPLY < <(compgen -c -- \"$cur\") ;;"
	print "\tesac"
	print "\tcase $what in"
	print "\tfiles|folders)\tcompopt -o filenames 2>/dev/null ;;"
	print "\tesac"
	print "\treturn 0"
	print "}"
	print "complete -F " f " " program
}

# what zsh calls it
function action(what, list) {
	if (list != "")
		return "(" list ")"
	return what == "files" ? "_files" : what == "folders" ? "_files -/" : what == "commands" ? "_command_names -e" : " "
}

function zsh(   i, text, both, s) {
	print "#compdef " program
	print "# zsh completion of " program "; made from its table of options"
	print "_arguments -s -S \\"
	for (i = 1; i <= n; i++) {
		text = help[i]
		gsub(/[][\\]/, "\\\\&", text)
		text = "[" text "]"
		s = arg[i] == "-" ? "" : ":" arg[i] ":" action(sort_of(arg[i]), choices[i])
		both = type[i] == "list" ? "*" : letter[i] == "-" ? "" : "(-" letter[i] " --" name[i] ")"
		if (letter[i] != "-")
			print "  " quoted(both "-" letter[i] (s == "" ? "" : "+") text s) " \\"
		print "  " quoted(both "--" name[i] (s == "" ? "" : "=") text s) " \\"
	}
	if (words != "" && first_only)
		print "  " quoted("1:what:(" words ")") " \\"
	if (words == "" || first_only)
		print "  " quoted("*:operand:" action(operands, ""))
	else if (operands == "files")
		print "  " quoted("*:what:{_alternative \"words:word:(" words ")\" \"files:file:_files\"}")
	else
		print "  " quoted("*:what:(" words ")")
}

END {
	if (program == "") {
		print "completion.awk: not a table of options" >"/dev/stderr"
		exit 1
	}
	if (shell == "zsh")
		zsh()
	else
		bash()
}
