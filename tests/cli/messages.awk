# The messages of C source: awk -f messages.awk FILE.c... prints FILE:LINE, a tab, and the text of each string literal
# that a user may come to see on standard error or in an error record, as it stands in the source (adjoining literals
# joined).
#
# Every literal with a blank within a function, and every argument of cf_reader_bad, is one, unless what surrounds it says otherwise: it is an element of a
# table (help, headings), or an argument of a function that is known not to speak (`silent`).  So a message that is
# written in a new way is seen, and a new function that only builds text has to be named here.

function flush_literal() {
	if (literal != "" && (literal ~ / / || call[nested] == "cf_reader_bad") && literal ~ /[a-z][a-z]/ && in_function && !is_silent() && !in_table)
		printf "%s:%d\t%s\n", FILENAME, at, literal
	literal = ""
}

# is one of the calls around it silent?
function is_silent(   i) {
	for (i = 1; i <= nested; i++)
		if (call[i] in silent)
			return 1
	return 0
}

function take(n) {
	text = substr(text, n + 1)
}

BEGIN {
	split("cf_buf_addf cf_buf_add_text cf_out_text strspn strcspn strchr strcmp strncmp strstr contains is_tail add " \
	    "cf_figure_title cf_figure_lead cf_figure_column cf_figure_text cf_figure_start cf_prom_value cf_prom_metric " \
	    "prom_total add_gauge head_number head_value read_set read_line cf_pull_is_key write_fields text_cell line ask " \
	    "cf_reply_text SET cf_reader_find runs_table add_header add_parts _Static_assert cf_verdict_sentence " \
	    "NUMBER TEXT FLAG CHOICE INTEGER add_reason", names, " ")
	for (i in names)
		silent[names[i]]
}

FNR == 1 { depth = nested = in_function = in_comment = in_table = 0; literal = word = last = "" }

/^#/ { next }

{
	text = $0
	while (text != "") {
		if (in_comment) {
			if (!(i = index(text, "*/")))
				next
			take(i + 1)
			in_comment = 0
		} else if (match(text, /^[ \t]+/)) {
			take(RLENGTH)
		} else if (substr(text, 1, 2) == "/*") {
			in_comment = 1
			take(2)
		} else if (match(text, /^"([^"\\]|\\.)*"/)) {
			if (literal == "") {
				at = FNR
				literal = word ~ /^[A-Z][A-Z0-9_]+$/ && last == word ? "%s" : ""
			}
			literal = literal substr(text, 2, RLENGTH - 2)
			if (literal == "")
				literal = " "	# an empty one, not none
			take(RLENGTH)
		} else if (match(text, /^PRI[a-z]+[0-9]+/)) {
			literal = literal "lld"
			take(RLENGTH)
		} else if (literal != "" && match(text, /^[A-Z][A-Z0-9_]+/)) {
			literal = literal "%s"	# a macro that is text
			take(RLENGTH)
		} else if (match(text, /^'([^'\\]|\\.)*'/)) {
			flush_literal()
			take(RLENGTH)
		} else if (match(text, /^[A-Za-z_][A-Za-z_0-9]*/)) {
			flush_literal()
			word = substr(text, 1, RLENGTH)
			take(RLENGTH)
			last = word
			continue
		} else {
			flush_literal()
			c = substr(text, 1, 1)
			take(1)
			if (c == "(") {
				call[++nested] = word
			} else if (c == ")") {
				nested--
			} else if (c == "{") {
				if (depth == 0 && last == ")")
					in_function = 1
				else if (in_function && !in_table && last ~ /^[=,{]$/)
					in_table = depth + 1
				depth++
			} else if (c == "}") {
				depth--
				if (in_table == depth + 1)
					in_table = 0
				if (depth == 0)
					in_function = 0
			}
			if (c != ")" || nested == 0)
				word = ""
			last = c
			continue
		}
	}
}
