# Messages brought to one form, so that those of the source and those of the man pages can be compared:
#	awk -f message-forms.awk [WANTED] WANTING
# Both files have lines of a place, a tab and a text, of C (%s), of sh ($x) or of a page (WORDS IN CAPITALS).  Printed are
# the lines of WANTING that are no text of WANTED.  What differs from one case to the next becomes *; the place in front and
# the value behind are dropped.  A * on either side stands for anything if enough else is there to know the message by.

function form(text,   head) {
	gsub(/\\\(dq|\\"|\\&|"|\\n/, "", text)
	gsub(/\\e/, "\\", text)
	gsub(/%%/, "\001", text)
	gsub(/%[-0-9.*]*(ll|l|z)?[a-z]/, "*", text)
	gsub(/\001/, "%", text)
	gsub(/\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_0-9]+|\$\*/, "*", text)
	# words in capitals, not capitals within words
	head = ""
	while (match(text, /[A-Za-z0-9_]+/)) {
		head = head substr(text, 1, RSTART - 1) (substr(text, RSTART, RLENGTH) ~ /^[A-Z][A-Z0-9_]*$/ ? "*" : substr(text, RSTART, RLENGTH))
		text = substr(text, RSTART + RLENGTH)
	}
	text = head text
	sub(/^[ ;,.]+/, "*", text)
	sub(/[ ;,.]+$/, "*", text)
	gsub(/\*+/, "*", text)
	while (sub(/^(\*(:(\*|1)|\/\*(:\*)?| \*)?|column [^ :]+|option [^ :]+|record of line \*): /, "", text)) ;
	while (sub(/: ?\*$|, of account$/, "", text)) ;
	return text
}

function pattern(text) {
	gsub(/[][().?+{}^$|\\]/, "\\\\&", text)
	gsub(/\*/, ".*", text)
	return "^" text "$"
}

function letters(text) {
	gsub(/[^a-z]/, "", text)
	return length(text)
}

# is one a case of the other?
function alike(a, b) {
	return letters(a) > 5 && b ~ pattern(a) || letters(b) > 5 && a ~ pattern(b)
}

BEGIN { FS = "\t" }
{ f = form($2) }
FILENAME == ARGV[1] { if (!(f in have)) { have[f]; list[++n] = f } next }
letters(f) == 0 || f in have { next }
{
	for (i = 1; i <= n; i++)
		if (alike(list[i], f))
			next
	print $1 ": " $2
}
