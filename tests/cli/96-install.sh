#!/bin/sh
# make install with DESTDIR and another prefix: all that should be there is, and works from there; make uninstall takes
# exactly that away, and leaves what others have put beside it.
. "$CF_TOP/tests/cli/lib.sh"
. "$CF_TOP/tests/cli/install.sh"

can_install || skip 'no make, or make completion was not done'

# what the folders of the source have, as it lies below the prefix
expected() {
	cd "$CF_TOP" || exit
	for f in cmd/cf-*.c; do
		p=$(basename "$f" .c)
		echo "bin/$p 755"
		echo "share/bash-completion/completions/$p 644"
		echo "share/zsh/site-functions/_$p 644"
	done
	echo 'bin/pipeline.sh 755'
	echo 'share/bash-completion/completions/pipeline.sh 644'
	echo 'share/zsh/site-functions/_pipeline.sh 644'
	echo 'include/cf.h 644'
	echo 'lib/libcf.a 644'
	echo 'lib/pkgconfig/cf.pc 644'
	echo 'share/doc/cashflow/README.md 644'
	for f in man/*.[1-8]; do
		echo "share/man/man${f##*.}/${f#man/} 644"
	done
	find data -type f | while read -r f; do
		mode=644
		[ ! -x "$f" ] || mode=755
		case $f in
		data/debian/*|data/completion/*)	;;
		data/systemd/*)	echo "lib/systemd/system/${f#data/systemd/} $mode" ;;
		*)	echo "share/cashflow/${f#data/} $mode" ;;
		esac
	done
}
# laid FOLDER: the files below it, with their modes
laid() {
	(cd "$1" && find . -type f -printf '%P %m\n') | LC_ALL=C sort
}

mkdir -p 'a root/opt/cf/bin' 'a root/opt/cf/share/man/man1'
echo mine >'a root/opt/cf/bin/other'
echo mine >'a root/opt/cf/share/man/man1/other.1'
expected | LC_ALL=C sort >want.txt
{ cat want.txt; echo 'bin/other 644'; echo 'share/man/man1/other.1 644'; } | LC_ALL=C sort >both.txt
out='*'
check 'install, in a folder with a blank' 0 make_old install DESTDIR="$PWD/a root" prefix=/opt/cf
out_file=both.txt
check 'all is there, as it should be' 0 laid 'a root/opt/cf'
check 'nothing is elsewhere' 0 sh -c 'find "a root" -type f ! -path "a root/opt/cf/*"'
out='prefix=/opt/cf
libdir=/opt/cf/lib
includedir=/opt/cf/include'
check 'cf.pc speaks of the prefix, not of DESTDIR' 0 grep '^[a-z]*=' 'a root/opt/cf/lib/pkgconfig/cf.pc'

# ---- from there

PATH="$PWD/a root/opt/cf/bin:$PATH"
cp -r 'a root/opt/cf/share/cashflow/sample' sample
mkdir state
out='*' err='*'
check 'a store' 0 cf-fetch --store state csv sample/bars.csv sample/series.csv
check 'pipeline.sh is ready' 0 env CF_HOME="$PWD/state" pipeline.sh check
err="pipeline.sh: no run in $PWD/state yet"
check 'pipeline.sh finds the part that looks' 1 env CF_HOME="$PWD/state" pipeline.sh status
mv 'a root/opt/cf/share/cashflow/pipeline' away
err='pipeline.sh: pipeline/look.sh is neither in data nor installed'
check 'in no other place' 4 env CF_HOME="$PWD/state" pipeline.sh status
mv away 'a root/opt/cf/share/cashflow/pipeline'

# ---- away

out='*'
check 'once more, over itself' 0 make_old install DESTDIR="$PWD/a root" prefix=/opt/cf
out='*'
check 'uninstall' 0 make_old uninstall DESTDIR="$PWD/a root" prefix=/opt/cf
out='bin/other 644
share/man/man1/other.1 644'
check 'only what others have is left' 0 laid 'a root/opt/cf'
check 'with no folder of ours' 0 sh -c 'find "a root" -type d \( -name "*cashflow*" -o -name "*.d" \)'
check 'uninstall again' 0 make_old uninstall DESTDIR="$PWD/a root" prefix=/opt/cf

finish
