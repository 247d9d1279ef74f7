# Helpers for the scenarios that look into man/; to be read behind lib.sh.
# shellcheck shell=sh
#
# A line of a page that begins with `$ ` or `.Dl $ ` is a command of sh; \e stands for a backslash, which at the end of a
# line joins it with the next.
#
# commands_of SECTION PAGE	the commands of that section of a page, as a script
# free_ports FILE...	the ports of 127.0.0.1 in these files exchanged for ones that are free; needs the unit tests
# block_of SECTION N PAGE	the text of the Nth literal display of that subsection

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

free_ports() {
	for port in 8000 9090; do
		grep -q "127\.0\.0\.1:$port" "$@" || continue
		rm -f free.port
		"$CF_B/tests/unit/test_http_server" --serve free.port >/dev/null 2>&1 &
		free_pid=$!
		while [ ! -s free.port ]; do sleep 0.02; done
		kill $free_pid
		wait $free_pid 2>/dev/null
		for free_in; do
			sed "s/127\.0\.0\.1:$port/127.0.0.1:$(cat free.port)/g" "$free_in" >free.text
			cat free.text >"$free_in"
		done
	done
	rm -f free.port free.text
}

block_of() {
	awk -v section="$1" -v n="$2" '
		/^\.S[hs] / { inside = substr($0, 5) == section }
		/^\.Ed/ { literal = 0 }
		literal && seen == n {
			gsub(/\\e/, "\\")
			print
		}
		inside && /^\.Bd -literal/ { literal = 1; seen++ }' "$3"
}
