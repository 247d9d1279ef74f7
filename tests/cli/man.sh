# Helpers for the scenarios that look into man/; to be read behind lib.sh.
# shellcheck shell=sh
#
# A line of a page that begins with `$ ` or `.Dl $ ` is a command of sh; \e stands for a backslash, which at the end of a
# line joins it with the next.
#
# commands_of SECTION PAGE	the commands of that section of a page, as a script

commands_of() {
	awk -v section="$1" '
		/^\.Sh / { inside = substr($0, 5) == section; next }
		inside {
			line = $0
			if (joined)
				sub(/^\.Dl /, "", line)
			else if (!sub(/^(\.Dl )?\$ /, "", line))
				next
			gsub(/\\&/, "", line)
			gsub(/\\ /, " ", line)
			gsub(/\\\(aq/, "\047", line)
			gsub(/\\\(dq/, "\"", line)
			gsub(/\\-/, "-", line)
			gsub(/\\e/, "\\", line)
			joined = line ~ /\\$/
			print line
		}' "$2"
}
