# What tests of the installed suite share; to be read behind lib.sh.
# shellcheck shell=sh disable=SC2034 # variables of the tests

# make_old GOAL [VARIABLE=VALUE...]: make install or uninstall with what is built, below ./root and the prefix /usr; nothing
# is built here
make_old() {
	make -s -C "$CF_TOP" -o all -o completion -o "$CF_B/config.mk" -o "$CF_B/configure" B="$CF_B" DESTDIR="$PWD/root" prefix=/usr "$@"
}

# can_install: is there make, and a tree that it has built, with completions?  (make check builds all of that.)
can_install() {
	command -v make >/dev/null && [ -f "$CF_B/config.mk" ] && [ -f "$CF_B/completion/zsh/_pipeline.sh" ]
}

# use_library: set what finds the library below ./root; false where programs cannot be linked with it, since its objects
# are those of another sort of build, or a tool is missing
use_library() {
	case ${CF_FLAVOUR:-} in
	''|valgrind)	;;
	*)	return 1 ;;
	esac
	command -v cc >/dev/null && command -v pkg-config >/dev/null || return 1
	PREFIX=$PWD/root/usr
	PKG_CONFIG_SYSROOT_DIR=$PWD/root
	PKG_CONFIG_PATH=$(find "$PWD/root" -name pkgconfig)
	export PREFIX PKG_CONFIG_SYSROOT_DIR PKG_CONFIG_PATH
}

# as_installed: lay bin/ and share/cashflow/ out here as make install does, bin/ first in PATH; also without make
as_installed() {
	mkdir -p bin share/cashflow
	cp "$CF_TOP/pipeline.sh" bin/
	for p in "$CF_B"/cf-*; do
		case ${p##*/} in
		*.*)	;;
		*)	ln -s "$p" bin/ ;;
		esac
	done
	cp -r "$CF_TOP/data/sample" "$CF_TOP/data/pipeline" "$CF_TOP/data/prometheus" "$CF_TOP/data/cron" share/cashflow/
	PATH=$PWD/bin:$PATH
}
