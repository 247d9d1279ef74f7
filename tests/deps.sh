#!/bin/sh
# Install what building and testing need, where it is missing.
#
#	tests/deps.sh [GROUP...]
#
# Groups: build (default), check, engines, lint, monitor, asan, valgrind, fuzz, bench, builds, deb, fresh.
# Each row of the table below is one dependency: its group, a probe, and its package on Debian, Fedora, Arch and
# Homebrew.  A probe is  cmd:NAME  a command,  sbin:NAME  one that may lie in /usr/sbin,  pc:MODULE  a pkg-config module,
# lib:FILE  a file that the C compiler finds,  clang:FILE  the same for clang,  py:MODULE  a module of the first python3 or
# of the system's,  r:PACKAGE  an R package.  A package "-" comes with the system or does not exist there.  To add a
# dependency, add a row (and for a library a line in configure.ac).
#
# Nothing missing: says nothing, status 0.  Else, with apt-get and root or sudo: says what it installs and does it.
# Else prints the command for each system and ends with status 4.
set -u

table() {
	cat <<-'END'
	build	cmd:cc			gcc			gcc		gcc		-
	build	cmd:make		make			make		make		make
	build	lib:crt1.o		libc6-dev		glibc-devel	glibc		-
	build	cmd:autom4te		autoconf		autoconf	autoconf	autoconf
	build	cmd:pkg-config		pkg-config		pkgconf-pkg-config	pkgconf	pkgconf
	build	cmd:timeout		coreutils		coreutils	coreutils	coreutils
	build	cmd:diff		diffutils		diffutils	diffutils	-
	build	pc:jansson		libjansson-dev		jansson-devel	jansson		jansson
	build	pc:gsl			libgsl-dev		gsl-devel	gsl		gsl
	build	pc:zlib			zlib1g-dev		zlib-devel	zlib		zlib
	build	pc:libcurl		libcurl4-openssl-dev	libcurl-devel	curl		curl
	build	pc:libarchive		libarchive-dev		libarchive-devel	libarchive	libarchive
	build	pc:libsodium		libsodium-dev		libsodium-devel	libsodium	libsodium
	build	cmd:curl		curl			curl		curl		curl
	build	pc:libssl		libssl-dev		openssl-devel	openssl		openssl@3
	build	pc:check		check			check-devel	check		check
	build	cmd:jq			jq			jq		jq		jq
	build	cmd:ps			procps			procps-ng	procps-ng	-
	check	cmd:chromium		chromium		chromium	chromium	-
	lint	cmd:clang-tidy		clang-tidy		clang-tools-extra	clang	llvm
	lint	cmd:cppcheck		cppcheck		cppcheck	cppcheck	cppcheck
	lint	cmd:shellcheck		shellcheck		ShellCheck	shellcheck	shellcheck
	lint	cmd:codespell		codespell		codespell	codespell	codespell
	lint	cmd:mandoc		mandoc			mandoc		mandoc		mandoc
	monitor	cmd:promtool		prometheus		golang-github-prometheus	prometheus	prometheus
	monitor	cmd:amtool		prometheus-alertmanager	golang-github-prometheus-alertmanager	alertmanager	alertmanager
	monitor	cmd:prometheus-node-exporter	prometheus-node-exporter	golang-github-prometheus-node-exporter	prometheus-node-exporter	node_exporter
	monitor	cmd:curl		curl			curl		curl		curl
	asan	lib:libasan.so		gcc			libasan		gcc-libs	-
	asan	lib:libubsan.so		gcc			libubsan	gcc-libs	-
	asan	lib:libtsan.so		gcc			libtsan		gcc-libs	-
	valgrind	cmd:valgrind	valgrind		valgrind	valgrind	valgrind
	fuzz	cmd:clang		clang			clang		clang		llvm
	fuzz	clang:libclang_rt.fuzzer	libclang-rt-dev	compiler-rt	compiler-rt	llvm
	check	cmd:openssl		openssl			openssl		openssl		openssl
	check	cmd:systemd-socket-activate	systemd		systemd		systemd		-
	check	cmd:inetd		openbsd-inetd		-		-		-
	check	cmd:tcpserver		ucspi-tcp		-		-		ucspi-tcp
	check	cmd:nginx		nginx-light		nginx		nginx		nginx
	check	cmd:stunnel4		stunnel4		-		-		-
	engines	cmd:parallel		parallel		parallel	parallel	parallel
	engines	sbin:sshd		openssh-server		openssh-server	openssh		-
	engines	cmd:ssh			openssh-client		openssh-clients	openssh		-
	engines	cmd:sbatch		slurm-client		slurm		-		-
	engines	sbin:slurmctld		slurmctld		slurm-slurmctld	-		-
	engines	sbin:slurmd		slurmd			slurm-slurmd	-		-
	engines	sbin:munged		munge			munge		munge		-
	bench	cmd:wrk			wrk			wrk		wrk		wrk
	bench	cmd:nginx		nginx-light		nginx		nginx		nginx
	bench	cmd:inetd		openbsd-inetd		-		-		-
	bench	cmd:tcpserver		ucspi-tcp		-		-		ucspi-tcp
	bench	py:fastapi		python3-fastapi		python3-fastapi	python-fastapi	-
	bench	py:uvicorn		python3-uvicorn		python3-uvicorn	uvicorn		-
	bench	py:gunicorn		gunicorn		python3-gunicorn	gunicorn	-
	bench	py:pandas		python3-pandas		python3-pandas	python-pandas	-
	bench	py:sklearn		python3-sklearn		python3-scikit-learn	python-scikit-learn	scikit-learn
	bench	py:xgboost		python3-xgboost		-		-		xgboost
	bench	r:data.table		r-cran-data.table	R-data.table	-		-
	bench	r:TTR			r-cran-ttr		R-TTR		-		-
	bench	r:ranger		r-cran-ranger		R-ranger	-		-
	bench	cmd:restic		restic			restic		restic		restic
	bench	cmd:borg		borgbackup		borgbackup	borg		borgbackup
	deb	cmd:dpkg-buildpackage	dpkg-dev		-		-		-
	deb	cmd:dh			debhelper		-		-		-
	deb	cmd:lintian		lintian			-		-		-
	deb	cmd:zsh			zsh			zsh		zsh		zsh
	deb	pc:bash-completion	bash-completion		bash-completion	bash-completion	bash-completion
	builds	cmd:clang		clang			clang		clang		llvm
	builds	cmd:musl-gcc		musl-tools		musl-gcc	musl		-
	builds	cmd:i686-linux-gnu-gcc	gcc-i686-linux-gnu	-		-		-
	builds	cmd:s390x-linux-gnu-gcc	gcc-s390x-linux-gnu	-		-		-
	builds	cmd:qemu-s390x-static	qemu-user-static	qemu-user-static	qemu-user-static	-
	builds	cmd:debootstrap		debootstrap		debootstrap	debootstrap	-
	fresh	cmd:debootstrap		debootstrap		debootstrap	debootstrap	-
	END
}

# has PROBE: is it there?
has() {
	what=${1#*:}
	case $1 in
	cmd:timeout)	command -v timeout || command -v gtimeout ;;
	cmd:pkg-config)	command -v pkg-config || command -v pkgconf ;;
	cmd:*)		command -v "$what" ;;
	sbin:*)		command -v "$what" || [ -x "/usr/sbin/$what" ] ;;
	pc:*)		pkg-config --exists "$what" ;;
	lib:crt1.o)	[ "$(uname)" = Darwin ] || [ "$(cc -print-file-name="$what")" != "$what" ] ;;
	lib:*)		[ "$(uname)" = Darwin ] || case $(cc -print-file-name="$what") in */*) ;; *) false ;; esac ;;
	clang:*)	find "$(clang -print-runtime-dir)" "$(clang -print-resource-dir)" -name "$what*" | grep -q . ;;
	py:*)		python3 -c "import $what" || /usr/bin/python3 -c "import $what" ;;
	r:*)		Rscript -e "library($what)" ;;
	esac >/dev/null 2>&1
}

# all_there: the quick answer for the whole list, with one call of pkg-config
all_there() {
	modules=
	for p in $probes; do
		case $p in
		pc:*)	modules="$modules ${p#pc:}" ;;
		*)	has "$p" || return 1 ;;
		esac
	done
	# shellcheck disable=SC2086 # a list of words
	[ -z "$modules" ] || pkg-config --exists $modules 2>/dev/null
}

# missing COLUMN: the packages of that column for the probes that fail, each once
missing() {
	echo "$lacking" | awk -v c="$1" 'NF && $c != "-" && !seen[$c]++ { printf "%s%s", s, $c; s = " " }'
}

# as_root COMMAND...: with sudo when not root
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# install PACKAGE...: by apt-get.  Tests start the services they need by themselves, so none is to begin when it is
# installed: Debian asks this file about that.
install() {
	policy=/usr/sbin/policy-rc.d
	if [ -e $policy ]; then
		policy=
	else
		printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null && as_root chmod 755 $policy
		trap 'as_root rm -f $policy; exit 130' INT TERM HUP
	fi
	as_root apt-get -qq update >&2 && as_root env DEBIAN_FRONTEND=noninteractive \
	    apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "$@" >&2
	status=$?
	[ -z "$policy" ] || as_root rm -f "$policy"
	trap - INT TERM HUP
	return $status
}

# may_install: apt-get is there and we are root, or sudo may make us so
may_install() {
	command -v apt-get >/dev/null || return 1
	[ "$(id -u)" = 0 ] && return 0
	command -v sudo >/dev/null || return 1
	sudo -n true 2>/dev/null || [ -t 0 ]
}

rows=
for group in "${@:-build}"; do
	found=$(table | awk -v g="$group" '$1 == g')
	[ -n "$found" ] || {
		echo "deps.sh: no such group: $group" >&2
		exit 2
	}
	rows="$rows$found
"
done
probes=$(echo "$rows" | awk '{ print $2 }')

all_there && exit 0

lacking=
while read -r group probe rest; do
	[ -z "$group" ] || has "$probe" || lacking="$lacking$group $probe $rest
"
done <<END
$rows
END

packages=$(missing 3)
if may_install; then
	echo "deps.sh: installing $packages" >&2
	# shellcheck disable=SC2086 # a list of words
	if ! install $packages; then
		echo "deps.sh: apt-get failed; wanted: $packages" >&2
		exit 4
	fi
	left=
	while read -r group probe rest; do
		[ -z "$group" ] || has "$probe" || left="$left ${probe#*:}"
	done <<-END
	$lacking
	END
	[ -z "$left" ] && exit 0
	echo "deps.sh: still missing:$left" >&2
	exit 4
fi

cat >&2 <<END
deps.sh: missing:$(echo "$lacking" | awk 'NF { sub(/^[a-z0-9]*:/, "", $2); printf " %s", $2 }')
Install them as root:
  Debian, Ubuntu:  apt-get install --no-install-recommends $packages
  Fedora:          dnf install $(missing 4)
  Arch:            pacman -S --needed $(missing 5)
  macOS:           brew install $(missing 6)
END
exit 4
