#!/bin/sh
# What make dist leaves is enough: unpacked, without git, it builds, passes some tests and makes the same programs.
. "$CF_TOP/tests/cli/lib.sh"

{ command -v git && command -v make; } >/dev/null || skip 'no git, or no make'
[ -e "$CF_TOP/.git" ] || skip 'this is no clone'
git clone -q "$CF_TOP" work || skip 'git does not work here'
out='*' err='*'
check 'make dist' 0 make -s -C work dist B="$PWD/made"
mkdir tree bin
tar -xzf made/*.tar.gz -C tree --strip-components=1
printf '#!/bin/sh\necho "git was called" >&2\nexit 1\n' >bin/git
chmod +x bin/git
PATH=$PWD/bin:$PATH
out='*'
check 'it builds' 0 make -C tree B=build all completion build/tests/unit/test_base_num
out='*'
check 'it passes' 0 env B=build T='94-version base_num 96-install' tree/tests/run.sh
out='*' err='*'
check 'the demo' 0 env TREES=4 CF_HOME="$PWD/demo" tree/pipeline.sh demo short
check 'has made forecasts' 0 test -s demo/predictions/market/2023-12-29.ndjson

finish
